/**
 * What is done about a task that goes round in circles: the first time the model is told what repeats, the second time the
 * task goes back to the queue with a lesson, the third time it is blocked and the person is asked.
 */
import { stuckText } from '../context/prompt.ts';
import type { Task } from '../queue/task.ts';
import { blockTask, MAX_ATTEMPTS } from './block.ts';
import type { Engine } from './engine.ts';
import { requeue } from './reflect.ts';
import type { Stuck } from './stuck.ts';

export async function unstick(engine: Engine, task: Task, { rule, message }: Stuck): Promise<void> {
  const { state, emit } = engine;
  const level = task.stuck + 1;
  const thread = state().current?.thread ?? '';
  if (level === 2 && task.attempts + 1 < MAX_ATTEMPTS) {
    // The trace that shows it is still there for the lesson; noticing clears it.
    await requeue(engine, task, `Stuck: ${message}.`);
    if (engine.stepSignal().aborted) return;
    emit({ type: 'stuck.noticed', task: task.id, rule, level, message });
    return;
  }
  emit({ type: 'stuck.noticed', task: task.id, rule, level, message });
  if (level === 1) emit({ type: 'message.added', thread, text: stuckText(message), why: 'nudge' });
  else blockTask(engine, task, `Stuck: ${message}.`);
}
