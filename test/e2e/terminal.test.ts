/** Commands as the person sees them: in terminals, in the list of jobs, and by the files they changed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accept, call, reported, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const finish = call('finish', { summary: 'Done.' });
// Its rows are then text in the page.
const open = sharedWindow();

const terminals = ({ gw }: Scene): Promise<string[]> =>
  gw.bridge.call(({ vscode }) => vscode.window.terminals.map(({ name }) => name));

const rows = async ({ gw }: Scene): Promise<string> =>
  (await gw.ui.page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents())
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n');

describe('commands', () => {
  it('run in a terminal that shows them, their folder and their end, and does nothing they tell it', async () => {
    const command = `printf 'plain \\033[32mgreen\\033[0m\\n\\033]0;renamed\\007\\033[9Aforged\\n'; exit 3`;
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Run it');
    await accept(panel, 'command');
    await reported(panel, 'done');
    expect(await terminals(scene)).toEqual(['Goalwright']);
    await scene.gw.ui.command('goalwright.showTerminal', 'Goalwright: Show Terminal');
    await expect.poll(() => rows(scene)).toContain('[ended with exit code 3]');
    const text = await rows(scene);
    expect(text).toContain(`$ ${command.slice(0, 20)}`);
    // It may redraw its own first line, never the one above that says what runs.
    expect(text).toContain('in the sandbox]\nforgedgreen\n[ended');
    expect(text).toContain(scene.folder);
    await scene.gw.screenshot('terminal');
    expect(await terminals(scene)).toEqual(['Goalwright']);
  });

  it('list what they changed, to look at and to take back', async () => {
    const scene = await open({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, [
      { toolCalls: [call('run', { command: 'echo two > a.txt; echo new > c.txt; rm b.txt' })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Change them');
    await accept(panel, 'command');
    await reported(panel, 'done');
    const list = panel.getByTestId('command-changes');
    await expect.poll(() => list.getByTestId('show-change').allTextContents()).toEqual(['a.txt', 'b.txt', 'c.txt']);
    await list.getByTestId('show-change').first().click();
    await expect
      .poll(() =>
        scene.gw.bridge.call(({ vscode }) => {
          const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
          return input instanceof vscode.TabInputTextDiff ? `${input.original.scheme} ${input.modified.scheme}` : '';
        }),
      )
      .toBe('goalwright-was file');
    await scene.gw.screenshot('command-changes');
    await list.getByTestId('undo-change').nth(0).click();
    await expect.poll(() => scene.file('a.txt')).toBe('one\n');
    await list.getByTestId('undo-change').nth(1).click();
    await expect.poll(() => existsSync(path.join(scene.folder, 'b.txt'))).toBe(true);
    await list.getByTestId('undo-change').nth(2).click();
    await expect.poll(() => existsSync(path.join(scene.folder, 'c.txt'))).toBe(false);
  });

  it('in the background are listed, typed into and stopped', async () => {
    const command = `echo ready; printf 'Name? '; read name; echo "hello $name"; exec sleep 7099`;
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command, background: true })] },
      { toolCalls: [call('job', { id: 'job1', wait_seconds: 30 })] },
      // It stays open for the person.
      { toolCalls: [call('ask', { question: 'Go on?' })] },
      { toolCalls: [call('job', { id: 'job1', from: 0 })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Serve it');
    await accept(panel, 'command');
    const job = panel.getByTestId('job');
    await job.getByText('Name?').waitFor();
    await scene.gw.screenshot('jobs');
    await job.getByTestId('show-job').click();
    await expect.poll(() => rows(scene)).toContain('Name?');
    await scene.gw.ui.page.keyboard.type('Ada');
    await scene.gw.ui.page.keyboard.press('Enter');
    await expect.poll(() => rows(scene)).toContain('hello Ada');
    await scene.gw.screenshot('terminal-job');
    await job.getByTestId('stop-job').click();
    await job.getByText('stopped').waitFor();
    await expect.poll(() => rows(scene)).toContain('[stopped]');
    await panel.getByTestId('answer').locator('textarea').fill('Yes');
    await panel.getByTestId('answer').locator('textarea').press('Enter');
    await reported(panel, 'done');
    expect(await told(scene, 4)).toContain('hello Ada');
  });

  it('are named to the model where the project declares them as tasks', async () => {
    const variable = '$' + '{file}';
    const tasks = [
      { label: 'check all', type: 'shell', command: 'npm run check', options: { cwd: '.' } },
      { label: 'lint', type: 'process', command: 'node', args: ['lint me.js'], options: { cwd: 'tools' } },
      { label: 'open', type: 'shell', command: `cat ${variable}` },
    ];
    const scene = await open({ '.vscode/tasks.json': JSON.stringify({ version: '2.0.0', tasks }) }, [
      { toolCalls: [finish] },
    ]);
    await reported(await runGoal(scene, 'Check it'), 'done');
    const brief = JSON.stringify((await scene.server.request(scene.first)).body.messages);
    expect(brief).toContain('Tasks of this project, to be run as commands');
    expect(brief).toContain("- lint: node 'lint me.js'");
    expect(brief).not.toContain(`cat ${variable}`);
  });

  it('without a sandbox are said to have none', async () => {
    const scene = await open({ 'a.txt': 'one\n' }, []);
    const panel = await scene.gw.panel();
    const set = (value: string | undefined) =>
      scene.gw.bridge.call(async ({ vscode, arg: given }) => {
        const settings = vscode.workspace.getConfiguration('goalwright');
        await settings.update('sandbox', given, vscode.ConfigurationTarget.Global);
      }, value);
    await set('off');
    const notice = panel.getByTestId('unconfined');
    await notice.getByText('turned off in the settings').waitFor();
    await scene.gw.screenshot('unconfined');
    await set(undefined);
    await notice.waitFor({ state: 'hidden' });
  });

  it('that need a terminal are offered one of the person’s own, where Enter is theirs', async () => {
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command: 'nano a.txt' })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Edit it');
    await reported(panel, 'done');
    expect(await told(scene, 1)).toContain('nano needs a terminal');
    const before = (await terminals(scene)).length;
    await panel.getByTestId('own-terminal').click();
    await expect.poll(async () => (await terminals(scene)).length).toBe(before + 1);
    await expect.poll(() => rows(scene)).toContain('nano a.txt');
    await scene.gw.screenshot('own-terminal');
  });
});
