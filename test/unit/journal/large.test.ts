/** A journal of a hundred thousand events; how fast it opens is measured by bench/journal.mjs. */
import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/agent/journal/event.ts';
import { fold } from '../../../src/agent/journal/fold.ts';
import { openJournal } from '../../../src/agent/journal/journal.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { row } from './cases.ts';
import { build, fakeClock, fakeLock, HEADER, KEY, MemoryFolder, said } from './fixtures.ts';

test(row('jr-100k-events', 'opens, folds and goes on; the state does not grow with what is over'), {
  timeout: 60_000,
}, async () => {
  const usage = { input: 10, output: 5, cached: 0, estimated: false };
  const bodies = Array.from({ length: 33_333 }, (_, turn): EventBody[] => [
    { type: 'turn.started', turn, task: 't1', thread: 'h1' },
    { type: 'turn.finished', turn, text: 'x'.repeat(100), calls: [], usage, end: 'stop' },
    { type: 'limit.reached', limit: 'steps', used: turn, max: turn },
  ]);
  const { bytes, events } = build([HEADER, ...bodies.flat()], { key: KEY });
  const folder = new MemoryFolder(bytes);
  const journal = await openJournal(folder, fakeLock(2), { key: KEY, clock: fakeClock() });
  expect(journal.recovery.state).toBe('whole');
  expect(journal.events).toHaveLength(100_000);
  expect(journal.events.at(-1)).toEqual(events.at(-1));
  const state = fold(journal.events);
  expect(state.spent).toMatchObject({ steps: 33_333, output: 5 * 33_333 });
  expect(JSON.stringify(state).length).toBeLessThan(10_000);
  journal.append(said('on'));
  await journal.flush();
  expect(recover(folder.bytes, KEY)).toMatchObject({ state: 'whole', last: { seq: 100_001 } });
});
