/**
 * How the tasks of a queue hang together, derived once for each queue: who belongs to whom, who waits for whom, and what
 * can no longer be reached. A queue is immutable, so what was derived from it stays true.
 */
import type { Queue } from './queue.ts';
import { isTerminal, type Task } from './task.ts';

interface Relations {
  readonly byId: ReadonlyMap<string, Task>;
  readonly children: ReadonlyMap<string, readonly Task[]>;
  /** Tasks that are lost, or that need something that is. */
  readonly lost: ReadonlySet<string>;
}

const derived = new WeakMap<Queue, Relations>();

export function relations(queue: Queue): Relations {
  const known = derived.get(queue);
  if (known) return known;
  const byId = new Map(queue.tasks.map((task) => [task.id, task]));
  const children = new Map<string, Task[]>();
  for (const task of queue.tasks) {
    if (task.parent === undefined) continue;
    const siblings = children.get(task.parent);
    if (siblings) siblings.push(task);
    else children.set(task.parent, [task]);
  }
  const made: Relations = { byId, children, lost: lostOf(queue.tasks, byId, children) };
  derived.set(queue, made);
  return made;
}

/** A task that is settled is in nobody's way: it is done, or the person decided to go without it. */
export const isSettled = (task: Task): boolean => task.status === 'done' || task.status === 'skipped';

/** From what failed outwards: to what depends on it, what it belongs to, and what belongs to it; what is settled stays so. */
function lostOf(tasks: readonly Task[], byId: Relations['byId'], children: Relations['children']): ReadonlySet<string> {
  const neededBy = new Map<string, string[]>();
  const note = (id: string, by: string): void => {
    const all = neededBy.get(id);
    if (all) all.push(by);
    else neededBy.set(id, [by]);
  };
  for (const task of tasks) {
    for (const id of task.dependsOn) note(id, task.id);
    if (task.parent !== undefined) note(task.id, task.parent);
  }
  const lost = new Set<string>();
  // Nobody works on a part of what has failed, however deep it lies.
  const open: string[] = [];
  const within = tasks.filter((task) => isTerminal(task.status) && !isSettled(task));
  const seen = new Set<string>();
  for (let task = within.pop(); task; task = within.pop()) {
    if (seen.has(task.id)) continue;
    seen.add(task.id);
    if (!isSettled(task)) open.push(task.id);
    within.push(...(children.get(task.id) ?? []));
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (lost.has(id)) continue;
    lost.add(id);
    for (const other of neededBy.get(id) ?? []) {
      const task = byId.get(other);
      if (task && !isSettled(task)) open.push(other);
    }
  }
  return lost;
}

/** The task it belongs to, what that belongs to, and so on. */
export function ancestorsOf(queue: Queue, task: Task): readonly Task[] {
  const { byId } = relations(queue);
  const found: Task[] = [];
  for (let at = task.parent; at !== undefined; ) {
    const parent = byId.get(at);
    if (!parent || found.includes(parent)) break;
    found.push(parent);
    at = parent.parent;
  }
  return found;
}

/**
 * Would `id` wait for itself if it depended on `on`? A task waits for what it depends on, for its children, and for what
 * the tasks it belongs to depend on; waiting in a circle would stall the run.
 */
export function wouldWaitForItself(queue: Queue, id: string, on: string): boolean {
  const { byId, children } = relations(queue);
  const target = byId.get(id);
  if (!target) return false;
  // Every task that would wait for `on`: the task itself and everything below it.
  const below = new Set<string>();
  const within = [id];
  for (let at = within.pop(); at !== undefined; at = within.pop()) {
    if (below.has(at)) continue;
    below.add(at);
    for (const child of children.get(at) ?? []) within.push(child.id);
  }
  return waitsForAny(queue, on, below);
}

/** Does a task wait, directly or through others, for one of these (or is it one of them)? */
export function waitsForAny(queue: Queue, id: string, targets: ReadonlySet<string>): boolean {
  const { byId, children } = relations(queue);
  const seen = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (targets.has(at)) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const task = byId.get(at);
    if (!task) continue;
    open.push(...task.dependsOn, ...(children.get(at) ?? []).map((child) => child.id));
    for (const parent of ancestorsOf(queue, task)) open.push(...parent.dependsOn);
  }
  return false;
}
