/** How tasks come into a queue and change: planned, edited and ordered, by a model or by the person, who always wins. */

import { drop } from './give-up.ts';
import type { Queue } from './queue.ts';
import { below, childrenOf, dependantsOf, taskOf, waitersOf } from './relations.ts';
import { type Check, type CheckResult, isTerminal, type PlannedTask, type Task, type TaskEdit } from './task.ts';

const numberOf = (id: string): number => Number(id.slice(1));

/** Only what no person touched or builds upon, and nothing was done for, gives way to the model. */
export const isReplaceable = (queue: Queue, task: Task): boolean =>
  task.status === 'pending' &&
  !task.touched &&
  task.attempts === 0 &&
  task.results.length === 0 &&
  childrenOf(queue, task.id).length === 0 &&
  !dependantsOf(queue, task.id).some(({ touched }) => touched);

export function plan(
  queue: Queue,
  planned: readonly PlannedTask[],
  byPerson: boolean,
  replaces: readonly string[],
): Queue {
  const left = replaces.reduce((now, id) => remove(now, id, byPerson), queue);
  // An id that was given stands for what it was given to, for ever.
  const fresh = planned.filter(({ id }) => numberOf(id) >= queue.nextId);
  const parents = new Set(fresh.map(({ parent }) => parent));
  const waiting: Queue = {
    ...left,
    tasks: left.tasks.map((task) => {
      if (!parents.has(task.id) || isTerminal(task.status)) return task;
      // A task that was split waits for its children.
      const held: Task = task.status === 'running' ? { ...task, status: 'pending' } : task;
      // The parts a model plans stand for the whole. What a person adds to a task does not do the task.
      if (!byPerson || childrenOf(left, task.id).length > task.childrenTried) return held;
      return { ...held, childrenTried: task.childrenTried + fresh.filter(({ parent }) => parent === task.id).length };
    }),
  };
  return fresh.reduce((into, task) => add(into, task, byPerson), waiting);
}

function add(queue: Queue, { dependsOn, parent, ...planned }: PlannedTask, byPerson: boolean): Queue {
  if (taskOf(queue, planned.id)) return queue;
  // A part of what has ended stands by itself.
  const whole = parent === undefined ? undefined : taskOf(queue, parent);
  const belongs = whole !== undefined && !isTerminal(whole.status);
  const task: Task = {
    ...planned,
    ...(belongs && { parent: whole.id }),
    // Nobody waits for a new task but what it belongs to.
    dependsOn: edges(queue, dependsOn, belongs ? [whole.id] : []),
    status: 'pending',
    attempts: 0,
    lessons: [],
    results: [],
    childrenTried: 0,
    touched: byPerson,
    worth: 0,
    stuck: 0,
    since: queue.tick,
  };
  return { ...queue, tasks: [...queue.tasks, task], nextId: Math.max(queue.nextId, numberOf(task.id) + 1) };
}

/** Those that lead to a known task and close no circle; the others are left out. `heads` are what would have to wait. */
function edges(queue: Queue, on: readonly string[], heads: Iterable<string>): string[] {
  if (on.length === 0) return [];
  const waiting = waitersOf(queue, heads);
  return [...new Set(on)].filter((id) => taskOf(queue, id) && !waiting.has(id));
}

export function edit(queue: Queue, id: string, change: TaskEdit, byPerson: boolean): Queue {
  const task = taskOf(queue, id);
  if (!task || isTerminal(task.status)) return queue;
  const { title, description, priority, dependsOn, checks } = change;
  const edited: Task = byPerson
    ? {
        ...task,
        touched: true,
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(priority !== undefined && { priority }),
        ...(dependsOn && { dependsOn: edges(queue, dependsOn, below(queue, id)) }),
        ...(checks && { checks, results: carried(task, checks) }),
      }
    : // A model may add to what proves a task, and nothing else.
      { ...task, checks: [...task.checks, ...(checks?.slice(task.checks.length) ?? [])] };
  return { ...queue, tasks: queue.tasks.map((one) => (one === task ? edited : one)) };
}

/** Results belong to the checks they were measured with. */
function carried({ checks: before, results }: Task, checks: readonly Check[]): readonly CheckResult[] {
  const now = checks.map((check) => JSON.stringify(check));
  const moved = before.map((check) => now.indexOf(JSON.stringify(check)));
  return results.flatMap((result) => {
    const check = moved[result.check] ?? -1;
    return check < 0 ? [] : [{ ...result, check }];
  });
}

/** The person's order; what it does not name has none any more. */
export function order(queue: Queue, ids: readonly string[]): Queue {
  const ranks = new Map(ids.map((id, at) => [id, at]));
  return {
    ...queue,
    tasks: queue.tasks.map(({ rank: _, ...task }) => {
      const rank = ranks.get(task.id);
      return rank === undefined ? task : { ...task, rank, touched: true };
    }),
  };
}

export function remove(queue: Queue, id: string, byPerson: boolean): Queue {
  const task = taskOf(queue, id);
  return task && (byPerson || isReplaceable(queue, task)) ? drop(queue, id) : queue;
}
