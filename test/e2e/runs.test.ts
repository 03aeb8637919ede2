/** The runs of a folder in the editor: listed, renamed, opened, gone back in, exported and thrown away. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accept, call, card, reported, runGoal, type Scene, sharedWindow } from './scene.ts';

const open = sharedWindow();
const FILES = { 'a.txt': 'one\n' };
const edit = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finish = call('finish', { summary: 'It says two.' });

const list = async ({ gw }: Scene) => {
  await gw.ui.command('goalwright.runs', 'Goalwright: Runs');
  const rows = gw.ui.quickInput().getByRole('option');
  await rows.first().waitFor();
  return rows;
};
/** One of the buttons at an entry, which are there while the pointer is over it. */
const press = async (scene: Scene, title: string, button: string) => {
  const row = (await list(scene)).filter({ hasText: title });
  await row.hover();
  await row.getByRole('button', { name: button }).click();
};
const labels = async (scene: Scene): Promise<string[]> => {
  const texts = await (await list(scene)).allInnerTexts();
  await scene.gw.page.keyboard.press('Escape');
  return texts;
};
/** Into the box that asks for a text, once it has taken the place of the list: it holds what there was. */
const typed = async ({ gw }: Scene, before: string, text: string) => {
  await expect.poll(() => gw.ui.quickInput().locator('.quick-input-box input').inputValue()).toBe(before);
  await gw.ui.answer(text);
};
const confirm = ({ gw }: Scene, button: string) => gw.ui.dialog().getByRole('button', { name: button }).click();

describe('Goalwright: Runs', () => {
  it('lists the runs of this folder; each can be renamed, opened, exported and thrown away', async () => {
    const scene = await open(FILES, [{ content: 'Hello.' }, { content: 'Bye.' }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Say hello');
    await reported(panel, 'done');
    await runGoal(scene, 'Say goodbye');
    await panel.getByTestId('report').getByText('Bye.').waitFor();

    await press(scene, 'Say goodbye', 'Rename');
    await typed(scene, 'Say goodbye', 'Leave');
    await expect
      .poll(() => labels(scene))
      .toEqual([expect.stringContaining('Leave'), expect.stringContaining('Say hello')]);
    await list(scene);
    await gw.screenshot('runs-list');
    await gw.ui.pick(/Say hello/);
    await panel.getByTestId('report').getByText('Hello.').waitFor();

    await press(scene, 'Say hello', 'Export');
    await gw.ui.pick(/Markdown/);
    const exported = () => gw.bridge.call(({ vscode }) => vscode.window.activeTextEditor?.document.getText() ?? '');
    await expect.poll(exported).toContain('# Say hello\n');
    await gw.bridge.command('workbench.action.revertAndCloseActiveEditor');

    await press(scene, 'Leave', 'Delete');
    await confirm(scene, 'Move to Trash');
    await expect.poll(() => labels(scene)).toEqual([expect.stringContaining('Say hello')]);
    const storage = path.join(gw.server.root, 'data/User/globalStorage/goalwright.goalwright/trash');
    expect(readdirSync(storage).length).toBeGreaterThan(0);
  });

  it('goes back to an earlier message in a new run, also from one that is at work', async () => {
    const scene = await open(FILES, [{ toolCalls: [edit] }, { content: 'Left alone.' }, { toolCalls: [finish] }]);
    const panel = await runGoal(scene, 'Make it two');
    await card(panel, 'edit');

    await press(scene, 'Make it two', 'Go back to an earlier message, in a new run');
    await scene.gw.ui.pick(/Make it two/);
    await typed(scene, 'Make it two', 'Leave it alone');
    await confirm(scene, 'Interrupt');
    await panel.getByTestId('report').getByText('Left alone.').waitFor();
    expect(scene.file('a.txt')).toBe('one\n');

    // The interrupted run is still there, with its question, which is asked again.
    await list(scene);
    await scene.gw.screenshot('runs-interrupted');
    await scene.gw.ui.pick(/Make it two/);
    await accept(panel, 'edit');
    await expect.poll(() => scene.file('a.txt')).toBe('two\n');
  });
});
