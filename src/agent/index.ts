/** The engine's face: start a run, resume one from its journal, go back in one. What else is done with runs is in journal/runs.ts. */
import type { EventBody, Limits, Mode } from './journal/event.ts';
import { JOURNAL_VERSION } from './journal/event.ts';
import { JournalFault } from './journal/fault.ts';
import { fold } from './journal/fold.ts';
import { hold } from './journal/held.ts';
import { openJournal, readJournal } from './journal/journal.ts';
import { forkOf, NEVER_BEGUN, type ReadRun, readRun } from './journal/runs.ts';
import type { RunState } from './journal/state.ts';
import type { Model } from './model/model.ts';
import type { Rights } from './policy/decide.ts';
import { HIDDEN_GLOBS } from './policy/hidden-globs.ts';
import type { Lock, Ports, RunFolder } from './ports.ts';
import { titleOf } from './queue/task.ts';
import type { Models } from './run/engine.ts';
import { unfit } from './run/limits.ts';
import { openRun, type Run } from './run/run.ts';
import { allTools } from './tools/registry.ts';
import type { Tool } from './tools/tool.ts';

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

/** Run ids sort by time: 20261122-204700123-<random>. */
const runId = ({ clock, ids }: Pick<Ports, 'clock' | 'ids'>): string =>
  `${new Date(clock.now()).toISOString().slice(0, 23).replace(/[-:.]/g, '').replace('T', '-')}-${ids.next().slice(-8)}`;

/** `models`: where another model comes from when the person changes it. */
export async function startRun(
  ports: Ports,
  model: Model,
  goal: Goal,
  rights: Rights,
  models?: Models,
): Promise<Started> {
  if (goal.goal.trim() === '') return { problem: 'Say what you want to reach.' };
  const problem = unfit(goal.mode, goal.limits, model.profile.price !== undefined, rights);
  if (problem) return { problem };
  return holding(ports, async (lock) => {
    const id = runId(ports);
    const folder = await ports.store.create(id);
    const created = {
      type: 'run.created',
      version: JOURNAL_VERSION,
      run: id,
      model: model.profile.id,
      ...goal,
    } as const;
    return { run: await open(ports, folder, lock, { model, models, rights, attended: goal.attended }, [created]) };
  });
}

/** What fails before the run has the lock must not keep it: the folder would be closed to every later run. */
async function holding(ports: Ports, start: (lock: Lock) => Promise<Started>): Promise<Started> {
  const lock = await ports.store.lock();
  if ('heldBy' in lock) return { problem: `Another run is at work in this folder (${lock.heldBy}).` };
  let started: Started | undefined;
  try {
    started = await start(lock);
    return started;
  } catch (error) {
    if (error instanceof JournalFault) return { problem: error.message };
    throw error;
  } finally {
    if (!started || 'problem' in started) await lock.release().catch(() => undefined);
  }
}

/** What is different now from when the run was left; what is not said stays as it was. */
export interface Host {
  /** Whether somebody can answer. */
  readonly attended?: boolean;
  readonly mode?: Mode;
  readonly limits?: Limits;
  /** The person asked for it with these very words: the run goes on at once. */
  readonly goOn?: boolean;
  /** Where another model comes from when the person changes it. */
  readonly models?: Models;
}

/** Goes on with a run whose process went away. Nothing is repeated; open questions are asked again. */
export async function resumeRun(
  ports: Ports,
  model: Model,
  id: string,
  rights: Rights,
  host: Host = {},
): Promise<Started> {
  const folder = await ports.store.open(id);
  if (!folder) return { problem: `There is no run ${id}.` };
  return holding(ports, async (lock) => {
    const before = await readRun(ports.store, id);
    if (!before || before.problem) return { problem: before?.problem ?? NEVER_BEGUN };
    if (before.state.status === 'ended') return { problem: 'This run has ended.' };
    const { attended = before.state.attended } = host;
    const changes = changed(before.state, host, model, rights);
    if ('problem' in changes) return changes;
    const recovered = { type: 'run.recovered', ...(host.attended !== undefined && { attended }) } as const;
    const opening = { model, models: host.models, rights, attended };
    return { run: await open(ports, folder, lock, opening, [recovered, ...changes]) };
  });
}

/** What is journaled for what is different now, or why it may not be. */
function changed(
  state: RunState,
  { mode = state.mode, limits = {}, goOn }: Host,
  { profile }: Model,
  rights: Rights,
): EventBody[] | { readonly problem: string } {
  const problem = unfit(mode, { ...state.limits, ...limits }, profile.price !== undefined, rights);
  if (problem && (mode !== state.mode || goOn)) return { problem };
  const events: EventBody[] = [];
  if (mode !== state.mode) events.push({ type: 'mode.changed', mode });
  if (profile.id !== state.model) events.push({ type: 'model.changed', model: profile.id });
  const isExtended = Object.keys(limits).length > 0;
  if (goOn || isExtended) events.push({ type: 'run.resumed', ...(isExtended && { extended: limits }) });
  return events;
}

export interface Rewind extends Omit<Host, 'goOn'> {
  /** What the person says there instead. */
  readonly text?: string;
}

/**
 * Goes back to just before event `seq` of a run, in a run of its own that begins as a copy; the old one stays as it is. Where
 * the person had spoken, `text` takes the place of what they said; elsewhere it is said after what is there. Before the first
 * event there is nothing to copy: that is a new run with `text` for its goal.
 */
export async function forkRun(
  ports: Ports,
  model: Model,
  id: string,
  seq: number,
  { text = '', ...host }: Rewind,
  rights: Rights,
): Promise<Started> {
  const folder = await ports.store.open(id);
  if (!folder) return { problem: `There is no run ${id}.` };
  const from = await forkOf(folder, ports.store.key, seq);
  if ('problem' in from) return from;
  const said = text.trim();
  if (from.replaced?.type === 'run.created') {
    const { goal, root, mode, limits, agent, attended } = from.replaced;
    const again = {
      goal: said || goal,
      root,
      agent,
      mode: host.mode ?? mode,
      limits: { ...limits, ...host.limits },
      attended: host.attended ?? attended,
    };
    return startRun(ports, model, again, rights, host.models);
  }
  return holding(ports, async (lock) => {
    const run = runId(ports);
    const copy = await ports.store.fork(id, run, from.size);
    const state = fold((await readJournal(copy, ports.store.key)).events);
    const { attended = state.attended } = host;
    const changes = changed(state, host, model, rights);
    if ('problem' in changes) return changes;
    const { upTo, lastSum } = from;
    const there = host.attended !== undefined && { attended };
    const first: EventBody[] = [
      { type: 'run.forked', run, from: id, upTo, lastSum, changedSince: [...from.changedSince], ...there },
      ...changes,
    ];
    if (from.replaced?.type === 'question.answered' && said)
      first.push({ type: 'question.answered', question: from.replaced.question, text: said });
    else if (said) first.push({ type: 'person.said', text: said });
    return { run: await open(ports, copy, lock, { model, models: host.models, rights, attended }, first) };
  });
}

interface Opening {
  readonly model: Model;
  readonly models: Models | undefined;
  readonly rights: Rights;
  readonly attended: boolean;
}

async function open(
  ports: Ports,
  folder: RunFolder,
  lock: Lock,
  { model, models, rights, attended }: Opening,
  first: readonly EventBody[],
): Promise<Run> {
  const journal = await openJournal(folder, lock, { key: ports.store.key, clock: ports.clock });
  for (const body of first) journal.append(body);
  // Also where a crash, or going back, left the run without its first task.
  if (!journal.events.some(({ type }) => type === 'tasks.planned')) journal.append(goalAsTask(fold(journal.events)));
  await journal.flush();
  const parts = {
    ports,
    folder,
    journal,
    model,
    ...(models && { models }),
    tools: allTools(attended).filter(isOn(rights)),
    policy: rights,
    hidden: HIDDEN_GLOBS,
  };
  return openRun(parts, hold(ports.store, lock, folder.id));
}

/** DISABLED_COMMANDS names tools too. */
const isOn =
  ({ switches }: Rights) =>
  ({ name }: Tool): boolean =>
    !switches?.disabled.includes(name);

const goalAsTask = ({ goal }: RunState): EventBody => ({
  type: 'tasks.planned',
  by: 'person',
  tasks: [{ id: 't1', title: titleOf(goal), description: goal, priority: 50, dependsOn: [], checks: [] }],
});

/** The newest run of this root that can be read, for showing it. Never changes anything. */
export async function latestRun({ store }: Pick<Ports, 'store'>): Promise<ReadRun | undefined> {
  for (const id of await store.runs()) {
    const run = await readRun(store, id);
    if (run?.state.run === id) return run;
  }
  return undefined;
}

export type { Run, Sent } from './run/run.ts';
