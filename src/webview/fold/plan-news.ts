/** What changed between two states of the plan, for those who hear it instead of seeing it. */
import { type Queue, taskOf } from '../../agent/queue/queue.ts';
import { isTerminal, type Task } from '../../agent/queue/task.ts';

export type PlanNews =
  | { readonly kind: 'added' | 'removed' | 'again' | 'edited'; readonly tasks: readonly Task[] }
  | { readonly kind: 'ended'; readonly task: Task }
  /** The person's order was given back to the priorities. */
  | { readonly kind: 'unordered' };

const isOrdered = ({ tasks }: Queue): boolean => tasks.some(({ rank }) => rank !== undefined);

const told = (task: Task): string => `${task.title}\n${task.description}\n${task.priority}`;

export function planNews(before: Queue, after: Queue): readonly PlanNews[] {
  const news: PlanNews[] = [];
  const say = (kind: 'added' | 'removed' | 'again' | 'edited', tasks: readonly Task[]): void => {
    if (tasks.length > 0) news.push({ kind, tasks });
  };
  // An id is never given twice and a task is one object until it changes.
  const both = after.tasks.flatMap((now) => {
    const was = taskOf(before, now.id);
    return was && was !== now ? [{ was, now }] : [];
  });
  say(
    'added',
    after.tasks.filter(({ id }) => !taskOf(before, id)),
  );
  say(
    'removed',
    before.tasks.filter(({ id }) => !taskOf(after, id)),
  );
  say(
    'again',
    both.filter(({ was, now }) => isTerminal(was.status) && !isTerminal(now.status)).map(({ now }) => now),
  );
  say(
    'edited',
    both.filter(({ was, now }) => told(was) !== told(now)).map(({ now }) => now),
  );
  for (const { was, now } of both)
    if (isTerminal(now.status) && was.status !== now.status) news.push({ kind: 'ended', task: now });
  if (isOrdered(before) && !isOrdered(after)) news.push({ kind: 'unordered' });
  return news;
}
