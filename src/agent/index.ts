/** The engine's face: start a run, resume one from its journal, list what there is. */
import type { EventBody, Limits, Mode, RunEvent } from './journal/event.ts';
import { JOURNAL_VERSION } from './journal/event.ts';
import { fold } from './journal/fold.ts';
import { openJournal, readJournal } from './journal/journal.ts';
import type { RunState } from './journal/state.ts';
import type { Model } from './model/model.ts';
import { HIDDEN_GLOBS } from './policy/hidden-globs.ts';
import type { Lock, Ports, RunFolder } from './ports.ts';
import { titleOf } from './queue/task.ts';
import { unfit } from './run/limits.ts';
import { openRun, type Run } from './run/run.ts';
import { coreTools } from './tools/registry.ts';

export interface Goal {
  readonly goal: string;
  /** Name of the root folder, for people. */
  readonly root: string;
  readonly mode: Mode;
  readonly limits: Limits;
  readonly agent: { readonly name: string; readonly role: string };
  readonly attended: boolean;
}

export type Started = { readonly run: Run } | { readonly problem: string };

/** Run ids sort by time: 20261122-204700-<random>. */
const runId = (now: number, random: string): string =>
  `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${random.slice(0, 8)}`;

export async function startRun(ports: Ports, model: Model, goal: Goal, trusted: boolean): Promise<Started> {
  if (goal.goal.trim() === '') return { problem: 'Say what you want to reach.' };
  const problem = unfit(goal.mode, goal.limits, model.profile.price !== undefined);
  if (problem) return { problem };
  const lock = await ports.store.lock();
  if ('heldBy' in lock) return { problem: `Another run is at work in this folder (${lock.heldBy}).` };
  return holding(lock, async () => {
    const id = runId(ports.clock.now(), ports.ids.next());
    const folder = await ports.store.create(id);
    const run = await open(ports, model, folder, lock, trusted, goal.attended, [
      { type: 'run.created', version: JOURNAL_VERSION, run: id, model: model.profile.id, ...goal },
      {
        type: 'tasks.planned',
        by: 'person',
        tasks: [
          { id: 't1', title: titleOf(goal.goal), description: goal.goal, priority: 50, dependsOn: [], checks: [] },
        ],
      },
    ]);
    return { run };
  });
}

/** What fails before the run has the lock must not keep it: the folder would be closed to every later run. */
async function holding<T>(lock: Lock, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/** Goes on with a run whose process went away. Nothing is repeated; open questions are asked again. */
export async function resumeRun(ports: Ports, model: Model, id: string, trusted: boolean): Promise<Started> {
  const folder = await ports.store.open(id);
  if (!folder) return { problem: `There is no run ${id}.` };
  const lock = await ports.store.lock();
  if ('heldBy' in lock) return { problem: `Another run is at work in this folder (${lock.heldBy}).` };
  return holding(lock, async () => {
    const { attended } = fold((await readJournal(folder, ports.store.key)).events);
    return { run: await open(ports, model, folder, lock, trusted, attended, [{ type: 'run.recovered' }]) };
  });
}

async function open(
  ports: Ports,
  model: Model,
  folder: RunFolder,
  lock: Lock,
  trusted: boolean,
  attended: boolean,
  first: readonly EventBody[],
): Promise<Run> {
  const journal = await openJournal(folder, lock, { key: ports.store.key, clock: ports.clock });
  for (const body of first) journal.append(body);
  await journal.flush();
  const tools = coreTools(attended);
  return openRun({ ports, folder, journal, model, tools, policy: { trusted }, hidden: HIDDEN_GLOBS }, () =>
    lock.release(),
  );
}

/** The newest run of this root that can be read, for showing it. Never changes anything. */
export async function latestRun(
  ports: Pick<Ports, 'store'>,
): Promise<{ id: string; events: readonly RunEvent[]; state: RunState } | undefined> {
  const [id] = await ports.store.runs();
  const folder = id === undefined ? undefined : await ports.store.open(id);
  if (id === undefined || !folder) return undefined;
  const { events } = await readJournal(folder, ports.store.key);
  return { id, events, state: fold(events) };
}

export type { Run, Sent } from './run/run.ts';
