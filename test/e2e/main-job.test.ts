/** The main job, as a person does it: goal, plan, diff, accept, command, proof, report; and every way to say no. */
import { describe, expect, it } from 'vitest';
import { accept, acceptInTitle, call, card, press, reported, runGoal, sharedWindow, told } from './scene.ts';

const plan = call('plan', { tasks: [{ title: 'Make add subtract no more', checks: [{ command: 'node test.js' }] }] });
const fix = call('edit', { path: 'add.js', edits: [{ old: 'a - b', new: 'a + b' }] });
const finish = call('finish', { summary: '`add` adds now.' });
const FILES = {
  'add.js': 'exports.add = (a, b) => a - b;\n',
  'test.js': "require('node:assert').equal(require('./add.js').add(1, 2), 3);\n",
};

const open = sharedWindow();

describe('the main job', () => {
  it('runs a goal from the palette to a verified result', async () => {
    const scene = await open(FILES, [
      { content: 'I look first.', toolCalls: [plan, call('read', { paths: ['add.js', 'test.js'] })] },
      { toolCalls: [fix, finish] },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make the test pass');
    await panel.getByTestId('plan').getByText('Make add subtract no more').waitFor();

    // The check runs once before the work: it is asked for, with the exact command.
    const check = await card(panel, 'command');
    await expect.poll(() => check.getByTestId('command').textContent()).toBe('node test.js');
    await gw.screenshot('main-1-check');
    await press(check, 'accept');

    // The diff is open without having taken the focus, the file is as it was.
    const edit = await card(panel, 'edit');
    await gw.ui.tab(/add\.js \(Goalwright proposes\)/).waitFor();
    await gw.ui.diffSide('modified').getByText('a + b').waitFor();
    expect(scene.file('add.js')).toBe(FILES['add.js']);
    await edit.getByText('a + b').waitFor();
    await gw.screenshot('main-2-edit');
    await acceptInTitle(scene);

    const report = await reported(panel, 'done');
    await report.locator('[data-proof=code]').waitFor();
    expect(scene.file('add.js')).toBe('exports.add = (a, b) => a + b;\n');
    await expect.poll(() => gw.ui.tab(/Goalwright proposes/).count()).toBe(0);
    await gw.screenshot('main-3-report');

    // The change is one undo step of the document, and saved.
    const dirty = await gw.bridge.call(({ vscode }) =>
      vscode.workspace.textDocuments.some((document) => document.isDirty),
    );
    expect(dirty).toBe(false);
    const log = await gw.ui.output('Goalwright');
    await log.getByText('[SUCCESS]').first().waitFor();
  });

  it('leaves the file alone when an edit is rejected, and tells the model why', async () => {
    const scene = await open(FILES, [{ toolCalls: [fix] }, { toolCalls: [finish] }]);
    const panel = await runGoal(scene, 'Make the test pass');
    const edit = await card(panel, 'edit');
    await edit.getByTestId('reason').locator('textarea').fill('Keep the arrow function on two lines.');
    await scene.gw.screenshot('reject');
    await press(edit, 'reject');
    const answer = await told(scene, 1);
    expect(answer).toContain('Not changed: the person rejected this change of add.js.');
    expect(answer).toContain('Keep the arrow function on two lines.');
    expect(scene.file('add.js')).toBe(FILES['add.js']);
  });

  it('writes what the right side holds at Accept and tells the model what the person changed', async () => {
    const scene = await open(FILES, [{ toolCalls: [fix] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make the test pass');
    await card(panel, 'edit');
    await gw.ui.diffSide('modified').getByText('a + b').click();
    await gw.page.keyboard.press('End');
    await gw.page.keyboard.type(' // checked by me');
    await panel.getByTestId('approval').getByText('checked by me').waitFor();
    expect(scene.file('add.js')).toBe(FILES['add.js']);
    await gw.screenshot('edited-by-person');
    await acceptInTitle(scene);
    const answer = await told(scene, 1);
    expect(answer).toContain('The person changed your text');
    expect(answer).toContain('// checked by me');
    expect(scene.file('add.js')).toBe('exports.add = (a, b) => a + b; // checked by me\n');
  });

  it('stops while a question is open', async () => {
    const scene = await open(FILES, [{ toolCalls: [fix] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make the test pass');
    await card(panel, 'edit');
    await gw.ui.command('goalwright.stop', 'Goalwright: Stop');
    await reported(panel, 'stopped');
    await expect.poll(() => panel.getByTestId('approval').count()).toBe(0);
    expect(scene.file('add.js')).toBe(FILES['add.js']);
    await gw.screenshot('stopped');
  });

  it('brings the question back after a reload of the window; nothing was written, nothing is asked of the model twice', async () => {
    const scene = await open(FILES, [{ content: 'One line is wrong.', toolCalls: [fix] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    let panel = await runGoal(scene, 'Make the test pass');
    await card(panel, 'edit');
    await gw.ui.diffSide('modified').getByText('a + b').click();
    await gw.page.keyboard.press('End');
    await gw.page.keyboard.type(' // mine');
    await panel.getByTestId('approval').getByText('// mine').waitFor();

    await gw.reload();
    panel = await gw.panel();
    const edit = await card(panel, 'edit');
    await edit.getByText('// mine').waitFor();
    await panel.getByText('One line is wrong.').waitFor();
    expect(scene.file('add.js')).toBe(FILES['add.js']);
    expect(scene.server.requests.length - scene.first).toBe(1);
    await gw.screenshot('reloaded');
    await press(edit, 'accept');
    await told(scene, 1);
    expect(scene.file('add.js')).toBe('exports.add = (a, b) => a + b; // mine\n');
  });

  it('asks for a command with its folder, and does not run what is declined', async () => {
    const scene = await open(FILES, [
      { toolCalls: [call('run', { command: 'echo ran > ran.txt' })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Run it');
    const command = await card(panel, 'command');
    await scene.gw.screenshot('command');
    await press(command, 'reject');
    expect(await told(scene, 1)).toContain('Not run: the person declined this command.');
    expect(() => scene.file('ran.txt')).toThrow();
  });

  it('goes on without its view: closed and opened again, everything is there', async () => {
    const scene = await open(FILES, [{ toolCalls: [fix] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    let panel = await runGoal(scene, 'Make the test pass');
    await card(panel, 'edit');
    await gw.bridge.command('workbench.view.explorer');
    await gw.bridge.command('goalwright.panel.focus');
    panel = await gw.panel();
    await accept(panel, 'edit');
    await told(scene, 1);
    expect(scene.file('add.js')).toContain('a + b');
  });
});
