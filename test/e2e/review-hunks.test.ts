/** Hunks of an edit in the editor, without a mouse: to the next one, leave it out, take it again, accept the rest. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCEPT_KEY, acceptByKey, finish, inFront, REST_MS, sign } from './review-scene.ts';
import { call, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const NEXT = 'F7';
const REJECT_HUNK = 'Control+Alt+Shift+Backspace';
const ACCEPT_HUNK = 'Control+Alt+Shift+Enter';

const BOM = '\ufeff';
const text = (changes: Readonly<Record<number, string>>) =>
  BOM + Array.from({ length: 40 }, (_, index) => `${changes[index + 1] ?? `line ${index + 1}`}\r\n`).join('');
const edit = call('edit', {
  path: 'a.txt',
  edits: [
    { old: 'line 5\n', new: 'five\n' },
    { old: 'line 20\n', new: 'twenty\nand more\n' },
    { old: 'line 35\n', new: 'thirty-five\n' },
  ],
});

/** The diff that opened may have put the cursor at its first change: only from the top is it known where keys lead. */
async function toTop(scene: Scene): Promise<void> {
  await expect
    .poll(async () => {
      await scene.gw.page.keyboard.press('Control+Home');
      return sign(scene, /Ln 1, Col 1\b/).count();
    })
    .toBe(1);
}

describe('hunks by the keyboard', () => {
  const open = sharedWindow();

  it('writes one of three, to the byte, with the mark and the line endings of the file', async () => {
    const scene = await open({ 'a.txt': text({}) }, [{ toolCalls: [edit] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    await runGoal(scene, 'Change three lines');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'five');
    const right = gw.ui.diffSide('modified');
    // To the first change and over it to the second, whatever is in front of the cursor now.
    await gw.ui.command('goalwright.nextEdit', 'Goalwright: Next Waiting Edit');
    await toTop(scene);
    await gw.page.keyboard.press(NEXT);
    await gw.page.keyboard.press(NEXT);
    await sign(scene, /Ln 20,/).waitFor();
    await gw.page.keyboard.press(REJECT_HUNK);
    await right.getByText('line 20').waitFor();
    expect(await right.getByText('and more').count()).toBe(0);
    await gw.screenshot('review-hunk-rejected');
    // The editor compares anew in its own time: until then the change is still a line further down.
    for (let isThere = false; !isThere; ) {
      await gw.page.keyboard.press('Control+End');
      await gw.page.keyboard.press('ArrowUp');
      await gw.page.keyboard.press('Shift+F7');
      isThere = await sign(scene, /Ln 35,/)
        .waitFor({ timeout: REST_MS })
        .then(() => true)
        .catch(() => false);
    }
    await gw.page.keyboard.press(REJECT_HUNK);
    await right.getByText('line 35').waitFor();
    await toTop(scene);
    await gw.page.keyboard.press(NEXT);
    await sign(scene, /Ln 5,/).waitFor();
    await gw.page.keyboard.press(REJECT_HUNK);
    await right.getByText('line 5', { exact: true }).waitFor();
    // Nothing is left of the proposal; the cursor is where its first hunk was.
    await gw.page.keyboard.press(ACCEPT_HUNK);
    await right.getByText('five', { exact: true }).waitFor();
    await gw.page.waitForTimeout(REST_MS);
    await acceptByKey(scene, 1);
    const answer = await told(scene, 1);
    expect(answer).toContain('The person changed your text');
    expect(readFileSync(path.join(scene.folder, 'a.txt'), 'utf8')).toBe(text({ 5: 'five' }));
  });

  it('writes what is typed into the right side right before it is accepted', async () => {
    const scene = await open({ 'a.txt': text({}) }, [{ toolCalls: [edit] }, { toolCalls: [finish] }]);
    const { gw } = scene;
    await runGoal(scene, 'Change three lines');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'five');
    await gw.ui.command('goalwright.nextEdit', 'Goalwright: Next Waiting Edit');
    await toTop(scene);
    await gw.page.keyboard.press(NEXT);
    await sign(scene, /Ln 5,/).waitFor();
    await gw.page.keyboard.press('End');
    await sign(scene, /Ln 5, Col 5\b/).waitFor();
    await gw.page.waitForTimeout(3 * REST_MS);
    await gw.page.keyboard.insertText(', typed');
    // As soon as it can be seen, and long before it is stored.
    await gw.ui.diffSide('modified').getByText('five, typed').first().waitFor();
    await gw.page.keyboard.press(ACCEPT_KEY);
    await told(scene, 1);
    const wanted = text({ 5: 'five, typed', 20: 'twenty\r\nand more', 35: 'thirty-five' });
    expect(readFileSync(path.join(scene.folder, 'a.txt'), 'utf8').split('\n')).toEqual(wanted.split('\n'));
  });

  it('says so where no change is at the cursor', async () => {
    const scene = await open({ 'a.txt': text({}) }, [{ toolCalls: [edit] }]);
    const { gw } = scene;
    await runGoal(scene, 'Change three lines');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'five');
    await gw.ui.command('goalwright.nextEdit', 'Goalwright: Next Waiting Edit');
    await toTop(scene);
    await gw.page.keyboard.press(REJECT_HUNK);
    await gw.ui.notification('There is no change at the cursor.').waitFor();
  });
});
