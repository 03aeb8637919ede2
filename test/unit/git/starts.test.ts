/** What of a repository makes a git in a shell start programs, wherever its settings stand. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeGit } from '../../../src/headless/ports/git.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'starts-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
const starts = () => nodeGit({ root }).starts(new AbortController().signal);

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

test('a repository inside it', async () => {
  git('init', '-q');
  await mkdir(path.join(root, 'inner'));
  git('init', '-q', 'inner');
  expect(await starts()).toBe('what a repository inside it names');
});

test('a folder that is a repository without a work tree', async () => {
  git('init', '-q', '--bare', '.');
  expect(await starts()).toBe('what a repository without a work tree names');
});
