/**
 * How the tasks of a queue hang together: who belongs to whom, and who waits for whom. Each relation is derived once for each
 * list of tasks and when it is first asked for: a list never changes, so what was derived from it stays true.
 */
import type { Queue } from './queue.ts';
import type { Task } from './task.ts';

/** What is derived must not be `undefined`. */
export function once<T>(derive: (queue: Queue) => T): (queue: Queue) => T {
  const known = new WeakMap<readonly Task[], T>();
  return (queue) => {
    const found = known.get(queue.tasks);
    if (found !== undefined) return found;
    const made = derive(queue);
    known.set(queue.tasks, made);
    return made;
  };
}

const byId = once(({ tasks }) => new Map(tasks.map((task) => [task.id, task])));

const grouped = (tasks: readonly Task[], keysOf: (task: Task) => readonly string[]): ReadonlyMap<string, Task[]> => {
  const groups = new Map<string, Task[]>();
  for (const task of tasks)
    for (const key of keysOf(task)) {
      const group = groups.get(key);
      if (group) group.push(task);
      else groups.set(key, [task]);
    }
  return groups;
};

const byParent = once(({ tasks }) => grouped(tasks, ({ parent }) => (parent === undefined ? [] : [parent])));
const byDependency = once(({ tasks }) => grouped(tasks, ({ dependsOn }) => dependsOn));

export const taskOf = (queue: Queue, id: string): Task | undefined => byId(queue).get(id);

export const childrenOf = (queue: Queue, id: string): readonly Task[] => byParent(queue).get(id) ?? [];

/** The tasks that name this one in `dependsOn`. */
export const dependantsOf = (queue: Queue, id: string): readonly Task[] => byDependency(queue).get(id) ?? [];

export const parentOf = (queue: Queue, { parent }: Task): Task | undefined =>
  parent === undefined ? undefined : taskOf(queue, parent);

/** The task it belongs to, what that belongs to, and so on. */
export function ancestorsOf(queue: Queue, task: Task): readonly Task[] {
  const found: Task[] = [];
  for (let at = parentOf(queue, task); at && !found.includes(at); at = parentOf(queue, at)) found.push(at);
  return found;
}

/** A task and all that belongs to it. */
export function below(queue: Queue, id: string): ReadonlySet<string> {
  const all = new Set([id]);
  // What is added on the way is visited as well.
  for (const at of all) for (const child of childrenOf(queue, at)) all.add(child.id);
  return all;
}

/**
 * These tasks and all that wait for them, directly or through others. A task waits for what it depends on, for its
 * children, and for what the tasks it belongs to depend on.
 */
export function waitersOf(queue: Queue, ids: Iterable<string>): ReadonlySet<string> {
  const waiting = new Set(ids);
  for (const id of waiting) {
    const parent = taskOf(queue, id)?.parent;
    if (parent !== undefined) waiting.add(parent);
    for (const dependant of dependantsOf(queue, id)) for (const each of below(queue, dependant.id)) waiting.add(each);
  }
  return waiting;
}

/** Would `id` wait for itself if it depended on `on`? Waiting in a circle would stall the run. */
export const wouldWaitForItself = (queue: Queue, id: string, on: string): boolean =>
  waitersOf(queue, below(queue, id)).has(on);

/** A task that is settled is in nobody's way: it is done, or the person decided to go without it. */
export const isSettled = ({ status }: Task): boolean => status === 'done' || status === 'skipped';
