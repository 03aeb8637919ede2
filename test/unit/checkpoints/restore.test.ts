/** Taking changes back: nothing that is not exactly what the change made of it is ever written over or removed. */

import { spawnSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/agent/hash.ts';
import type { Difference } from '../../../src/agent/ports.ts';
import { contents, good, quiet, unchanged, workTree } from './tree.ts';

const text = (file: string): Promise<string> => readFile(file, 'utf8');
const state = (content: string) => ({ hash: hashOf(content), size: content.length, kind: 'file' }) as const;

describe('cancel deletes the user’s file', () => {
  test('a file that was there and was edited, rewritten or replaced by the agent is never gone', async () => {
    await using tree = await workTree({ edited: 'mine', rewritten: 'mine too', replaced: 'and mine' });
    const first = await tree.take();
    await tree.write({ edited: 'edited', rewritten: '' });
    await writeFile(tree.at('new'), 'agent');
    await rename(tree.at('new'), tree.at('replaced'));
    expect(await tree.restore(first)).toEqual({ restored: ['edited', 'replaced', 'rewritten'], failed: [] });
    expect(await Promise.all(['edited', 'rewritten', 'replaced'].map((name) => text(tree.at(name))))).toEqual([
      'mine',
      'mine too',
      'and mine',
    ]);
  });

  test('a file that the person made after the task is not part of what is taken back', async () => {
    await using tree = await workTree({ a: '1' });
    const before = await tree.take();
    await tree.write({ 'agent.txt': 'agent', 'folder/agent.txt': 'agent' });
    const after = await tree.take();
    await tree.write({ 'person.txt': 'person', 'folder/person.txt': 'person' });
    await tree.restore(before, await tree.compare(before, after));
    expect((await contents(tree.root)).map((line) => line.split(' ')[0])).toEqual([
      'a',
      'folder/person.txt',
      'person.txt',
    ]);
  });

  test('a file of the agent’s that the person changed since stays', async () => {
    await using tree = await workTree({ a: '1' });
    const before = await tree.take();
    await tree.write({ 'agent.txt': 'agent', a: 'agent' });
    const after = await tree.take();
    await tree.write({ 'agent.txt': 'the person went on', a: 'here too' });
    expect(await tree.restore(before, await tree.compare(before, after))).toEqual({
      restored: [],
      failed: ['a: it was changed since', 'agent.txt: it was changed since'],
    });
    expect([await text(tree.at('a')), await text(tree.at('agent.txt'))]).toEqual(['here too', 'the person went on']);
  });

  test('a file that a command deleted comes back, with its mode and its folders', async () => {
    await using tree = await workTree({ 'private/deep/key': 'secret', 'private/run.sh': '#!/bin/sh\n' });
    await chmod(tree.at('private/deep/key'), 0o600);
    await chmod(tree.at('private/run.sh'), 0o750);
    await chmod(tree.at('private/deep'), 0o700);
    const first = await tree.take();
    await tree.remove('private');
    expect(await tree.restore(first)).toMatchObject({ failed: [] });
    const modes = ['private/deep', 'private/deep/key', 'private/run.sh'].map((name) => stat(tree.at(name)));
    expect((await Promise.all(modes)).map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600', '750']);
    expect(await text(tree.at('private/deep/key'))).toBe('secret');
  });

  test('a change that says a file was not there is not believed when the snapshot holds it, or never looked', async () => {
    await using tree = await workTree({ '.gitignore': '.env\nout/\n', '.env': 'mine', 'out/x': 'mine', a: 'mine' });
    const first = await tree.take();
    const lies: Difference[] = ['.env', 'a', 'out/x'].map((name) => ({ path: name, after: state('mine') }));
    const why = 'the checkpoint does not know that it was not there';
    expect(await tree.restore(first, lies)).toEqual({
      restored: [],
      failed: [`.env: ${why}`, `a: ${why}`, `out/x: ${why}`],
    });
    expect(await text(tree.at('.env'))).toBe('mine');
  });

  test('a file that was too large or could not be read before is not new when it is smaller now', async () => {
    await using tree = await workTree({ 'data.bin': 'x'.repeat(2000), a: '1' }, { maxFileBytes: 1000 });
    const taken = good(await tree.checkpoints.take([], quiet));
    expect(taken).toMatchObject({ files: 1, left: ['data.bin: it is 1 MB; files over 0 MB are not kept'] });
    await tree.write({ 'data.bin': 'small' });
    expect(await tree.changes(taken.id)).toBe('');
  });

  test('a folder that was empty before stays, one that was made for a file goes with it', async () => {
    await using tree = await workTree({ a: '1', 'kept/x': '1' });
    await mkdir(tree.at('logs'));
    const first = await tree.take();
    await tree.write({ 'logs/new/n': '1', 'made/deep/n': '2', 'kept/more/n': '3' });
    await mkdir(tree.at('made/by-person'));
    await tree.restore(first);
    expect(await readdir(tree.root, { recursive: true }).then((names) => names.sort())).toEqual([
      ...['a', 'kept', 'kept/x', 'logs', 'made', 'made/by-person'],
    ]);
  });
});

describe('what is not the change’s own', () => {
  test.each([
    ['a folder', async (file: string) => void (await mkdir(file)), 'a folder is in its place'],
    ['a link', (file: string) => symlink('elsewhere', file), 'it was changed since'],
    ['nothing', async () => {}, 'it was deleted since'],
    ['another file', (file: string) => writeFile(file, 'other'), 'it was changed since'],
    [
      'the same file, to be run now',
      (file: string) => writeFile(file, 'agent', { mode: 0o755 }),
      'it was changed since',
    ],
  ])('%s in its place is left alone', async (_what, make, why) => {
    await using tree = await workTree({ a: 'before' });
    const first = await tree.take();
    await tree.write({ a: 'agent' });
    const changes = await tree.compare(first);
    await rm(tree.at('a'));
    await make(tree.at('a'));
    const before = await contents(tree.root);
    expect(await tree.restore(first, changes)).toEqual({ restored: [], failed: [`a: ${why}`] });
    expect(await contents(tree.root)).toEqual(before);
  });

  test('what already is what it was before counts as taken back: a restore that was stopped can be asked for again', async () => {
    await using tree = await workTree({ a: '1', b: '2' });
    const first = await tree.take();
    await tree.write({ a: 'x', b: 'y', c: 'z' });
    const changes = await tree.compare(first);
    await tree.restore(first, changes);
    expect(await tree.restore(first, changes)).toEqual({ restored: ['a', 'b', 'c'], failed: [] });
  });

  test('no path leads out of the folder or into a .git', async () => {
    await using tree = await workTree({ a: '1' });
    await writeFile(path.join(tree.top, 'outside'), 'x');
    const first = await tree.take();
    const paths = [
      '../outside',
      '/etc/passwd',
      '.git/config',
      'sub/.GIT/hooks/x',
      'a/../../outside',
      '',
      'a\0b',
      './a',
    ];
    const { restored, failed } = await tree.restore(
      first,
      paths.map((one) => ({ path: one, after: state('x') })),
    );
    expect(restored).toEqual([]);
    expect(failed).toHaveLength(paths.length);
    expect(await text(path.join(tree.top, 'outside'))).toBe('x');
  });

  test('a folder that became a link to the outside is not followed', async () => {
    await using tree = await workTree({ 'in/a': '1', 'in/gone': '2' });
    const first = await tree.take();
    await tree.write({ 'in/a': 'agent', 'in/new': 'agent' });
    await tree.remove('in/gone');
    const changes = await tree.compare(first);
    const outside = path.join(tree.top, 'outside');
    await rename(tree.at('in'), outside);
    await symlink(outside, tree.at('in'));
    const { restored, failed } = await unchanged(outside, () => tree.restore(first, changes));
    expect(restored).toEqual([]);
    expect(failed).toHaveLength(3);
  });
});

describe('kinds of files', () => {
  test('links inside, outside and to nowhere are kept as links; nobody reads what they lead to', async () => {
    await using tree = await workTree({ a: '1', 'folder/b': '2' });
    await writeFile(path.join(tree.top, 'outside'), 'secret');
    const links = { in: 'a', out: '../outside', 'to-folder': 'folder', dangling: 'nowhere', 'folder/up': '..' };
    for (const [name, target] of Object.entries(links)) await symlink(target, tree.at(name));
    const first = await tree.take();
    expect(Buffer.from((await tree.checkpoints.read(first, 'out')) ?? '').toString()).toBe('../outside');
    for (const name of Object.keys(links)) await rm(tree.at(name));
    await tree.write({ in: 'a file now' });
    await symlink('/other', tree.at('out'));
    expect(await tree.changes(first)).toBe('-dangling -folder/up ~in ~out -to-folder');
    expect(await tree.restore(first)).toMatchObject({ failed: [] });
    for (const [name, target] of Object.entries(links)) expect(await readlink(tree.at(name))).toBe(target);
    expect(await text(path.join(tree.top, 'outside'))).toBe('secret');
  });

  test('a file that became a link, a link that became a file', async () => {
    await using tree = await workTree({ a: 'file', target: 'target' });
    await symlink('target', tree.at('b'));
    const first = await tree.take();
    await tree.remove('a', 'b');
    await symlink('target', tree.at('a'));
    await tree.write({ b: 'file' });
    const second = await tree.take();
    await tree.restore(first);
    expect([await text(tree.at('a')), await readlink(tree.at('b'))]).toEqual(['file', 'target']);
    await tree.restore(second);
    expect([await readlink(tree.at('a')), await text(tree.at('b'))]).toEqual(['target', 'file']);
    expect(await text(tree.at('target'))).toBe('target');
  });

  test('a file that became a folder, and a folder that became a file', async () => {
    await using tree = await workTree({ a: 'file', 'b/x/y': '1', 'b/z': '2' });
    const first = await tree.take();
    await tree.remove('a', 'b');
    await tree.write({ 'a/x/y': '1', b: 'file' });
    expect(await tree.changes(first)).toBe('~a +a/x/y ~b -b/x/y -b/z'.replace('~a', '-a').replace('~b', '+b'));
    const second = await tree.take();
    expect(await tree.restore(first)).toMatchObject({ failed: [] });
    expect(await tree.changes(first)).toBe('');
    expect(await tree.restore(second)).toMatchObject({ failed: [] });
    expect(await tree.changes(second)).toBe('');
  });

  test('the bit that makes a file run is a change of its own', async () => {
    await using tree = await workTree({ run: '#!/bin/sh\n' });
    await chmod(tree.at('run'), 0o755);
    const first = await tree.take();
    await chmod(tree.at('run'), 0o644);
    expect(await tree.compare(first)).toMatchObject([
      { path: 'run', before: { kind: 'executable' }, after: { kind: 'file' } },
    ]);
    await tree.restore(first);
    expect((await stat(tree.at('run'))).mode & 0o777).toBe(0o755);
  });

  test.each([
    ['others could not read it', 0o600, 0o644, 0o600],
    ['the person took the right to read away since', 0o644, 0o600, 0o600],
    ['everybody could write it after', 0o640, 0o666, 0o640],
    ['it could not be run after', 0o755, 0o644, 0o755],
  ])('the mode of a file that is put back: %s', async (_what, before, after, back) => {
    await using tree = await workTree({ a: 'before' });
    await chmod(tree.at('a'), before);
    const first = await tree.take();
    await tree.write({ a: 'after' });
    await chmod(tree.at('a'), after);
    await tree.restore(first);
    expect(((await stat(tree.at('a'))).mode & 0o777).toString(8)).toBe(back.toString(8));
  });

  test('a read-only file that a command changed comes back, read-only', async () => {
    await using tree = await workTree({ locked: 'before' });
    await chmod(tree.at('locked'), 0o444);
    const first = await tree.take();
    await rm(tree.at('locked'));
    await writeFile(tree.at('locked'), 'agent', { mode: 0o444 });
    expect(await tree.restore(first)).toEqual({ restored: ['locked'], failed: [] });
    expect([await text(tree.at('locked')), (await stat(tree.at('locked'))).mode & 0o777]).toEqual(['before', 0o444]);
  });

  test('a file with several names keeps them', async () => {
    await using tree = await workTree({ a: 'before' });
    await link(tree.at('a'), tree.at('b'));
    const first = await tree.take();
    await writeFile(tree.at('a'), 'after');
    await tree.restore(first);
    expect([await text(tree.at('b')), (await stat(tree.at('b'))).nlink]).toEqual(['before', 2]);
  });

  test('every byte of a binary file; an empty file; a name of any characters', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) & 255));
    const odd = 'a\nb\t"\\ $(x) 🙂.txt';
    await using tree = await workTree({ 'a.bin': bytes, empty: '', [odd]: 'odd' });
    const first = await tree.take();
    await tree.write({ 'a.bin': 'x', empty: 'y', [odd]: 'z' });
    await tree.restore(first);
    expect(await readFile(tree.at('a.bin'))).toEqual(bytes);
    expect([await text(tree.at('empty')), await text(tree.at(odd))]).toEqual(['', 'odd']);
  });

  test('pipes and devices are passed over', async () => {
    await using tree = await workTree({ a: '1' });
    spawnSync('mkfifo', [tree.at('pipe')]);
    const taken = good(await tree.checkpoints.take(['pipe'], quiet));
    expect(taken).toMatchObject({ files: 1, left: [] });
    await rm(tree.at('pipe'));
    await writeFile(tree.at('pipe'), 'a file now');
    expect(await tree.changes(taken.id)).toBe('');
  });

  test('a name that is not UTF-8 is left and named', async () => {
    await using tree = await workTree({ a: '1' });
    await writeFile(Buffer.concat([Buffer.from(`${tree.root}/b`), Buffer.from([0xff])]), 'x');
    await mkdir(Buffer.concat([Buffer.from(`${tree.root}/c`), Buffer.from([0xff])]));
    expect(good(await tree.checkpoints.take([], quiet))).toMatchObject({
      files: 1,
      left: ['b\ufffd: its name is not UTF-8', 'c\ufffd/: its name is not UTF-8'],
    });
  });
});

test('a file whose time a program sets back is still seen to have changed', async () => {
  await using tree = await workTree({ a: 'before' }, { now: () => Date.now() + 60_000 });
  const first = await tree.take();
  const { atime, mtime } = await stat(tree.at('a'));
  await writeFile(tree.at('a'), 'aftere');
  await utimes(tree.at('a'), atime, mtime);
  expect(await tree.changes(first)).toBe('~a');
});

test('a file changed twice within one tick of the clock is still seen to have changed', async () => {
  await using tree = await workTree({ a: '0' });
  for (let round = 0; round < 10; round += 1) {
    const before = await tree.take();
    await writeFile(tree.at('a'), String((round + 1) % 10));
    expect(await tree.changes(before)).toBe('~a');
  }
});

test('when an object is missing or damaged nothing is touched', async () => {
  await using tree = await workTree({ a: '1', b: 'to be lost '.repeat(100) });
  const first = await tree.take();
  await tree.write({ a: 'x', b: 'y', c: 'z' });
  const changes = await tree.compare(first);
  const before = await contents(tree.root);
  const unknown = [...changes, { path: 'd', before: state('never kept') }];
  const missing = { fault: 'Data of this checkpoint is missing or damaged.' };
  expect(await tree.checkpoints.restore(first, unknown, quiet)).toEqual(missing);
  const packs = path.join(tree.base, 'checkpoints');
  for (const name of await readdir(packs, { recursive: true })) {
    if (!name.endsWith('.pack')) continue;
    const bytes = await readFile(path.join(packs, name));
    const at = bytes.indexOf('to be lost');
    if (at >= 0) bytes[at] = 0;
    else for (let index = 0; index < 40; index += 1) bytes[index] = 0;
    await writeFile(path.join(packs, name), bytes);
  }
  expect(await tree.checkpoints.restore(first, changes, quiet)).toEqual(missing);
  expect(await contents(tree.root)).toEqual(before);
});

test('a snapshot that there is not is a fault', async () => {
  await using tree = await workTree({ a: '1' });
  const fault = { fault: expect.stringContaining('no such checkpoint') };
  const first = await tree.take();
  for (const id of ['nope', '../x', '']) {
    expect(await tree.checkpoints.compare(id, undefined, quiet)).toEqual(fault);
    expect(await tree.checkpoints.compare(first, id, quiet)).toEqual(fault);
    expect(await tree.checkpoints.restore(id, [], quiet)).toEqual(fault);
    expect(await tree.checkpoints.read(id, 'a')).toBeUndefined();
  }
  expect(await tree.checkpoints.read(first, 'nope')).toBeUndefined();
  expect(await tree.checkpoints.read(first, '../ws/a')).toBeUndefined();
});

test('stopped: nothing is taken, nothing is compared, and what is not taken back yet is named', async () => {
  await using tree = await workTree({ a: '1' });
  const first = await tree.take();
  await tree.write({ a: '2', b: '3' });
  const changes = await tree.compare(first);
  const stopped = AbortSignal.abort(new Error('by the person'));
  expect(await tree.checkpoints.take([], stopped)).toEqual({ fault: 'stopped' });
  expect(await tree.checkpoints.compare(first, undefined, stopped)).toEqual({ fault: 'stopped' });
  expect(await tree.checkpoints.restore(first, changes, stopped)).toEqual({ fault: 'stopped' });
  const controller = new AbortController();
  const readings = await tree.open({ onRead: () => controller.abort() });
  expect(await readings.take([], controller.signal)).toEqual({ fault: 'stopped' });
  expect(await tree.changes(first)).toBe('~a +b');
  expect((await tree.checkpoints.usage()).snapshots).toBe(1);
  const between = new AbortController();
  const restoring = await tree.open({ onStep: (step) => step === 'file' && between.abort() });
  expect(await restoring.restore(first, changes, between.signal)).toEqual({
    restored: ['b'],
    failed: [{ path: 'a', why: 'stopped' }],
  });
  expect(await contents(tree.root)).toEqual([expect.stringContaining(hashOf('2'))]);
});
