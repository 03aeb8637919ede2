/**
 * Tasks as a graph: a pure reducer over the journal's events, and what is derived from it. Ids are given and cycles
 * excluded by code: an item may depend only on tasks that exist already, so the graph is acyclic by construction.
 */
import type { EventBody } from '../journal/event.ts';
import { isTerminal, type PlannedTask, type Proof, type Task } from './task.ts';

export interface Queue {
  /** In the order they were planned. */
  readonly tasks: readonly Task[];
  /** Scheduling decisions so far. */
  readonly tick: number;
}

export const emptyQueue: Queue = { tasks: [], tick: 0 };

export const taskOf = (queue: Queue, id: string): Task | undefined => queue.tasks.find((task) => task.id === id);

export const childrenOf = (queue: Queue, id: string): readonly Task[] =>
  queue.tasks.filter((task) => task.parent === id);

const newTask = (planned: PlannedTask, tick: number): Task => ({
  ...planned,
  status: 'pending',
  attempts: 0,
  lessons: [],
  results: [],
  childrenTried: 0,
  since: tick,
});

function change(queue: Queue, id: string, with_: (task: Task) => Partial<Task>): Queue {
  return { ...queue, tasks: queue.tasks.map((task) => (task.id === id ? { ...task, ...with_(task) } : task)) };
}

/** Events that do not concern the queue leave it as it is. */
export function applyToQueue(queue: Queue, event: EventBody): Queue {
  switch (event.type) {
    case 'tasks.planned': {
      const tasks = [...queue.tasks, ...event.tasks.map((task) => newTask(task, queue.tick))];
      const parents = new Set(event.tasks.map((task) => task.parent));
      // A task that was split waits for its children.
      return {
        ...queue,
        tasks: tasks.map((task) =>
          parents.has(task.id) && task.status === 'running' ? { ...task, status: 'pending' } : task,
        ),
      };
    }
    case 'task.started':
      return { ...change(queue, event.task, () => ({ status: 'running' })), tick: queue.tick + 1 };
    case 'task.verifying':
      // Only what this verification shows counts; the baseline stays.
      return change(queue, event.task, (task) => ({
        status: 'verifying',
        summary: event.summary,
        results: task.results.filter((result) => result.phase === 'baseline'),
      }));
    case 'check.finished':
      return change(queue, event.task, (task) => ({
        results: [
          ...task.results,
          {
            check: event.check,
            phase: event.phase,
            outcome: event.outcome,
            evidence: event.evidence,
            ...(event.by && { by: event.by }),
          },
        ],
      }));
    case 'task.requeued':
      return change(queue, event.task, (task) => ({
        status: 'pending',
        attempts: task.attempts + 1,
        lessons: [...task.lessons, event.lesson],
        childrenTried: childrenOf(queue, event.task).length,
        since: queue.tick,
      }));
    case 'task.ended':
      return change(queue, event.task, (task) => ({
        status: event.status,
        ...(event.proof && { proof: event.proof }),
        ...(event.reason && { reason: event.reason }),
        summary: event.summary ?? task.summary,
      }));
    default:
      return queue;
  }
}

/** Blocked tasks get a fresh start: the person asked for it. */
export const unblock = (queue: Queue): Queue => ({
  ...queue,
  tasks: queue.tasks.map((task) =>
    task.status === 'blocked'
      ? { ...task, status: 'pending', attempts: 0, since: queue.tick, reason: undefined }
      : task,
  ),
});

const done = (queue: Queue, id: string): boolean => taskOf(queue, id)?.status === 'done';
const lost = (queue: Queue, id: string): boolean => {
  const task = taskOf(queue, id);
  return task === undefined || (isTerminal(task.status) && task.status !== 'done') || isDoomed(queue, task);
};

/** Its dependencies cannot all be done any more, or a child of it failed. */
export const isDoomed = (queue: Queue, task: Task): boolean =>
  !isTerminal(task.status) &&
  (task.dependsOn.some((id) => lost(queue, id)) || childrenOf(queue, task.id).some((child) => lost(queue, child.id)));

/** All its dependencies and children are done, so it may run (or, with children, be verified) now. */
export const isReady = (queue: Queue, task: Task): boolean =>
  task.status === 'pending' &&
  task.dependsOn.every((id) => done(queue, id)) &&
  childrenOf(queue, task.id).every((child) => child.status === 'done') &&
  !ancestors(queue, task).some((parent) => parent.dependsOn.some((id) => !done(queue, id)));

function ancestors(queue: Queue, task: Task): readonly Task[] {
  const parent = task.parent === undefined ? undefined : taskOf(queue, task.parent);
  return parent ? [parent, ...ancestors(queue, parent)] : [];
}

/** Depth of a task: 0 for the goal itself. */
export const depthOf = (queue: Queue, task: Task): number => ancestors(queue, task).length;

/**
 * What a passed verification proves. `code` needs a check that failed at the baseline and passes now, or, for a task
 * with children and no such check of its own, children that are all proven. Checks that passed before are guards.
 */
export function proofOf(queue: Queue, task: Task): Proof {
  const proven = task.checks.some(
    (_, check) =>
      task.results.some((r) => r.check === check && r.phase === 'verify' && r.outcome === 'passed') &&
      task.results.some((r) => r.check === check && r.phase === 'baseline' && r.outcome === 'failed'),
  );
  if (proven) return 'code';
  const children = childrenOf(queue, task.id);
  return children.length > 0 && children.every((child) => child.proof === 'code') ? 'code' : 'none';
}
