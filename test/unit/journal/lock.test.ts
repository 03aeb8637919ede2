/** The lock, between real processes that are killed, suspended and set against each other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readJournal } from '../../../src/agent/journal/journal.ts';
import type { Lock, Store } from '../../../src/agent/ports.ts';
import { lockFolder } from '../../../src/headless/ports/lock.ts';
import { lifeOf } from '../../../src/headless/ports/process-identity.ts';
import { nodeStore } from '../../../src/headless/ports/store.ts';
import { row } from './cases.ts';
import { build, HEADER } from './fixtures.ts';
import { emptyFolder, openWindow } from './window.ts';

const posix = process.platform !== 'win32';
let base: string;
let root: string;
let store: Store;

beforeEach(async () => {
  base = await emptyFolder();
  root = await emptyFolder();
  store = await nodeStore({ base, root });
});

const lockFiles = async (): Promise<string[]> => {
  const [home = ''] = await readdir(path.join(base, 'runs'));
  const folder = path.join(base, 'runs', home, 'lock');
  return (await readdir(folder)).map((name) => path.join(folder, name));
};

/** As if the owner's heartbeat had stopped this long ago (negative: as if its clock went ahead). */
async function age(seconds: number): Promise<void> {
  const time = new Date(Date.now() - seconds * 1000);
  for (const file of await lockFiles()) await utimes(file, time, time);
}

const taken = (answer: Lock | { readonly heldBy: string }): Lock => {
  if ('heldBy' in answer) throw new Error(`held by ${answer.heldBy}`);
  return answer;
};

/** A run with its header, made and let go by this process. */
async function newRun(id = 'r1'): Promise<void> {
  const folder = await store.create(id);
  await folder.append(build([HEADER], { key: store.key }).bytes);
  await folder.sync();
}

const stored = async (id = 'r1') => {
  const folder = await store.open(id);
  if (!folder) throw new Error(`no run ${id}`);
  return readJournal(folder, store.key);
};

describe('in one process', () => {
  test('one owner at a time, a number that only grows, and nothing but the last file stays', async () => {
    for (let fence = 1; fence <= 5; fence += 1) {
      const lock = taken(await store.lock());
      expect(lock.fence).toBe(fence);
      expect(await lock.held()).toBe(true);
      expect(await store.lock()).toEqual({ heldBy: `process ${process.pid} on this computer` });
      await lock.release();
      expect(await lock.held()).toBe(false);
      await lock.release();
    }
    expect((await lockFiles()).map((file) => path.basename(file))).toEqual(['5']);
  });

  test('of many that ask at once, exactly one gets it', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => store.lock()));
      const locks = answers.flatMap((answer) => ('heldBy' in answer ? [] : [answer]));
      expect(locks.length).toBe(1);
      await locks[0]?.release();
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'a process that ended and was not collected by its parent is dead',
    async () => {
      const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec tail -f /dev/null']);
      const [line] = await once(parent.stdout, 'data');
      await vi.waitUntil(async () => (await lifeOf(Number(line), '')) === 'dead', { interval: 1, timeout: 10_000 });
      expect(process.kill(Number(line), 0)).toBe(true);
      parent.kill('SIGKILL');
    },
  );

  test.skipIf(!posix)('a process number that was given to another process is a dead owner', async () => {
    const lock = taken(await store.lock());
    const [file = ''] = await lockFiles();
    const owner = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...owner, start: '1', token: 'another' }));
    expect(await lock.held()).toBe(false);
    expect(taken(await store.lock()).fence).toBe(2);
  });

  test(
    row('jr-stale-lock', 'a jump of the clock takes nothing from an owner that is alive on this machine'),
    async () => {
      const lock = taken(await store.lock());
      await age(86_400);
      expect(await store.lock()).toHaveProperty('heldBy');
      await age(-86_400);
      expect(await store.lock()).toHaveProperty('heldBy');
      await lock.release();
    },
  );

  test('an owner whose file could not be removed is succeeded all the same', async () => {
    const lock = taken(await (await nodeStore({ base, root, lock: { machine: 'elsewhere' } })).lock());
    const [file = ''] = await lockFiles();
    const content = await readFile(file);
    await age(16);
    const next = taken(await store.lock());
    await writeFile(file, content);
    expect([await lock.held(), await next.held()]).toEqual([false, true]);
  });

  test('a lock folder that was deleted and made anew belongs to its new owner only', async () => {
    const folder = await emptyFolder();
    const first = taken(await lockFolder(path.join(folder, 'one'))());
    await rename(path.join(folder, 'one'), path.join(folder, 'gone'));
    expect(await first.held()).toBe(false);
    const second = taken(await lockFolder(path.join(folder, 'one'))());
    expect(second.fence).toBe(first.fence);
    expect(await first.held()).toBe(false);
    await first.release();
    expect(await second.held()).toBe(true);
  });
});

describe('an owner on another machine', () => {
  const elsewhere = { lock: { machine: 'elsewhere boot-1' } };

  test(
    row('jr-stale-lock', 'keeps the lock while its heart beats, and loses it after three missed beats'),
    async () => {
      const lock = taken(await (await nodeStore({ base, root, ...elsewhere })).lock());
      await age(14);
      expect(await store.lock()).toEqual({ heldBy: `process ${process.pid} on elsewhere` });
      await age(16);
      const next = taken(await store.lock());
      expect(next.fence).toBe(lock.fence + 1);
      expect(await lock.held()).toBe(false);
      await lock.release();
      expect(await next.held()).toBe(true);
    },
  );

  test('whose clock is ahead loses it when its heartbeat stands still for three beats of ours', async () => {
    taken(await (await nodeStore({ base, root, ...elsewhere })).lock());
    let time = 0;
    const here = await nodeStore({ base, root, lock: { elapsed: () => time } });
    await age(-3_600);
    expect(await here.lock()).toHaveProperty('heldBy');
    time += 10_000;
    await age(-3_605);
    expect(await here.lock()).toHaveProperty('heldBy');
    time += 14_000;
    expect(await here.lock()).toHaveProperty('heldBy');
    time += 2_000;
    expect(taken(await here.lock()).fence).toBe(2);
  });

  test('a half-written lock file is an owner just starting, until it is old', async () => {
    taken(await store.lock());
    const [file = ''] = await lockFiles();
    await writeFile(file, '{"pid":');
    expect(await store.lock()).toEqual({ heldBy: 'another window that is just starting' });
    await age(16);
    expect(taken(await store.lock()).fence).toBe(2);
  });
});

describe.skipIf(!posix)('between processes', { timeout: 60_000 }, () => {
  test(row('jr-stale-lock', 'kill -9 the owner: the next one takes over at once'), async () => {
    const owner = await openWindow(base, root);
    expect(await owner.ask('lock')).toEqual({ fence: 1 });
    expect(await store.lock()).toEqual({ heldBy: `process ${owner.pid} on this computer` });
    await owner.kill();
    expect(taken(await store.lock()).fence).toBe(2);
  });

  test('contenders for a dead owner’s lock: exactly one wins, every time', async () => {
    let windows = await Promise.all(Array.from({ length: 5 }, () => openWindow(base, root)));
    for (let fence = 1; windows.length > 0; fence += 1) {
      const answers = await Promise.all(windows.map((window) => window.ask('lock')));
      const winners = windows.filter((_, index) => answers[index]?.fence !== undefined);
      expect(answers.filter((answer) => answer.heldBy).length).toBe(windows.length - 1);
      expect(winners.length).toBe(1);
      expect(answers.find((answer) => answer.fence)?.fence).toBe(fence);
      await winners[0]?.kill();
      windows = windows.filter((window) => window !== winners[0]);
    }
  });

  test(
    row('jr-concurrent-append', 'two processes append 500 events each, taking turns: none is lost, none doubled'),
    async () => {
      await newRun();
      const windows = await Promise.all([openWindow(base, root), openWindow(base, root)]);
      await Promise.all(windows.map((window) => window.ask('work r1 500')));
      const found = await stored();
      expect(found).toMatchObject({ state: 'whole', superseded: 0 });
      const texts = found.events.flatMap((event) => (event.type === 'person.said' ? [event.text] : []));
      expect(new Set(texts).size).toBe(1000);
      expect(found.events.length).toBe(1001);
    },
  );

  test(row('ho-two-windows', 'the second window is told who has it, and may read'), async () => {
    await newRun();
    const owner = await openWindow(base, root);
    await owner.ask('lock');
    await owner.ask('open r1');
    await owner.ask('append hello');
    const other = await openWindow(base, root);
    expect(await other.ask('lock')).toEqual({ heldBy: `process ${owner.pid} on this computer` });
    expect(await stored()).toMatchObject({ state: 'whole', events: [{ seq: 1 }, { text: 'hello' }] });
    await owner.ask('release');
    expect(await other.ask('lock')).toEqual({ fence: 2 });
  });

  test(row('ho-sleep', 'a suspended owner keeps the lock on its own machine and goes on when it wakes'), async () => {
    await newRun();
    const owner = await openWindow(base, root);
    await owner.ask('lock');
    await owner.ask('open r1');
    owner.stop();
    await age(3_600);
    expect(await store.lock()).toHaveProperty('heldBy');
    owner.resume();
    expect(await owner.ask('append awake')).toEqual({ seq: 2 });
  });

  test(row('jr-lock-stolen', 'an owner suspended, taken over and resumed: its appends are refused'), async () => {
    await newRun();
    const sleeper = await openWindow(base, root, { machine: 'elsewhere' });
    await sleeper.ask('lock');
    await sleeper.ask('open r1');
    expect(await sleeper.ask('append before')).toEqual({ seq: 2 });
    sleeper.stop();
    await age(16);
    const next = await openWindow(base, root);
    expect(await next.ask('lock')).toEqual({ fence: 2 });
    expect(await next.ask('open r1')).toMatchObject({ events: 2 });
    expect(await next.ask('append new 1')).toEqual({ seq: 3 });
    sleeper.resume();
    expect(await sleeper.ask('append old')).toEqual({ fault: 'lost' });
    expect(await sleeper.ask('held')).toEqual({ held: false });
    expect(await next.ask('append new 2')).toEqual({ seq: 4 });
    const found = await stored();
    expect(found).toMatchObject({ state: 'whole', superseded: 0, last: { seq: 4, fence: 2 } });
    expect(found.events.slice(1)).toMatchObject([{ text: 'before' }, { text: 'new 1' }, { text: 'new 2' }]);
  });

  test(
    row('ho-deactivate-killed', 'killed at any moment, again and again: what was acknowledged is there'),
    async () => {
      await newRun();
      let acknowledged = 1;
      for (let round = 1; round <= 5; round += 1) {
        const window = await openWindow(base, root);
        expect(await window.ask('lock')).toEqual({ fence: round });
        const opened = await window.ask('open r1');
        expect(opened.fault).toBeUndefined();
        expect(opened.events).toBeGreaterThanOrEqual(acknowledged);
        let { seq } = await window.ask('spam');
        for (let count = 0; count < round * 3; count += 1) seq = (await window.next()).seq;
        await window.kill();
        acknowledged = seq ?? 0;
      }
      const found = await stored();
      expect(['whole', 'torn']).toContain(found.state);
      expect(found.events.length).toBeGreaterThanOrEqual(acknowledged);
    },
  );
});
