/**
 * One tool call: prepare, ask, journal the intent, act, journal the result. After a crash a call that had started is
 * settled by evidence, never repeated.
 */

import { guardsText, rejectedText } from '../context/prompt.ts';
import { isCurrent, rebase } from '../edit/proposal.ts';
import { hashOf } from '../hash.ts';
import type { Change, Subject } from '../journal/event.ts';
import type { Call } from '../journal/state.ts';
import { refusalText } from '../policy/decide.ts';
import type { Hash } from '../ports.ts';
import { taskOf } from '../queue/queue.ts';
import { resolveCall } from '../tools/registry.ts';
import type { Prepared, Proposal, ToolResult } from '../tools/tool.ts';
import { authorise, judge } from './authorise.ts';
import { definitionOf } from './definition.ts';
import type { Engine } from './engine.ts';
import { finishCall } from './finish-call.ts';
import { steer } from './steer.ts';
import { baseline } from './verify.ts';

type Act = Extract<Prepared, { kind: 'act' }>;

export async function runCall(engine: Engine, call: Call): Promise<void> {
  if (call.status === 'started' && (await settled(engine, call))) return;
  const resolved = resolveCall(call.name, call.arguments, engine.tools);
  if (resolved.kind === 'refusal') return finishCall(engine, call, { ok: false, ...resolved });
  const prepared = await resolved.tool.prepare(resolved.args, engine.toolContext());
  if (prepared.kind === 'refusal') return finishCall(engine, call, { ok: false, ...prepared });
  if (prepared.kind === 'steer') return steer(engine, call, prepared.request);
  const note = (result: ToolResult) =>
    finishCall(engine, call, resolved.note ? { ...result, forModel: `${result.forModel}\n${resolved.note}` } : result);
  const before = taskOf(engine.state().queue, engine.state().current?.task ?? '');
  const isFirst = before !== undefined && !engine.state().effects[before.id];
  const result =
    prepared.effect.kind === 'edit'
      ? await runEdit(engine, call, prepared, prepared.effect.proposal)
      : await runPlain(engine, call, prepared);
  const guards = isFirst && engine.state().effects[before.id] ? guardsNote(engine, before.id) : undefined;
  if (result) await note(guards ? { ...result, forModel: `${result.forModel}\n${guards}` } : result);
  await engine.flush();
}

/** Checks that all held before the first effect cannot prove it. */
function guardsNote({ state }: Engine, id: string): string | undefined {
  const task = taskOf(state().queue, id);
  const before = task?.results.filter(({ phase }) => phase === 'baseline') ?? [];
  const guardsOnly = before.length > 0 && before.every(({ outcome }) => outcome === 'passed');
  return task && guardsOnly ? guardsText(task) : undefined;
}

/** Its task is gone: nothing of it is done. */
export const dropCall = (engine: Engine, call: Call): Promise<void> =>
  finishCall(engine, call, no(call.name, 'Not done: the person took this task away.'));

const MERGED = 'The file had been changed meanwhile, and this was merged with it. Read it before you edit it again.';

const no = (title: string, forModel: string): ToolResult => ({ ok: false, title, forModel });

/** Reads and commands. `undefined`: the run was stopped before anything happened. */
async function runPlain(engine: Engine, call: Call, prepared: Act): Promise<ToolResult | undefined> {
  const { effect, title } = prepared;
  const decision = judge(engine, prepared.actions);
  if (decision.verdict === 'deny' || (decision.verdict === 'ask' && effect.kind === 'none'))
    return no(title, refusalText(decision));
  if (effect.kind === 'command') {
    if (!(await baseline(engine))) return undefined;
    const subject: Subject = {
      kind: 'command',
      command: effect.command,
      cwd: effect.cwd.relative ?? effect.cwd.real,
      check: false,
      ...(await definitionOf(engine, effect.command, effect.cwd.real)),
    };
    const verdict = await authorise(engine, call.id, prepared.actions, subject);
    if (verdict.kind === 'aborted') return undefined;
    if (verdict.kind === 'refuse') return no(title, verdict.forModel);
    if (verdict.kind === 'reject')
      return no(
        title,
        `Not run: the person declined this command. ${verdict.reason ? `Reason: ${verdict.reason}` : 'No reason was given.'}`,
      );
  }
  return perform(engine, call, prepared);
}

/** Edits: asked for until the file holds still between the question and the answer. */
async function runEdit(engine: Engine, call: Call, prepared: Act, first: Proposal): Promise<ToolResult | undefined> {
  const { folder, ports } = engine;
  if (judge(engine, prepared.actions).verdict !== 'deny' && !(await baseline(engine))) return undefined;
  let proposal = first;
  let draft = await keptDraft(engine, call, first);
  for (;;) {
    const subject = await subjectOf(engine, proposal);
    const verdict = await authorise(engine, call.id, prepared.actions, subject, draft);
    if (verdict.kind === 'aborted') return undefined;
    if (verdict.kind === 'refuse') return no(prepared.title, verdict.forModel);
    if (verdict.kind === 'reject')
      return no(prepared.title, rejectedText(`this change of ${proposal.path}`, verdict.reason));
    const accepted = verdict.after === proposal.afterHash ? proposal.after : await folder.getBlob(verdict.after ?? '');
    if (!accepted) return no(prepared.title, 'Not changed: what was accepted can no longer be read. Propose it again.');

    const now = await ports.workspace.read(proposal.real);
    if (now && 'fault' in now) return no(prepared.title, `Not changed: ${proposal.path}: ${now.fault}`);
    if (isCurrent(proposal, now)) {
      const approved = { ...prepared, intent: intentOf(proposal, accepted) };
      const result = await perform(engine, call, approved, { accepted, proposal });
      return result && proposal !== first ? { ...result, forModel: `${result.forModel}\n${MERGED}` } : result;
    }
    // The file changed while the question was open: what was approved no longer fits.
    const merged = rebase({ ...proposal, after: accepted, afterHash: hashOf(accepted) }, now);
    if (merged.kind === 'conflict')
      return no(prepared.title, `Not changed: ${proposal.path} ${merged.reason}. Read it again.`);
    proposal = merged.proposal;
    draft = undefined;
  }
}

const intentOf = ({ path, beforeHash }: Proposal, accepted: Uint8Array): Act['intent'] => ({
  kind: 'edit',
  path,
  ...(beforeHash && { before: beforeHash }),
  after: hashOf(accepted),
});

async function subjectOf({ folder }: Engine, proposal: Proposal): Promise<Subject> {
  if (proposal.before) await folder.putBlob(proposal.before);
  await folder.putBlob(proposal.after);
  const { path, beforeHash, afterHash, added, removed, savesUnsaved, warnings } = proposal;
  return {
    kind: 'edit',
    path,
    ...(beforeHash && { before: beforeHash }),
    after: afterHash,
    added,
    removed,
    savesUnsaved,
    warnings: [...warnings],
  };
}

/** What the person had made of the same proposal before the window was reloaded. */
async function keptDraft(engine: Engine, call: Call, proposal: Proposal): Promise<Hash | undefined> {
  const earlier = engine.state().approvals.findLast((approval) => approval.call === call.id);
  if (earlier?.subject.kind !== 'edit' || !earlier.drafted || earlier.subject.before !== proposal.beforeHash)
    return undefined;
  return (await engine.folder.getBlob(earlier.shown)) ? earlier.shown : undefined;
}

async function perform(
  engine: Engine,
  call: Call,
  prepared: Act,
  approved?: { accepted: Uint8Array; proposal: Proposal },
): Promise<ToolResult | undefined> {
  if (engine.signal.aborted) return undefined;
  engine.emit({ type: 'call.started', call: call.id, ...(prepared.intent && { intent: prepared.intent }) });
  engine.begun.add(call.id);
  if (prepared.intent) await engine.flush();
  engine.entered.add(call.id);
  const result = await prepared.perform({
    signal: engine.stepSignal(),
    onOutput: (text) => engine.delta({ kind: 'output', of: call.id, text }),
    ...approved,
  });
  // Let go in the middle (a reload), not stopped: what the command came to is not known, and is said so on resume.
  const isLeft = engine.signal.aborted && engine.state().status !== 'ended';
  return isLeft && prepared.intent?.kind === 'command' ? undefined : result;
}

/** A call that had started before a crash. True when its outcome is known and journaled. */
async function settled(engine: Engine, call: Call): Promise<boolean> {
  const { intent } = call;
  if (!intent) return false; // it had no effect: do it again
  if (engine.begun.has(call.id) && !engine.entered.has(call.id)) return false; // recording it failed, so it was never done
  if (intent.kind === 'command') {
    const text = `Interrupted: \`${intent.command}\` had been started when the run was cut off. Its outcome is unknown; it was not run again.`;
    await finishCall(engine, call, no(intent.command, text));
    return true;
  }
  const at = await engine.ports.workspace.resolve(intent.path);
  const now = 'fault' in at ? undefined : await engine.ports.workspace.read(at.real);
  const hash = now && !('fault' in now) ? hashOf(now.bytes) : undefined;
  if (hash === intent.before) return false; // nothing was written: ask again
  const change: Change = {
    path: intent.path,
    ...(intent.before && { before: intent.before }),
    ...(hash && { after: hash }),
  };
  if (hash === intent.after)
    await finishCall(engine, call, {
      ok: true,
      title: intent.path,
      forModel: `Wrote ${intent.path}.`,
      changes: [change],
    });
  else
    await finishCall(engine, call, {
      ...no(
        intent.path,
        `Interrupted while ${intent.path} was being written, and the file is neither the old nor the new text. Read it before going on.`,
      ),
      changes: [change],
    });
  return true;
}
