/** Comment threads on a waiting edit: what is said there goes to the model with the decision, whatever that is. */
import { describe, expect, it } from 'vitest';
import { change, finish, inFront, REST_MS } from './review-scene.ts';
import { acceptInTitle, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const FILES = { 'a.txt': 'one a\nsecond\n' };
const ONE = [{ toolCalls: [change('a.txt')] }, { toolCalls: [finish] }];

/** Says something in the thread on the first line of the right side, which is begun by it. */
async function remark({ gw }: Scene, text: string): Promise<void> {
  const reply = gw.page.locator('.review-thread-reply-button');
  if ((await reply.count()) > 0) await reply.click();
  else {
    await gw.ui.diffSide('modified').getByText('two a').click();
    await gw.ui.command('workbench.action.addComment', 'Comments: Add Comment on Current Selection');
  }
  const box = gw.page.locator('.review-widget .comment-form');
  await box.locator('.monaco-editor').first().click();
  await gw.page.keyboard.insertText(text);
  await gw.page.locator('.review-widget').getByRole('button', { name: 'Tell Goalwright' }).click();
  await said({ gw }, text).waitFor();
}

const said = ({ gw }: Pick<Scene, 'gw'>, text: string) =>
  gw.page.locator('.review-widget .comment-body', { hasText: text });

describe('remarks on lines', () => {
  const open = sharedWindow();

  it('are the reason of a rejection', async () => {
    const scene = await open(FILES, ONE);
    const { gw } = scene;
    await runGoal(scene, 'Make it two');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await remark(scene, 'Two is the wrong number.');
    await gw.screenshot('review-remark');
    await gw.page.locator('.review-widget .comment-title', { hasText: 'You' }).first().waitFor();
    await gw.ui.action('Reject Edit').click();
    const answer = await told(scene, 1);
    expect(answer).toContain('Not changed: the person rejected this change of a.txt.');
    expect(answer).toContain('- line 1 (two a): Two is the wrong number.');
    expect(scene.file('a.txt')).toBe(FILES['a.txt']);
    await expect.poll(() => gw.page.locator('.review-widget').count()).toBe(0);
  });

  it('are told after an accept, as they were last changed, on the lines where they are then', async () => {
    const scene = await open(FILES, ONE);
    const { gw } = scene;
    await runGoal(scene, 'Make it two');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await remark(scene, 'First thought.');
    await remark(scene, 'To be deleted.');
    const first = gw.page.locator('.review-comment', { hasText: 'First thought.' });
    await first.hover();
    await first.getByRole('button', { name: 'Edit Remark' }).click();
    await first.locator('.monaco-editor').click();
    await gw.page.keyboard.press('Control+a');
    await gw.page.keyboard.insertText('Second thought.');
    await gw.page.getByRole('button', { name: 'Save Remark' }).click();
    await said(scene, 'Second thought.').waitFor();
    const second = gw.page.locator('.review-comment', { hasText: 'To be deleted.' });
    await second.hover();
    await second.getByRole('button', { name: 'Delete Remark' }).click();
    await expect.poll(() => said(scene, 'To be deleted.').count()).toBe(0);

    // A line above, typed by the person.
    await gw.ui.diffSide('modified').getByText('two a').click();
    await gw.page.keyboard.press('Home');
    await gw.page.keyboard.press('Enter');
    await gw.page.keyboard.press('ArrowUp');
    await gw.page.keyboard.insertText('above');
    await gw.page.waitForTimeout(REST_MS);
    await gw.screenshot('review-remark-edited');
    await acceptInTitle(scene);
    const answer = await told(scene, 1);
    expect(answer).toContain('- line 2 (two a): Second thought.');
    expect(answer).not.toContain('First thought');
    expect(answer).not.toContain('To be deleted');
    expect(scene.file('a.txt')).toBe('above\ntwo a\nsecond\n');
  });

  it('are there again after a reload of the window', async () => {
    const scene = await open(FILES, ONE);
    const { gw } = scene;
    await runGoal(scene, 'Make it two');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await remark(scene, 'Remember this.');
    await gw.reload();
    await gw.panel();
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await said(scene, 'Remember this.').waitFor();
    await gw.screenshot('review-remark-reloaded');
    await gw.ui.action('Reject Edit').click();
    expect(await told(scene, 1)).toContain('Remember this.');
  });
});
