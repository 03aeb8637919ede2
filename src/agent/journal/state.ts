/**
 * The state of a run: a fold over its journal and nothing else. The loop decides by it, a view shows it, a resume starts
 * from it. Every function here is pure; an event that makes no sense in a state leaves the rest of it untouched.
 */
import type { ChatMessage, FaultKind } from '../model/model.ts';
import { applyToQueue, emptyQueue, type Queue, unblock } from '../queue/queue.ts';
import type {
  Change,
  EventBody,
  EventOf,
  Intent,
  LimitName,
  Limits,
  Mode,
  Outcome,
  RunEvent,
  Subject,
} from './event.ts';

export interface Approval {
  readonly id: string;
  /** The call that waits, or `check:<task>:<index>`. */
  readonly call: string;
  readonly nonce: string;
  /** Hash of what is shown now: the last draft's, for an edit. A decision must name it. */
  readonly shown: string;
  readonly subject: Subject;
  readonly rule: string;
  readonly reason: string;
  readonly status: 'waiting' | 'accepted' | 'rejected' | 'voided';
  /** The person changed the proposal. */
  readonly drafted: boolean;
  /** Why it was rejected, in the person's words. */
  readonly answer?: string;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly turn: number;
  readonly status: 'waiting' | 'started' | 'finished';
  readonly intent?: Intent;
}

export interface Thread {
  readonly id: string;
  readonly tools: readonly string[];
  readonly messages: readonly ChatMessage[];
}

export interface Turn {
  readonly turn: number;
  readonly thread: string;
  readonly status: 'open' | 'finished' | 'faulted';
  readonly calls: readonly Call[];
  readonly text: string;
  /** The reply was cut by the output limit. */
  readonly cut: boolean;
}

export interface Spent {
  readonly steps: number;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  /** US dollars; a lower bound when `unpriced`. */
  readonly cost: number;
  /** Some replies had no known price. */
  readonly unpriced: boolean;
  /** Milliseconds in which the run was neither paused nor interrupted. */
  readonly activeMs: number;
}

export interface RunState {
  readonly run: string;
  readonly goal: string;
  readonly root: string;
  readonly mode: Mode;
  readonly model: string;
  readonly limits: Limits;
  readonly agent: { readonly name: string; readonly role: string };
  readonly attended: boolean;
  readonly status: 'running' | 'paused' | 'ended';
  readonly pause?: { readonly reason: EventOf<'run.paused'>['reason']; readonly message: string };
  readonly outcome?: Outcome;
  readonly report?: string;
  readonly queue: Queue;
  /** The task in work and the thread it is worked on in. */
  readonly current?: { readonly task: string; readonly thread: string };
  /** The task that was in work before, and its thread. */
  readonly last?: { readonly task: string; readonly thread: string };
  readonly threads: Readonly<Record<string, Thread>>;
  /** The latest turn. */
  readonly turn?: Turn;
  /** Faults of the model since its last good reply, by kind. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Replies in a row with neither a call nor a result. */
  readonly idle: number;
  readonly approvals: readonly Approval[];
  readonly question?: {
    readonly id: string;
    readonly call: string;
    readonly text: string;
    readonly options: readonly string[];
    readonly answer?: string;
  };
  /** What the person typed and no thread has received yet. */
  readonly inbox: readonly string[];
  readonly spent: Spent;
  readonly warned: readonly LimitName[];
  readonly changes: readonly Change[];
  /** Task -> it had an effect. */
  readonly effects: Readonly<Record<string, boolean>>;
  /** Check commands the person allowed for this run: `cwd\0command`. */
  readonly allowedChecks: readonly string[];
  /** Finish calls that wait for their verification: call -> task. */
  readonly finishing: Readonly<Record<string, string>>;
  /** Loaded again after a crash or reload, and no person has acted since: nothing may cost or change anything. */
  readonly interrupted: boolean;
  readonly seq: number;
  readonly at: number;
}

const spent0: Spent = { steps: 0, input: 0, output: 0, cached: 0, cost: 0, unpriced: false, activeMs: 0 };

export const initialState: RunState = {
  run: '',
  goal: '',
  root: '',
  mode: 'ask',
  model: '',
  limits: {},
  agent: { name: '', role: '' },
  attended: true,
  status: 'running',
  queue: emptyQueue,
  threads: {},
  faults: {},
  idle: 0,
  approvals: [],
  inbox: [],
  spent: spent0,
  warned: [],
  changes: [],
  effects: {},
  allowedChecks: [],
  finishing: {},
  interrupted: false,
  seq: 0,
  at: 0,
};

export const checkKey = (cwd: string, command: string): string => `${cwd}\0${command}`;

export const waiting = (state: RunState): readonly Approval[] =>
  state.approvals.filter(({ status }) => status === 'waiting');

/** A question of the model waits for its answer. */
export const isAsking = (state: RunState): boolean =>
  state.question !== undefined && state.question.answer === undefined;

export const approvalOf = (state: RunState, id: string): Approval | undefined =>
  state.approvals.find((a) => a.id === id);

const say = (state: RunState, thread: string, ...messages: readonly ChatMessage[]): RunState => {
  const into = state.threads[thread];
  return into
    ? { ...state, threads: { ...state.threads, [thread]: { ...into, messages: [...into.messages, ...messages] } } }
    : state;
};

const onCall = (state: RunState, id: string, with_: Partial<Call>): RunState =>
  state.turn
    ? {
        ...state,
        turn: { ...state.turn, calls: state.turn.calls.map((call) => (call.id === id ? { ...call, ...with_ } : call)) },
      }
    : state;

const onApproval = (state: RunState, id: string, with_: Partial<Approval>): RunState => ({
  ...state,
  approvals: state.approvals.map((approval) => (approval.id === id ? { ...approval, ...with_ } : approval)),
});

const charge = (
  spent: Spent,
  event: { usage: EventOf<'turn.finished'>['usage']; cost?: number | undefined },
): Spent => ({
  ...spent,
  input: spent.input + event.usage.input,
  output: spent.output + event.usage.output,
  cached: spent.cached + event.usage.cached,
  cost: spent.cost + (event.cost ?? 0),
  unpriced: spent.unpriced || (event.cost === undefined && event.usage.input + event.usage.output > 0),
});

const omitKey = <V>(record: Readonly<Record<string, V>>, key: string): Record<string, V> =>
  Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));

/** The later change of a file replaces the earlier one but keeps where it began. */
function merged(changes: readonly Change[], more: readonly Change[]): readonly Change[] {
  const all = new Map(changes.map((change) => [change.path, change]));
  for (const change of more) {
    const earlier = all.get(change.path);
    all.set(change.path, earlier ? { ...change, before: earlier.before } : change);
  }
  return [...all.values()];
}

/** The clock of the minutes limit runs: not while paused, interrupted or waiting for a person. */
const isActive = (state: RunState): boolean =>
  state.at > 0 && state.status === 'running' && !state.interrupted && waiting(state).length === 0 && !isAsking(state);

export function apply(state: RunState, event: RunEvent): RunState {
  const elapsed = isActive(state) ? Math.max(0, event.at - state.at) : 0;
  const next = reduce(state, event);
  const spent = elapsed > 0 ? { ...next.spent, activeMs: next.spent.activeMs + elapsed } : next.spent;
  return { ...next, queue: applyToQueue(next.queue, event), spent, seq: event.seq, at: event.at };
}

export const fold = (events: readonly RunEvent[], from: RunState = initialState): RunState =>
  events.reduce(apply, from);

function reduce(state: RunState, event: EventBody): RunState {
  switch (event.type) {
    case 'run.created': {
      const { run, goal, root, mode, model, limits, agent, attended } = event;
      return { ...initialState, run, goal, root, mode, model, limits, agent, attended };
    }
    case 'run.recovered':
      return state.status === 'ended' ? state : { ...state, interrupted: true, allowedChecks: [] };
    case 'run.paused':
      return { ...state, status: 'paused', pause: { reason: event.reason, message: event.message } };
    case 'run.resumed': {
      const queue = state.pause?.reason === 'blocked' ? unblock(state.queue) : state.queue;
      const limits = { ...state.limits, ...event.extended };
      return {
        ...state,
        status: 'running',
        pause: undefined,
        interrupted: false,
        faults: {},
        idle: 0,
        warned: [],
        queue,
        limits,
      };
    }
    case 'run.ended':
      return {
        ...state,
        status: 'ended',
        outcome: event.outcome,
        report: event.report,
        pause: undefined,
        current: undefined,
      };
    case 'mode.changed':
      return { ...state, mode: event.mode };
    case 'limit.warned':
      return { ...state, warned: [...state.warned, event.limit] };
    case 'limit.reached':
    case 'stuck.noticed':
    case 'check.started':
      return state;

    case 'thread.opened':
      return {
        ...state,
        threads: {
          ...state.threads,
          [event.thread]: { id: event.thread, tools: event.tools, messages: [{ role: 'system', text: event.system }] },
        },
        // A task that goes on in a new thread (a new epoch) leaves the old turn behind.
        ...(state.current && { current: { ...state.current, thread: event.thread } }),
        turn: undefined,
      };
    case 'message.added': {
      const inbox = event.why === 'person' ? state.inbox.slice(1) : state.inbox;
      return say({ ...state, inbox }, event.thread, { role: 'user', text: event.text });
    }

    case 'person.said':
      return { ...state, inbox: [...state.inbox, event.text], interrupted: false };
    case 'question.asked':
      return { ...state, question: { id: event.question, call: event.call, text: event.text, options: event.options } };
    case 'question.answered':
      return state.question?.id === event.question
        ? { ...state, question: { ...state.question, answer: event.text }, interrupted: false }
        : state;

    case 'tasks.planned': {
      const split = event.tasks.some(({ parent }) => parent !== undefined && parent === state.current?.task);
      return split ? { ...state, last: state.current, current: undefined } : state;
    }
    case 'task.started':
      return { ...state, current: { task: event.task, thread: event.thread }, idle: 0 };
    case 'task.verifying':
      return event.call ? { ...state, finishing: { ...state.finishing, [event.call]: event.task } } : state;
    case 'check.finished':
    case 'checks.judged':
      return state;
    case 'task.requeued':
    case 'task.ended':
      return state.current?.task === event.task ? { ...state, last: state.current, current: undefined } : state;

    case 'turn.started':
      return {
        ...state,
        turn: { turn: event.turn, thread: event.thread, status: 'open', calls: [], text: '', cut: false },
        spent: { ...state.spent, steps: state.spent.steps + 1 },
      };
    case 'turn.finished': {
      const turn: Turn = {
        turn: event.turn,
        thread: state.turn?.thread ?? '',
        status: 'finished',
        text: event.text,
        cut: event.end === 'length',
        calls: event.calls.map((call) => ({ ...call, turn: event.turn, status: 'waiting' })),
      };
      const idle = event.calls.length === 0 ? state.idle + 1 : 0;
      const heard = { ...state, turn, faults: {}, idle, spent: charge(state.spent, event) };
      return say(heard, turn.thread, { role: 'assistant', text: event.text, calls: event.calls });
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
          { id, call, nonce, shown, subject, rule, reason, status: 'waiting', drafted: false },
        ],
      };
    }
    case 'proposal.drafted':
      return onApproval(state, event.approval, { shown: event.after, drafted: true });
    case 'approval.decided': {
      const approval = approvalOf(state, event.approval);
      const decided = onApproval(state, event.approval, {
        status: event.verdict === 'accept' ? 'accepted' : 'rejected',
        ...(event.reason && { answer: event.reason }),
      });
      const allows = approval?.subject.kind === 'command' && approval.subject.check && event.verdict === 'accept';
      return {
        ...decided,
        interrupted: event.by === 'person' ? false : state.interrupted,
        ...(allows && {
          allowedChecks: [...state.allowedChecks, checkKey(approval.subject.cwd, approval.subject.command)],
        }),
      };
    }
    case 'approval.voided':
      return onApproval(state, event.approval, { status: 'voided' });
    case 'call.started': {
      const effects = event.intent && state.current ? { ...state.effects, [state.current.task]: true } : state.effects;
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
        changes: merged(state.changes, event.changes),
        finishing: omitKey(state.finishing, event.call),
        ...(state.question?.call === event.call && { question: undefined }),
      };
      return call && state.turn
        ? say(heard, state.turn.thread, { role: 'tool', call: call.id, name: call.name, text: event.forModel })
        : heard;
    }
    default:
      return event satisfies never;
  }
}
