/**
 * What all runs of this day have used together, for the limits of a day. The journals are the only record: those written
 * since the last look are read again, the others are known.
 */

import { LimitName } from '../journal/event.ts';
import { fold } from '../journal/fold.ts';
import { readJournal } from '../journal/journal.ts';
import type { Spent } from '../journal/state.ts';
import type { RunFolder } from '../ports.ts';
import type { Engine } from './engine.ts';

interface Used {
  readonly steps: number;
  readonly tokens: number;
  readonly cost: number;
  readonly minutes: number;
}

/** What this process knows of other runs; by engine, since each has its own clock and store. */
const known = new WeakMap<Engine['ports'], { since: number; looked: number; used: Map<string, Used> }>();

/** A file system's clock may be coarser than ours. Milliseconds. */
const COARSE_MS = 2_000;

/** Midnight of this day, local time. Milliseconds since 1970. */
function dayOf(now: number): number {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** Journals what other runs have used today if it is not what was known. Nothing is read where no day is limited. */
export async function countDay({ state, emit, ports }: Engine): Promise<void> {
  const { limits, run, day } = state();
  if (!LimitName.options.some((name) => name.startsWith('day') && limits[name] !== undefined)) return;
  const now = ports.clock.now();
  const since = dayOf(now);
  const memory = known.get(ports);
  const before = memory?.since === since ? memory : { since, looked: since, used: new Map<string, Used>() };
  for (const folder of await ports.store.writtenSince(before.looked - COARSE_MS, run))
    before.used.set(folder.id, await usedIn(folder, since, ports.store.key));
  known.set(ports, { ...before, looked: now });
  const total = [...before.used.values()].reduce(add, { steps: 0, tokens: 0, cost: 0, minutes: 0 });
  const isKnown =
    day?.since === since &&
    day.steps === total.steps &&
    day.tokens === total.tokens &&
    day.cost === total.cost &&
    day.minutes === total.minutes;
  if (!isKnown) emit({ type: 'day.counted', since, ...total });
}

/** A journal that cannot be read cannot be counted; it is told where it is opened. */
async function usedIn(folder: RunFolder, since: number, key: Uint8Array | undefined): Promise<Used> {
  const read = await readJournal(folder, key).catch(() => undefined);
  const events = read?.events ?? [];
  const all = usedOf(fold(events).spent);
  // What a fork was copied from counts where it happened.
  const from = Math.max(
    events.findLastIndex(({ at }) => at < since),
    events.findLastIndex(({ type }) => type === 'run.forked'),
  );
  const earlier = usedOf(fold(events.slice(0, from + 1)).spent);
  return {
    steps: all.steps - earlier.steps,
    tokens: all.tokens - earlier.tokens,
    cost: all.cost - earlier.cost,
    minutes: all.minutes - earlier.minutes,
  };
}

const usedOf = ({ steps, input, output, cost, activeMs }: Spent): Used => ({
  steps,
  tokens: input + output,
  cost,
  minutes: activeMs / 60_000,
});

const add = (a: Used, b: Used): Used => ({
  steps: a.steps + b.steps,
  tokens: a.tokens + b.tokens,
  cost: a.cost + b.cost,
  minutes: a.minutes + b.minutes,
});
