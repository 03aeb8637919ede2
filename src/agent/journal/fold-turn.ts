/** One turn: the model's reply, what is asked about its calls, and what came of them. */

import { isData } from '../policy/frame.ts';
import { charge, decided, merged, type Of, omitKey, onCall, onThread, say } from './change.ts';
import type { Subject } from './event.ts';
import { learnt } from './fold-thread.ts';
import { type Approval, approvalOf, type Call, checkKey, type RunState, type Turn } from './state.ts';
import { mark } from './trace.ts';

export const TURN_EVENTS = [
  'turn.started',
  'turn.finished',
  'turn.faulted',
  'approval.requested',
  'proposal.drafted',
  'proposal.commented',
  'approval.decided',
  'approval.voided',
  'call.started',
  'call.finished',
] as const;

type CallFinished = Of<readonly ['call.finished']>;

export function onTurn(state: RunState, event: Of<typeof TURN_EVENTS>): RunState {
  switch (event.type) {
    case 'turn.started':
      return {
        ...state,
        turn: {
          turn: event.turn,
          task: event.task,
          thread: event.thread,
          status: 'open',
          calls: [],
          text: '',
          cut: false,
        },
        spent: { ...state.spent, steps: state.spent.steps + 1 },
        quiet: state.quiet + 1,
      };
    case 'turn.finished': {
      const turn: Turn = {
        turn: event.turn,
        task: state.turn?.task ?? '',
        thread: state.turn?.thread ?? '',
        status: 'finished',
        text: event.text,
        cut: event.end === 'length',
        calls: event.calls.map((call) => ({ ...call, turn: event.turn, status: 'waiting' })),
      };
      const idle = event.calls.length === 0 ? state.idle + 1 : 0;
      const heard = { ...state, turn, faults: {}, idle, spent: charge(state.spent, event) };
      const measured = onThread(heard, turn.thread, ({ messages }) =>
        event.usage.estimated ? {} : { measured: { messages: messages.length, tokens: event.usage.input } },
      );
      return say(measured, turn.thread, { role: 'assistant', text: event.text, calls: event.calls });
    }
    case 'turn.faulted': {
      const turn = state.turn ? { ...state.turn, status: 'faulted' as const, calls: [] } : undefined;
      const { kind } = event.fault;
      return {
        ...state,
        turn,
        faults: { ...state.faults, [kind]: (state.faults[kind] ?? 0) + 1 },
        spent: charge(state.spent, event),
      };
    }
    case 'approval.requested': {
      const { approval: id, call, nonce, shown, subject, rule, reason } = event;
      return {
        ...state,
        approvals: [
          ...state.approvals,
          { id, call, nonce, shown, subject, rule, reason, status: 'waiting', drafted: false, comments: [] },
        ],
      };
    }
    case 'proposal.drafted':
      return onApproval(state, event.approval, { shown: event.after, drafted: true });
    case 'proposal.commented':
      return onApproval(state, event.approval, { comments: event.comments });
    case 'approval.decided': {
      const approval = approvalOf(state, event.approval);
      const answered = onApproval(state, event.approval, {
        status: event.verdict === 'accept' ? 'accepted' : 'rejected',
        ...(event.reason && { answer: event.reason }),
      });
      const rejection =
        event.verdict === 'reject' && event.by === 'person' && approval && rejected(approval.subject, event.reason);
      const rule =
        event.remember && approval?.subject.kind === 'command' && event.verdict === 'accept'
          ? approval.subject.remember
          : undefined;
      const allows = approval?.subject.kind === 'command' && approval.subject.check && event.verdict === 'accept';
      return {
        ...(rejection ? decided(answered, rejection) : answered),
        interrupted: event.by === 'person' ? false : state.interrupted,
        ...(rule && { rules: [...state.rules, rule] }),
        ...(allows && {
          allowedChecks: [
            ...state.allowedChecks,
            checkKey(approval.subject.cwd, approval.subject.command, approval.subject.definition),
          ],
        }),
      };
    }
    case 'approval.voided':
      return onApproval(state, event.approval, { status: 'voided' });
    case 'call.started': {
      const task = event.intent && state.current?.task;
      const effects = task && !state.effects[task] ? { ...state.effects, [task]: true } : state.effects;
      return onCall({ ...state, effects }, event.call, {
        status: 'started',
        ...(event.intent && { intent: event.intent }),
      });
    }
    case 'call.finished': {
      const call = state.turn?.calls.find(({ id }) => id === event.call);
      const finished = onCall(state, event.call, { status: 'finished' });
      const heard = {
        ...finished,
        ...mark(state, event, call?.name ?? ''),
        ...observe(state, event, call),
        taskChanges: merged(state.taskChanges, event.changes),
        errors: unsolved(state.errors, event, call?.name ?? ''),
        changes: merged(state.changes, event.changes),
        finishing: omitKey(state.finishing, event.call),
        ...(state.question?.call === event.call && { question: undefined }),
      };
      if (!call || !state.turn) return heard;
      const { thread } = state.turn;
      const seen = [
        ...(event.seen ?? []),
        ...event.changes.flatMap(({ path, after }) => (after ? [{ path, hash: after }] : [])),
      ];
      const knowing = seen.length > 0 ? onThread(heard, thread, (into) => ({ seen: learnt(into, seen) })) : heard;
      return say(knowing, thread, {
        ...{ role: 'tool', call: call.id, name: call.name, text: event.forModel },
        ...(event.own && { own: true }),
        ...(event.note !== undefined && { note: event.note }),
      });
    }
    default:
      return event satisfies never;
  }
}

const onApproval = (state: RunState, id: string, with_: Partial<Approval>): RunState => ({
  ...state,
  approvals: state.approvals.map((approval) => (approval.id === id ? { ...approval, ...with_ } : approval)),
});

const whatOf = ({ path, from, after }: Extract<Subject, { kind: 'edit' }>): string =>
  from ? `moving ${from} to ${path}` : `${after ? 'a change of' : 'deleting'} ${path}`;

function rejected(subject: Subject, reason: string | undefined): string {
  const what =
    subject.kind === 'edit' ? whatOf(subject) : subject.kind === 'command' ? subject.command : 'weaker tests';
  return `Rejected ${what}${reason ? `: ${reason}` : ''}`;
}

/** Failures kept in mind until the same call succeeds. */
const UNSOLVED = 4;

function unsolved(
  errors: RunState['errors'],
  { print, ok, own, title, forModel }: CallFinished,
  name: string,
): RunState['errors'] {
  if (!print) return errors;
  const others = errors.filter(({ call }) => call !== print.call);
  return ok
    ? others
    : [...others, { call: print.call, isData: isData({ name, own }), title, text: forModel.slice(0, 800) }].slice(
        -UNSOLVED,
      );
}

/** The first run of a command before any change is as good as a baseline. */
function observe(state: RunState, { ok }: { ok: boolean }, call: Call | undefined): Pick<RunState, 'observed'> {
  const { observed } = state;
  if (call?.intent?.kind !== 'command' || state.taskChanges.length > 0) return { observed };
  const key = checkKey(call.intent.cwd, call.intent.command);
  return { observed: key in observed ? observed : { ...observed, [key]: ok ? 'passed' : 'failed' } };
}
