/** Files that are made, moved, deleted, of no text, or very large: shown as what they are, and decided on like any other. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { finish, inFront, REST_MS } from './review-scene.ts';
import { acceptInTitle, call, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const BYTES = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const at = ({ folder }: Scene, name: string) => path.join(folder, name);

describe('whole files', () => {
  const open = sharedWindow();

  it('deletes and moves after a yes in the editor', async () => {
    const scene = await open({ 'old.txt': 'gone\n', 'a.txt': 'text\n' }, [
      { toolCalls: [call('delete', { paths: ['old.txt'] }), call('move', { path: 'a.txt', to: 'sub/b.txt' })] },
      { toolCalls: [finish] },
    ]);
    const { gw } = scene;
    await runGoal(scene, 'Tidy up');
    const tab = (title: string) => gw.page.locator('.tab.active').filter({ hasText: title }).first();
    await tab('old.txt (Goalwright proposes to delete)').waitFor();
    await gw.ui.diffSide('original').getByText('gone').waitFor();
    await gw.page.waitForTimeout(REST_MS);
    await gw.screenshot('review-delete');
    await acceptInTitle(scene);
    await inFront(scene, 'a.txt → sub/b.txt (Goalwright proposes to move)', 'text');
    await gw.screenshot('review-move');
    expect(existsSync(at(scene, 'sub'))).toBe(false);
    await acceptInTitle(scene);
    await told(scene, 1);
    expect([existsSync(at(scene, 'old.txt')), existsSync(at(scene, 'a.txt'))]).toEqual([false, false]);
    expect(scene.file('sub/b.txt')).toBe('text\n');
  });

  it('decides on what is no text as well', async () => {
    const scene = await open({ 'old.bin': BYTES, 'a.bin': BYTES }, [
      { toolCalls: [call('delete', { paths: ['old.bin'] }), call('move', { path: 'a.bin', to: 'b.bin' })] },
      { toolCalls: [finish] },
    ]);
    const { gw } = scene;
    await runGoal(scene, 'Tidy up');
    await gw.page.locator('.tab.active').filter({ hasText: 'old.bin' }).first().waitFor();
    await gw.page.waitForTimeout(3 * REST_MS);
    await gw.screenshot('review-binary');
    await gw.ui.action('Reject Edit').click();
    await gw.ui.answer('Keep it.');
    await gw.page.locator('.tab.active').filter({ hasText: 'b.bin (Goalwright proposes to move)' }).first().waitFor();
    await gw.page.waitForTimeout(3 * REST_MS);
    await gw.screenshot('review-binary-move');
    // VS Code does not name the tab of what is no text.
    await gw.ui.action('Accept Edit').click();
    await told(scene, 1);
    expect(readFileSync(at(scene, 'old.bin'))).toEqual(Buffer.from(BYTES));
    expect(existsSync(at(scene, 'a.bin'))).toBe(false);
    expect(readFileSync(at(scene, 'b.bin'))).toEqual(Buffer.from(BYTES));
  });

  it('opens a rewrite of fifty thousand lines, and writes it', async () => {
    const lines = (word: string) => Array.from({ length: 50_000 }, (_, index) => `${word} ${index}\n`).join('');
    const [old, wanted] = [lines('old'), lines('new')];
    const write = { ...call('write', { path: 'a.txt', content: wanted }) };
    const scene = await open({ 'a.txt': old }, [{ toolCalls: [write], piece: 100_000 }, { toolCalls: [finish] }]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Rewrite it');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'new 1');
    await panel.getByTestId('approval').getByText('There is more').waitFor();
    await gw.page.waitForTimeout(3 * REST_MS);
    await gw.screenshot('review-large');
    await acceptInTitle(scene);
    await told(scene, 1);
    expect(scene.file('a.txt')).toBe(wanted);
  });
});
