/** The store on a real disk: layout, modes, the key, blobs, what is cut off, and a disk that is full or read-only. */
import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/agent/hash.ts';
import { openJournal } from '../../../src/agent/journal/journal.ts';
import type { Store } from '../../../src/agent/ports.ts';
import { nodeStore, xdgStateBase } from '../../../src/headless/ports/store.ts';
import { row } from './cases.ts';
import { build, fakeClock, fakeLock, HEADER, said } from './fixtures.ts';
import { emptyFolder, openWindow } from './window.ts';

const posix = process.platform !== 'win32';
let base: string;
let root: string;
let store: Store;

beforeEach(async () => {
  base = path.join(await emptyFolder(), 'new', 'state');
  root = await emptyFolder();
  store = await nodeStore({ base, root });
});

async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const modes = entries.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file), ((await stat(file)).mode & 0o777).toString(8)] as const;
  });
  return Object.fromEntries((await Promise.all(modes)).sort());
}

const text = (value: string) => new TextEncoder().encode(value);

describe('the layout', () => {
  test.skipIf(!posix)('one folder per root and run, all of it for the person alone', async () => {
    const folder = await store.create('r1');
    const blob = await folder.putBlob(text('secret'));
    const lock = await store.lock();
    const home = `runs/${hashOf(root).slice(0, 32)}`;
    expect(await tree(base)).toEqual({
      'journal.key': '600',
      runs: '700',
      [home]: '700',
      [`${home}/lock`]: '700',
      [`${home}/lock/1`]: '600',
      [`${home}/r1`]: '700',
      [`${home}/r1/blobs`]: '700',
      [`${home}/r1/blobs/${blob}`]: '600',
      [`${home}/r1/journal.jsonl`]: '600',
    });
    if ('release' in lock) await lock.release();
  });

  test(row('ho-locale-path', 'every spelling of a root finds the same runs'), async () => {
    await store.create('r1');
    const link = path.join(await emptyFolder(), '链接');
    await symlink(root, link);
    for (const same of [link, `${root}/`, path.join(root, '..', path.basename(root))]) {
      expect(await (await nodeStore({ base, root: same })).runs()).toEqual(['r1']);
    }
    expect(await (await nodeStore({ base, root: await emptyFolder() })).runs()).toEqual([]);
  });

  test('runs are listed newest first; a name that is no id neither lists, opens nor creates', async () => {
    for (const id of ['20250101-a', '20260101-b', '20251231-c']) await store.create(id);
    const lock = await store.lock();
    expect(await store.runs()).toEqual(['20260101-b', '20251231-c', '20250101-a']);
    for (const id of ['..', '../x', 'a/b', '', '.hidden', 'lock', 'x'.repeat(200), 'a\0b']) {
      expect(await store.open(id)).toBeUndefined();
      await expect(store.create(id)).rejects.toThrow('Not a run id');
    }
    expect(await store.open('unknown')).toBeUndefined();
    await expect(store.create('20250101-a')).rejects.toMatchObject({ code: 'EEXIST' });
    if ('release' in lock) await lock.release();
  });

  test('headless state is where the platform keeps it', () => {
    expect(xdgStateBase({ XDG_STATE_HOME: '/state' }, 'linux')).toBe('/state/goalwright');
    expect(xdgStateBase({ XDG_STATE_HOME: 'relative' }, 'linux')).toMatch(/\.local\/state\/goalwright$/);
    expect(xdgStateBase({}, 'darwin')).toMatch(/Application Support\/goalwright$/);
    expect(xdgStateBase({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/goalwright');
  });
});

describe('the key', () => {
  test('is made once, also when many start at the same time, and made private again', async () => {
    const other = path.join(await emptyFolder(), 'state');
    const stores = await Promise.all(Array.from({ length: 8 }, () => nodeStore({ base: other, root })));
    const keys = new Set(stores.map(({ key }) => Buffer.from(key ?? []).toString('hex')));
    expect([...keys]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await chmod(path.join(other, 'journal.key'), 0o644);
    await nodeStore({ base: other, root });
    if (posix) expect(await tree(other)).toMatchObject({ 'journal.key': '600' });
    expect((await readdir(other)).sort()).toEqual(['journal.key', 'runs']);
  });

  test('damaged, it is not replaced: the journals signed with it would be lost', async () => {
    await writeFile(path.join(base, 'journal.key'), 'short');
    await expect(nodeStore({ base, root })).rejects.toThrow('is damaged');
    expect(await readFile(path.join(base, 'journal.key'), 'utf8')).toBe('short');
  });
});

describe('a run’s folder', () => {
  test(
    row('jr-writejson-window', 'blobs appear whole under their hash by one rename, twice is once, damage is absence'),
    async () => {
      const folder = await store.create('r1');
      const bytes = text('content\0\r\n');
      const hashes = await Promise.all([folder.putBlob(bytes), folder.putBlob(bytes), folder.putBlob(bytes)]);
      expect(new Set(hashes)).toEqual(new Set([hashOf(bytes)]));
      expect(Uint8Array.from((await folder.getBlob(hashOf(bytes))) ?? [])).toEqual(bytes);
      const blobs = path.join(base, 'runs', (await readdir(path.join(base, 'runs')))[0] ?? '', 'r1', 'blobs');
      expect(await readdir(blobs)).toEqual([hashOf(bytes)]);
      await writeFile(path.join(blobs, hashOf(bytes)), 'tampered!!');
      expect(await folder.getBlob(hashOf(bytes))).toBeUndefined();
      expect(await folder.getBlob(hashOf('other'))).toBeUndefined();
      for (const no of ['../journal.jsonl', '\0', '']) expect(await folder.getBlob(no)).toBeUndefined();
    },
  );

  test(
    row('jr-delete-safety', 'what is cut off is kept beside the journal, each time, and nothing else is ever removed'),
    async () => {
      const folder = await store.create('r1');
      await folder.append(text('good\nbad 1'));
      await folder.cut(5);
      await folder.append(text('bad 2'));
      await folder.cut(5);
      await folder.cut(5);
      expect(new TextDecoder().decode(await folder.read())).toBe('good\n');
      const home = path.join(base, 'runs', (await readdir(path.join(base, 'runs')))[0] ?? '', 'r1');
      const torn = (await readdir(home)).filter((name) => name.startsWith('journal.torn-'));
      expect(await Promise.all(torn.sort().map((name) => readFile(path.join(home, name), 'utf8')))).toEqual([
        'bad 1',
        'bad 2',
      ]);
      await expect(folder.cut(6)).rejects.toThrow('shorter');
      expect((await folder.read()).length).toBe(5);
    },
  );

  test('a torn journal on disk is cut by its owner and continued', async () => {
    const folder = await store.create('r1');
    const { bytes } = build([HEADER, said('whole')], { key: store.key });
    await folder.append(bytes);
    await folder.append(text('{"seq":3,"at"'));
    const journal = await openJournal(folder, fakeLock(2), { key: store.key, clock: fakeClock() });
    journal.append(said('next'));
    await journal.close();
    expect(Uint8Array.from(await folder.read()).subarray(0, bytes.length)).toEqual(bytes);
    expect(journal.events).toMatchObject([{ seq: 1 }, { text: 'whole' }, { seq: 3, text: 'next' }]);
  });

  test('a journal that was deleted meanwhile is an error, never a new file without a beginning', async () => {
    const folder = await store.create('r1');
    const journal = await openJournal(folder, fakeLock(), { key: store.key, clock: fakeClock() });
    journal.append(HEADER);
    await journal.flush();
    const home = path.join(base, 'runs', (await readdir(path.join(base, 'runs')))[0] ?? '', 'r1');
    await rm(path.join(home, 'journal.jsonl'));
    journal.append(said('lost'));
    await expect(journal.flush()).rejects.toMatchObject({ kind: 'io', message: expect.stringContaining('ENOENT') });
    expect(await readdir(home)).toEqual(['blobs']);
  });
});

describe.skipIf(!posix)('a disk that refuses', { timeout: 60_000 }, () => {
  test(row('jr-enospc', 'a real partial write is cut back; with space again the next owner continues'), async () => {
    const folder = await store.create('r1');
    await folder.append(build([HEADER], { key: store.key }).bytes);
    const window = await openWindow(base, root, { prelude: "trap '' XFSZ; ulimit -f 8" });
    await window.ask('lock');
    await window.ask('open r1');
    let seq = 1;
    let answer = await window.ask(`append ${'x'.repeat(3000)}`);
    for (; answer.seq !== undefined; answer = await window.ask(`append ${'x'.repeat(3000)}`)) seq = answer.seq;
    expect(answer.fault).toBe('full');
    expect(seq).toBeGreaterThan(1);
    expect(await window.ask('append again')).toEqual({ fault: 'full' });
    await window.kill();
    const journal = await openJournal(folder, fakeLock(2), { key: store.key, clock: fakeClock() });
    expect(journal.recovery).toMatchObject({ state: 'whole', last: { seq } });
    journal.append(said('space again'));
    await journal.flush();
  });

  test.each([
    row('jr-eacces-ro', 'storage that may not be written refuses before anything starts, in words for a person'),
    row('ho-readonly-globalstorage', 'the same for a base that cannot even be made'),
  ])('%s', async (name) => {
    const folder = await emptyFolder();
    await chmod(folder, 0o555);
    const denied = name.startsWith('jr') ? folder : path.join(folder, 'deeper', 'state');
    // Root may write anywhere: another user has to try.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    await chmod(root, 0o755);
    const { first } = await openWindow(denied, root, uid === undefined ? {} : { uid });
    expect(first.error).toContain(`cannot keep its runs in ${denied}. Make that folder writable.`);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a base that is a file is refused the same way', async () => {
    const file = path.join(await emptyFolder(), 'file');
    await writeFile(file, '');
    await expect(nodeStore({ base: file, root })).rejects.toThrow('cannot keep its runs');
  });
});
