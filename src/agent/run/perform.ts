/** The effect itself: its intent is durable before it begins, and what it was is known after a crash. */
import type { Intent } from '../journal/event.ts';
import type { Call } from '../journal/state.ts';
import type { Decided, Prepared, ToolResult } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

export type Act = Extract<Prepared, { kind: 'act' }>;

/** What Goalwright says to a result stands beside it: of data it is no part. */
export const withNote = (result: ToolResult, note: string | undefined): ToolResult =>
  note ? { ...result, note: result.note ? `${result.note}\n${note}` : note } : result;

export const no = (title: string, forModel: string): ToolResult => ({ ok: false, own: true, title, forModel });

/** `approved`: for an edit, what was decided on each of its files. `undefined`: the run was stopped. */
export async function perform(
  engine: Engine,
  call: Call,
  prepared: Act,
  approved?: { readonly decided: readonly Decided[]; readonly intent: Intent },
): Promise<ToolResult | undefined> {
  if (engine.signal.aborted) return undefined;
  const intent = approved?.intent ?? prepared.intent;
  engine.emit({ type: 'call.started', call: call.id, ...(intent && { intent }) });
  engine.begun.add(call.id);
  if (intent) await engine.flush();
  engine.entered.add(call.id);
  const result = await prepared.perform({
    signal: engine.stepSignal(),
    onOutput: (text) => engine.delta({ kind: 'output', of: call.id, text }),
    ...(approved && { decided: approved.decided }),
  });
  // Let go in the middle (a reload), not stopped: what the command came to is not known, and is said so on resume.
  const isLeft = engine.signal.aborted && engine.state().status !== 'ended';
  return isLeft && intent?.kind === 'command' ? undefined : result;
}
