/** Going back: what a command and an edit changed is restored file by file from the panel, undone, and committed. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accept, call, reported, runGoal, type Scene, sharedWindow } from './scene.ts';

const open = sharedWindow();
const finish = call('finish', { summary: 'Changed.' });
const FILES = { 'a.txt': 'one\n', 'b.txt': 'keep me\r\n' };
const WORK = [
  {
    toolCalls: [
      call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] }),
      call('run', { command: 'rm b.txt && echo new > c.txt' }),
    ],
  },
  { toolCalls: [finish] },
];

const changed = async (scene: Scene) => {
  const panel = await runGoal(scene, 'Change the files');
  await accept(panel, 'edit');
  await accept(panel, 'command');
  await reported(panel, 'done');
  expect([scene.file('a.txt'), existsSync(path.join(scene.folder, 'b.txt'))]).toEqual(['two\n', false]);
  return panel;
};
const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
    encoding: 'utf8',
  });

describe('a checkpoint', () => {
  it('brings back what a command deleted, from the panel, with what differs shown first; and that can be undone', async () => {
    const scene = await open(FILES, WORK);
    const { gw } = scene;
    const panel = await changed(scene);
    await panel.locator('[data-testid=note][data-type="checkpoint.taken"]').getByTestId('restore').click();
    const rows = gw.ui.quickInput().getByRole('checkbox').or(gw.ui.quickInput().getByRole('option'));
    await gw.ui.quickInput().getByText('b.txt').waitFor();
    await gw.screenshot('checkpoint-1-list');
    expect(await rows.count()).toBeGreaterThanOrEqual(3);
    await gw.page.keyboard.press('Enter');
    await gw.ui.notification('3 files were restored').waitFor();
    expect([scene.file('a.txt'), scene.file('b.txt'), existsSync(path.join(scene.folder, 'c.txt'))]).toEqual([
      'one\n',
      'keep me\r\n',
      false,
    ]);
    await panel.locator('[data-testid=note][data-type="checkpoint.restored"]').waitFor();
    await gw.screenshot('checkpoint-2-restored');
    await gw.ui.notification('3 files were restored').getByRole('button', { name: 'Undo' }).click();
    await gw.ui.notification('The restore was undone').waitFor();
    expect([scene.file('a.txt'), scene.file('c.txt')]).toEqual(['two\n', 'new\n']);
    expect(existsSync(path.join(scene.folder, 'b.txt'))).toBe(false);
  });

  it('undoes a run, and leaves what the person changed since unless they check it', async () => {
    const scene = await open({ ...FILES, 'mine.txt': 'mine\n' }, WORK);
    const { gw } = scene;
    const panel = await changed(scene);
    execFileSync('sh', ['-c', 'echo changed > mine.txt'], { cwd: scene.folder });
    await panel.getByTestId('undoRun').click();
    await gw.ui.quickInput().getByText('Not changed by this run').waitFor();
    await gw.screenshot('checkpoint-3-undo-run');
    await gw.page.keyboard.press('Enter');
    await gw.ui.notification('3 files were restored').waitFor();
    expect([scene.file('a.txt'), scene.file('mine.txt')]).toEqual(['one\n', 'changed\n']);
  });

  it('shows all changes of a run side by side, and commits them with a message that is the person’s to change', async () => {
    const scene = await open(FILES, WORK);
    const { gw, folder } = scene;
    git(folder, 'init', '-q', '-b', 'main');
    git(folder, 'config', 'user.name', 'Test');
    git(folder, 'config', 'user.email', 'test@example.com');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'First');
    const panel = await changed(scene);
    await panel.getByTestId('openChanges').click();
    await gw.ui.tab(/Changes of this run/).waitFor();
    await gw.screenshot('checkpoint-4-changes');
    await panel.getByTestId('commitChanges').click();
    await gw.ui.quickInput().getByText('c.txt').waitFor();
    await gw.page.keyboard.press('Enter');
    await expect.poll(() => gw.ui.quickInput().locator('.quick-input-box input').inputValue()).toContain('Change');
    await gw.screenshot('checkpoint-5-commit');
    await gw.page.keyboard.press('Enter');
    await gw.ui.notification('Committed').waitFor();
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'log', '--format=%s')).toMatch(/^Change the files\nFirst\n$/);
  });
});
