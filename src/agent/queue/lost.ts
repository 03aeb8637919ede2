/** What can no longer be done, seen from what has failed. */
import { childrenOf, dependantsOf, isSettled, once, parentOf } from './relations.ts';
import { isTerminal, type Task } from './task.ts';

/**
 * What failed, and outwards from it: what depends on it and what belongs to that will never begin; what it belongs to cannot
 * be done, although the other parts of that go on. What is settled stays so, but nobody works on a part of what has failed,
 * however deep it lies.
 */
export const lostIn = once((queue): ReadonlySet<string> => {
  const lost = new Set<string>();
  /** Lost with everything below. */
  const cut = new Set<string>();
  const open = queue.tasks
    .filter((task) => isTerminal(task.status) && !isSettled(task))
    .map((task): [Task, Set<string>] => [task, cut]);
  for (let next = open.pop(); next; next = open.pop()) {
    const [task, how] = next;
    if (how.has(task.id)) continue;
    how.add(task.id);
    if (how === cut) {
      for (const child of childrenOf(queue, task.id)) open.push([child, cut]);
      if (!isSettled(task)) open.push([task, lost]);
      continue;
    }
    for (const dependant of dependantsOf(queue, task.id)) if (!isSettled(dependant)) open.push([dependant, cut]);
    const parent = parentOf(queue, task);
    if (parent && !isSettled(parent)) open.push([parent, lost]);
  }
  return lost;
});
