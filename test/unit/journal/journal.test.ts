/** The open journal: order, group commit, what a flush promises, and what happens when the lock is gone. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { openJournal, readJournal } from '../../../src/agent/journal/journal.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { row } from './cases.ts';
import {
  BODIES,
  build,
  fakeClock,
  fakeLock,
  fsError,
  HEADER,
  join,
  KEY,
  MemoryFolder,
  SEED,
  said,
} from './fixtures.ts';

async function fresh(folder = new MemoryFolder(), lock = fakeLock()) {
  const clock = fakeClock();
  const onFault = vi.fn();
  const journal = await openJournal(folder, lock, { key: KEY, clock, onFault });
  const stored = () => recover(folder.bytes, KEY);
  return { folder, lock, clock, onFault, journal, stored };
}

describe('append', () => {
  test('gives out seq and time at once; what is returned, told and stored is the same', async () => {
    const { journal, clock, stored } = await fresh();
    const told: RunEvent[] = [];
    const stop = journal.onEvent((event) => told.push(event));
    const events = BODIES.map((body) => {
      clock.time += 0.6;
      return journal.append(body);
    });
    expect(events.map(({ seq }) => seq)).toEqual(BODIES.map((_, index) => index + 1));
    expect(events.every(({ at }) => Number.isInteger(at))).toBe(true);
    expect(journal.events).toEqual(events);
    await journal.flush();
    stop();
    journal.append(said('unheard'));
    expect(told).toEqual(events);
    expect(stored().events).toEqual(events);
  });

  test(row('jr-clock-back', 'order is seq: time may go back'), async () => {
    const { journal, clock, stored } = await fresh();
    journal.append(HEADER);
    clock.time -= 3_600_000;
    journal.append(said('earlier, yet later'));
    await journal.flush();
    expect(stored()).toMatchObject({ state: 'whole', events: [{ seq: 1 }, { seq: 2, text: 'earlier, yet later' }] });
  });

  test(
    row('jr-result-before-call', 'events appended by listeners come after the event that caused them, for everybody'),
    async () => {
      const { journal } = await fresh();
      const seen: number[] = [];
      journal.onEvent((event) => {
        if (event.type === 'run.created') journal.append(said('first words'));
      });
      journal.onEvent(({ seq }) => seen.push(seq));
      journal.append(HEADER);
      expect(seen).toEqual([1, 2]);
    },
  );

  test('text is made well-formed before anybody sees it; a body that breaks the schema is refused and leaves no trace', async () => {
    const { journal, stored } = await fresh();
    expect(() => journal.append(said('too early'))).toThrow('begins with run.created');
    journal.append(HEADER);
    expect(journal.append(said('a\ud800b'))).toMatchObject({ text: 'a\ufffdb' });
    const wrong = { type: 'limit.warned', limit: 'steps', used: Number.NaN, max: 1 } as const;
    expect(() => journal.append(wrong)).toThrow();
    await journal.flush();
    expect(stored().events).toEqual(journal.events);
    expect(journal.events.length).toBe(2);
  });
});

describe('group commit', () => {
  test('many appends and flushes between two writes are one append and one sync', async () => {
    const { journal, folder } = await fresh();
    journal.append(HEADER);
    const flushes = Array.from({ length: 100 }, (_, index) => {
      journal.append(said(String(index)));
      return journal.flush();
    });
    await Promise.all(flushes);
    expect(folder.log).toEqual(['append', 'sync']);
    await journal.flush();
    expect(folder.log).toEqual(['append', 'sync']);
  });

  test('what is appended while a write is under way goes out with the next', async () => {
    const { journal, folder, stored } = await fresh();
    folder.fail = (operation) => {
      if (operation === 'append' && folder.log.length === 1) queueMicrotask(() => journal.append(said('meanwhile')));
      return undefined;
    };
    journal.append(HEADER);
    await journal.flush();
    expect(stored().events.length).toBe(1);
    await journal.flush();
    expect(folder.log).toEqual(['append', 'sync', 'append', 'sync']);
    expect(stored().events).toEqual(journal.events);
  });

  test('without a flush lines are written soon, unsynced; closing flushes and refuses more', async () => {
    const { journal, folder } = await fresh();
    journal.append(HEADER);
    await vi.waitUntil(() => folder.log.length > 0, { interval: 1 });
    expect(folder.log).toEqual(['append']);
    journal.append(said('bye'));
    await journal.close();
    expect(folder.durable).toBe(folder.bytes.length);
    expect(() => journal.append(said('too late'))).toThrow(expect.objectContaining({ kind: 'closed' }));
    await expect(journal.flush()).rejects.toMatchObject({ kind: 'closed' });
  });
});

describe('the lock', () => {
  test(
    row('ho-two-windows', 'a reader sees what is there and changes nothing, not even an unfinished line'),
    async () => {
      const { bytes, events } = build([HEADER, said('one')], { key: KEY });
      const folder = new MemoryFolder(join([bytes, bytes.subarray(0, 30)]));
      await expect(readJournal(folder, KEY)).resolves.toMatchObject({ state: 'torn', events, good: bytes.length });
      expect(folder.log).toEqual([]);
    },
  );

  test(row('jr-lock-stolen', 'a lost lock: nothing more is written, flush rejects, append throws'), async () => {
    const { journal, folder, lock, onFault } = await fresh();
    journal.append(HEADER);
    await journal.flush();
    const { length } = folder.bytes;
    lock.lost = true;
    journal.append(said('never written'));
    await expect(journal.flush()).rejects.toMatchObject({ kind: 'lost' });
    expect(() => journal.append(said('refused'))).toThrow(expect.objectContaining({ kind: 'lost' }));
    expect(journal.fault?.kind).toBe('lost');
    expect(folder.bytes.length).toBe(length);
    expect(onFault).toHaveBeenCalledOnce();
    await expect(journal.close()).rejects.toMatchObject({ kind: 'lost' });
  });

  test(
    row('jr-lock-stolen', 'a lock lost during the write: the flush rejects and nothing is cut from the new owner'),
    async () => {
      const { journal, folder, lock } = await fresh();
      journal.append(HEADER);
      folder.fail = (operation) => {
        lock.lost = operation === 'sync';
        return undefined;
      };
      await expect(journal.flush()).rejects.toMatchObject({ kind: 'lost' });
      expect(folder.log).toEqual(['append', 'sync']);
    },
  );

  test('a lock lost during a failing write: the partial line is left to the new owner', async () => {
    const { journal, folder, lock } = await fresh();
    journal.append(HEADER);
    folder.fail = () => {
      lock.lost = true;
      return fsError('EIO');
    };
    await expect(journal.flush()).rejects.toMatchObject({ kind: 'lost' });
    expect(folder.log).toEqual(['append']);
  });

  test('a journal a later owner has written is not continued by an earlier one', async () => {
    const { bytes } = build([HEADER], { key: KEY, fence: 5 });
    const { journal } = await fresh(new MemoryFolder(bytes), fakeLock(4));
    expect(journal.fault?.kind).toBe('unreadable');
  });

  test('a takeover during the opening cuts nothing', async () => {
    const folder = new MemoryFolder(build([HEADER], { key: KEY }).bytes.subarray(0, 50));
    const lock = fakeLock(2);
    lock.lost = true;
    await expect(openJournal(folder, lock, { key: KEY, clock: fakeClock() })).rejects.toMatchObject({ kind: 'lost' });
    expect(folder.log).toEqual([]);
  });
});

describe('damage', () => {
  test(row('jr-header-corrupt', 'opens read-only with salvage; the file stays as it is'), async () => {
    const { bytes, events } = build([HEADER, said('kept')], { key: KEY });
    bytes[0] = 0x5b;
    const folder = new MemoryFolder(bytes);
    const { journal } = await fresh(folder, fakeLock(2));
    expect(journal).toMatchObject({
      events: [],
      recovery: { salvage: events.slice(1) },
      fault: { kind: 'unreadable' },
    });
    expect(() => journal.append(said('no'))).toThrow(journal.fault?.message);
    await expect(journal.flush()).rejects.toBe(journal.fault);
    expect(folder.log).toEqual([]);
  });
});

test('whatever is appended, flushed and cut off by power, what was acknowledged is there and the rest is a prefix', async () => {
  const steps = fc.array(fc.constantFrom('append', 'append', 'flush', 'failAppend', 'failSync', 'failCut'), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(400), fc.double({ min: 0, max: 1, noNaN: true }), async (steps, beyond, partial) => {
      const { journal, folder } = await fresh();
      const failing = new Set<string>();
      folder.partial = partial;
      folder.fail = (operation) => (failing.delete(operation) ? fsError('EIO') : undefined);
      journal.append(HEADER);
      let acknowledged = 0;
      for (const step of steps) {
        if (step === 'append') journal.append(said(`${journal.events.length}`));
        else if (step === 'failAppend') failing.add('append');
        else if (step === 'failSync') failing.add('sync');
        else if (step === 'failCut') failing.add('cut');
        else {
          const { length } = journal.events;
          await journal.flush().then(
            () => {
              acknowledged = length;
            },
            () => undefined,
          );
        }
      }
      const left = recover(folder.bytes.subarray(0, folder.durable + beyond), KEY);
      expect(left.events.length).toBeGreaterThanOrEqual(acknowledged);
      expect(left.events).toEqual(journal.events.slice(0, left.events.length));
      failing.clear();
      await journal.flush();
      expect(recover(folder.bytes, KEY)).toMatchObject({ state: 'whole', events: journal.events });
    }),
    { numRuns: 300, seed: SEED },
  );
});
