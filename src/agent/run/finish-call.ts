/** The one way a call gets its result: journaled with its print, and with a little less worth when it only repeats. */
import { type Call, waiting } from '../journal/state.ts';
import { ordersIn } from '../policy/data.ts';
import { isData } from '../policy/frame.ts';
import { REWARDS } from '../queue/reward.ts';
import type { ToolResult } from '../tools/tool.ts';
import type { Engine } from './engine.ts';
import { printOf } from './print.ts';

export async function finishCall(engine: Engine, call: Call, result: ToolResult): Promise<void> {
  const { state, emit } = engine;
  const { ok, own, title, changes = [], commandChanges, ownTerminal, seen = [] } = result;
  // A command may have made the very secrets that it prints.
  await engine.ports.secrets?.refresh();
  const forModel = engine.redact(result.forModel);
  const note = result.note && engine.redact(result.note);
  const orders = isData({ name: call.name, own }) ? ordersIn(forModel) : undefined;
  const print = await printOf(engine, call, { ok, title, forModel: note ? `${forModel}\n${note}` : forModel });
  const { trace, current } = state();
  const since = trace.slice(trace.findLastIndex(({ changed }) => changed) + 1);
  const repeats =
    !print.polls &&
    changes.length === 0 &&
    since.some((mark) => mark.call === print.call && mark.result === print.result && mark.tree === print.tree);
  // A question put ahead whose call came to nothing before it was its turn.
  for (const { id } of waiting(state()).filter((one) => one.call === call.id))
    emit({ type: 'approval.voided', approval: id, reason: 'its call has ended' });
  emit({
    type: 'call.finished',
    call: call.id,
    ok,
    forModel,
    ...(own && { own }),
    ...(note && { note }),
    ...(orders && { orders }),
    title: engine.redact(title),
    changes: [...changes],
    print,
    ...(commandChanges && { commandChanges }),
    ...(ownTerminal && { ownTerminal: { ...ownTerminal, command: engine.redact(ownTerminal.command) } }),
    ...(seen.length > 0 && { seen: [...seen] }),
  });
  if (repeats && current) emit({ type: 'reward.given', task: current.task, amount: REWARDS.repeated, why: 'repeated' });
}
