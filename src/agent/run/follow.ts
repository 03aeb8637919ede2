/**
 * A person's commands. Each is checked against the state, says what is wrong with it, and otherwise only appends events:
 * the loop sees them at its next step. A person's change of the queue always wins over the model's.
 */
import { approvalOf, isAsking, waiting } from '../journal/state.ts';
import type { RunCommand } from '../protocol.ts';
import { taskOf } from '../queue/queue.ts';
import { isSettled, wouldWaitForItself } from '../queue/relations.ts';
import { isTerminal, type Task, titleOf } from '../queue/task.ts';
import { objection } from './authorise.ts';
import { blockedTasks } from './block.ts';
import { takenEvent, touched } from './checkpoint.ts';
import type { Engine } from './engine.ts';
import { unfit } from './limits.ts';
import { restoreTo } from './restore.ts';

type Of<T extends RunCommand['type']> = Extract<RunCommand, { type: T }>;
/** What is wrong, for the person. */
type Problem = string | undefined;

const ENDED = 'This run has ended.';
const ITS_GOAL = 'This is the goal itself: stop the run instead.';
const isGoal = ({ id }: Task): boolean => id === 't1';

/** `stop` ends the run and everything that is under way. */
export async function follow(engine: Engine, command: RunCommand, stop: () => void): Promise<Problem> {
  const { state, emit } = engine;
  if (command.type === 'rename') return rename(engine, command.title);
  if (state().status === 'ended') return ENDED;
  switch (command.type) {
    case 'say':
      emit({ type: 'person.said', text: command.text });
      // Talking to a run that waits for its person lets it go on; a limit needs an explicit extension.
      if (state().status === 'paused' && state().pause?.reason !== 'limit') emit({ type: 'run.resumed' });
      return undefined;
    case 'decide':
      return decide(engine, command);
    case 'comment':
      if (approvalOf(state(), command.approval)?.status !== 'waiting') return 'This question is no longer open.';
      emit({ type: 'proposal.commented', approval: command.approval, comments: command.comments });
      return undefined;
    case 'answer':
      if (state().question?.id !== command.question || state().question?.answer !== undefined)
        return 'This question is no longer open.';
      emit({ type: 'question.answered', question: command.question, text: command.text });
      return undefined;
    case 'pause':
      if (state().status === 'running') emit({ type: 'run.paused', reason: 'person', message: '' });
      return undefined;
    case 'resume':
      if (state().status !== 'paused') return 'This run is not paused.';
      emit({ type: 'run.resumed', ...(command.extend && { extended: command.extend }) });
      return undefined;
    case 'mode': {
      const problem = unfit(command.mode, state().limits, engine.model.profile.price !== undefined, engine.policy);
      if (problem) return problem;
      emit({ type: 'mode.changed', mode: command.mode });
      return undefined;
    }
    case 'model':
      return engine.changeModel(command.id);
    case 'stop':
      stop();
      return undefined;
    case 'addTask':
      return addTask(engine, command);
    case 'editTask':
      return editTask(engine, command);
    case 'skipTask':
      return withTask(engine, command.task, (task) => {
        if (isGoal(task)) return ITS_GOAL;
        if (isSettled(task)) return `${task.id} has ended already.`;
        emit({ type: 'task.ended', task: task.id, status: 'skipped', by: 'person', reason: 'The person skipped it.' });
        if (!isTerminal(task.status)) leave(engine, task);
        if (blockedTasks(state()).length === 0) goOn(engine);
        return undefined;
      });
    case 'removeTask':
      return withTask(engine, command.task, (task) => {
        if (isGoal(task)) return ITS_GOAL;
        emit({ type: 'task.removed', task: task.id, by: 'person' });
        leave(engine, task);
        return undefined;
      });
    case 'retryTask':
      return withTask(engine, command.task, (task) => {
        if (!isTerminal(task.status)) return `${task.id} has not ended yet.`;
        emit({ type: 'task.retried', task: task.id });
        goOn(engine);
        return undefined;
      });
    case 'checkpoint':
      return recordNow(engine);
    case 'restore':
      if (isAtWork(engine)) return 'Goalwright is at work: pause it first, then restore.';
      return (await restoreTo(engine, command.checkpoint, command.paths))?.problem;
    case 'orderTasks':
      emit({ type: 'tasks.ordered', order: command.order.filter((id) => taskOf(state().queue, id)) });
      return undefined;
    default:
      return command satisfies never;
  }
}

async function recordNow({ ports, state, emit, signal }: Engine): Promise<Problem> {
  if (!ports.checkpoints) return 'There is nowhere to keep checkpoints.';
  const taken = await ports.checkpoints.take(touched(state()), signal);
  emit(takenEvent(state(), taken, 'demand'));
  return 'fault' in taken ? taken.fault : undefined;
}

/** Files may be changing, or be changed in a moment. */
function isAtWork({ state }: Engine): boolean {
  const { turn, status } = state();
  const isWaiting = waiting(state()).length > 0 || isAsking(state());
  return turn?.calls.some((call) => call.status === 'started') === true || (status === 'running' && !isWaiting);
}

function rename({ state, emit }: Engine, title: string): Problem {
  const to = title.trim().slice(0, 200);
  if (to === '') return 'A name is needed.';
  if (to !== state().title) emit({ type: 'run.renamed', title: to });
  return undefined;
}

async function decide(engine: Engine, command: Of<'decide'>): Promise<Problem> {
  const { state, emit, ports } = engine;
  const problem = objection(engine, command);
  if (problem) return problem;
  const approval = approvalOf(state(), command.approval);
  const rule = approval?.subject.kind === 'command' ? approval.subject.remember : undefined;
  const remember = command.verdict === 'accept' && rule ? command.remember : undefined;
  emit({
    type: 'approval.decided',
    approval: command.approval,
    verdict: command.verdict,
    by: 'person',
    ...(command.reason?.trim() && { reason: command.reason.trim() }),
    ...(remember && { remember }),
    ...(approval?.subject.kind === 'edit' && approval.subject.after && { after: approval.shown }),
  });
  if (remember !== 'always' || !rule) return undefined;
  const fault = await ports.rules?.add(rule);
  return fault === undefined ? undefined : `It was let pass for this run, but the rule could not be kept: ${fault}`;
}

function withTask({ state }: Engine, id: string, act: (task: Task) => Problem): Problem {
  const task = taskOf(state().queue, id);
  return task ? act(task) : `There is no task ${id} any more.`;
}

/** A run that waited for what becomes of its blocked tasks goes on; those that nothing was said of stay blocked. */
function goOn({ state, emit }: Engine): void {
  if (state().pause?.reason === 'blocked') emit({ type: 'run.resumed', keepsBlocked: true });
}

/** The person took the task in work away: what it was doing ends, and what it was asking is no longer a question. */
function leave(engine: Engine, task: Task): void {
  const { state, emit } = engine;
  const { turn } = state();
  const isMine = turn?.task === task.id;
  if (!isMine && task.status !== 'verifying') return;
  const calls = new Set(isMine ? turn.calls.map(({ id }) => id) : []);
  for (const { id, call } of waiting(state()))
    if (calls.has(call) || call.startsWith(`check:${task.id}:`) || call === `weakened:${task.id}`)
      emit({ type: 'approval.voided', approval: id, reason: 'The person took the task away.' });
  engine.interrupt();
}

function addTask({ state, emit }: Engine, command: Of<'addTask'>): Problem {
  const { queue } = state();
  const { parent, dependsOn = [] } = command;
  const unknown = [parent, ...dependsOn].find((id) => id !== undefined && !taskOf(queue, id));
  if (unknown) return `There is no task ${unknown} any more.`;
  if (parent && isTerminal(taskOf(queue, parent)?.status ?? 'done')) return `${parent} has ended already.`;
  const title = titleOf(command.title);
  if (title === '') return 'A task needs a title.';
  emit({
    type: 'tasks.planned',
    by: 'person',
    tasks: [
      {
        id: `t${queue.nextId}`,
        title,
        description: command.description ?? (title === command.title.trim() ? '' : command.title),
        priority: command.priority ?? 50,
        dependsOn,
        checks: command.checks ?? [],
        ...(parent && { parent }),
      },
    ],
  });
  return undefined;
}

function editTask(engine: Engine, { type: _, task: id, ...edit }: Of<'editTask'>): Problem {
  const { state, emit } = engine;
  return withTask(engine, id, (task) => {
    const { queue } = state();
    if (isTerminal(task.status)) return `${task.id} has ended: retry it to change it.`;
    if (task.status === 'verifying') return `${task.id} is being checked: wait a moment.`;
    if (edit.title !== undefined && edit.title.trim() === '') return 'A task needs a title.';
    const unknown = edit.dependsOn?.find((other) => !taskOf(queue, other));
    if (unknown) return `There is no task ${unknown} any more.`;
    const circle = edit.dependsOn?.find((other) => wouldWaitForItself(queue, id, other));
    if (circle) return `${id} cannot wait for ${circle}: ${circle} waits for ${id}.`;
    emit({ type: 'task.edited', task: id, by: 'person', ...edit });
    return undefined;
  });
}
