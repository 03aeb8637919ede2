/**
 * The runs of a root, as their own journals tell it: listed, opened, renamed, taken away. There is no index that could be
 * lost or wrong, and a journal that cannot be read is listed as what it is, never passed over.
 */
import type { Clock, RunFolder, Store } from '../ports.ts';
import { titleOf } from '../queue/task.ts';
import type { Outcome, RunEvent } from './event.ts';
import { JournalFault } from './fault.ts';
import { apply } from './fold.ts';
import { owning } from './held.ts';
import { openJournal, readJournal } from './journal.ts';
import type { Recovery } from './recover.ts';
import { initialState, type RunState } from './state.ts';

export interface RunInfo {
  readonly id: string;
  /** The person's name for it, or the goal's first line; '' when neither can be read. */
  readonly title: string;
  readonly goal: string;
  /** `damaged`: nothing can be appended, what can be read can be opened. */
  readonly status: 'unfinished' | 'ended' | 'damaged';
  readonly outcome?: Outcome;
  /** Milliseconds since 1970; absent when nothing can be read. A fork begins when it was made. */
  readonly startedAt?: number;
  readonly changedAt?: number;
  /** US dollars, without what a fork was copied from; a lower bound when `unpriced`. */
  readonly cost: number;
  readonly unpriced: boolean;
  readonly forkedFrom?: string;
  /** What is wrong with a damaged one, for the person. */
  readonly problem?: string;
}

export interface ReadRun {
  readonly id: string;
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  /** Why it can only be looked at. */
  readonly problem?: string;
}

type Problem = { readonly problem: string };
export const NEVER_BEGUN = 'It was cut off before it began.';
const none = (id: string): Problem => ({ problem: `There is no run ${id}.` });

/** Journals read at the same time. */
const AT_ONCE = 8;

/** Newest first. */
export async function listRuns(store: Store): Promise<readonly RunInfo[]> {
  const ids = await store.runs();
  const infos: RunInfo[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    infos.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => infoOf(store, id)))));
  }
  return infos;
}

async function infoOf(store: Store, id: string): Promise<RunInfo> {
  try {
    const folder = await store.open(id);
    if (!folder) throw new Error('Its journal is gone.');
    return summary(id, await readJournal(folder, store.key));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { id, title: '', goal: '', status: 'damaged', cost: 0, unpriced: false, problem };
  }
}

function summary(id: string, recovery: Recovery): RunInfo {
  const events = readable(recovery);
  let state = initialState;
  let before = initialState.spent;
  let startedAt = events[0]?.at;
  for (const event of events) {
    state = apply(state, event);
    if (event.type !== 'run.forked') continue;
    before = state.spent;
    startedAt = event.at;
  }
  const changedAt = events.at(-1)?.at;
  const { goal, title = titleOf(goal), outcome, forkedFrom, spent } = state;
  const problem = problemOf(id, recovery, state);
  return {
    id,
    title,
    goal,
    status: problem ? 'damaged' : state.status === 'ended' ? 'ended' : 'unfinished',
    ...(outcome && { outcome }),
    ...(startedAt !== undefined && { startedAt }),
    ...(changedAt !== undefined && { changedAt }),
    cost: spent.cost - before.cost,
    unpriced: spent.unpriced,
    ...(forkedFrom && { forkedFrom }),
    ...(problem && { problem }),
  };
}

/** Why a journal can only be looked at. A copy that was not made into a fork any more still bears the other run's id. */
function problemOf(id: string, { state: found, problem }: Recovery, { run }: RunState): string | undefined {
  if (found !== 'whole' && found !== 'torn') return problem ?? NEVER_BEGUN;
  return run === id ? undefined : NEVER_BEGUN;
}

/** The good part, or, of a journal without any, what can be saved. */
const readable = ({ events, salvage = [] }: Recovery): readonly RunEvent[] => (events.length > 0 ? events : salvage);

/** For showing or exporting it: nothing is changed. `undefined`: there is none. */
export async function readRun(store: Store, id: string): Promise<ReadRun | undefined> {
  const folder = await store.open(id);
  if (!folder) return undefined;
  const recovery = await readJournal(folder, store.key);
  const events = readable(recovery);
  const state = events.reduce(apply, initialState);
  const problem = problemOf(id, recovery, state);
  return { id, events, state, ...(problem && { problem }) };
}

/** Gives a run that is not at work another name. */
export async function renameRun(
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  id: string,
  title: string,
): Promise<Problem | undefined> {
  const to = title.trim().slice(0, 200);
  if (to === '') return { problem: 'A name is needed.' };
  return owning(store, id, async (lock) => {
    const folder = await store.open(id);
    if (!folder) return none(id);
    try {
      const journal = await openJournal(folder, lock, { key: store.key, clock });
      if (journal.events.length === 0 && !journal.fault) return { problem: NEVER_BEGUN };
      journal.append({ type: 'run.renamed', title: to });
      await journal.close();
      return undefined;
    } catch (error) {
      if (error instanceof JournalFault) return { problem: error.message };
      throw error;
    }
  });
}

/** Moves a run to the trash, whatever it holds; never one at work. */
export async function deleteRun(store: Store, id: string): Promise<Problem | undefined> {
  const trash = async () => ((await store.trash(id)) ? undefined : none(id));
  // Nobody works on a run that has ended, so it needs no lock.
  if ((await infoOf(store, id)).status === 'ended') return trash();
  return owning(store, id, trash);
}

export interface Fork {
  /** Bytes of the journal to copy. */
  readonly size: number;
  /** The last event that is copied, and the sum of its line. */
  readonly upTo: number;
  readonly lastSum: string;
  /** Files changed after that. */
  readonly changedSince: readonly string[];
  /** What the person said there: another text takes its place. */
  readonly replaced: RunEvent | undefined;
}

/** What going back to just before event `seq` takes over; `seq` may be one more than the last. */
export async function forkOf(folder: RunFolder, key: Uint8Array | undefined, seq: number): Promise<Fork | Problem> {
  const { state, events, lines, problem } = await readJournal(folder, key);
  if (state !== 'whole' && state !== 'torn') return { problem: problem ?? NEVER_BEGUN };
  if (!Number.isInteger(seq) || seq < 1 || seq > lines.length + 1)
    return { problem: `There is no event ${seq} in this run.` };
  const last = lines[seq - 2];
  const after = events.slice(seq - 1);
  const changes = after.flatMap((event) => (event.type === 'call.finished' ? event.changes : []));
  return {
    size: last?.end ?? 0,
    lastSum: last?.sum ?? '',
    upTo: seq - 1,
    changedSince: [...new Set(changes.map(({ path }) => path))],
    replaced: after[0],
  };
}
