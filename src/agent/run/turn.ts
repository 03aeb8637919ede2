/** One model turn: reserve the budget, stream the reply, journal it whole or not at all, react to a fault. */
import { NUDGE } from '../context/prompt.ts';
import type { EventOf } from '../journal/event.ts';
import type { Thread } from '../journal/state.ts';
import type { Fault, ModelRequest, Usage } from '../model/model.ts';
import { reaction } from '../model/reaction.ts';
import type { Task } from '../queue/task.ts';
import { specs } from '../tools/registry.ts';
import { blockTask, halt } from './block.ts';
import { tellChanged } from './changed.ts';
import { compactNow, fillOf, keepRoom } from './compact.ts';
import { countDay } from './day.ts';
import type { Engine } from './engine.ts';
import { allow, costOf, type Measure, unfit } from './limits.ts';
import { giveRules } from './rules.ts';

type Reply =
  | { readonly kind: 'whole'; readonly body: Omit<EventOf<'turn.finished'>, 'type' | 'turn' | 'seq' | 'at'> }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly partial: string; readonly usage: Usage };

export async function runTurn(engine: Engine, task: Task, thread: Thread): Promise<void> {
  // What was appended or shortened is looked at anew.
  if ((await tellChanged(engine, thread)) || (await giveRules(engine, thread))) return;
  if (await keepRoom(engine, task, thread)) return;
  await countDay(engine);
  // The person may have stopped or paused meanwhile.
  if (engine.stepSignal().aborted || engine.state().status !== 'running') return;
  const { state, emit, model } = engine;
  const offered = engine.tools.filter(({ name }) => thread.tools.includes(name));
  const request = { goal: state().goal, messages: thread.messages, tools: specs(offered) };
  const problem = unfit(state().mode, state().limits, model.profile.price !== undefined, engine.policy);
  if (problem) return halt(engine, 'limit', problem);
  const allowance = allow(state(), model.profile, fillOf(engine, thread));
  for (const measure of allowance.warn) emit({ type: 'limit.warned', ...measure });
  if (allowance.kind === 'reached') return limitReached(engine, allowance.measure);

  const turn = state().spent.steps + 1;
  emit({ type: 'turn.started', turn, task: task.id, thread: thread.id });
  await engine.flush();
  const reply = await listen(engine, turn, { ...request, maxOutputTokens: allowance.maxOutputTokens });
  if (reply.kind === 'whole') {
    emit({ type: 'turn.finished', turn, ...reply.body });
    return;
  }
  if (reply.fault.kind === 'cancelled') {
    charge(engine, turn, reply, 'stop');
    return;
  }
  await react(engine, turn, task, thread, reply);
}

async function listen(engine: Engine, turn: number, request: ModelRequest): Promise<Reply> {
  let text = '';
  let reasoning = '';
  let usage: Usage = { input: 0, output: 0, cached: 0, estimated: true };
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const event of engine.model.stream(request, engine.stepSignal())) {
    switch (event.type) {
      case 'text':
        text += event.text;
        engine.delta({ kind: 'text', of: String(turn), text: event.text });
        break;
      case 'reasoning':
        reasoning += event.text;
        engine.delta({ kind: 'reasoning', of: String(turn), text: event.text });
        break;
      case 'toolCall':
        calls.push({ id: `c${turn}_${calls.length + 1}`, name: event.name, arguments: event.arguments });
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'end': {
        const cost = costOf(usage, engine.model.profile.price);
        const body = {
          text,
          calls,
          usage,
          end: event.reason,
          ...(reasoning && { reasoning }),
          ...(cost !== undefined && { cost }),
        };
        return { kind: 'whole', body };
      }
      case 'fault':
        return { kind: 'fault', fault: event.fault, partial: text, usage };
      default:
        return event satisfies never;
    }
  }
  const fault: Fault = { kind: 'network', message: 'The reply ended without an end.' };
  return { kind: 'fault', fault, partial: text, usage };
}

function charge(
  { emit, state, model }: Engine,
  turn: number,
  { fault, partial, usage }: Extract<Reply, { kind: 'fault' }>,
  how: EventOf<'turn.faulted'>['reaction'],
  delayMs?: number,
): void {
  const cost = costOf(usage, model.profile.price);
  emit({
    type: 'turn.faulted',
    turn,
    fault,
    attempt: (state().faults[fault.kind] ?? 0) + 1,
    reaction: how,
    usage,
    ...(delayMs !== undefined && { delayMs }),
    ...(partial && { partial }),
    ...(cost !== undefined && { cost }),
  });
}

/** The fault table decides; here it is carried out. */
async function react(
  engine: Engine,
  turn: number,
  task: Task,
  thread: Thread,
  reply: Extract<Reply, { kind: 'fault' }>,
): Promise<void> {
  const { state, emit, ports } = engine;
  const decided = reaction(reply.fault, (state().faults[reply.fault.kind] ?? 0) + 1, Math.random());
  charge(engine, turn, reply, decided.kind, decided.kind === 'retry' ? decided.delayMs : undefined);
  switch (decided.kind) {
    case 'retry':
      await engine.flush();
      await ports.clock.sleep(decided.delayMs, engine.signal);
      return;
    case 'tell':
      emit({ type: 'message.added', thread: thread.id, text: decided.text, why: 'nudge' });
      return;
    // The history is rebuilt from the journal with every request, so repairing it is asking again.
    case 'repair':
      return;
    case 'compact':
      if (!(await compactNow(engine, task, thread)) && !engine.stepSignal().aborted)
        halt(
          engine,
          'fault',
          `${reply.fault.message} There is nothing to shorten: choose a model with a larger context window, then resume.`,
        );
      return;
    case 'pause':
      return halt(engine, 'fault', decided.message);
    case 'stop':
      return blockTask(engine, task, decided.message);
    default:
      return decided satisfies never;
  }
}

function limitReached(engine: Engine, { limit, used, max }: Measure): void {
  engine.emit({ type: 'limit.reached', limit, used, max });
  halt(engine, 'limit', `${limit} ${Math.round(used * 100) / 100} / ${max}`);
}

/** A reply without a call: an answer where nothing was to be done, otherwise the model is told to act. */
export function heed({ state, emit }: Engine, task: Task, text: string): void {
  const answersAQuestion =
    task.checks.length === 0 && !state().effects[task.id] && text.trim() !== '' && !state().turn?.cut;
  if (answersAQuestion) emit({ type: 'task.verifying', task: task.id, summary: text });
  else emit({ type: 'message.added', thread: state().current?.thread ?? '', text: NUDGE, why: 'nudge' });
}
