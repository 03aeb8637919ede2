/** Repositories in the tree: not a byte, not a time of any `.git` changes, and no program that one names is ever run. */

import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isGitName } from '../../../src/headless/ports/checkpoints/wanted.ts';
import { good, quiet, unchanged, type WorkTree, workTree } from './tree.ts';

/** Every way to use checkpoints once, with changes of everything in between. */
async function everything(tree: WorkTree, files: Readonly<Record<string, string>>): Promise<void> {
  const first = await tree.take();
  await tree.write(Object.fromEntries(Object.keys(files).map((name) => [name, `other ${name}\n`])));
  await tree.write({ 'created/by/agent.txt': 'new' });
  const second = await tree.take('created/by/agent.txt');
  expect(await tree.compare(first, second)).toEqual(await tree.compare(first));
  for (const [name, content] of Object.entries(files)) {
    expect(Buffer.from((await tree.checkpoints.read(first, name)) ?? '').toString()).toBe(content);
  }
  expect((await tree.restore(first)).failed).toEqual([]);
  for (const [name, content] of Object.entries(files)) expect(await readFile(tree.at(name), 'utf8')).toBe(content);
  await tree.checkpoints.keepOnly([second]);
  good(await tree.checkpoints.compare(second, undefined, quiet));
}

const MARK = 'mark';

/** Programs that leave a mark when anybody runs them: hooks, a filter for every file, a file system monitor. */
async function armed(tree: WorkTree, folder: string): Promise<string> {
  const mark = path.join(tree.top, MARK);
  const program = path.join(tree.top, 'leave-mark');
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> '${mark}'\ncat\n`);
  await chmod(program, 0o755);
  const hooks = path.join(tree.top, 'hooks');
  await mkdir(hooks, { recursive: true });
  for (const hook of [
    'post-checkout',
    'pre-commit',
    'post-index-change',
    'reference-transaction',
    'fsmonitor-watchman',
  ]) {
    await writeFile(path.join(hooks, hook), `#!/bin/sh\necho ${hook} >> '${mark}'\n`);
    await chmod(path.join(hooks, hook), 0o755);
  }
  for (const [name, value] of [
    ['core.hooksPath', hooks],
    ['core.fsmonitor', program],
    ['filter.lfs.clean', program],
    ['filter.lfs.smudge', program],
    ['filter.lfs.process', program],
    ['filter.lfs.required', 'true'],
    ['diff.lfs.textconv', program],
  ] as const) {
    tree.git(folder, 'config', name, value);
  }
  return mark;
}

const FILES = { 'a.txt': 'one\n', 'src/b.txt': 'two\r\n', 'big.bin': 'version https://git-lfs.github.com/spec/v1\n' };

test('a repository with filters, hooks and a monitor that would leave a mark', async () => {
  await using tree = await workTree({ ...FILES, '.gitattributes': '* text=auto filter=lfs diff=lfs\n' });
  tree.git('.', 'init', '-q');
  tree.git('.', 'add', '.');
  tree.git('.', 'commit', '-q', '-m', 'first');
  const mark = await armed(tree, '.');
  await unchanged(tree.at('.git'), () => everything(tree, FILES));
  expect(existsSync(mark)).toBe(false);
  // The trap works: git itself runs into it.
  expect(() => tree.git('.', 'status')).toThrow();
  expect(existsSync(mark)).toBe(true);
});

test('a repository without a commit, and one whose HEAD is detached', async () => {
  await using tree = await workTree({ ...FILES, 'other/c.txt': 'three\n' });
  tree.git('.', 'init', '-q');
  tree.git('other', 'init', '-q');
  tree.git('other', 'commit', '-q', '--allow-empty', '-m', 'x');
  tree.git('other', 'checkout', '-q', '--detach');
  await unchanged(tree.at('.git'), () =>
    unchanged(tree.at('other/.git'), () => everything(tree, { ...FILES, 'other/c.txt': 'three\n' })),
  );
});

test('nested repositories, a submodule and a worktree: their files come back, their own folders stay as they are', async () => {
  await using tree = await workTree({ ...FILES, 'nested/deep/n.txt': 'n\n' });
  tree.git('.', 'init', '-q');
  tree.git('.', 'add', 'a.txt');
  tree.git('.', 'commit', '-q', '-m', 'first');
  tree.git('nested/deep', 'init', '-q');
  const source = path.join(tree.top, 'source');
  await mkdir(source);
  await writeFile(path.join(source, 's.txt'), 's\n');
  tree.git('../source', 'init', '-q');
  tree.git('../source', 'add', '.');
  tree.git('../source', 'commit', '-q', '-m', 's');
  tree.git('.', 'submodule', 'add', '-q', source, 'sub');
  tree.git('.', 'worktree', 'add', '-q', 'wt');
  const files = { ...FILES, 'nested/deep/n.txt': 'n\n', 'sub/s.txt': 's\n', 'wt/a.txt': 'one\n' };
  const dotGits = ['sub/.git', 'wt/.git'].map((name) => readFile(tree.at(name), 'utf8'));
  await unchanged(tree.at('.git'), () => unchanged(tree.at('nested/deep/.git'), () => everything(tree, files)));
  expect(await Promise.all(['sub/.git', 'wt/.git'].map((name) => readFile(tree.at(name), 'utf8')))).toEqual(
    await Promise.all(dotGits),
  );
});

test('the root is a worktree or a submodule of a repository outside', async () => {
  await using tree = await workTree({ 'main/a.txt': 'one\n', 'main/.gitignore': '*.log\n' });
  tree.git('main', 'init', '-q');
  tree.git('main', 'add', '.');
  tree.git('main', 'commit', '-q', '-m', 'first');
  tree.git('main', 'worktree', 'add', '-q', '../wt');
  await tree.write({ 'wt/x.log': '1', 'wt/y.priv': '2' });
  await writeFile(tree.at('main/.git/info/exclude'), '*.priv\n');
  const checkpoints = await tree.open({ root: tree.at('wt') });
  expect(await unchanged(tree.at('main/.git'), () => checkpoints.take([], quiet))).toMatchObject({
    files: 2,
    left: [],
  });
});

test('a bare repository, and a .git kept elsewhere in the tree, are named and left', async () => {
  await using tree = await workTree({ 'work/a.txt': '1' });
  tree.git('.', 'init', '-q', '--bare', 'store.git');
  tree.git('work', 'init', '-q', '--separate-git-dir', '../real');
  const taken = good(await tree.checkpoints.take([], quiet));
  expect(taken).toMatchObject({ files: 1 });
  expect(taken.left).toEqual([
    "real/: it is a git repository's own folder",
    "store.git/: it is a git repository's own folder",
  ]);
  await unchanged(tree.at('store.git'), () =>
    unchanged(tree.at('real'), () => everything(tree, { 'work/a.txt': '1' })),
  );
});

test('mixed line ends under text=auto and eol=crlf come back byte for byte', async () => {
  const files = {
    'unix.txt': 'a\nb\n',
    'dos.txt': 'a\r\nb\r\n',
    'mixed.txt': 'a\r\nb\nc\r',
    'utf16.txt': '\ufeffa\r\n',
  };
  await using tree = await workTree({
    ...files,
    '.gitattributes': '* text=auto eol=crlf\nutf16.txt working-tree-encoding=UTF-16LE\n',
  });
  tree.git('.', 'init', '-q');
  tree.git('.', 'config', 'core.autocrlf', 'true');
  await unchanged(tree.at('.git'), () => everything(tree, files));
});

test('a person commits, rebases and collects garbage meanwhile: the snapshot is still whole', async () => {
  await using tree = await workTree(FILES);
  tree.git('.', 'init', '-q');
  tree.git('.', 'add', '.');
  tree.git('.', 'commit', '-q', '-m', 'first');
  const first = await tree.take();
  await tree.write({ 'a.txt': 'other' });
  tree.git('.', 'commit', '-q', '-a', '--amend', '-m', 'again');
  tree.git('.', 'reflog', 'expire', '--expire=now', '--all');
  tree.git('.', 'gc', '-q', '--prune=now');
  expect(await tree.restore(first)).toEqual({ restored: ['a.txt'], failed: [] });
  expect(await readFile(tree.at('a.txt'), 'utf8')).toBe('one\n');
});

test('a .git that cannot be a repository is never entered', async () => {
  await using tree = await workTree({
    '.git/config': 'not one',
    'a/.git': 'gitdir: /dev/zero\n',
    'a/b': '1',
    'c/.GIT/d': '2',
  });
  expect(good(await tree.checkpoints.take(['.git/config', 'c/.GIT/d'], quiet))).toMatchObject({ files: 1, left: [] });
});

test.each([
  ['win32', '.git', true],
  ['win32', '.Git. .', true],
  ['win32', 'GIT~1', true],
  ['win32', '.git::$INDEX_ALLOCATION', true],
  ['win32', '.gitignore', false],
  ['darwin', '.g\u200cIt', true],
  ['linux', '.GIT', true],
  ['linux', 'git~1', false],
  ['linux', '.github', false],
] as const)('on %s a folder named %j leads into a repository: %s', (platform, name, leads) => {
  expect(isGitName(name, platform)).toBe(leads);
});
