/**
 * A request beside the conversation: a judge's answer, a lesson, a summary. It is counted and charged like a turn, leaves no
 * trace in any thread, and never fails the run: without an answer its asker goes on by other means.
 */
import type { Purpose } from '../journal/event.ts';
import type { ChatMessage, ToolSpec, Usage } from '../model/model.ts';
import { reaction } from '../model/reaction.ts';
import { promptTokens } from '../model/tokens.ts';
import type { Engine } from './engine.ts';
import { allow, costOf } from './limits.ts';

export interface AsideRequest {
  readonly purpose: Purpose;
  readonly task: string;
  readonly thread?: string;
  readonly messages: readonly ChatMessage[];
  /** Mostly none: the answer is text. */
  readonly tools?: readonly ToolSpec[];
  readonly maxOutputTokens: number;
}

/** `text`: the answer, or why there is none. `stopped`: the run was stopped meanwhile, so nothing is to be concluded. */
export type AsideAnswer =
  | { readonly ok: true; readonly text: string; readonly calls: readonly { name: string; arguments: string }[] }
  | { readonly ok: false; readonly text: string; readonly stopped: boolean };

export async function aside(engine: Engine, request: AsideRequest): Promise<AsideAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(engine, request);
    if (answer.ok || answer.retryInMs === undefined || attempt > 2) {
      return answer.ok ? answer : { ok: false, text: answer.text, stopped: engine.stepSignal().aborted };
    }
    await engine.ports.clock.sleep(answer.retryInMs, engine.signal);
  }
}

type Once =
  | Extract<AsideAnswer, { ok: true }>
  | { readonly ok: false; readonly text: string; readonly retryInMs?: number };

async function once(
  engine: Engine,
  { purpose, task, thread, messages, tools = [], maxOutputTokens }: AsideRequest,
): Promise<Once> {
  const { state, emit, model } = engine;
  const signal = engine.stepSignal();
  if (signal.aborted) return { ok: false, text: 'stopped' };
  const allowance = allow(state(), model.profile, promptTokens({ messages, tools }));
  if (allowance.kind === 'reached') return { ok: false, text: `the limit of ${allowance.measure.limit} is reached` };
  const number = state().spent.steps + 1;
  emit({ type: 'aside.started', aside: number, purpose, task, ...(thread && { thread }) });
  await engine.flush();
  let text = '';
  let usage: Usage = { input: 0, output: 0, cached: 0, estimated: true };
  const calls: { name: string; arguments: string }[] = [];
  let result: Once = { ok: false, text: 'the reply ended without an end' };
  const room = Math.min(maxOutputTokens, allowance.maxOutputTokens);
  const request = { goal: state().goal, messages, tools, maxOutputTokens: room };
  for await (const event of model.stream(request, signal)) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'toolCall') calls.push({ name: event.name, arguments: event.arguments });
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'end') result = { ok: true, text: text.trim(), calls };
    else if (event.type === 'fault') {
      const decided = reaction(event.fault, 1, Math.random());
      result = {
        ok: false,
        text: event.fault.message,
        ...(decided.kind === 'retry' && !signal.aborted && { retryInMs: decided.delayMs }),
      };
    }
  }
  // What was prepared in the background is not needed any more.
  if (state().status === 'ended') return { ok: false, text: 'the run has ended' };
  const cost = costOf(usage, model.profile.price);
  emit({
    type: 'aside.finished',
    aside: number,
    purpose,
    task,
    text: result.text,
    ok: result.ok,
    usage,
    ...(cost !== undefined && { cost }),
  });
  return result;
}
