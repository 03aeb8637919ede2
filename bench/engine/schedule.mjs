/** A plan of many tasks, made at once and run through one decision at a time: the queue's reducer and its schedule, nothing else. */
import { applyToQueue, emptyQueue } from '../../src/agent/queue/queue.ts';
import { nextTask } from '../../src/agent/queue/schedule.ts';
import { cpuNow } from './cpu.mjs';

/** Chains of five, so that most tasks wait for others, in three priorities. */
const planned = (count) =>
  Array.from({ length: count }, (_, at) => ({
    id: `t${at + 1}`,
    title: `Task ${at + 1}`,
    description: '',
    priority: 30 + 20 * (at % 3),
    dependsOn: at % 5 === 0 ? [] : [`t${at}`],
    checks: [],
  }));

/** Milliseconds of the processor to plan so many tasks, and for one of them to be chosen, started and ended. */
export function schedulingOf(tasks) {
  const start = cpuNow();
  let queue = applyToQueue(emptyQueue, { type: 'tasks.planned', by: 'model', tasks: planned(tasks) });
  const plan = cpuNow() - start;
  let done = 0;
  for (let task = nextTask(queue); task; task = nextTask(queue)) {
    queue = applyToQueue(queue, { type: 'task.started', task: task.id, thread: 'h1' });
    queue = applyToQueue(queue, { type: 'task.verifying', task: task.id, summary: '' });
    queue = applyToQueue(queue, { type: 'task.ended', task: task.id, status: 'done', proof: 'none' });
    done += 1;
  }
  if (done !== tasks) throw new Error(`${done} of ${tasks} tasks were run`);
  return { plan, each: (cpuNow() - start - plan) / tasks };
}
