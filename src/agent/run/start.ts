/** Starting a task: whether it goes on in the thread of the last one or in a fresh one, and what the model is told. */
import { taskText } from '../context/prompt.ts';
import type { RunState } from '../journal/state.ts';
import { promptTokens } from '../model/tokens.ts';
import { childrenOf, taskOf } from '../queue/queue.ts';
import type { Task } from '../queue/task.ts';
import type { Engine } from './engine.ts';
import { openThread } from './thread.ts';

/**
 * The last thread goes on for a task that grew out of it (a child of the task that was just split, a dependent or the
 * parent of the one just finished, the first repair) while it fills less than half the window. Everything else starts afresh.
 */
function continues(state: RunState, task: Task, window: number): string | undefined {
  const { last } = state;
  const thread = last && state.threads[last.thread];
  if (!thread || thread.id !== state.turn?.thread) return undefined;
  const related =
    last.task === task.id
      ? task.attempts === 1 && task.stuck < 2
      : last.task === task.parent ||
        task.dependsOn.includes(last.task) ||
        taskOf(state.queue, last.task)?.parent === task.id;
  return related && promptTokens({ messages: thread.messages, tools: [] }) < window / 2 ? thread.id : undefined;
}

export async function startTask(engine: Engine, task: Task): Promise<void> {
  const { state, emit } = engine;
  const same = continues(state(), task, engine.model.profile.contextWindow);
  if (same) {
    emit({ type: 'task.started', task: task.id, thread: same });
    const last = state().threads[same]?.messages.at(-1);
    const told = last?.role === 'tool' || (last?.role === 'assistant' && last.calls.length > 0);
    // The result of `plan` or `finish` names the next task; without one, a message does.
    if (!told) emit({ type: 'message.added', thread: same, text: `Now ${taskText(task)}`, why: 'task' });
    return;
  }
  const thread = await openThread(engine, task);
  if (thread) emit({ type: 'task.started', task: task.id, thread });
}

/** A task whose children are all done: what they said is its summary, its own checks come next. */
export function wrapUp({ state, emit }: Engine, task: Task): void {
  const children = childrenOf(state().queue, task.id);
  const only = children.length === 1 ? children[0]?.summary : undefined;
  const said = ({ title, summary, status }: Task): string =>
    `- ${title}${status === 'skipped' ? ' (skipped)' : summary ? `: ${summary}` : ''}`;
  const summary = only ?? children.map(said).join('\n');
  emit({ type: 'task.verifying', task: task.id, summary });
}
