/**
 * From an action to a yes or no. The policy decides; where it asks, the mode may answer, otherwise the person does. A
 * question carries a nonce and the hash of what it shows; only a decision that names both counts, and only once.
 */
import { hashOf } from '../hash.ts';
import type { Subject } from '../journal/event.ts';
import { approvalOf, waiting } from '../journal/state.ts';
import { objectionTo } from '../policy/approval.ts';
import { type Decision, decideAll, mapMode, refusalText } from '../policy/decide.ts';
import { NO_RULES, type RuleSet } from '../policy/rule.ts';
import type { Hash } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

export type Verdict =
  /** `after`: for an edit, the bytes to write (the person's, if they changed the proposal). `approval`: who was asked it. */
  | { readonly kind: 'accept'; readonly after?: Hash; readonly approval?: string }
  | { readonly kind: 'reject'; readonly reason: string | undefined; readonly approval?: string }
  /** `forModel` says that nothing was done, why, and what to do instead. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly forModel: string }
  | { readonly kind: 'aborted' };

/** The strictest decision over all actions of a call, in the mode the run is in now. */
export const judge = (engine: Engine, actions: readonly Action[]): Decision =>
  decideAll(actions, { ...engine.policy, mode: engine.state().mode, rules: rulesOf(engine) });

const rulesOf = ({ ports, state }: Engine): RuleSet => ({
  ...(ports.rules?.current() ?? NO_RULES),
  run: state().rules,
});

/** Hash of what an approval shows: an edit's bytes, a command with its folder, findings. */
function shownHash(subject: Subject): Hash {
  switch (subject.kind) {
    case 'edit':
      return subject.after ?? hashOf(JSON.stringify(['deleted', subject.path, subject.before]));
    case 'command':
      return hashOf(
        JSON.stringify([
          subject.command,
          subject.cwd,
          subject.definition,
          ...(subject.network ? ['network', ...(subject.domains ?? [])] : []),
        ]),
      );
    case 'watched':
      return hashOf(JSON.stringify(subject.changes));
    case 'read':
      return hashOf(JSON.stringify(subject.paths));
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
  if (answer.kind === 'ask' && subject.kind === 'edit' && actions.some(isOutside)) {
    const reason = `${decision.reason} Edits there cannot be shown: open that folder and run the goal in it.`;
    return { kind: 'refuse', reason, forModel: refusalText({ ...decision, reason }) };
  }
  if (answer.kind !== 'ask' && !isPersons(engine, call, subject)) return accepted(subject);
  const verdict = await askPerson(engine, call, subject, decision, draft);
  // The mode may have changed while the question was open: a yes does not outlive what it was given under.
  const after = judge(engine, actions);
  if (verdict.kind !== 'aborted' && after.verdict === 'deny')
    return { kind: 'refuse', reason: after.reason, forModel: refusalText(after) };
  return verdict;
}

/**
 * The person was shown this and has said no, or has not answered yet: that the mode would say yes by now does not count. What
 * follows in a reply is asked about ahead, so the mode can change in between.
 */
const isPersons = ({ state }: Engine, call: string, subject: Subject): boolean =>
  state().approvals.some(
    (one) =>
      one.call === call && isOfSame(one.subject, subject) && (one.status === 'waiting' || one.status === 'rejected'),
  );

/** Asks the person, whatever the mode. */
export async function askPerson(
  engine: Engine,
  call: string,
  subject: Subject,
  { rule, reason }: Pick<Decision, 'rule' | 'reason'>,
  draft?: Hash,
): Promise<Verdict> {
  const { state, emit } = engine;
  const approval = takeAhead(engine, call, subject) ?? request(engine, call, subject, { rule, reason }, draft);
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
    return subject.kind === 'edit' ? { kind: 'accept', after: decided.shown, approval } : { kind: 'accept' };
  if (decided?.status === 'rejected') return { kind: 'reject', reason: decided.answer, approval };
  return { kind: 'aborted' };
}

/**
 * Puts the question. A question of the same from before a reload was never answered: it is asked anew, with a new nonce.
 * What the person had remarked on it stays with it.
 */
function request(
  { state, emit, ports }: Engine,
  call: string,
  subject: Subject,
  { rule, reason }: Pick<Decision, 'rule' | 'reason'>,
  draft: Hash | undefined,
): string {
  for (const stale of waiting(state()).filter((one) => one.call === call && isOfSame(one.subject, subject)))
    emit({ type: 'approval.voided', approval: stale.id, reason: 'asked again' });
  const earlier = state().approvals.findLast((one) => one.call === call && isOfSame(one.subject, subject));
  const approval = `a${state().approvals.length + 1}`;
  const shown = shownHash(subject);
  emit({ type: 'approval.requested', approval, call, nonce: ports.ids.next(), shown, subject, rule, reason });
  if (draft !== undefined && draft !== shown) emit({ type: 'proposal.drafted', approval, after: draft });
  if (earlier && earlier.comments.length > 0)
    emit({ type: 'proposal.commented', approval, comments: [...earlier.comments] });
  return approval;
}

/** The same file, or whatever else of its kind the call can ask about but once. */
const isOfSame = (a: Subject, b: Subject): boolean =>
  a.kind === 'edit' && b.kind === 'edit' ? a.path === b.path : a.kind === b.kind;

/** Puts the question of a call that is still to come, if it is one for the person and not put yet. False: it is not one. */
export function askAhead(
  engine: Engine,
  call: string,
  actions: readonly Action[],
  subject: Subject,
  draft: Hash | undefined,
): boolean {
  const decision = judge(engine, actions);
  if (mapMode(decision, engine.state().mode).kind !== 'ask' || actions.some(isOutside)) return false;
  if (!aheadOf(engine, call, subject)) engine.ahead.add(request(engine, call, subject, decision, draft));
  return true;
}

/** The question that was put ahead, if it is still the same. */
const aheadOf = ({ state, ahead }: Engine, call: string, subject: Subject): string | undefined =>
  state().approvals.findLast(
    (one) =>
      ahead.has(one.id) &&
      one.call === call &&
      one.status !== 'voided' &&
      JSON.stringify(one.subject) === JSON.stringify(subject),
  )?.id;

/** Each is used but once. */
function takeAhead(engine: Engine, call: string, subject: Subject): string | undefined {
  const found = aheadOf(engine, call, subject);
  if (found) engine.ahead.delete(found);
  return found;
}

const isOutside = (action: Action): boolean => 'path' in action && action.path.relative === undefined;

const accepted = (subject: Subject): Verdict =>
  subject.kind === 'edit' && subject.after ? { kind: 'accept', after: subject.after } : { kind: 'accept' };

/** Checks a person's decision against what is open. Returns what is wrong with it, or `undefined`. */
export function objection(
  engine: Engine,
  decision: { approval: string; nonce: string; shown: string },
): string | undefined {
  return objectionTo(approvalOf(engine.state(), decision.approval), decision);
}
