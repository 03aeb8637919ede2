/** How tasks leave: skipped or taken out by the person, given up with what they need; and how they begin again. */
import { lostIn } from './lost.ts';
import type { Queue } from './queue.ts';
import { ancestorsOf, below, childrenOf, dependantsOf, isSettled, parentOf, taskOf } from './relations.ts';
import { isTerminal, type Task } from './task.ts';

/** Nobody goes without a task and still wants its parts; who had given up because of one of them begins again. */
export function skip(queue: Queue, id: string): Queue {
  const gone = below(queue, id);
  const skipped: Queue = {
    ...queue,
    tasks: queue.tasks.map(
      (task): Task =>
        gone.has(task.id) && task.id !== id && !isSettled(task) ? { ...task, status: 'skipped', doomed: true } : task,
    ),
  };
  return begin(
    skipped,
    [...gone].flatMap((each) => givenUpFor(skipped, each)),
  );
}

/**
 * Takes a task and all below it out. What depended on it goes on without it, unless it was lost: what a failure has doomed
 * is not brought back by hiding the failure.
 */
export function drop(queue: Queue, id: string): Queue {
  const gone = below(queue, id);
  const lost = lostIn(queue);
  const tasks = queue.tasks
    .filter((task) => !gone.has(task.id))
    .map((task): Task => {
      const needed = task.dependsOn.filter((other) => gone.has(other));
      if (needed.length === 0) return task;
      const kept = { ...task, dependsOn: task.dependsOn.filter((other) => !gone.has(other)) };
      return isTerminal(task.status) || !needed.some((other) => lost.has(other))
        ? kept
        : { ...kept, status: 'blocked', doomed: true, reason: 'What it needed failed and was removed.' };
    });
  return { ...queue, tasks };
}

/** Begins tasks that have ended again, with what was skipped along with them. */
export const retry = (queue: Queue, ids: readonly string[]): Queue =>
  begin(
    queue,
    ids.flatMap((id) => [id, ...(taskOf(queue, id)?.status === 'skipped' ? skippedWith(queue, id) : [])]),
  );

/** Blocked tasks get a fresh start: the person asked for it. */
export const unblock = (queue: Queue): Queue =>
  begin(
    queue,
    queue.tasks.filter(({ status }) => status === 'blocked').map(({ id }) => id),
  );

const skippedWith = (queue: Queue, id: string): readonly string[] =>
  [...below(queue, id)].filter((each) => {
    const task = taskOf(queue, each);
    return task?.doomed && task.status === 'skipped';
  });

/** What was given up because of this one: what depends on it, its parts, and what it belongs to. */
function givenUpFor(queue: Queue, id: string): readonly string[] {
  const task = taskOf(queue, id);
  const parent = task && parentOf(queue, task);
  return [...dependantsOf(queue, id), ...childrenOf(queue, id), ...(parent ? [parent] : [])]
    .filter(({ status, doomed }) => doomed && status === 'blocked')
    .map((other) => other.id);
}

/** Begins those that have ended again, with all that was given up because of them, and what they belong to. */
function begin(queue: Queue, ids: readonly string[]): Queue {
  const again = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const task = taskOf(queue, id);
    if (!task || again.has(id) || !isTerminal(task.status)) continue;
    again.add(id);
    open.push(...ancestorsOf(queue, task).map((parent) => parent.id), ...givenUpFor(queue, id));
  }
  if (again.size === 0) return queue;
  return { ...queue, tasks: queue.tasks.map((task) => (again.has(task.id) ? fresh(task, queue.tick) : task)) };
}

function fresh({ reason: _, proof: _p, doomed: _d, ...task }: Task, since: number): Task {
  return {
    ...task,
    status: 'pending',
    attempts: 0,
    stuck: 0,
    worth: 0,
    childrenTried: 0,
    since,
    // What held before the first effect still did.
    results: task.results.filter(({ phase }) => phase === 'baseline'),
  };
}
