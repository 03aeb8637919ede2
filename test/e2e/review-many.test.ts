/** Several edits that wait together: one diff after the other, the overview of them all, and what is decided where. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptByKey, change, finish, inFront, REST_MS, sign } from './review-scene.ts';
import { acceptInTitle, runGoal, type Scene, sharedWindow, told } from './scene.ts';

const FILES = { 'a.txt': 'one a\n', 'b.txt': 'one b\n', 'c.txt': 'one c\n' };
const THREE = [{ toolCalls: [change('a.txt'), change('b.txt'), change('c.txt')] }, { toolCalls: [finish] }];

const texts = (scene: Scene) => Object.keys(FILES).map((name) => scene.file(name));
const diffs = ({ gw }: Scene) => gw.ui.tab(/Goalwright proposes/);
const overview = ({ gw }: Scene) => gw.ui.tab(/Goalwright: waiting edits/);

async function openOverview(scene: Scene): Promise<void> {
  const { gw } = scene;
  await sign(scene, 'Goalwright: 3 edits wait').waitFor();
  await diffs(scene).waitFor();
  await gw.ui.command('goalwright.reviewAll', 'Goalwright: Review All Edits');
  await overview(scene).waitFor();
}

/** What comes too soon after the edits were shown does not count; like a person, this waits and presses again. */
async function acceptAll(scene: Scene): Promise<void> {
  const before = sign(scene, 'Goalwright: 3 edits wait');
  for (let attempt = 0; attempt < 5 && (await before.count()) > 0; attempt++) {
    await scene.gw.page.waitForTimeout(REST_MS);
    await scene.gw.ui.action('Accept All Edits').click({ timeout: 1000 });
    await before.waitFor({ state: 'detached', timeout: 5000 }).catch(() => undefined);
  }
  expect(await before.count()).toBe(0);
}

describe('several edits', () => {
  const open = sharedWindow();

  it('are accepted together from the overview, which the person opens', async () => {
    const scene = await open(FILES, THREE);
    const { gw } = scene;
    await runGoal(scene, 'Make them two');
    await sign(scene, 'Goalwright: 3 edits wait').waitFor();
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    expect([await diffs(scene).count(), await overview(scene).count()]).toEqual([1, 0]);
    await openOverview(scene);
    for (const name of ['a', 'b', 'c']) await gw.page.locator('.multiDiffEntry').getByText(`two ${name}`).waitFor();
    // Each is shown as a change, not as a renaming.
    expect(await gw.page.locator('.multiDiffEntry .status.renamed').count()).toBe(0);
    await gw.screenshot('review-overview');
    await acceptAll(scene);
    await told(scene, 1);
    expect(texts(scene)).toEqual(['two a\n', 'two b\n', 'two c\n']);
    await expect.poll(() => gw.ui.tab(/Goalwright/).count()).toBe(0);
    await expect.poll(() => sign(scene, 'Goalwright:').count()).toBe(0);
  });

  it('are rejected together with one reason', async () => {
    const scene = await open(FILES, THREE);
    const { gw } = scene;
    await runGoal(scene, 'Make them two');
    await openOverview(scene);
    await gw.ui.action('Reject All Edits').click();
    await gw.ui.answer('They stay one.');
    await told(scene, 1);
    const { body } = await scene.server.request(scene.first + 1);
    const results = body.messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');
    expect(results).toHaveLength(3);
    for (const [index, name] of Object.keys(FILES).entries()) {
      expect(results[index]).toContain(`Not changed: the person rejected this change of ${name}.`);
      expect(results[index]).toContain('They stay one.');
    }
    expect(texts(scene)).toEqual(Object.values(FILES));
    await expect.poll(() => gw.ui.tab(/Goalwright/).count()).toBe(0);
  });

  it('stay open, one by one, where the file changed after it was shown', async () => {
    const before = 'one b\n2\n3\n4\n5\nlast\n';
    const scene = await open({ ...FILES, 'b.txt': before }, THREE);
    const { gw } = scene;
    await runGoal(scene, 'Make them two');
    await openOverview(scene);
    writeFileSync(path.join(scene.folder, 'b.txt'), before.replace('last', 'by somebody else'));
    await acceptAll(scene);
    await sign(scene, 'Goalwright: 1 edit waits').waitFor();
    expect(scene.file('b.txt')).toBe(before.replace('last', 'by somebody else'));
    await gw.ui.command('goalwright.nextEdit', 'Goalwright: Next Waiting Edit');
    await inFront(scene, /b\.txt \(Goalwright proposes\)/, 'by somebody else');
    await acceptByKey(scene, 1);
    await told(scene, 1);
    expect(scene.file('b.txt')).toBe(before.replace('one', 'two').replace('last', 'by somebody else'));
    expect(scene.file('c.txt')).toBe('two c\n');
  });

  it('come one after the other, each decided by itself; a closed tab decides nothing', async () => {
    const scene = await open(FILES, THREE);
    const { gw } = scene;
    await runGoal(scene, 'Make them two');
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await gw.ui
      .tab(/a\.txt/)
      .getByRole('button', { name: /Close/ })
      .click();
    await expect.poll(() => diffs(scene).count()).toBe(0);
    await sign(scene, 'Goalwright: 3 edits wait').waitFor();
    await gw.page.waitForTimeout(REST_MS);
    expect(scene.server.requests.length - scene.first).toBe(1);
    expect(texts(scene)).toEqual(Object.values(FILES));

    // The entry in the status bar brings it back.
    await sign(scene, 'Goalwright: 3 edits wait').click();
    await inFront(scene, /a\.txt \(Goalwright proposes\)/, 'two a');
    await acceptInTitle(scene);
    await inFront(scene, /b\.txt \(Goalwright proposes\)/, 'two b');
    await sign(scene, 'Goalwright: 2 edits wait').waitFor();
    await gw.screenshot('review-second');
    await gw.ui.action('Reject Edit').click();
    await gw.ui.answer('Not b.');
    await inFront(scene, /c\.txt \(Goalwright proposes\)/, 'two c');
    await expect.poll(() => gw.ui.tab(/b\.txt/).count()).toBe(0);
    // The diff took the keyboard along.
    await acceptByKey(scene, 1);
    await told(scene, 1);
    expect(texts(scene)).toEqual(['two a\n', 'one b\n', 'two c\n']);
  });
});
