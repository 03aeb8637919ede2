/** Calls that steer the run: plan, finish, ask. The tool only says what is wanted; it is carried out here. */
import { finishedText, plannedText } from '../context/prompt.ts';
import type { Call } from '../journal/state.ts';
import { ordersIn } from '../policy/data.ts';
import { isReplaceable } from '../queue/plan.ts';
import { depthOf, taskOf } from '../queue/queue.ts';
import { waitersOf } from '../queue/relations.ts';
import { nextTask } from '../queue/schedule.ts';
import { isTerminal, type PlannedTask, type Task } from '../queue/task.ts';
import { plainTitle } from '../tools/plan.ts';
import type { PlanItem, SteerRequest } from '../tools/tool.ts';
import type { Engine } from './engine.ts';
import { finishCall } from './finish-call.ts';
import { hindsight } from './hindsight.ts';

/** A task may be split into children of children, but not for ever. */
const MAX_DEPTH = 4;
/** Questions before there is any work to show. */
const MAX_QUESTIONS = 3;

type Of<K extends SteerRequest['kind']> = Extract<SteerRequest, { kind: K }>;

export async function steer(engine: Engine, call: Call, request: SteerRequest): Promise<void> {
  switch (request.kind) {
    case 'plan':
      return plan(engine, call, request);
    case 'finish':
      return finish(engine, call, request);
    case 'ask':
      return ask(engine, call, request);
    default:
      return request satisfies never;
  }
}

const refuse = (engine: Engine, call: Call, title: string, forModel: string): Promise<void> =>
  finishCall(engine, call, { ok: false, title, forModel });

async function plan(engine: Engine, call: Call, { tasks: items, as }: Of<'plan'>): Promise<void> {
  const { state, emit } = engine;
  const { queue } = state();
  const title = `Plan (${items.length})`;
  if (call.planned) return answerPlan(engine, call, title, call.planned);
  const current = taskOf(queue, state().current?.task ?? '');
  if (!current) return refuse(engine, call, title, 'No plan was made: no task is in work.');
  // Beside the task in work means: where it belongs. The goal itself has only parts.
  const parent = as === 'parts' || current.parent === undefined ? current : taskOf(queue, current.parent);
  if (!parent || depthOf(queue, parent) >= MAX_DEPTH)
    return refuse(engine, call, title, 'No plan was made: this task is split deeply enough. Do it now.');
  const replaced =
    as === 'instead' ? queue.tasks.filter((task) => task.parent === parent.id && isReplaceable(queue, task)) : [];
  const fault = faultIn(engine, items, parent, current, new Set(replaced.map(({ id }) => id)));
  if (fault) return refuse(engine, call, title, `Nothing was planned. Mend this and call plan again:\n${fault}`);
  const tasks = numbered(items, parent.id, queue.nextId);
  emit({
    type: 'tasks.planned',
    by: 'model',
    tasks,
    call: call.id,
    ...(replaced.length > 0 && { replaces: replaced.map(({ id }) => id) }),
  });
  const ids = tasks.map(({ id }) => id);
  return answerPlan(engine, call, title, ids);
}

/** The task in work goes on, or the most urgent one of the plan is next. */
async function answerPlan(engine: Engine, call: Call, title: string, ids: readonly string[]): Promise<void> {
  const { queue, current } = engine.state();
  const still = current?.task;
  const planned = ids.flatMap((id) => taskOf(queue, id) ?? []);
  // After a crash the first of them may have been started already.
  const now = still === undefined ? nextTask(queue) : ids.includes(still) ? taskOf(queue, still) : undefined;
  const rest = still !== undefined && !now ? `\nGo on with ${still}.` : '';
  await finishCall(engine, call, { ok: true, title, forModel: `${plannedText(planned, now)}${rest}` });
}

/** What the list itself cannot show: how it fits the tasks there are. */
function faultIn(
  { state }: Engine,
  items: readonly PlanItem[],
  parent: Task,
  current: Task,
  replaced: ReadonlySet<string>,
): string | undefined {
  const { queue } = state();
  const open = queue.tasks.filter(({ id, status }) => !isTerminal(status) && !replaced.has(id));
  const known = open.map(({ id }) => id).join(', ');
  // What it belongs to waits for it, so nothing that waits for that may come before it.
  const waiting = waitersOf(queue, [parent.id]);
  for (const [index, { title, afterIds }] of items.entries()) {
    const where = `Task ${index + 1}`;
    const unknown = afterIds.find((id) => !taskOf(queue, id) || replaced.has(id));
    if (unknown !== undefined) return `${where}: there is no ${unknown}. The tasks are: ${known}.`;
    const circle = afterIds.find((id) => waiting.has(id));
    if (circle !== undefined)
      return `${where}: it cannot come after ${circle}, which waits for ${parent.id} and so for it.`;
    // A plan of one may well be called like the goal.
    const same = open.find((task) => task.parent !== undefined && plainTitle(task.title) === plainTitle(title));
    if (same)
      return same.id === current.id
        ? `${where} is the task in work itself. Name its parts, or do it without a plan.`
        : `${where}: ${same.id} has that title already. Leave it out, or say how it differs.`;
  }
  return undefined;
}

/** Ids in an order in which they can be done, so that each depends only on tasks before it. */
function numbered(items: readonly PlanItem[], parent: string, first: number): PlannedTask[] {
  const order: number[] = [];
  while (order.length < items.length) {
    const free = items.findIndex((item, i) => !order.includes(i) && item.after.every((n) => order.includes(n - 1)));
    if (free < 0) break;
    order.push(free);
  }
  const idOf = (index: number): string => `t${first + order.indexOf(index)}`;
  return order.flatMap((index) => {
    const item = items[index];
    if (!item) return [];
    const { title, description, priority, checks } = item;
    const dependsOn = [...item.after.map((n) => idOf(n - 1)), ...item.afterIds];
    return [{ id: idOf(index), parent, title, description, priority, dependsOn, checks: [...checks] }];
  });
}

/** Checks may still be added, none is taken away. What held before is taken from what was seen, never from what is said. */
async function finish(engine: Engine, call: Call, { summary, checks }: Of<'finish'>): Promise<void> {
  const { state, emit } = engine;
  const task = taskOf(state().queue, state().current?.task ?? '');
  if (!task) return refuse(engine, call, 'Finish', 'No task is in work.');
  const known = new Set(task.checks.map((check) => JSON.stringify(check)));
  const added = checks.filter((check) => !known.has(JSON.stringify(check)));
  if (added.length > 0) emit({ type: 'task.edited', task: task.id, by: 'model', checks: [...task.checks, ...added] });
  for (const [index, check] of (taskOf(state().queue, task.id)?.checks ?? []).entries()) {
    const isNamed = checks.some((one) => JSON.stringify(one) === JSON.stringify(check));
    if (!isNamed || task.results.some((result) => result.check === index)) continue;
    const before = await hindsight(engine, check);
    emit({ type: 'check.finished', task: task.id, check: index, phase: 'baseline', ...before });
  }
  emit({ type: 'task.verifying', task: task.id, summary, call: call.id });
}

async function ask(engine: Engine, call: Call, { text, options }: Of<'ask'>): Promise<void> {
  const { state, emit } = engine;
  const isOpen = state().question?.call === call.id;
  if (!isOpen) {
    if (state().mode === 'continuous')
      return refuse(engine, call, 'Ask', 'Nobody is asked in continuous mode: state what you assume, and go on.');
    const begun = Object.keys(state().effects).length > 0;
    if (!begun && state().asked >= MAX_QUESTIONS)
      return refuse(
        engine,
        call,
        'Ask',
        'Three questions were asked before any work: state what you assume, and go on.',
      );
    emit({ type: 'question.asked', question: engine.ports.ids.next(), call: call.id, text, options: [...options] });
  }
  await engine.flush();
  const left = (): boolean => engine.stepSignal().aborted;
  if ((await engine.until((now) => now.question?.answer !== undefined || left())) === 'aborted' || left()) return;
  const answer = state().question?.answer ?? '';
  await finishCall(engine, call, { ok: true, forModel: answer, title: text });
}

/** The result of a `finish` call, once its task was judged. */
export function answerFinish({ state, emit, redact }: Engine, call: string, taskId: string): void {
  const { queue, current } = state();
  const task = taskOf(queue, taskId);
  const now = current && taskOf(queue, current.task);
  const text = task ? finishedText(state(), task, now === task ? undefined : now) : 'The person took this task away.';
  const orders = ordersIn((task?.results ?? []).map(({ evidence }) => evidence).join('\n'));
  emit({
    type: 'call.finished',
    call,
    ok: task?.status === 'done',
    forModel: text,
    ...(orders && { orders }),
    title: redact(task?.title ?? ''),
    changes: [],
  });
}
