/** What of a repository makes a git in a shell start programs, wherever its settings stand. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeGit } from '../../../src/headless/ports/git.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'starts-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const NAMED = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
const starts = (folder = root) => nodeGit({ root }).starts(folder, new AbortController().signal);

test('nothing in a plain repository, nor where there is none', async () => {
  expect(await starts()).toBeUndefined();
  git('init', '-q');
  expect(await starts()).toBeUndefined();
});

test.each([
  ['core.fsmonitor', 'touch x'],
  ['remote.origin.promisor', 'true'],
  ['remote.origin.uploadpack', 'touch x'],
  ['protocol.ext.allow', 'always'],
  ['core.sshCommand', 'touch x'],
  ['diff.x.textconv', 'touch x'],
])('a setting: %s', async (key, value) => {
  git('init', '-q');
  git('config', key, value);
  expect((await starts())?.toLowerCase()).toBe(key.toLowerCase());
});

test('a repository inside it, of which git knows nothing', async () => {
  git('init', '-q');
  git('init', '-q', 'inner');
  git('-C', 'inner', 'config', 'core.fsmonitor', 'touch x');
  expect(await starts()).toBeUndefined();
  expect(await starts(path.join(root, 'inner'))).toBe('core.fsmonitor');
});

test('a repository that it tracks, however deep', async () => {
  const inner = 'a/b/c/d/e/f/inner';
  git('init', '-q');
  git('init', '-q', inner);
  git('-C', inner, ...NAMED, 'commit', '-q', '--allow-empty', '-m', 'x');
  git('add', inner);
  expect(await starts()).toBeUndefined();
  git('-C', inner, 'config', 'core.fsmonitor', 'touch x');
  expect(await starts()).toBe('core.fsmonitor');
  git(...NAMED, 'commit', '-q', '-m', 'x');
  git('update-index', '--index-version', '4');
  expect(await starts()).toBe('core.fsmonitor');
  await writeFile(path.join(root, '.git', 'index'), 'no index');
  expect(await starts()).toBe('something that cannot be read');
});

test('a file that leads to a repository which does not know of it', async () => {
  git('init', '-q', '--bare', 'fake');
  git('-C', 'fake', 'config', 'core.bare', 'false');
  git('-C', 'fake', 'config', 'core.fsmonitor', 'touch x');
  await writeFile(path.join(root, '.git'), 'gitdir: ./fake\n');
  expect(await starts()).toBe('a repository that is not of this folder');
});

test('a repository that shows the files of another folder', async () => {
  git('init', '-q');
  git('config', 'core.worktree', '/');
  expect(await starts()).toBe('a repository that is not of this folder');
});

test('a submodule and a linked work tree as git makes them', async () => {
  git('init', '-q', 'one');
  git('-C', 'one', ...NAMED, 'commit', '-q', '--allow-empty', '-m', 'x');
  git('init', '-q', 'two');
  git('-C', 'two', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', path.join(root, 'one'), 'sub');
  git('-C', 'one', 'worktree', 'add', '-q', path.join(root, 'tree'));
  for (const folder of ['two', 'two/sub', 'tree']) expect(await starts(path.join(root, folder))).toBeUndefined();
});

test('a folder that is a repository without a work tree', async () => {
  git('init', '-q', '--bare', '.');
  expect(await starts()).toBe('what a repository without a work tree names');
  await mkdir(path.join(root, 'below'));
  expect(await starts(path.join(root, 'below'))).toBe('what a repository without a work tree names');
});
