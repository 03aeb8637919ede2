/** When the work tree is recorded: before the first effect of a task, after its end, and whenever the person asks. */
import type { EventBody, EventOf } from '../journal/event.ts';
import type { RunState } from '../journal/state.ts';
import type { Checkpoints, Snapshot, SnapshotId } from '../ports.ts';
import { taskOf } from '../queue/queue.ts';
import { isTerminal } from '../queue/task.ts';
import type { Engine } from './engine.ts';

type When = EventOf<'checkpoint.taken'>['when'];

/**
 * Records the tree before the first effect of the task in work, and again when a file is about to be changed that was left out
 * (an ignored one). `paths`: what the effect is known to touch. Without a place to keep it the work goes on; that is said.
 */
export async function checkpointBefore(engine: Engine, paths: readonly string[] = []): Promise<void> {
  const { state, ports, emit, stepSignal } = engine;
  const task = state().current?.task;
  if (!ports.checkpoints || task === undefined || engine.unrecorded.has(task)) return;
  const last = state().checkpoints.findLast(({ task: of, when }) => of === task && when !== 'after');
  if (last && (await knowsAll(ports.checkpoints, last.snapshot, paths))) return;
  const taken = await ports.checkpoints.take(touched(state(), paths), stepSignal());
  if (stepSignal().aborted) return;
  if ('fault' in taken) engine.unrecorded.add(task);
  emit(takenEvent(state(), taken, last ? 'during' : 'before', task));
}

/** Records the tree once a task that had effects has ended. `tried`: the tasks this process has done that for. */
export async function checkpointAfter(engine: Engine, tried: Set<string>): Promise<void> {
  const { state, ports, emit, signal } = engine;
  const { last, effects, queue, status } = state();
  const task = last && taskOf(queue, last.task);
  if (!ports.checkpoints || !task || status === 'ended') return;
  if (!isTerminal(task.status) || !effects[task.id] || tried.has(task.id)) return;
  tried.add(task.id);
  const taken = await ports.checkpoints.take(touched(state()), signal);
  if (!signal.aborted) emit(takenEvent(state(), taken, 'after', task.id));
}

/**
 * Records the tree when a run ends in the middle of a task (stopped, failed, at a limit), so that later it is known what was
 * changed by then. The run's own signal may be aborted already.
 */
export async function checkpointAtEnd({ state, ports, emit }: Engine): Promise<void> {
  const { checkpoints } = state();
  const last = checkpoints.findLast(({ when }) => when === 'before' || when === 'after');
  if (!ports.checkpoints || last?.when !== 'before') return;
  const taken = await ports.checkpoints.take(touched(state()), new AbortController().signal);
  emit(takenEvent(state(), taken, 'after', last.task));
}

/** Files that are kept though git ignores them: those that were, or are about to be, changed. */
export const touched = ({ changes }: RunState, paths: readonly string[] = []): readonly string[] => [
  ...new Set([...changes.map(({ path }) => path), ...paths]),
];

export const takenEvent = (
  { checkpoints }: RunState,
  taken: Snapshot | { readonly fault: string },
  when: When,
  task?: string,
): EventBody =>
  'fault' in taken
    ? { type: 'checkpoint.failed', ...(task && { task }), reason: taken.fault }
    : {
        type: 'checkpoint.taken',
        checkpoint: `k${checkpoints.length + 1}`,
        snapshot: taken.id,
        when,
        ...(task && { task }),
        files: taken.files,
        left: [...taken.left],
      };

async function knowsAll(checkpoints: Checkpoints, snapshot: SnapshotId, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await checkpoints.knows(snapshot, path))) return false;
  return true;
}
