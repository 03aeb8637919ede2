/** What a thread has not been told yet, told at a turn's boundary: the person's words, their changes, files that changed. */
import { changedText, editedText } from '../context/prompt.ts';
import type { EventBody } from '../journal/event.ts';
import type { Heard, RunState } from '../journal/state.ts';
import { taskOf } from '../queue/queue.ts';
import { titleOf } from '../queue/task.ts';
import { knownNow } from './changed.ts';
import type { Engine } from './engine.ts';

export async function hear(engine: Engine, heard: Heard, thread: string): Promise<void> {
  const { state, emit } = engine;
  const files = heard.kind === 'changed' ? await knownNow(engine, state().threads[thread], heard.paths) : [];
  if (engine.stepSignal().aborted) return;
  emit({ type: 'message.added', thread, ...told(state(), heard), ...(files.length > 0 && { files }) });
}

type Told = Pick<Extract<EventBody, { type: 'message.added' }>, 'text' | 'why' | 'heard'>;

function told({ queue }: RunState, heard: Heard): Told {
  switch (heard.kind) {
    case 'said':
      return { text: heard.text, why: 'person' };
    case 'edited': {
      const task = taskOf(queue, heard.task);
      return { text: task ? editedText(task) : 'The person removed this task.', why: 'task', heard: true };
    }
    case 'changed':
      return { text: changedText(heard.paths), why: 'changed', heard: true };
    default:
      return heard satisfies never;
  }
}

/** What is said when no task is in work: a task of its own, whose thread then hears it. */
export function addTask({ state, emit }: Engine, text: string): void {
  const id = `t${state().queue.nextId}`;
  const task = { id, title: titleOf(text), description: text, priority: 50, dependsOn: [], checks: [] };
  emit({ type: 'tasks.planned', by: 'person', tasks: [task] });
}
