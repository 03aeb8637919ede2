/** Which ready task runs next: the person's order, then greedy on effective priority. Aging keeps a low one from starving. */
import { isReady, type Queue } from './queue.ts';
import type { Task } from './task.ts';

export interface ScheduleRules {
  /** Factor per failed attempt, 0 < gamma < 1. */
  readonly gamma: number;
  /** Priority points gained for each scheduling decision a task has waited. */
  readonly agingPerTick: number;
}

export const SCHEDULE: ScheduleRules = { gamma: 0.7, agingPerTick: 1 };

/** priority * gamma^attempts + aging, the product discounted so that repeated failure gives way to fresh work. */
export const effectivePriority = (task: Task, tick: number, { gamma, agingPerTick }: ScheduleRules): number =>
  task.priority * gamma ** task.attempts + (tick - task.since) * agingPerTick;

/** The person's order first; then what is most urgent; ties go to the task that was planned first. */
export function nextTask(queue: Queue, rules: ScheduleRules = SCHEDULE): Task | undefined {
  return queue.tasks
    .filter((task) => isReady(queue, task))
    .reduce<Task | undefined>(
      (best, task) => (best && !precedes(task, best, queue.tick, rules) ? best : task),
      undefined,
    );
}

/** Of two tasks that may run: does this one come first? */
export function precedes(task: Task, best: Task, tick: number, rules: ScheduleRules = SCHEDULE): boolean {
  const [mine, theirs] = [task.rank ?? Number.POSITIVE_INFINITY, best.rank ?? Number.POSITIVE_INFINITY];
  if (mine !== theirs) return mine < theirs;
  return effectivePriority(task, tick, rules) > effectivePriority(best, tick, rules);
}
