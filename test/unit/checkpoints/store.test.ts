/** The store on disk: small, private, whole at every moment, and shared by several windows. */

import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nodeCheckpoints } from '../../../src/headless/ports/checkpoints.ts';
import { contents, good, quiet, type WorkTree, workTree } from './tree.ts';

const CHILD = path.join(import.meta.dirname, 'child.ts');
const later = () => Date.now() + 60_000;

const child = (tree: WorkTree, operation: string, step: number, argument = '') =>
  spawnSync(process.execPath, [CHILD, tree.base, tree.root, operation, String(step), argument], {
    env: tree.env,
    encoding: 'utf8',
  });

async function storeFiles(tree: WorkTree): Promise<string[]> {
  const names = await readdir(path.join(tree.base, 'checkpoints'), { recursive: true });
  return names.filter((name) => /\.pack$|\.tmp-|snapshots\//.test(name));
}

describe('what is read and written', () => {
  test('of 5,000 files the second snapshot reads those that changed, and a window opened later too', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`d${index % 50}/f${index % 7}/${index}.txt`, `file ${index}\n`]),
    );
    const read: string[] = [];
    await using tree = await workTree(files, { now: later, onRead: (name) => read.push(name) });
    const first = good(await tree.checkpoints.take([], quiet));
    expect([first.files, read.length]).toEqual([5000, 5000]);
    expect((await storeFiles(tree)).filter((name) => name.endsWith('.pack'))).toHaveLength(1);

    read.length = 0;
    await tree.write({ 'd1/f1/1.txt': 'other', 'new.txt': 'new' });
    await tree.remove('d2/f2/2.txt');
    expect(await tree.changes(first.id)).toBe('~d1/f1/1.txt -d2/f2/2.txt +new.txt');
    expect(read.sort()).toEqual(['d1/f1/1.txt', 'new.txt']);
    read.length = 0;
    const second = await tree.take();
    // What a comparison read was not kept: it is read once more.
    expect(read.sort()).toEqual(['d1/f1/1.txt', 'new.txt']);

    read.length = 0;
    const window = await tree.open();
    good(await window.take([], quiet));
    expect(await window.compare(second, undefined, quiet)).toEqual([]);
    expect(read).toEqual([]);
  });

  test('the same content is kept once; what is in a later snapshot and not in the first is all that it adds', async () => {
    const large = 'all the same\n'.repeat(10_000);
    await using tree = await workTree({ a: large, b: large, 'c/a': large });
    await tree.take();
    const { bytes } = await tree.checkpoints.usage();
    expect(bytes).toBeLessThan(large.length);
    await tree.write({ 'c/d': large, e: 'a little' });
    await tree.take();
    expect((await tree.checkpoints.usage()).bytes - bytes).toBeLessThan(3000);
  });

  test('the storage is the person’s alone', async () => {
    await using tree = await workTree({ a: '1' });
    await tree.take();
    for (const name of await readdir(tree.base, { recursive: true })) {
      const stats = await lstat(path.join(tree.base, name));
      expect([name, stats.mode & 0o777]).toEqual([name, stats.isDirectory() ? 0o700 : 0o600]);
    }
  });

  test('a storage inside of the tree is no part of it', async () => {
    await using tree = await workTree({ a: '1' });
    const inside = await nodeCheckpoints({ base: tree.at('state'), root: tree.root, env: tree.env });
    expect(good(await inside.take([], quiet)).files).toBe(1);
    const itself = await nodeCheckpoints({ base: tree.root, root: tree.root, env: tree.env });
    good(await itself.take([], quiet));
    expect(good(await itself.take(['checkpoints/x'], quiet)).left).toEqual([]);
  });

  test('a cache that is damaged is not believed', async () => {
    await using tree = await workTree({ a: 'one', b: 'two' }, { now: later });
    const first = await tree.take();
    const [folder = ''] = await readdir(path.join(tree.base, 'checkpoints'));
    const cache = path.join(tree.base, 'checkpoints', folder, 'seen');
    const bytes = await readFile(cache, 'latin1');
    await writeFile(cache, bytes.replaceAll(/[0-9a-f]{64} /g, `${'0'.repeat(64)} `));
    const window = await tree.open();
    expect(await window.compare(first, undefined, quiet)).toEqual([]);
  });

  test('work trees of different roots do not see each other', async () => {
    await using tree = await workTree({ 'one/a': '1', 'two/b': '2' });
    const one = await tree.open({ root: tree.at('one') });
    const two = await tree.open({ root: tree.at('two') });
    const { id } = good(await one.take([], quiet));
    expect(await two.read(id, 'a')).toBeUndefined();
    expect((await two.usage()).snapshots).toBe(0);
  });
});

describe('what cannot be kept', () => {
  test('files and folders that may not be read are left and named; a restore does not touch them', async () => {
    await using tree = await workTree({ a: '1', 'locked/b': '2', 'shut/c': '3' });
    await chmod(tree.at('locked/b'), 0o000);
    await chmod(tree.at('shut'), 0o000);
    // Root may read anything: another user has to look.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    await chmod(tree.top, 0o755);
    await mkdir(path.join(tree.top, 'theirs'));
    if (uid !== undefined) {
      for (const place of ['theirs', 'ws', 'ws/a', 'ws/locked', 'ws/locked/b', 'ws/shut']) {
        await chown(path.join(tree.top, place), uid, uid);
      }
    }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CHILD, path.join(tree.top, 'theirs'), tree.root, 'take', '-1'],
      { env: tree.env, ...(uid !== undefined && { uid }) },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      left: ['locked/b: permission denied', 'shut/: permission denied'],
    });
  });

  test('a file that goes while the tree is read is not in the snapshot', async () => {
    await using tree = await workTree({ a: '1', going: '2', b: '3' });
    const checkpoints = await tree.open({
      onRead: (name) => {
        if (name === 'going') return rm(tree.at('going'));
        return undefined;
      },
    });
    const { id, files } = good(await checkpoints.take([], quiet));
    expect(files).toBe(2);
    expect(await checkpoints.read(id, 'going')).toBeUndefined();
    expect(await tree.changes(id)).toBe('');
  });

  test('a file that is replaced while it is read is kept as one of both, never as a mixture', async () => {
    const [one, other] = ['a'.repeat(3_000_000), 'b'.repeat(3_000_000)];
    await using tree = await workTree({ a: one });
    let writing = true;
    const writer = (async () => {
      for (let round = 0; writing; round += 1) {
        await writeFile(tree.at('../next'), round % 2 ? one : other);
        await rename(tree.at('../next'), tree.at('a'));
      }
    })();
    for (let round = 0; round < 10; round += 1) {
      const { id } = good(await tree.checkpoints.take([], quiet));
      const bytes = Buffer.from((await tree.checkpoints.read(id, 'a')) ?? '').toString();
      expect([one, other, '']).toContain(bytes);
    }
    writing = false;
    await writer;
  });

  test('beyond its bound nothing is taken, nothing is left behind, and the way out is named', async () => {
    await using tree = await workTree({ a: '1' }, { maxBytes: 20_000 });
    const first = await tree.take();
    const noise = createHash('shake256', { outputLength: 30_000 }).update('').digest();
    await tree.write({ noise });
    const before = await storeFiles(tree);
    const refused = await tree.checkpoints.take([], quiet);
    expect(refused).toEqual({ fault: expect.stringContaining('"Goalwright: Clean Up Checkpoints"') });
    expect(await storeFiles(tree)).toEqual(before);
    expect(await tree.changes(first)).toBe('+noise');
  });

  test('too many files are a fault that names .gitignore', async () => {
    await using tree = await workTree({ a: '1', b: '2', c: '3' }, { maxFiles: 2 });
    expect(await tree.checkpoints.take([], quiet)).toEqual({ fault: expect.stringContaining('.gitignore') });
  });

  test('a root that is gone is a fault, not an empty snapshot', async () => {
    await using tree = await workTree({ a: '1' });
    await rm(tree.root, { recursive: true });
    expect(await tree.checkpoints.take([], quiet)).toEqual({ fault: expect.stringContaining('is gone') });
  });

  test('a storage that somebody deleted begins anew', async () => {
    await using tree = await workTree({ a: '1' });
    await tree.take();
    await rm(path.join(tree.base, 'checkpoints'), { recursive: true });
    const first = await tree.take();
    await tree.write({ a: '2' });
    expect(await tree.restore(first)).toEqual({ restored: ['a'], failed: [] });
  });
});

describe('cleaning up', () => {
  const noise = (seed: number): string =>
    Array.from({ length: 4000 }, (_, index) => Math.imul(index + seed * 7919, 0x9e3779b1) >>> 3).join();

  test('frees what only the forgotten needed and keeps every byte of the rest', async () => {
    await using tree = await workTree({ kept: noise(1), 'src/changing': noise(2) });
    const ids: string[] = [];
    for (let round = 3; round < 12; round += 1) {
      ids.push(await tree.take());
      await tree.write({ 'src/changing': noise(round), [`new${round}`]: noise(round * 100) });
    }
    const last = await tree.take();
    const before = await tree.checkpoints.usage();
    const [second = '', , fourth = ''] = ids.slice(1);
    const cleaned = await tree.checkpoints.keepOnly([second, fourth, 'unknown']);
    const freed = 'freed' in cleaned ? cleaned.freed : 0;
    const after = await tree.checkpoints.usage();
    expect(after).toEqual({ bytes: before.bytes - freed, snapshots: 2 });
    expect(freed).toBeGreaterThan(before.bytes / 2);
    expect(await tree.checkpoints.compare(last, undefined, quiet)).toHaveProperty('fault');
    expect(Buffer.from((await tree.checkpoints.read(second, 'src/changing')) ?? '').toString()).toBe(noise(3));
    const state = await contents(tree.root);
    const now = await tree.take();
    for (const id of [second, fourth]) {
      expect(await tree.restore(id)).toMatchObject({ failed: [] });
      expect(await tree.changes(id)).toBe('');
    }
    await tree.restore(now);
    expect(await contents(tree.root)).toEqual(state);
    expect(await tree.checkpoints.keepOnly([])).toEqual({ freed: expect.toSatisfy((bytes: number) => bytes > 0) });
    expect((await storeFiles(tree)).filter((name) => !name.endsWith('snapshots'))).toEqual([]);
  });

  test('many small packs are put together', async () => {
    await using tree = await workTree({ a: '0' });
    const ids: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      await tree.write({ a: String(round) });
      ids.push(await tree.take());
    }
    await tree.checkpoints.keepOnly(ids);
    expect((await storeFiles(tree)).filter((name) => name.endsWith('.pack'))).toHaveLength(1);
    for (const [round, id] of ids.entries()) {
      expect(Buffer.from((await tree.checkpoints.read(id, 'a')) ?? '').toString()).toBe(String(round));
    }
  });

  test('throws nothing away while a snapshot that is kept is damaged', async () => {
    await using tree = await workTree({ a: noise(1) });
    const first = await tree.take();
    await tree.write({ a: noise(2) });
    const second = await tree.take();
    const packs = await storeFiles(tree);
    for (const name of packs.filter((one) => one.endsWith('.pack'))) {
      const file = path.join(tree.base, 'checkpoints', name);
      const bytes = await readFile(file);
      if (bytes.length > 10_000) await writeFile(file, bytes.subarray(0, -1));
    }
    const window = await tree.open();
    expect(await window.keepOnly([first, second])).toEqual({ freed: 0 });
    expect((await storeFiles(tree)).sort()).toEqual(packs.sort());
  });

  test('a snapshot that another living window just took stays; that of one that died goes', async () => {
    await using tree = await workTree({ a: '1' });
    const window = spawn(process.execPath, [CHILD, tree.base, tree.root, 'take', '-1', 'stay'], { env: tree.env });
    const [line] = await once(window.stdout, 'data');
    const { id } = JSON.parse(String(line));
    const own = await tree.take();
    await tree.checkpoints.keepOnly([own]);
    expect(await tree.changes(id)).toBe('');
    const gone = once(window, 'exit');
    window.kill('SIGKILL');
    await gone;
    await tree.checkpoints.keepOnly([own]);
    expect(await tree.checkpoints.compare(id, undefined, quiet)).toHaveProperty('fault');
    expect(await tree.changes(own)).toBe('');
  });

  test('another window cleans up while this one takes: every snapshot is whole', async () => {
    await using tree = await workTree({ a: noise(1), b: noise(2) });
    const other = await tree.open();
    const kept: string[] = [];
    for (let round = 3; round < 9; round += 1) {
      await tree.write({ a: noise(round) });
      const [taken] = await Promise.all([tree.checkpoints.take([], quiet), other.keepOnly(kept)]);
      kept.push(good(taken).id);
      // Forgotten by the other, who does not know it yet, or not: never half.
      const all = await tree.checkpoints.compare(kept[0] ?? '', kept.at(-1), quiet);
      if ('fault' in all) kept.splice(0, kept.length, await tree.take());
    }
    await tree.checkpoints.keepOnly(kept);
    for (const id of kept) expect(await tree.restore(id)).toMatchObject({ failed: [] });
  });
});

describe('kill -9 at any step', () => {
  test('while a snapshot is taken: the earlier ones are whole, the next one works, cleaning up removes the remains', async () => {
    for (let step = 0; ; step += 1) {
      await using tree = await workTree({ a: '1', 'b/c': '2' });
      const first = await tree.take();
      await tree.write({ a: 'x', d: 'y' });
      const { status, stdout } = child(tree, 'take', step);
      expect(await tree.changes(first)).toBe('~a +d');
      const next = await tree.take();
      expect(await tree.restore(first)).toEqual({ restored: ['a', 'd'], failed: [] });
      await tree.restore(next);
      expect(await tree.changes(next)).toBe('');
      await tree.checkpoints.keepOnly([next]);
      expect((await storeFiles(tree)).filter((name) => name.includes('.tmp-'))).toEqual([]);
      expect((await tree.checkpoints.usage()).snapshots).toBe(1);
      if (status === 0) {
        expect(stdout).toContain('"id"');
        expect(step).toBe(3);
        break;
      }
    }
  });

  test('while cleaning up: what is kept is kept', async () => {
    for (let step = 0; ; step += 1) {
      await using tree = await workTree({ a: 'one '.repeat(100), b: 'two' });
      // By a window that is gone: nobody else's fresh snapshot is ever forgotten.
      expect(child(tree, 'take', -1).status).toBe(0);
      await tree.write({ a: '1', c: 'c '.repeat(100) });
      const kept = await tree.take();
      const { status } = child(tree, 'clean', step, kept);
      await tree.write({ a: 'x', b: 'y', c: 'z' });
      const window = await tree.open();
      const changes = good(await window.compare(kept, undefined, quiet));
      expect(good(await window.restore(kept, changes, quiet))).toEqual({ restored: ['a', 'b', 'c'], failed: [] });
      if (status === 0) {
        expect(step).toBe(4);
        expect((await tree.checkpoints.usage()).snapshots).toBe(1);
        break;
      }
    }
  });

  test('while changes are taken back: each file is the old or the new one, and asked again all are back', async () => {
    for (let step = 0; ; step += 1) {
      await using tree = await workTree({ a: '1', b: '2', 'c/d': '3' });
      const first = await tree.take();
      await tree.write({ a: 'x', b: 'y', e: 'z' });
      await tree.remove('c');
      const { status } = child(tree, 'restore', step, first);
      const left = await tree.compare(first);
      expect(left).toHaveLength(status === 0 ? 0 : 3 - step);
      expect(await tree.restore(first)).toMatchObject({ failed: [] });
      expect(await tree.changes(first)).toBe('');
      if (status === 0) {
        expect(step).toBe(4);
        break;
      }
    }
  });
});
