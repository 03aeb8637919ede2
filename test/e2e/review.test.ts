/** Review in the editor: only what is in front and can have been seen is accepted, and what is accepted is what is shown. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { accept, acceptInTitle, call, card, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const change = (name: string, to = 'two') => call('edit', { path: name, edits: [{ old: 'one', new: to }] });
const finish = call('finish', { summary: 'Done.' });
const FILES = { 'a.txt': 'one a\n', 'b.txt': 'one b\n', 'c.txt': 'one c\n', 'd.txt': 'one d\n' };

const proposed = (name: string) => new RegExp(`${name} \\(Goalwright proposes\\)`);
const ACCEPT_KEY = 'Control+Alt+Enter';
/** Longer than an Accept in the editor waits. */
const REST_MS = 700;

/** The diff of a file is in front, and has been for long enough to be decided on. */
async function seen({ gw }: Scene, name: string): Promise<void> {
  await gw.page
    .locator('.tab.active')
    .filter({ hasText: proposed(name) })
    .first()
    .waitFor();
  await gw.ui
    .diffSide('modified')
    .getByText(`two ${name.charAt(0)}`)
    .waitFor();
  await gw.page.waitForTimeout(REST_MS);
}

describe('review in the editor', () => {
  const open = sharedWindow();

  it('after a reload opens the waiting edit only, and its title button writes that one', async () => {
    const scene = await open(FILES, [
      { toolCalls: [change('a.txt'), change('b.txt'), change('c.txt'), change('d.txt')] },
      { toolCalls: [finish] },
    ]);
    const { gw } = scene;
    let panel = await runGoal(scene, 'Make them two');
    await panel.getByTestId('path').getByText('a.txt').waitFor();
    await accept(panel, 'edit');
    await panel.getByTestId('path').getByText('b.txt').waitFor();
    await accept(panel, 'edit');
    await panel.getByTestId('path').getByText('c.txt').waitFor();
    await gw.ui.tab(proposed('c.txt')).waitFor();
    // What was accepted and not written yet would be asked about again.
    await expect.poll(() => scene.file('b.txt')).toBe('two b\n');

    await gw.reload();
    panel = await gw.panel();
    await card(panel, 'edit');
    await seen(scene, 'c.txt');
    await expect.poll(() => gw.ui.tab(/Goalwright proposes/).count()).toBe(1);
    await gw.screenshot('review-reloaded');
    await acceptInTitle(scene);
    await panel.getByTestId('path').getByText('d.txt').waitFor();
    await expect.poll(() => scene.file('c.txt')).toBe('two c\n');
    expect(scene.file('d.txt')).toBe(FILES['d.txt']);
    await accept(panel, 'edit');
    await told(scene, 1);
  });

  it('accepts one edit when the key is pressed twice, or held down', async () => {
    const scene = await open(FILES, [{ toolCalls: [change('a.txt'), change('b.txt')] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make them two');
    await card(panel, 'edit');
    await gw.ui.diffSide('modified').getByText('two a').click();
    await seen(scene, 'a.txt');
    // A burst, from before the first edit is decided until after the second is there. How long a key may be held down is
    // proven with a clock of the test's own in test/integration/sight.test.ts.
    await Promise.all(Array.from({ length: 12 }, () => gw.page.keyboard.press(ACCEPT_KEY)));
    await panel.getByTestId('path').getByText('b.txt').waitFor();
    await expect.poll(() => scene.file('a.txt')).toBe('two a\n');
    expect(scene.file('b.txt')).toBe(FILES['b.txt']);
    await seen(scene, 'b.txt');
    await gw.page.keyboard.press(ACCEPT_KEY);
    await told(scene, 1);
    expect(scene.file('b.txt')).toBe('two b\n');
  });

  it('does not decide on an edit that another tab hides: its diff is brought to the front', async () => {
    const scene = await open(FILES, [{ toolCalls: [change('a.txt')] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make it two');
    await card(panel, 'edit');
    await seen(scene, 'a.txt');
    await gw.bridge.call(
      ({ vscode, arg }) =>
        vscode.window.showTextDocument(vscode.Uri.file(arg), { preview: false }).then(() => undefined),
      path.join(scene.folder, 'b.txt'),
    );
    await gw.ui.command('goalwright.acceptEdit', 'Goalwright: Accept Edit');
    await seen(scene, 'a.txt');
    expect(scene.file('a.txt')).toBe(FILES['a.txt']);
    await acceptInTitle(scene);
    await told(scene, 1);
    expect(scene.file('a.txt')).toBe('two a\n');
  });

  it('shows the merged text on the right side when the file changed in another place, and writes that', async () => {
    const before = 'one a\n2\n3\n4\n5\n6\n7\nlast\n';
    const scene = await open({ 'a.txt': before }, [{ toolCalls: [change('a.txt')] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make it two');
    await card(panel, 'edit');
    await seen(scene, 'a.txt');
    writeFileSync(path.join(scene.folder, 'a.txt'), before.replace('last', 'last, by somebody else'));
    await gw.ui.action('Accept Edit').click();
    await gw.ui.diffSide('modified').getByText('by somebody else').waitFor();
    expect(scene.file('a.txt')).toBe(before.replace('last', 'last, by somebody else'));
    await gw.screenshot('review-merged');
    await seen(scene, 'a.txt');
    await acceptInTitle(scene);
    await told(scene, 1);
    expect(scene.file('a.txt')).toBe(before.replace('one', 'two').replace('last', 'last, by somebody else'));
  });
});

describe('a file that is not UTF-8', () => {
  const open = sharedWindow({ settings: { 'files.encoding': 'gbk' } });

  it('is shown, edited and written in the encoding of the settings, to the byte', async () => {
    const scene = await open({ '名单.txt': iconv.encode('one 名字\n甲\n', 'gbk') }, [
      { toolCalls: [change('名单.txt', '乙')] },
      { toolCalls: [finish] },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make it two');
    await (await card(panel, 'edit')).getByText('乙 名字').waitFor();
    await gw.ui.diffSide('modified').getByText('乙').click();
    await gw.page.keyboard.press('End');
    await gw.page.keyboard.insertText('丙');
    await panel.getByTestId('approval').getByText('乙 名字丙').waitFor();
    await gw.screenshot('review-gbk');
    await gw.page.waitForTimeout(REST_MS);
    await acceptInTitle(scene);
    await told(scene, 1);
    const bytes = readFileSync(path.join(scene.folder, '名单.txt'));
    expect(bytes).toEqual(iconv.encode('乙 名字丙\n甲\n', 'gbk'));
  });

  it('keeps the question open when what was typed does not fit its encoding', async () => {
    const scene = await open({ 'a.txt': iconv.encode('one 名字\n', 'gbk') }, [
      { toolCalls: [change('a.txt')] },
      { toolCalls: [finish] },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make it two');
    await card(panel, 'edit');
    await gw.ui.diffSide('modified').getByText('two').click();
    await gw.page.keyboard.press('End');
    await gw.page.keyboard.insertText('😀');
    // The card stays, so the press is told to have arrived by what is said about it.
    const button = (await card(panel, 'edit')).locator('[data-testid=accept]:not([disabled])');
    await expect
      .poll(async () => {
        await button.click({ timeout: 1000 }).catch(() => undefined);
        return gw.ui.notification('What you typed could not be stored').count();
      })
      .toBeGreaterThan(0);
    await gw.screenshot('review-does-not-fit');
    expect(readFileSync(path.join(scene.folder, 'a.txt'))).toEqual(iconv.encode('one 名字\n', 'gbk'));
    // The card can be used again.
    await gw.ui.diffSide('modified').getByText('😀').click();
    await gw.page.keyboard.press('End');
    await gw.page.keyboard.press('Backspace');
    await accept(panel, 'edit');
    await told(scene, 1);
    expect(readFileSync(path.join(scene.folder, 'a.txt'))).toEqual(iconv.encode('two 名字\n', 'gbk'));
  });
});
