/** Storage that fails: a full disk, a folder that may not be written, and an error at every single operation in turn. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../../src/agent/journal/journal.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { row } from './cases.ts';
import { BODIES, fakeClock, fakeLock, fsError, HEADER, MemoryFolder, said } from './fixtures.ts';

const open = (folder: MemoryFolder, onFault = vi.fn()) =>
  openJournal(folder, fakeLock(), { clock: fakeClock(), onFault });

describe('a full disk', () => {
  test(
    row('jr-enospc', 'cut back to the last good line; appends wait in memory; a flush after space is freed writes all'),
    async () => {
      const folder = new MemoryFolder();
      const onFault = vi.fn();
      const journal = await open(folder, onFault);
      journal.append(HEADER);
      await journal.flush();
      const good = folder.bytes.length;

      folder.fail = (operation) => (operation === 'append' ? fsError('ENOSPC') : undefined);
      journal.append(said('does not fit'));
      await expect(journal.flush()).rejects.toMatchObject({ name: 'JournalFault', kind: 'full' });
      expect(folder.bytes.length).toBe(good);
      expect(onFault).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'full' }));
      journal.append({ type: 'run.paused', reason: 'fault', message: 'full' });
      expect(journal.fault).toBeUndefined();
      await expect(journal.flush()).rejects.toMatchObject({ kind: 'full' });

      folder.fail = () => undefined;
      journal.append({ type: 'run.resumed' });
      await journal.flush();
      expect(recover(folder.bytes)).toMatchObject({ state: 'whole', events: journal.events });
      expect(journal.events.length).toBe(4);
    },
  );

  test(
    row('jr-enospc', 'too full even to keep the partial line aside: it is cut before the next write instead'),
    async () => {
      const folder = new MemoryFolder();
      const journal = await open(folder);
      journal.append(HEADER);
      await journal.flush();
      const good = folder.bytes.length;
      folder.fail = () => fsError('ENOSPC');
      journal.append(said('does not fit'));
      await expect(journal.flush()).rejects.toMatchObject({ kind: 'full' });
      expect(recover(folder.bytes)).toMatchObject({ state: 'torn', good });
      folder.fail = () => undefined;
      await journal.flush();
      expect(recover(folder.bytes)).toMatchObject({ state: 'whole', events: journal.events });
    },
  );

  test('is reported once, not for every event that is appended meanwhile', async () => {
    const folder = new MemoryFolder();
    const onFault = vi.fn();
    const journal = await open(folder, onFault);
    folder.fail = () => fsError('EDQUOT');
    journal.append(HEADER);
    await expect(journal.flush()).rejects.toMatchObject({ kind: 'full' });
    for (let index = 0; index < 10; index += 1) {
      journal.append(said('more'));
      await setImmediate();
    }
    expect(onFault).toHaveBeenCalledOnce();
  });
});

test(
  row('jr-eacces-ro', 'a folder that may not be written: the first flush says so, before anything is done'),
  async () => {
    const folder = new MemoryFolder();
    folder.partial = 0;
    folder.fail = () => fsError('EACCES');
    const journal = await open(folder);
    journal.append(HEADER);
    await expect(journal.flush()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('permissions'),
    });
    folder.read = async () => Promise.reject(fsError('EACCES'));
    await expect(open(folder)).rejects.toMatchObject({ kind: 'denied' });
  },
);

test('a failed sync is not believed the second time: the lines are written again', async () => {
  const folder = new MemoryFolder();
  const journal = await open(folder);
  journal.append(HEADER);
  folder.fail = (operation) => (operation === 'sync' ? fsError('EIO') : undefined);
  await expect(journal.flush()).rejects.toMatchObject({ kind: 'io' });
  folder.fail = () => undefined;
  await journal.flush();
  expect(folder.log).toEqual(['append', 'sync', 'cut', 'append', 'sync']);
  expect(recover(folder.bytes)).toMatchObject({ state: 'whole', events: journal.events });
});

/** A run of flushes that goes on after each fault, as a person would who presses Resume. */
async function life(folder: MemoryFolder): Promise<void> {
  const journal = await open(folder);
  for (const body of BODIES) {
    journal.append(body);
    const flushed = await journal.flush().then(
      () => true,
      () => false,
    );
    const durable = recover(folder.bytes.subarray(0, folder.durable));
    if (flushed) expect(durable.events).toEqual(journal.events);
    expect(durable.events).toEqual(journal.events.slice(0, durable.events.length));
  }
  await journal.flush().catch(() => undefined);
  await journal.flush().catch(() => undefined);
  await journal.close();
  expect(recover(folder.bytes)).toMatchObject({ state: 'whole', events: journal.events });
}

test.each(['EIO', 'ENOSPC'])(
  'the N-th operation fails with %s, for every N until none is left, once or twice in a row',
  async (code) => {
    for (const times of [1, 2]) {
      for (let nth = 1; ; nth += 1) {
        const folder = new MemoryFolder();
        let count = 0;
        let failed = 0;
        folder.fail = () => {
          count += 1;
          if (count < nth || count >= nth + times) return undefined;
          failed += 1;
          return fsError(code);
        };
        await life(folder);
        if (failed === 0) break;
      }
    }
  },
);
