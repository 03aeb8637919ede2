/** Calls that steer the run: plan, finish, ask. The tool only says what is wanted; it is carried out here. */
import { finishedText, plannedText } from '../context/prompt.ts';
import type { Call } from '../journal/state.ts';
import { depthOf, taskOf } from '../queue/queue.ts';
import { nextTask } from '../queue/schedule.ts';
import type { PlannedTask } from '../queue/task.ts';
import type { PlanItem, SteerRequest } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

/** A task may be split into children of children, but not for ever. */
const MAX_DEPTH = 4;

export async function steer(engine: Engine, call: Call, request: SteerRequest): Promise<void> {
  switch (request.kind) {
    case 'plan':
      return plan(engine, call, request.tasks);
    case 'finish': {
      const { current } = engine.state();
      if (current) engine.emit({ type: 'task.verifying', task: current.task, summary: request.summary, call: call.id });
      return;
    }
    case 'ask':
      return ask(engine, call, request.text, request.options);
    default:
      return request satisfies never;
  }
}

function plan(engine: Engine, call: Call, items: readonly PlanItem[]): void {
  const { state, emit } = engine;
  const answer = (ok: boolean, forModel: string): void =>
    emit({ type: 'call.finished', call: call.id, ok, forModel, title: `Plan (${items.length})`, changes: [] });
  const parent = taskOf(state().queue, state().current?.task ?? '');
  if (!parent || depthOf(state().queue, parent) >= MAX_DEPTH) {
    answer(
      false,
      `No plan was made: ${parent ? 'this task is split deeply enough. Do it now.' : 'no task is in work.'}`,
    );
    return;
  }
  const first = state().queue.nextId;
  const tasks = items.map(
    (item, i): PlannedTask => ({
      id: `t${first + i}`,
      parent: parent.id,
      title: item.title,
      description: item.description,
      priority: item.priority,
      dependsOn: item.after.map((n) => `t${first + n - 1}`),
      checks: [...item.checks],
    }),
  );
  emit({ type: 'tasks.planned', by: 'model', tasks });
  const planned = state().queue.tasks.filter(({ id }) => Number(id.slice(1)) >= first);
  answer(true, plannedText(planned, nextTask(state().queue)));
}

async function ask(engine: Engine, call: Call, text: string, options: readonly string[]): Promise<void> {
  const { state, emit } = engine;
  if (state().question?.call !== call.id)
    emit({ type: 'question.asked', question: engine.ports.ids.next(), call: call.id, text, options: [...options] });
  await engine.flush();
  if ((await engine.until((now) => now.question?.answer !== undefined)) === 'aborted') return;
  const answer = state().question?.answer ?? '';
  emit({ type: 'call.finished', call: call.id, ok: true, forModel: answer, title: text, changes: [] });
}

/** The result of a `finish` call, once its task was judged. */
export function answerFinish({ state, emit }: Engine, call: string, taskId: string): void {
  const { queue, current } = state();
  const task = taskOf(queue, taskId);
  const now = current && taskOf(queue, current.task);
  const text = task ? finishedText(state(), task, now === task ? undefined : now) : 'Done.';
  emit({
    type: 'call.finished',
    call,
    ok: task?.status === 'done',
    forModel: text,
    title: task?.title ?? '',
    changes: [],
  });
}
