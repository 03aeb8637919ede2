/**
 * From an action to a yes or no. The policy decides; where it asks, the mode may answer, otherwise the person does. A
 * question carries a nonce and the hash of what it shows; only a decision that names both counts, and only once.
 */
import { hashOf } from '../hash.ts';
import type { Subject } from '../journal/event.ts';
import { approvalOf, waiting } from '../journal/state.ts';
import { type Decision, decideAll, mapMode, refusalText } from '../policy/decide.ts';
import type { Hash } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

export type Verdict =
  /** `after`: for an edit, the bytes to write (the person's, if they changed the proposal). */
  | { readonly kind: 'accept'; readonly after?: Hash }
  | { readonly kind: 'reject'; readonly reason: string | undefined }
  /** `forModel` says that nothing was done, why, and what to do instead. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly forModel: string }
  | { readonly kind: 'aborted' };

/** The strictest decision over all actions of a call, in the mode the run is in now. */
export const judge = (engine: Engine, actions: readonly Action[]): Decision =>
  decideAll(actions, { ...engine.policy, mode: engine.state().mode });

/** Hash of what an approval shows: an edit's bytes, a command with its folder, findings. */
function shownHash(subject: Subject): Hash {
  switch (subject.kind) {
    case 'edit':
      return subject.after;
    case 'command':
      return hashOf(JSON.stringify([subject.command, subject.cwd, subject.definition]));
    case 'weakened':
      return hashOf(JSON.stringify(subject.findings));
    default:
      return subject satisfies never;
  }
}

/** What the policy and the mode do not answer is asked. `draft`: what the person had made of the same proposal before. */
export async function authorise(
  engine: Engine,
  call: string,
  actions: readonly Action[],
  subject: Subject,
  draft?: Hash,
): Promise<Verdict> {
  const decision = judge(engine, actions);
  const answer = mapMode(decision, engine.state().mode);
  if (answer.kind === 'refuse') return { kind: 'refuse', reason: decision.reason, forModel: refusalText(decision) };
  if (answer.kind !== 'ask') return accepted(subject);
  const verdict = await askPerson(engine, call, subject, decision, draft);
  // The mode may have changed while the question was open: a yes does not outlive what it was given under.
  const after = judge(engine, actions);
  if (verdict.kind !== 'aborted' && after.verdict === 'deny')
    return { kind: 'refuse', reason: after.reason, forModel: refusalText(after) };
  return verdict;
}

/** Asks the person, whatever the mode. */
export async function askPerson(
  engine: Engine,
  call: string,
  subject: Subject,
  { rule, reason }: Pick<Decision, 'rule' | 'reason'>,
  draft?: Hash,
): Promise<Verdict> {
  const { state, emit, ports } = engine;

  // A question from before a reload was never answered: it is asked anew, with a new nonce.
  for (const stale of waiting(state()).filter((approval) => approval.call === call))
    emit({ type: 'approval.voided', approval: stale.id, reason: 'asked again' });
  const approval = `a${state().approvals.length + 1}`;
  emit({
    type: 'approval.requested',
    approval,
    call,
    nonce: ports.ids.next(),
    shown: shownHash(subject),
    subject,
    rule,
    reason,
  });
  if (draft !== undefined && draft !== shownHash(subject)) emit({ type: 'proposal.drafted', approval, after: draft });
  await engine.flush();
  if (!state().attended) {
    const why = 'Nobody is there to ask.';
    emit({ type: 'approval.decided', approval, verdict: 'reject', by: 'nobody', reason: why });
    return {
      kind: 'refuse',
      reason: why,
      forModel: `Not done: this needs a person's yes, and nobody is there to ask.`,
    };
  }
  if ((await engine.until((now) => approvalOf(now, approval)?.status !== 'waiting')) === 'aborted')
    return { kind: 'aborted' };
  const decided = approvalOf(state(), approval);
  if (decided?.status === 'accepted')
    return subject.kind === 'edit' ? { kind: 'accept', after: decided.shown } : { kind: 'accept' };
  if (decided?.status === 'rejected') return { kind: 'reject', reason: decided.answer };
  return { kind: 'aborted' };
}

const accepted = (subject: Subject): Verdict =>
  subject.kind === 'edit' ? { kind: 'accept', after: subject.after } : { kind: 'accept' };

/** Checks a person's decision against what is open. Returns what is wrong with it, or `undefined`. */
export function objection(
  engine: Engine,
  decision: { approval: string; nonce: string; shown: string },
): string | undefined {
  const approval = approvalOf(engine.state(), decision.approval);
  if (approval?.status !== 'waiting' || approval.nonce !== decision.nonce) return 'This question is no longer open.';
  if (approval.shown !== decision.shown) return 'The proposal changed after it was shown. Look at it again.';
  return undefined;
}
