/**
 * The fold: how each event changes the state. Pure; an event that makes no sense in a state leaves the rest of it untouched.
 * The queue has a reducer of its own; here is what the rest of the state makes of it.
 */
import { applyToQueue, taskOf } from '../queue/queue.ts';
import { discounted } from '../queue/reward.ts';
import { isTerminal } from '../queue/task.ts';
import { hear, merged, onCall } from './change.ts';
import type { Change, EventBody, RunEvent } from './event.ts';
import { onRun, RUN_EVENTS } from './fold-run.ts';
import { onThreads, THREAD_EVENTS } from './fold-thread.ts';
import { onTurn, TURN_EVENTS } from './fold-turn.ts';
import { type Checkpoint, initialState, isAsking, type RunState, waiting } from './state.ts';

export function apply(state: RunState, event: RunEvent): RunState {
  const elapsed = isActive(state) ? Math.max(0, event.at - state.at) : 0;
  const next = reduce(state, event);
  const spent = elapsed > 0 ? { ...next.spent, activeMs: next.spent.activeMs + elapsed } : next.spent;
  return left({ ...next, queue: applyToQueue(next.queue, event), spent, seq: event.seq, at: event.at });
}

export const fold = (events: readonly RunEvent[], from: RunState = initialState): RunState =>
  events.reduce(apply, from);

/** The queue decides whether the task in work still is; if it is not, its thread may go on with another. */
function left(state: RunState): RunState {
  if (!state.current) return state;
  const status = taskOf(state.queue, state.current.task)?.status;
  return status === 'running' || status === 'verifying' ? state : { ...state, last: state.current, current: undefined };
}

/** The clock of the minutes limit runs: not while paused, interrupted or waiting for a person. */
const isActive = (state: RunState): boolean =>
  state.at > 0 && state.status === 'running' && !state.interrupted && !isAsking(state) && !isWaiting(state);

/** Asked with every event, and answered anew only after one that changed an approval. */
const waits = new WeakMap<RunState['approvals'], boolean>();

function isWaiting(state: RunState): boolean {
  const found = waits.get(state.approvals) ?? waiting(state).length > 0;
  waits.set(state.approvals, found);
  return found;
}

/** Files that are again what they were are no longer changed; what only a command had changed was never counted. */
const takenBack = (changes: readonly Change[], restored: readonly Change[]): readonly Change[] =>
  merged(
    changes,
    restored.filter(({ path }) => changes.some((change) => change.path === path)),
  ).filter(({ before, after }) => before !== after);

const among = <T extends EventBody['type']>(types: readonly T[]) => {
  const known = new Set<string>(types);
  return (event: EventBody): event is Extract<EventBody, { type: T }> => known.has(event.type);
};
const isRun = among(RUN_EVENTS);
const isThread = among(THREAD_EVENTS);
const isTurn = among(TURN_EVENTS);

function reduce(state: RunState, event: EventBody): RunState {
  if (isRun(event)) return onRun(state, event);
  if (isThread(event)) return onThreads(state, event);
  if (isTurn(event)) return onTurn(state, event);
  switch (event.type) {
    case 'stuck.noticed':
      return { ...state, trace: [], quiet: 0, idle: 0 };
    case 'reward.given':
      return { ...state, worth: discounted(state.worth, event.amount) };
    case 'tasks.planned': {
      const noted = event.call ? onCall(state, event.call, { planned: event.tasks.map(({ id }) => id) }) : state;
      return { ...noted, quiet: 0 };
    }
    case 'task.edited':
      return event.by === 'person' && event.task === state.current?.task
        ? hear(state, { kind: 'edited', task: event.task })
        : state;
    case 'task.started':
      if (isTerminal(taskOf(state.queue, event.task)?.status ?? 'done')) return state;
      return {
        ...state,
        current: { task: event.task, thread: event.thread },
        // What is left of a reply that planned or finished a task belongs to the one after it.
        ...(state.turn?.thread === event.thread && { turn: { ...state.turn, task: event.task } }),
        idle: 0,
        trace: [],
        quiet: 0,
        // A task that goes on after a failed check has not begun anew.
        ...(state.last?.task !== event.task && { observed: {}, taskChanges: [], errors: [] }),
      };
    case 'task.verifying':
      return event.call ? { ...state, finishing: { ...state.finishing, [event.call]: event.task } } : state;
    case 'witness.taken':
      return { ...state, witnesses: { ...state.witnesses, [event.task]: event.files } };
    case 'check.finished':
      return event.phase === 'verify' && event.outcome === 'passed' ? { ...state, quiet: 0 } : state;
    case 'checkpoint.taken': {
      const { checkpoint: id, snapshot, when, task, command } = event;
      const taken: Checkpoint = {
        ...{ id, snapshot, when, seq: state.seq + 1 },
        ...(task && { task }),
        ...(command && { command }),
      };
      return { ...state, checkpoints: [...state.checkpoints, taken] };
    }
    case 'checkpoint.restored':
      return hear(
        { ...state, changes: takenBack(state.changes, event.changes) },
        { kind: 'changed', paths: event.changes.map(({ path }) => path) },
      );
    case 'checkpoint.failed':
    case 'check.started':
    case 'task.removed':
    case 'tasks.ordered':
    case 'checks.judged':
    case 'check.weakened':
    case 'task.retried':
    case 'task.requeued':
    case 'task.ended':
      return state;
    default:
      return event satisfies never;
  }
}
