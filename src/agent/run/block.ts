/** A task that cannot go on: blocked, while everything that does not need it goes on. The person is asked at the end. */
import type { EventOf } from '../journal/event.ts';
import type { RunState } from '../journal/state.ts';
import { REWARDS } from '../queue/reward.ts';
import type { Task } from '../queue/task.ts';
import type { Engine } from './engine.ts';

/** Failed attempts after which a task is blocked. */
export const MAX_ATTEMPTS = 3;

export function blockTask({ emit }: Engine, task: Task, reason: string): void {
  emit({ type: 'task.ended', task: task.id, status: 'blocked', reason });
  emit({ type: 'reward.given', task: task.id, amount: REWARDS.taskFailed, why: 'taskFailed' });
}

/** Blocked by itself, not because of something it needs. */
export const blockedTasks = ({ queue }: RunState): readonly Task[] =>
  queue.tasks.filter(({ status, doomed }) => status === 'blocked' && !doomed);

/** Everything else is done or given up: what is blocked is the person's to decide. */
export function askAboutBlocked(engine: Engine): void {
  const message = blockedTasks(engine.state())
    .map(({ title, reason }) => `${title}\n${reason ?? ''}`.trim())
    .join('\n\n');
  halt(engine, 'blocked', message);
}

/** Asks the person; where there is none, the run ends. */
export function halt({ state, emit }: Engine, reason: EventOf<'run.paused'>['reason'], message: string): void {
  if (state().attended) emit({ type: 'run.paused', reason, message });
  else emit({ type: 'run.ended', outcome: reason === 'limit' ? 'limit' : 'failed', report: message });
}
