/**
 * Tasks as a graph: a pure reducer over the journal's events, and what is derived from it. It holds whatever comes: no
 * edge that would close a circle enters the graph, and what a person has set no event of the model changes.
 */
import type { EventBody } from '../journal/event.ts';
import { retry, skip } from './give-up.ts';
import { lostIn } from './lost.ts';
import { edit, order, plan, remove } from './plan.ts';
import { ancestorsOf, childrenOf, isSettled, taskOf } from './relations.ts';
import { discounted } from './reward.ts';
import { isTerminal, type Proof, type Task } from './task.ts';

export { childrenOf, taskOf } from './relations.ts';

export interface Queue {
  /** In the order they were planned. */
  readonly tasks: readonly Task[];
  /** Scheduling decisions so far. */
  readonly tick: number;
  /** Number of the next task: an id is never given twice. */
  readonly nextId: number;
}

export const emptyQueue: Queue = { tasks: [], tick: 0, nextId: 1 };

function change(queue: Queue, id: string, with_: (task: Task) => Partial<Task>): Queue {
  const at = queue.tasks.findIndex((task) => task.id === id);
  const task = queue.tasks[at];
  return task ? { ...queue, tasks: queue.tasks.with(at, { ...task, ...with_(task) }) } : queue;
}

/** What has ended stays as it ended. */
const changeOpen = (queue: Queue, id: string, with_: (task: Task) => Partial<Task>): Queue =>
  isOpen(queue, id) ? change(queue, id, with_) : queue;

function isOpen(queue: Queue, id: string): boolean {
  const task = queue.tasks.find((one) => one.id === id);
  return task !== undefined && !isTerminal(task.status);
}

/** Events that do not concern the queue leave it as it is. */
export function applyToQueue(queue: Queue, event: EventBody): Queue {
  switch (event.type) {
    case 'tasks.planned':
      return plan(queue, event.tasks, event.by === 'person', event.replaces ?? []);
    case 'task.started':
      return isOpen(queue, event.task)
        ? { ...change(queue, event.task, () => ({ status: 'running' })), tick: queue.tick + 1 }
        : queue;
    case 'task.verifying':
      // Only what this verification shows counts; the baseline stays.
      return changeOpen(queue, event.task, ({ results }) => ({
        status: 'verifying',
        summary: event.summary,
        results: results.filter(({ phase }) => phase === 'baseline'),
      }));
    case 'check.finished': {
      const { check, phase, outcome, evidence, by } = event;
      return changeOpen(queue, event.task, ({ results }) => ({
        results: [...results, { check, phase, outcome, evidence, ...(by && { by }) }],
      }));
    }
    case 'task.requeued': {
      const { evidence, lesson, strategy } = event;
      return changeOpen(queue, event.task, ({ attempts, lessons }) => ({
        status: 'pending',
        attempts: attempts + 1,
        lessons: [...lessons, { evidence, ...(lesson && { lesson }), ...(strategy && { strategy }) }],
        childrenTried: childrenOf(queue, event.task).length,
        since: queue.tick,
      }));
    }
    case 'task.ended': {
      // How it ended is settled, unless the person settles it otherwise.
      if (event.by !== 'person' && !isOpen(queue, event.task)) return queue;
      const ended = change(queue, event.task, ({ summary }) => ({
        status: event.status,
        proof: event.proof,
        reason: event.reason,
        summary: event.summary ?? summary,
        doomed: event.cause === 'dependency',
        ...(event.by === 'person' && { touched: true }),
      }));
      return event.status === 'skipped' ? skip(ended, event.task) : ended;
    }
    case 'task.edited':
      return edit(queue, event.task, event, event.by === 'person');
    case 'tasks.ordered':
      return order(queue, event.order);
    case 'task.removed':
      return remove(queue, event.task, event.by === 'person');
    case 'task.retried':
      return retry(queue, [event.task]);
    case 'reward.given':
      return change(queue, event.task, ({ worth }) => ({ worth: discounted(worth, event.amount) }));
    case 'stuck.noticed':
      return change(queue, event.task, ({ stuck }) => ({ stuck: stuck + 1 }));
    default:
      return queue;
  }
}

/** Its dependencies cannot all be done any more, or a child of it failed. */
export const isDoomed = (queue: Queue, task: Task): boolean => !isTerminal(task.status) && lostIn(queue).has(task.id);

/** All its dependencies and children are settled, so it may run (or, with children, be verified) now. */
export function isReady(queue: Queue, task: Task): boolean {
  if (task.status !== 'pending' || lostIn(queue).has(task.id)) return false;
  const settled = (id: string): boolean => {
    const other = taskOf(queue, id);
    return other !== undefined && isSettled(other);
  };
  return (
    task.dependsOn.every(settled) &&
    childrenOf(queue, task.id).every(isSettled) &&
    ancestorsOf(queue, task).every((parent) => parent.dependsOn.every(settled))
  );
}

/** Depth of a task: 0 for the goal itself. */
export const depthOf = (queue: Queue, task: Task): number => ancestorsOf(queue, task).length;

/**
 * What a passed verification proves. `code` needs a check run by code that failed at the baseline and passes now, or, for a
 * task with children and no such check of its own, children that are all proven so. Checks that passed before are guards.
 * Without either a judge's yes is `judge`.
 */
export function proofOf(queue: Queue, task: Task): Proof {
  const passed = (check: number): boolean =>
    task.results.some((r) => r.check === check && r.phase === 'verify' && r.outcome === 'passed');
  const failedBefore = (check: number): boolean =>
    task.results.some((r) => r.check === check && r.phase === 'baseline' && r.outcome === 'failed');
  if (task.checks.some(({ kind }, i) => kind !== 'judge' && passed(i) && failedBefore(i))) return 'code';
  const children = childrenOf(queue, task.id);
  if (children.length > 0 && children.every((child) => child.proof === 'code')) return 'code';
  if (task.checks.some(({ kind }, i) => kind === 'judge' && passed(i))) return 'judge';
  return children.length > 0 && children.every(({ proof }) => proof === 'code' || proof === 'judge') ? 'judge' : 'none';
}
