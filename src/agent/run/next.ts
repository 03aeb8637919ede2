/**
 * What a run does next, decided from its folded state alone. Because nothing else is consulted, a run that was cut off
 * anywhere goes on from its journal as if it had never stopped.
 */
import type { Call, Heard, RunState, Thread } from '../journal/state.ts';
import { childrenOf, isDoomed, isReady, taskOf } from '../queue/queue.ts';
import { nextTask } from '../queue/schedule.ts';
import type { Task } from '../queue/task.ts';
import { blockedTasks } from './block.ts';
import { type Stuck, stuckOf } from './stuck.ts';

export type Step =
  | { readonly do: 'end' }
  | { readonly do: 'wait' }
  /** After a crash or reload nothing is spent or changed before a person acts. */
  | { readonly do: 'hold' }
  | { readonly do: 'start'; readonly task: Task }
  /** A task whose children are done is proven, not worked on. */
  | { readonly do: 'wrapUp'; readonly task: Task }
  | { readonly do: 'doom'; readonly task: Task }
  | { readonly do: 'call'; readonly call: Call }
  /** A call of a task that the person took away. */
  | { readonly do: 'drop'; readonly call: Call }
  | { readonly do: 'unstick'; readonly task: Task; readonly stuck: Stuck }
  | { readonly do: 'check'; readonly task: Task; readonly check: number }
  | { readonly do: 'judge'; readonly task: Task }
  /** A `finish` call whose task has been judged gets its result. */
  | { readonly do: 'answer'; readonly call: string; readonly task: string }
  /** A reply with text and no call, for the n-th time in a row. */
  | { readonly do: 'heed'; readonly task: Task; readonly text: string }
  | { readonly do: 'hear'; readonly heard: Heard; readonly thread: string }
  | { readonly do: 'turn'; readonly task: Task; readonly thread: Thread }
  /** The person said something that no task is there to hear. */
  | { readonly do: 'add'; readonly text: string }
  /** Only blocked tasks are left: the person decides. */
  | { readonly do: 'askBlocked' }
  | { readonly do: 'report' };

export function next(state: RunState): Step {
  if (state.status === 'ended') return { do: 'end' };
  if (state.status === 'paused') return { do: 'wait' };
  // Modes that say yes by themselves must not act on a yes from before the interruption.
  if (state.interrupted && state.mode !== 'ask') return { do: 'hold' };

  const verifying = state.queue.tasks.find(({ status }) => status === 'verifying');
  if (verifying) {
    const check = verifying.checks.findIndex(
      (_, i) => !verifying.results.some((r) => r.check === i && r.phase === 'verify'),
    );
    if (state.interrupted && asksAModel(verifying, check)) return { do: 'hold' };
    return check >= 0 ? { do: 'check', task: verifying, check } : { do: 'judge', task: verifying };
  }

  const call = state.turn?.calls.find(({ status }) => status !== 'finished');
  if (call && isGone(state, state.turn?.task ?? '') && !(call.id in state.finishing)) return { do: 'drop', call };

  const current = state.queue.tasks.find(({ id }) => id === state.current?.task);
  if (!current) {
    const task = toRepair(state) ?? nextTask(state.queue);
    // A split task is proven when its children are done; if that failed, the model works on it itself.
    if (task) return { do: childrenOf(state.queue, task.id).length > task.childrenTried ? 'wrapUp' : 'start', task };
  }

  const finish = Object.entries(state.finishing)[0];
  if (finish) return { do: 'answer', call: finish[0], task: finish[1] };

  if (!current) {
    const doomed = state.queue.tasks.find((task) => isDoomed(state.queue, task));
    if (doomed) return { do: 'doom', task: doomed };
    const said = state.inbox.find((heard) => heard.kind === 'said');
    if (said) return { do: 'add', text: said.text };
    return state.attended && blockedTasks(state).length > 0 ? { do: 'askBlocked' } : { do: 'report' };
  }

  if (call) return { do: 'call', call };

  if (state.interrupted) return { do: 'hold' };
  const thread = state.threads[state.current?.thread ?? ''];
  if (!thread) return { do: 'start', task: current };
  const [heard] = state.inbox;
  if (heard) return { do: 'hear', heard, thread: thread.id };
  const stuck = stuckOf(state);
  if (stuck) return { do: 'unstick', task: current, stuck };
  const last = thread.messages.at(-1);
  if (last?.role === 'assistant' && last.calls.length === 0) return { do: 'heed', task: current, text: last.text };
  return { do: 'turn', task: current, thread };
}

/** After its first failed check a task goes on at once, in its thread, unless the person has put others first. */
function toRepair({ queue, last, turn }: RunState): Task | undefined {
  const task = last && last.thread === turn?.thread ? taskOf(queue, last.task) : undefined;
  const isFirst = task?.attempts === 1 && task.stuck < 2 && isReady(queue, task);
  return isFirst && !queue.tasks.some(({ rank }) => rank !== undefined) ? task : undefined;
}

/** Going on with this verification would cost something: a judge is to be asked, or a lesson to be drawn. */
const asksAModel = ({ checks, results, attempts }: Task, check: number): boolean =>
  check >= 0
    ? checks[check]?.kind === 'judge'
    : attempts > 0 && results.some(({ phase, outcome }) => phase === 'verify' && outcome === 'failed');

const isGone = ({ queue }: RunState, id: string): boolean => {
  const task = taskOf(queue, id);
  return task === undefined || task.status === 'skipped';
};

/** Every task reached its end and none was lost. */
export const succeeded = (state: RunState): boolean =>
  state.queue.tasks.every(({ status }) => status === 'done' || status === 'skipped');
