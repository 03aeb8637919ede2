/** What a person meets before and around a run: Restricted Mode, Chinese, no key, two windows, rules that are never asked about. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXTENSION_ID, openGoalwright } from '../harness/goalwright.ts';
import { Workbench } from '../harness/workbench.ts';
import { call, card, press, projectFolder, reported, runGoal, sharedWindow, told } from './scene.ts';

describe('Restricted Mode', () => {
  it('explains itself, runs nothing, and works after the workspace is trusted', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n' });
    const gw = await openGoalwright({ folder, trust: false, settings: { 'goalwright.model.id': 'recorded' } });
    const panel = await gw.panel();
    await panel.getByTestId('untrusted').waitFor();
    await gw.screenshot('untrusted');
    await gw.ui.command('goalwright.runGoal', 'Goalwright: Run Goal');
    await gw.ui.answer('Do something');
    await gw.ui.notification('Trust this workspace first').waitFor();
    await gw.ui.command('workbench.trust.manage', 'Workspaces: Manage Workspace Trust');
    await gw.page.getByRole('button', { name: 'Trust', exact: true }).click();
    await expect.poll(() => panel.getByTestId('untrusted').count()).toBe(0);
    await gw.close();
  });
});

describe('the first window', () => {
  it('leads a newcomer: no key yet, and how to get on without one', async () => {
    const gw = await openGoalwright({ folder: projectFolder({ 'a.txt': 'one\n' }) });
    const panel = await gw.panel();
    await panel.getByTestId('welcome').waitFor();
    await panel.getByText('There is no key for api.openai.com yet.').waitFor();
    await gw.screenshot('welcome');
    await panel.getByTestId('select-model').click();
    await gw.ui.pick(/Recorded model/);
    await panel.getByText('Recorded model').waitFor();
    // A goal nobody recorded is said so at once, and nothing is sent anywhere.
    await runGoal({ gw }, 'Write a poem');
    await panel.getByText('There is no recording for this goal').first().waitFor();
    await gw.screenshot('no-recording');
    await gw.close();
  });

  it('speaks Chinese where VS Code does', async () => {
    const gw = await openGoalwright({ folder: projectFolder({ 'a.txt': 'one\n' }), locale: 'zh-cn' });
    const panel = await gw.panel();
    await panel.getByRole('button', { name: '运行' }).first().waitFor();
    await gw.screenshot('zh-cn');
    await gw.close();
  });
});

describe('what is refused without asking', () => {
  const open = sharedWindow();

  it('deciding from a second window: it can only watch', async () => {
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] })] },
      { toolCalls: [call('finish', { summary: 'Done.' })] },
    ]);
    const panel = await runGoal(scene, 'Make it two');
    const edit = await card(panel, 'edit');
    const page = await scene.gw.page.context().newPage();
    await page.goto(scene.gw.server.url(scene.folder));
    const second = new Workbench(page);
    await second.drawn();
    await second.openContainer('Goalwright');
    const watching = second.webview(EXTENSION_ID);
    await watching.getByTestId('read-only').waitFor();
    await watching.getByTestId('approval').waitFor();
    expect(await watching.getByTestId('accept').count()).toBe(0);
    await page.close();
    await press(edit, 'accept');
    await told(scene, 1);
    expect(scene.file('a.txt')).toBe('two\n');
  });

  it('edits outside the folder and into .git and .vscode; reading secrets is asked about', async () => {
    const outside = path.join(mkdtempSync(path.join(os.tmpdir(), 'gw-outside-')), 'x.txt');
    const scene = await open({ '.env': 'KEY=hunter2hunter2\n', id_rsa: 'private', 'a.txt': 'one\n' }, [
      {
        toolCalls: [
          call('write', { path: outside, content: 'x' }),
          call('write', { path: '.git/hooks/pre-commit', content: 'x' }),
          call('write', { path: '.vscode/settings.json', content: '{}' }),
          call('read', { paths: ['.env', 'id_rsa'] }),
          call('search', { pattern: 'hunter2' }),
        ],
      },
      { toolCalls: [call('finish', { summary: 'Nothing.' })] },
    ]);
    const panel = await runGoal(scene, 'Break out');
    await press(await card(panel, 'read'), 'reject');
    await reported(panel, 'done');
    const { body } = await scene.server.request(scene.first + 1);
    const results = body.messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');
    expect(results).toHaveLength(5);
    expect(results.slice(0, 3).every((text) => /refused/i.test(text))).toBe(true);
    expect(results[3]).toBe('Not read: the person declined. No reason was given.');
    expect(results.join()).not.toContain('hunter2hunter2');
    expect(() => scene.file('.vscode/settings.json')).toThrow();
    expect(() => scene.file('.git/hooks/pre-commit')).toThrow();
  });

  it('asks once for what is written into a folder that does not exist yet, and makes nothing before', async () => {
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('write', { path: 'new/deep/b.md', content: '# Hi\n' })] },
      { toolCalls: [call('finish', { summary: 'Made.' })] },
    ]);
    const panel = await runGoal(scene, 'Make a file');
    const edit = await card(panel, 'edit');
    await scene.gw.ui.diffSide('modified').getByText('# Hi').waitFor();
    expect(() => scene.file('new/deep/b.md')).toThrow();
    await press(edit, 'accept');
    await told(scene, 1);
    expect(scene.file('new/deep/b.md')).toBe('# Hi\n');
  });

  it('tells the model when the file changed while the question was open', async () => {
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] })] },
      { toolCalls: [call('finish', { summary: 'Done.' })] },
    ]);
    const panel = await runGoal(scene, 'Make it two');
    const edit = await card(panel, 'edit');
    writeFileSync(path.join(scene.folder, 'a.txt'), 'uno\n');
    await press(edit, 'accept');
    expect(await told(scene, 1)).toMatch(/^Not changed: a\.txt was changed meanwhile/);
    expect(scene.file('a.txt')).toBe('uno\n');
  });
});
