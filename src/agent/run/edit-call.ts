/**
 * A call that changes files: every one of its proposals is asked about, together with those of the edits that follow it in
 * the same reply, until the files hold still between the question and the answer.
 */
import { remarksText } from '../context/remarks.ts';
import { isCurrent, rebase } from '../edit/proposal.ts';
import { hashOf } from '../hash.ts';
import type { Intent, Subject } from '../journal/event.ts';
import { approvalOf, type Call } from '../journal/state.ts';
import { mapMode } from '../policy/decide.ts';
import type { Hash } from '../ports.ts';
import { changesOf, refusedText } from '../tools/apply-changes.ts';
import { resolveCall } from '../tools/registry.ts';
import type { Action, Decided, Proposal, ToolResult } from '../tools/tool.ts';
import { askAhead, authorise, judge, type Verdict } from './authorise.ts';
import { checkpointBefore } from './checkpoint.ts';
import type { Engine } from './engine.ts';
import { watchFiles, withNews } from './news.ts';
import { type Act, no, perform } from './perform.ts';
import { baseline } from './verify.ts';

const MERGED = 'The file had been changed meanwhile, and this was merged with it. Read it before you edit it again.';

/** `undefined`: the run was stopped before anything happened. */
export async function runEdit(
  engine: Engine,
  call: Call,
  prepared: Act,
  first: readonly Proposal[],
): Promise<ToolResult | undefined> {
  const decision = judge(engine, prepared.actions);
  if (decision.verdict !== 'deny') {
    await checkpointBefore(engine, first.flatMap(pathsOf));
    if (!(await baseline(engine))) return undefined;
  }
  const watching = decision.verdict === 'deny' ? [] : watchFiles(engine, first);
  const isAsked = mapMode(decision, engine.state().mode).kind === 'ask' && engine.state().attended;
  const items: Item[] = first.map((proposal) => ({ proposal }));
  for (;;) {
    const open = items.filter(({ verdict }) => verdict === undefined);
    const asked = await Promise.all(open.map((item) => questionOf(engine, call, item)));
    const answers = asked.map(({ subject, draft }) =>
      authorise(engine, call.id, actionsOf(prepared, items), subject, draft),
    );
    const ahead = isAsked && items.length === open.length ? askAllAhead(engine, call, first) : undefined;
    const [verdicts] = await Promise.all([Promise.all(answers), ahead]);
    for (const [index, verdict] of verdicts.entries()) {
      const item = open[index];
      if (verdict.kind === 'aborted' || !item) return undefined;
      if (verdict.kind === 'refuse') return no(prepared.title, verdict.forModel);
      const decided = await decidedOn(engine, item.proposal, verdict);
      if (!decided)
        return no(prepared.title, 'Not changed: what was accepted can no longer be read. Propose it again.');
      item.verdict = decided;
    }
    const faults = await rebaseAll(engine, items);
    if (faults.length > 0) return no(prepared.title, faults.join('\n'));
    if (items.every(({ verdict }) => verdict !== undefined)) break;
  }
  const decided = items.flatMap(({ verdict }) => verdict ?? []);
  if (decided.every(({ verdict }) => verdict.kind === 'reject'))
    return no(
      prepared.title,
      decided
        .map(({ proposal, verdict, remarks }) =>
          refusedText(proposal, verdict.kind === 'reject' ? verdict.reason : undefined, remarks),
        )
        .join('\n'),
    );
  const watches = await watching;
  const result = await withNews(
    engine,
    watches,
    await perform(engine, call, prepared, { decided, intent: intentOf(decided) }),
  );
  const isMerged = items.some(({ proposal }, index) => proposal !== first[index]);
  return result && isMerged ? { ...result, forModel: `${result.forModel}\n${MERGED}` } : result;
}

/** A file in which the person has begun to type since it was judged is judged again. */
const actionsOf = ({ actions }: Act, items: readonly Item[]): readonly Action[] =>
  actions.map((action) =>
    action.kind === 'edit' &&
    items.some(({ proposal: { real, unsaved } }) => unsaved !== undefined && real === action.path.real)
      ? { ...action, unsaved: true }
      : action,
  );

interface Item {
  proposal: Proposal;
  /** Absent while it is open. */
  verdict?: Decided;
  /** Merged with what happened meanwhile: what the person had made of it before is no longer offered. */
  merged?: boolean;
}

async function decidedOn(
  { folder, state }: Engine,
  proposal: Proposal,
  verdict: Extract<Verdict, { kind: 'accept' | 'reject' }>,
): Promise<Decided | undefined> {
  const approval = verdict.approval === undefined ? undefined : approvalOf(state(), verdict.approval);
  const remarks = remarksText(proposal.path, approval?.comments ?? []);
  if (verdict.kind === 'reject') return { proposal, remarks, verdict };
  const isWhole = proposal.after === undefined || verdict.after === proposal.afterHash;
  const bytes = isWhole ? proposal.after : await folder.getBlob(verdict.after ?? '');
  return isWhole || bytes ? { proposal, remarks, verdict: { kind: 'accept', bytes } } : undefined;
}

/** Accepted changes of files that changed while the question was open are merged and asked about again, or are faults. */
async function rebaseAll({ ports: { workspace } }: Engine, items: readonly Item[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const item of items) {
    const { proposal, verdict } = item;
    if (verdict?.verdict.kind !== 'accept') continue;
    const now = await workspace.read(proposal.from?.real ?? proposal.real);
    if (now && 'fault' in now) {
      faults.push(`Not changed: ${proposal.path}: ${now.fault}`);
      continue;
    }
    if (isCurrent(proposal, now)) continue;
    const { bytes } = verdict.verdict;
    const merged = rebase({ ...proposal, after: bytes, afterHash: bytes && hashOf(bytes) }, now);
    if (merged.kind === 'conflict') faults.push(`Not changed: ${proposal.path} ${merged.reason}. Read it again.`);
    else {
      item.proposal = merged.proposal;
      item.merged = true;
      delete item.verdict;
    }
  }
  return faults;
}

const intentOf = (decided: readonly Decided[]): Intent => ({
  kind: 'edit',
  changes: decided.flatMap(({ proposal, verdict }) =>
    verdict.kind === 'accept' ? changesOf(proposal, verdict.bytes) : [],
  ),
});

async function questionOf(
  engine: Engine,
  call: Call,
  { proposal, merged }: Item,
): Promise<{ readonly subject: Subject; readonly draft: Hash | undefined }> {
  const subject = await subjectOf(engine, proposal);
  return { subject, draft: merged ? undefined : await keptDraft(engine, call, proposal) };
}

async function subjectOf({ folder }: Engine, proposal: Proposal): Promise<Subject> {
  if (proposal.before) await folder.putBlob(proposal.before);
  if (proposal.after) await folder.putBlob(proposal.after);
  const { path, from, beforeHash, afterHash, added, removed, savesUnsaved, warnings } = proposal;
  return {
    kind: 'edit',
    path,
    ...(from && { from: from.path }),
    ...(beforeHash && { before: beforeHash }),
    ...(afterHash && { after: afterHash }),
    added,
    removed,
    savesUnsaved,
    warnings: [...warnings],
  };
}

/** What the person had made of the same proposal before the window was reloaded. */
async function keptDraft(engine: Engine, call: Call, { path, beforeHash }: Proposal): Promise<Hash | undefined> {
  const earlier = engine
    .state()
    .approvals.findLast(({ call: of, subject }) => of === call.id && subject.kind === 'edit' && subject.path === path);
  if (earlier?.subject.kind !== 'edit' || !earlier.drafted || earlier.subject.before !== beforeHash) return undefined;
  return (await engine.folder.getBlob(earlier.shown)) ? earlier.shown : undefined;
}

/** The edits that follow in the same reply are shown together with this one, as far as none of them depends on another. */
async function askAllAhead(engine: Engine, call: Call, first: readonly Proposal[]): Promise<void> {
  const taken = new Set(first.flatMap(realsOf));
  const { calls = [] } = engine.state().turn ?? {};
  for (const later of calls.slice(calls.findIndex(({ id }) => id === call.id) + 1)) {
    const resolved = resolveCall(later.name, later.arguments, engine.tools);
    if (later.status !== 'waiting' || resolved.kind !== 'call') return;
    const prepared = await resolved.tool.prepare(resolved.args, engine.toolContext());
    if (prepared.kind !== 'act' || prepared.effect.kind !== 'edit') return;
    const { proposals } = prepared.effect;
    const reals = proposals.flatMap(realsOf);
    if (reals.some((real) => taken.has(real))) return;
    for (const real of reals) taken.add(real);
    for (const proposal of proposals) {
      const { subject, draft } = await questionOf(engine, later, { proposal });
      if (!askAhead(engine, later.id, prepared.actions, subject, draft)) return;
    }
  }
}

const pathsOf = ({ path, from }: Proposal): string[] => (from ? [path, from.path] : [path]);

const realsOf = ({ real, from }: Proposal): string[] => (from ? [real, from.real] : [real]);
