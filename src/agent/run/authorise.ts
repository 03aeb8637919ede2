/**
 * From an action to a yes or no. The policy decides; where it asks, the mode may answer, otherwise the person does. A
 * question carries a nonce and the hash of what it shows; only a decision that names both counts, and only once.
 */
import { hashOf } from '../hash.ts';
import type { Subject } from '../journal/event.ts';
import { approvalOf, waiting } from '../journal/state.ts';
import { type Decision, decide, mapMode } from '../policy/decide.ts';
import type { Hash } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

export type Verdict =
  /** `after`: for an edit, the bytes to write (the person's, if they changed the proposal). */
  | { readonly kind: 'accept'; readonly after?: Hash }
  | { readonly kind: 'reject'; readonly reason: string | undefined }
  | { readonly kind: 'refuse'; readonly reason: string }
  | { readonly kind: 'aborted' };

const SEVERITY = { allow: 0, ask: 1, deny: 2 } as const;

/** The strictest decision over all actions of a call. */
export function judge(engine: Engine, actions: readonly Action[]): Decision {
  const policy = { ...engine.policy, mode: engine.state().mode };
  const decisions = actions.map((action) => decide(action, policy));
  const none: Decision = { verdict: 'allow', rule: 'none', reason: 'It touches nothing.' };
  return decisions.reduce((worst, one) => (SEVERITY[one.verdict] > SEVERITY[worst.verdict] ? one : worst), none);
}

/** Hash of what an approval shows: an edit's bytes, or a command and its folder. */
export const shownHash = (subject: Subject): Hash =>
  subject.kind === 'edit' ? subject.after : hashOf(JSON.stringify([subject.command, subject.cwd]));

export async function authorise(
  engine: Engine,
  call: string,
  actions: readonly Action[],
  subject: Subject,
  draft?: Hash,
): Promise<Verdict> {
  const decision = judge(engine, actions);
  if (decision.verdict === 'deny') return { kind: 'refuse', reason: decision.reason };
  const answer = decision.verdict === 'allow' ? 'yes' : mapMode(decision, actions, engine.state().mode);
  if (answer === 'no') return { kind: 'refuse', reason: decision.reason };
  if (answer === 'yes') return accepted(subject);

  for (const stale of waiting(engine.state()).filter((approval) => approval.call === call))
    engine.emit({ type: 'approval.voided', approval: stale.id, reason: 'asked again' });
  const { state, emit, ports } = engine;
  const approval = `a${state().approvals.length + 1}`;
  const { rule, reason } = decision;
  emit({ type: 'approval.requested', approval, call, nonce: ports.ids.next(), shown: shownHash(subject), subject, rule, reason });
  if (draft !== undefined && draft !== shownHash(subject)) emit({ type: 'proposal.drafted', approval, after: draft });
  await engine.flush();
  if (!state().attended) {
    const why = 'Nobody is there to ask.';
    emit({ type: 'approval.decided', approval, verdict: 'reject', by: 'nobody', reason: why });
    return { kind: 'refuse', reason: why };
  }
  if ((await engine.until((now) => approvalOf(now, approval)?.status !== 'waiting')) === 'aborted') return { kind: 'aborted' };
  const decided = approvalOf(state(), approval);
  if (decided?.status === 'accepted') return subject.kind === 'edit' ? { kind: 'accept', after: decided.shown } : { kind: 'accept' };
  if (decided?.status === 'rejected') return { kind: 'reject', reason: decided.answer };
  return { kind: 'aborted' };
}

const accepted = (subject: Subject): Verdict =>
  subject.kind === 'edit' ? { kind: 'accept', after: subject.after } : { kind: 'accept' };

/** Checks a person's decision against what is open. Returns what is wrong with it, or `undefined`. */
export function objection(engine: Engine, decision: { approval: string; nonce: string; shown: string }): string | undefined {
  const approval = approvalOf(engine.state(), decision.approval);
  if (approval?.status !== 'waiting' || approval.nonce !== decision.nonce) return 'This question is no longer open.';
  if (approval.shown !== decision.shown) return 'The proposal changed after it was shown. Look at it again.';
  return undefined;
}
