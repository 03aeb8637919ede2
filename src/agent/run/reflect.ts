/** Giving a task back to the queue with what was measured and, from the second failure on, one lesson drawn from it. */
import { readLesson, reflectMessages } from '../context/reflect.ts';
import type { Task } from '../queue/task.ts';
import { aside } from './aside.ts';
import type { Engine } from './engine.ts';

const LESSON_TOKENS = 400;

/** Without an answer the evidence alone goes into the next attempt. */
export async function requeue(engine: Engine, task: Task, evidence: string): Promise<void> {
  const answer = await aside(engine, {
    purpose: 'reflect',
    task: task.id,
    messages: reflectMessages(task, evidence, engine.state().trace),
    maxOutputTokens: LESSON_TOKENS,
  });
  if (engine.stepSignal().aborted) return;
  const learnt = answer.ok ? readLesson(answer.text) : {};
  engine.emit({ type: 'task.requeued', task: task.id, evidence, ...learnt });
}
