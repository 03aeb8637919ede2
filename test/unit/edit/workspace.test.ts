import { spawnSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { propose } from '../../../src/agent/edit/proposal.ts';
import { hashOf } from '../../../src/agent/hash.ts';
import type { ResolvedPath, Workspace } from '../../../src/agent/ports.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

let base: string;
let root: string;
let ledger: string;
let outside: string;
let workspace: Workspace;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'edit-')));
  [root, ledger, outside] = [path.join(base, 'ws'), path.join(base, 'ledger'), path.join(base, 'outside')];
  await mkdir(root);
  await mkdir(outside);
  workspace = await nodeWorkspace(root, { ledger });
});
afterEach(() => rm(base, { recursive: true, force: true }));

const change = (name: string, before: string | Uint8Array | undefined, after: string | Uint8Array) => ({
  path: at(name),
  before: before === undefined ? undefined : hashOf(before),
  after: Buffer.from(after),
});
const resolved = async (given: string): Promise<ResolvedPath> => {
  const result = await workspace.resolve(given);
  if ('fault' in result) throw new Error(result.fault);
  return result;
};
/** Every name below a folder. */
const names = async (folder: string) => (await readdir(folder, { recursive: true })).sort();

describe('resolve', () => {
  test('what is there, what is not yet there, the root itself', async () => {
    await mkdir(at('src'));
    await writeFile(at('src/a.ts'), 'a');
    expect(await resolved('src/a.ts')).toEqual({
      given: 'src/a.ts',
      real: at('src/a.ts'),
      relative: 'src/a.ts',
      lexical: 'src/a.ts',
      exists: true,
      kind: 'file',
      links: 1,
    });
    expect(await resolved('src/new/deep/b.ts')).toMatchObject({
      relative: 'src/new/deep/b.ts',
      exists: false,
      kind: undefined,
      links: 0,
    });
    expect(await resolved('')).toMatchObject({ real: root, relative: '', kind: 'directory' });
    expect(await resolved(at('src'))).toMatchObject({ relative: 'src', kind: 'directory' });
    expect(await resolved('a/.../b.ts')).toMatchObject({ relative: 'a/.../b.ts' });
    expect(await resolved('..foo')).toMatchObject({ relative: '..foo' });
  });

  test('outside is outside, by segments', async () => {
    expect(await resolved('../ws-evil/x')).toMatchObject({
      relative: undefined,
      lexical: undefined,
      real: path.join(base, 'ws-evil/x'),
    });
    expect(await resolved('src/../../outside')).toMatchObject({ relative: undefined, real: outside });
  });

  test('links: real and lexical place differ; the ends of dangling links and chains are named', async () => {
    await mkdir(at('releases/1'), { recursive: true });
    await symlink('releases/1', at('current'));
    await symlink(path.join(outside, 'created.txt'), at('new.txt'));
    await symlink('b', at('a'));
    await symlink(path.join(outside, 'end'), at('b'));
    expect(await resolved('current/x')).toMatchObject({ relative: 'releases/1/x', lexical: 'current/x' });
    expect(await resolved('new.txt')).toMatchObject({
      real: path.join(outside, 'created.txt'),
      relative: undefined,
      lexical: 'new.txt',
      exists: false,
    });
    expect(await resolved('a')).toMatchObject({ real: path.join(outside, 'end'), relative: undefined });
  });

  test('a root that is opened through a link: absolute paths through it are inside', async () => {
    await symlink(root, path.join(base, 'opened'));
    workspace = await nodeWorkspace(path.join(base, 'opened'), { ledger });
    expect(workspace.root).toBe(root);
    expect(await resolved(path.join(base, 'opened', 'x'))).toMatchObject({
      real: at('x'),
      relative: 'x',
      lexical: 'x',
    });
  });

  test('spellings', async () => {
    expect(await resolved('~/.aws/credentials')).toMatchObject({
      real: path.join(await realpath(os.homedir()), '.aws/credentials'),
    });
    expect(await resolved('~backup/a')).toMatchObject({ relative: '~backup/a' });
    expect(await resolved('file:///etc/passwd')).toMatchObject({ real: await realpath('/etc/passwd') });
    expect(await resolved('routes/$postId.ts')).toMatchObject({ relative: 'routes/$postId.ts' });
  });

  test.each([
    ['NUL', 'a\0.png', 'NUL'],
    ['a variable', '$HOME/.bashrc', 'not expanded'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell would expand it
    ['a variable in braces', '${HOME}/.bashrc', 'not expanded'],
    ['a file as a folder', 'plain/x', 'as if it were a folder'],
    ['a link to itself', 'loop', 'loop of links'],
    ['links in a circle', 'ping/x', 'loop of links'],
    ['a URI of another computer', 'file://host/x', 'no path on this computer'],
  ])('%s is a fault', async (_, given, fault) => {
    await writeFile(at('plain'), '');
    await symlink('loop', at('loop'));
    await symlink('pong', at('ping'));
    await symlink('ping', at('pong'));
    expect(await workspace.resolve(given)).toEqual({ fault: expect.stringContaining(fault) });
  });
});

describe('read and list', () => {
  test('bytes and mode; nothing for no file', async () => {
    await writeFile(at('a'), 'x', { mode: 0o755 });
    expect(await workspace.read(at('a'))).toEqual({ bytes: Buffer.from('x'), mode: 0o755 });
    expect(await workspace.read(at('b'))).toBeUndefined();
  });
  test('folders, pipes, devices, links and large files are faults, at once', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    await symlink('a', at('link'));
    await writeFile(at('large'), '');
    await truncate(at('large'), 60 * 1024 * 1024);
    for (const name of [root, at('pipe'), '/dev/zero', at('link'), at('large')])
      expect(await workspace.read(name)).toHaveProperty('fault');
    expect(await workspace.read(at('large'))).toEqual({ fault: 'It is 60 MB; 50 MB is the limit.' });
  });
  test('names, folders with a slash, links as what they lead to', async () => {
    await mkdir(at('b'));
    await writeFile(at('a'), '');
    await symlink('b', at('c'));
    expect(await workspace.list(root)).toEqual(['a', 'b/', 'c/']);
    expect(await workspace.list(at('none'))).toEqual([]);
  });
});

describe('apply', () => {
  test('CRLF, BOM, mode and the missing final newline stay through proposal and write', async () => {
    const old = Buffer.from('\uFEFF#!/bin/sh\r\necho a\r\nexit');
    await writeFile(at('run.sh'), old);
    await chmod(at('run.sh'), 0o755);
    const content = await workspace.read(at('run.sh'));
    if (!content || 'fault' in content) throw new Error('unreadable');
    const proposal = propose(await resolved('run.sh'), content, {
      edits: [{ old: 'echo a\n', new: 'echo b\necho c\n' }],
    });
    if (proposal.kind === 'refusal') throw new Error(proposal.forModel);
    const { real, beforeHash, after } = proposal;
    expect(await workspace.apply({ path: real, before: beforeHash, after })).toEqual({
      kind: 'applied',
      bytes: after,
    });
    expect(await readFile(at('run.sh'))).toEqual(Buffer.from('\uFEFF#!/bin/sh\r\necho b\r\necho c\r\nexit'));
    expect((await stat(at('run.sh'))).mode & 0o7777).toBe(0o755);
    expect(await names(root)).toEqual(['run.sh']);
  });

  test('a link stays a link: its target is written', async () => {
    await writeFile(at('real'), 'old');
    await symlink('real', at('link'));
    const { real } = await resolved('link');
    expect(await workspace.apply({ ...change('x', 'old', 'new'), path: real })).toMatchObject({ kind: 'applied' });
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
    expect(await readFile(at('real'), 'utf8')).toBe('new');
    expect(await workspace.apply(change('link', 'new', 'newer'))).toEqual({
      kind: 'stale',
      reason: 'a link took its place',
    });
  });

  test('hard links stay one file', async () => {
    await writeFile(at('a'), 'old and longer');
    await link(at('a'), at('b'));
    expect(await workspace.apply(change('a', 'old and longer', 'new'))).toMatchObject({ kind: 'applied' });
    expect(await readFile(at('b'), 'utf8')).toBe('new');
    expect((await stat(at('a'))).nlink).toBe(2);
    expect(await names(ledger)).toEqual([]);
  });

  test('a new file with its folders; nothing of them when it cannot be', async () => {
    expect(await workspace.apply(change('x/y/new.ts', undefined, ''))).toMatchObject({ kind: 'applied' });
    expect(await readFile(at('x/y/new.ts'), 'utf8')).toBe('');
    await symlink(outside, at('elsewhere'));
    expect(await workspace.apply(change('elsewhere/z/new.ts', undefined, 'a'))).toMatchObject({ kind: 'stale' });
    await writeFile(at('plain'), '');
    expect(await workspace.apply(change('plain/new.ts', undefined, 'a'))).toMatchObject({ kind: 'stale' });
    expect(await names(outside)).toEqual([]);
  });

  test('a new file never replaces one, nor a link to nowhere', async () => {
    await writeFile(at('a'), 'mine');
    await symlink(path.join(outside, 'x'), at('b'));
    for (const name of ['a', 'b'])
      expect(await workspace.apply(change(name, undefined, 'theirs'))).toEqual({
        kind: 'stale',
        reason: 'it exists already',
      });
    expect(await readFile(at('a'), 'utf8')).toBe('mine');
    expect(await names(outside)).toEqual([]);
  });

  test('changed, deleted, renamed: stale, and the new name is told', async () => {
    await writeFile(at('a'), 'now');
    expect(await workspace.apply(change('a', 'then', 'x'))).toEqual({
      kind: 'stale',
      reason: 'it was changed after it was read',
    });
    await rename(at('a'), at('b'));
    expect(await workspace.apply(change('a', 'now', 'x'))).toEqual({
      kind: 'stale',
      reason: 'it was deleted; b in the same folder has its content now',
    });
    expect(await workspace.apply(change('a', 'then', 'x'))).toEqual({ kind: 'stale', reason: 'it was deleted' });
    expect(await names(root)).toEqual(['b']);
  });

  test('read-only is respected, though a rename would get past it', async () => {
    await writeFile(at('a'), 'old', { mode: 0o444 });
    expect(await workspace.apply(change('a', 'old', 'new'))).toEqual({
      kind: 'failed',
      reason: expect.stringContaining('read-only (mode 0444)'),
    });
    expect(await readFile(at('a'), 'utf8')).toBe('old');
  });

  test('two changes of one file: the second meets what the first wrote', async () => {
    await writeFile(at('a'), '1');
    const results = await Promise.all([
      workspace.apply(change('a', '1', '2')),
      workspace.apply(change('a', '1', '3')),
      workspace.apply(change('a', '2', '4')),
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(['applied', 'stale', 'applied']);
    expect(await readFile(at('a'), 'utf8')).toBe('4');
  });

  test('the temporary file is on the device of the target', async () => {
    const seen: string[][] = [];
    await writeFile(at('a'), 'old');
    workspace = await nodeWorkspace(root, { ledger, onStep: async () => seen.push(await readdir(root)) });
    await workspace.apply(change('a', 'old', 'new'));
    expect(seen.flat().some((name) => /^\.goalwright-\w+\.tmp$/.test(name))).toBe(true);
  });
});

/** Applies with something done at one step. */
const during = async (step: string, what: () => Promise<unknown>) => {
  workspace = await nodeWorkspace(root, { ledger, onStep: (name) => (name === step ? what() : undefined) });
};

describe('between check and write', () => {
  const swap = async () => {
    await rename(at('src'), at('moved'));
    await symlink(outside, at('src'));
  };
  test.each(['noted', 'opened', 'written'])('the folder becomes a link (%s): nothing is written', async (step) => {
    await mkdir(at('src'));
    await writeFile(at('src/a'), 'old');
    await writeFile(path.join(outside, 'a'), 'old');
    await during(step, swap);
    expect(await workspace.apply(change('src/a', 'old', 'new'))).toMatchObject({ kind: 'stale' });
    expect(await readFile(path.join(outside, 'a'), 'utf8')).toBe('old');
    expect(await readFile(at('moved/a'), 'utf8')).toBe('old');
    expect([...(await names(at('moved'))), ...(await names(outside)), ...(await names(ledger))]).toEqual(['a', 'a']);
  });
  test.runIf(process.platform === 'linux')(
    'even at the last moment, the folder that was checked is the one that is written',
    async () => {
      await mkdir(at('src'));
      await writeFile(at('src/a'), 'old');
      await writeFile(path.join(outside, 'a'), 'old');
      await during('checked', swap);
      await workspace.apply(change('src/a', 'old', 'new'));
      expect(await readFile(path.join(outside, 'a'), 'utf8')).toBe('old');
      expect(await names(outside)).toEqual(['a']);
    },
  );
  test('a new file: its folder becomes a link', async () => {
    await during('folders', async () => {
      await rename(at('x'), at('moved'));
      await symlink(outside, at('x'));
    });
    expect(await workspace.apply(change('x/new', undefined, 'a'))).toMatchObject({ kind: 'stale' });
    expect([...(await names(outside)), ...(await names(at('moved')))]).toEqual([]);
  });
  test.each(['noted', 'written'])('somebody writes the file (%s): theirs stays', async (step) => {
    await writeFile(at('a'), 'old');
    await during(step, () => writeFile(at('a'), 'theirs'));
    expect(await workspace.apply(change('a', 'old', 'new'))).toMatchObject({ kind: 'stale' });
    expect(await readFile(at('a'), 'utf8')).toBe('theirs');
  });
  test('somebody creates the file: theirs stays', async () => {
    await during('written', () => writeFile(at('a'), 'theirs'));
    expect(await workspace.apply(change('a', undefined, 'new'))).toEqual({
      kind: 'stale',
      reason: 'it exists already',
    });
    expect(await readFile(at('a'), 'utf8')).toBe('theirs');
    expect(await names(root)).toEqual(['a']);
  });
});

const OLD = 'old line\n'.repeat(30_000);
const NEW = 'a new and longer line\n'.repeat(20_000);
const KINDS = {
  'a plain file': async () => writeFile(at('a'), OLD),
  'a new file in new folders': async () => {},
  'a file with two names': async () => {
    await writeFile(at('a'), OLD);
    await link(at('a'), at('b'));
  },
};

describe.each(Object.entries(KINDS))('%s', (kind, make) => {
  const name = kind.startsWith('a new') ? 'x/y/a' : 'a';
  const old = name === 'a' ? OLD : undefined;
  const read = () => readFile(at(name), 'utf8').catch(() => undefined);
  const own = (list: readonly string[]) => list.filter((entry) => !['x', 'x/y'].includes(entry));

  test('killed after any step: old or new, and nothing is left after the next start', async () => {
    await writeFile(path.join(base, 'after'), NEW);
    let step = 0;
    let status: number | null = null;
    for (; status === null; step++) {
      await rm(root, { recursive: true });
      await mkdir(root);
      await make();
      const before = own(await names(root));
      const child = path.join(import.meta.dirname, 'kill-child.ts');
      ({ status } = spawnSync(process.execPath, [child, root, ledger, at(name), path.join(base, 'after'), `${step}`]));
      // A file overwritten in place is torn until the next start has put it right.
      if (kind !== 'a file with two names') expect([old, NEW]).toContain(await read());
      await nodeWorkspace(root, { ledger });
      const now = await read();
      expect([old, NEW]).toContain(now);
      expect(own(await names(root))).toEqual(now === undefined ? [] : [...new Set([...before, name])]);
      expect(await names(ledger)).toEqual([]);
    }
    expect(status).toBe(0);
    expect(step).toBeGreaterThan(5);
    expect(await read()).toBe(NEW);
  });

  test('failing after any step: old and "failed", or new and "applied"; nothing is left', async () => {
    let failures = 0;
    for (let step = 0; ; step++) {
      await rm(root, { recursive: true });
      await mkdir(root);
      await make();
      let count = 0;
      workspace = await nodeWorkspace(root, {
        ledger,
        onStep: () => {
          if (count++ === step) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        },
      });
      const result = await workspace.apply(change(name, old, NEW));
      if (count <= step) break;
      if (result.kind === 'failed') failures++;
      expect(await read()).toBe(result.kind === 'applied' ? NEW : old);
      expect(result.kind === 'failed' && result.reason).toSatisfy(
        (reason) => reason === false || reason === 'the disk is full',
      );
      expect((await names(root)).filter((entry) => entry.includes('goalwright'))).toEqual([]);
      if (result.kind === 'failed' && !old) expect(await names(root)).toEqual([]);
      expect(await names(ledger)).toEqual([]);
    }
    expect(failures).toBeGreaterThan(2);
  });
});

test('recovery leaves alone what somebody changed after the crash, and writes of living processes', async () => {
  await writeFile(at('a'), 'third');
  const entry = { target: at('a'), temporary: '.goalwright-x.tmp', pid: process.pid, start: '', machine: '' };
  await writeFile(path.join(ledger, 'x.json'), JSON.stringify(entry));
  await writeFile(path.join(ledger, 'x.old'), 'old');
  await writeFile(path.join(ledger, 'x.new'), 'new');
  await writeFile(at('.goalwright-x.tmp'), 'half');
  await nodeWorkspace(root, { ledger });
  expect(await names(root)).toEqual(['.goalwright-x.tmp', 'a']);
  expect(await readFile(at('a'), 'utf8')).toBe('third');
});
