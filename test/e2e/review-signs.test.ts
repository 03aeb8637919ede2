/** What tells a person that something waits while they do something else, and that none of it takes the keyboard away. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { change, finish, REST_MS, sign } from './review-scene.ts';
import { acceptInTitle, call, card, press, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const FILES = { 'a.txt': 'one a\n', 'mine.txt': '' };
const run = call('run', { command: 'touch made.txt' });

/** The person works in a file of theirs. */
async function type({ gw, folder }: Scene, text: string): Promise<void> {
  await gw.bridge.call(
    ({ vscode, arg }) => vscode.window.showTextDocument(vscode.Uri.file(arg), { preview: false }).then(() => undefined),
    path.join(folder, 'mine.txt'),
  );
  await gw.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
  await gw.page.keyboard.type(text);
}

const mine = ({ gw }: Scene): Promise<string | undefined> =>
  gw.bridge.call(({ vscode }) =>
    vscode.workspace.textDocuments.find(({ fileName }) => fileName.endsWith('mine.txt'))?.getText(),
  );

describe('signs outside the panel', () => {
  const open = sharedWindow();

  it('tells of a question once, where the panel is hidden, and leads to it', async () => {
    const scene = await open(FILES, [{ toolCalls: [run] }, { toolCalls: [finish] }]);
    const { gw, server } = scene;
    const held = server.hold();
    await runGoal(scene, 'Run it');
    await held.request;
    await gw.bridge.command('workbench.view.explorer');
    await type(scene, 'before');
    held.release();
    await sign(scene, 'Goalwright: a command waits').waitFor();
    const note = gw.ui.notification('Goalwright: a command waits');
    await note.waitFor();
    await gw.page.keyboard.type(' after');
    await gw.screenshot('review-notification');
    expect(await mine(scene)).toBe('before after');
    await gw.ui.clickNotification('Goalwright: a command waits', 'Show');
    const panel = await gw.panel();
    await press(await card(panel, 'command'), 'reject');
    await told(scene, 1);
    await expect.poll(() => sign(scene, 'Goalwright:').count()).toBe(0);
    expect(await note.count()).toBe(0);
  });

  it('tells of it after a reload too, where no view of Goalwright is open', async () => {
    const scene = await open(FILES, [{ toolCalls: [run] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    await card(await runGoal(scene, 'Run it'), 'command');
    await gw.bridge.command('workbench.view.explorer');
    await sign(scene, 'Goalwright: a command waits').waitFor();
    await gw.reload();
    await sign(scene, 'Goalwright: a command waits').waitFor();
    expect(scene.server.requests).toHaveLength(scene.first + 1);
    await press(await card(await gw.panel(), 'command'), 'reject');
    await expect.poll(() => sign(scene, 'Goalwright:').count()).toBe(0);
  });

  it('shows an edit beside the editor the person types in, and the keyboard stays there', async () => {
    const scene = await open(FILES, [{ toolCalls: [change('a.txt')] }, { toolCalls: [finish] }]);
    const { gw, server } = scene;
    const held = server.hold();
    await runGoal(scene, 'Make it two');
    await held.request;
    await type(scene, 'before');
    held.release();
    await gw.ui.tab(/a\.txt \(Goalwright proposes\)/).waitFor();
    await gw.page.waitForTimeout(REST_MS);
    await gw.page.keyboard.type(' after');
    await gw.screenshot('review-beside');
    await expect.poll(() => mine(scene)).toBe('before after');
    // An accept of what another group shows brings that to the front first.
    await gw.ui.command('goalwright.acceptEdit', 'Goalwright: Accept Edit');
    expect(scene.file('a.txt')).toBe('one a\n');
    await gw.ui.action('Accept Edit').waitFor();
    await gw.page.waitForTimeout(3 * REST_MS);
    await acceptInTitle(scene);
    await told(scene, 1);
    expect(scene.file('a.txt')).toBe('two a\n');
  });

  it('is silent where the panel shows the question, and where the person wants no notification', async () => {
    const scene = await open(FILES, [{ toolCalls: [run] }, { toolCalls: [run] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Run it');
    await card(panel, 'command');
    await gw.page.waitForTimeout(2000);
    expect(await gw.ui.notification('Goalwright:').count()).toBe(0);
    await gw.bridge.call(({ vscode }) =>
      vscode.workspace.getConfiguration('goalwright').update('notifications', false, true),
    );
    const held = scene.server.hold();
    await press(await card(panel, 'command'), 'reject');
    await held.request;
    await gw.bridge.command('workbench.view.explorer');
    held.release();
    await sign(scene, 'Goalwright: a command waits').waitFor();
    await gw.page.waitForTimeout(2000);
    expect(await gw.ui.notification('Goalwright:').count()).toBe(0);
  });
});
