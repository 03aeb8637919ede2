/**
 * The fold: how each event changes the state. Pure; an event that makes no sense in a state leaves the rest of it untouched.
 */
import type { ChatMessage } from '../model/model.ts';
import { unblock } from '../queue/give-up.ts';
import { applyToQueue, taskOf } from '../queue/queue.ts';
import { discounted } from '../queue/reward.ts';
import { isTerminal } from '../queue/task.ts';
import type { Change, EventBody, EventOf, RunEvent, Subject } from './event.ts';

type CallFinished = Extract<EventBody, { type: 'call.finished' }>;

import {
  type Approval,
  approvalOf,
  type Call,
  checkKey,
  type Heard,
  initialState,
  isAsking,
  type RunState,
  type Spent,
  type Thread,
  type Turn,
  waiting,
} from './state.ts';
import { mark } from './trace.ts';

const onThread = (state: RunState, thread: string, with_: (thread: Thread) => Partial<Thread>): RunState => {
  const into = state.threads[thread];
  return into ? { ...state, threads: { ...state.threads, [thread]: { ...into, ...with_(into) } } } : state;
};

const say = (state: RunState, thread: string, ...messages: readonly ChatMessage[]): RunState =>
  onThread(state, thread, (into) => ({ messages: [...into.messages, ...messages] }));

/** The threads a task may go on in. What was said in the others, the journal knows. */
const stillOpen = ({ threads, current, last, turn }: RunState): RunState['threads'] =>
  Object.fromEntries(
    Object.entries(threads).filter(([id]) => id === current?.thread || id === last?.thread || id === turn?.thread),
  );

const hear = (state: RunState, heard: Heard): RunState => ({ ...state, inbox: [...state.inbox, heard] });

/** What the model knows of files after it was shown them; what it saw last stands last. */
function learnt({ seen }: Thread, files: readonly { path: string; hash: string }[]): Thread['seen'] {
  const now = files.map(({ path, hash }): [string, string] => [path, hash]);
  const paths = new Set(files.map(({ path }) => path));
  return Object.fromEntries([...Object.entries(seen).filter(([path]) => !paths.has(path)), ...now]);
}

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

const spent0: Spent = initialState.spent;

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
const merged = (changes: readonly Change[], more: readonly Change[]): readonly Change[] =>
  more.reduce((all, change) => {
    const at = all.findIndex(({ path }) => path === change.path);
    return at < 0 ? all.concat(change) : all.with(at, { ...change, before: all[at]?.before });
  }, changes);

const decided = (state: RunState, decision: string): RunState => ({
  ...state,
  decisions: [...state.decisions, decision],
});

function rejected(subject: Subject, reason: string | undefined): string {
  const what =
    subject.kind === 'edit'
      ? `a change of ${subject.path}`
      : subject.kind === 'command'
        ? subject.command
        : 'weaker tests';
  return `Rejected ${what}${reason ? `: ${reason}` : ''}`;
}

/** Failures kept in mind until the same call succeeds. */
const UNSOLVED = 4;

function unsolved(errors: RunState['errors'], { print, ok, title, forModel }: CallFinished): RunState['errors'] {
  if (!print) return errors;
  const others = errors.filter(({ call }) => call !== print.call);
  return ok ? others : [...others, { call: print.call, title, text: forModel.slice(0, 800) }].slice(-UNSOLVED);
}

/** The first run of a command before any change is as good as a baseline. */
function observe(state: RunState, { ok }: { ok: boolean }, call: Call | undefined): Pick<RunState, 'observed'> {
  const { observed } = state;
  if (call?.intent?.kind !== 'command' || state.taskChanges.length > 0) return { observed };
  const key = checkKey(call.intent.cwd, call.intent.command);
  return { observed: key in observed ? observed : { ...observed, [key]: ok ? 'passed' : 'failed' } };
}

/** The clock of the minutes limit runs: not while paused, interrupted or waiting for a person. */
const isActive = (state: RunState): boolean =>
  state.at > 0 && state.status === 'running' && !state.interrupted && !isAsking(state) && !isWaiting(state);

/** Asked with every event, and answered anew only after one that changed an approval. */
const waits = new WeakMap<RunState['approvals'], boolean>();

function isWaiting(state: RunState): boolean {
  const found = waits.get(state.approvals) ?? waiting(state).length > 0;
  waits.set(state.approvals, found);
  return found;
}

export function apply(state: RunState, event: RunEvent): RunState {
  const elapsed = isActive(state) ? Math.max(0, event.at - state.at) : 0;
  const next = reduce(state, event);
  const spent = elapsed > 0 ? { ...next.spent, activeMs: next.spent.activeMs + elapsed } : next.spent;
  return left({ ...next, queue: applyToQueue(next.queue, event), spent, seq: event.seq, at: event.at });
}

export const fold = (events: readonly RunEvent[], from: RunState = initialState): RunState =>
  events.reduce(apply, from);

/** The queue decides whether the task in work still is; if it is not, its thread may go on with another. */
function left(state: RunState): RunState {
  if (!state.current) return state;
  const status = taskOf(state.queue, state.current.task)?.status;
  return status === 'running' || status === 'verifying' ? state : { ...state, last: state.current, current: undefined };
}

function reduce(state: RunState, event: EventBody): RunState {
  switch (event.type) {
    case 'run.created': {
      const { run, goal, root, mode, model, limits, agent, attended } = event;
      return { ...initialState, run, goal, root, mode, model, limits, agent, attended };
    }
    case 'run.recovered':
      return state.status === 'ended'
        ? state
        : {
            ...state,
            attended: event.attended ?? state.attended,
            interrupted: true,
            allowedChecks: [],
            asides: {},
          };
    case 'run.forked': {
      const forked: RunState = {
        ...state,
        run: event.run,
        forkedFrom: event.from,
        attended: event.attended ?? state.attended,
        status: 'running',
        pause: undefined,
        outcome: undefined,
        report: undefined,
        interrupted: false,
        faults: {},
        asides: {},
        allowedChecks: [],
        // What was spent before belongs to the run it was copied from.
        day: { since: 0, steps: 0, tokens: 0, cost: 0, minutes: 0, ownFrom: state.spent },
        approvals: state.approvals.map((a) => (a.status === 'waiting' ? { ...a, status: 'voided' } : a)),
      };
      return event.changedSince.length > 0 ? hear(forked, { kind: 'changed', paths: event.changedSince }) : forked;
    }
    case 'journal.upgraded':
      return state;
    case 'run.renamed':
      return { ...state, title: event.title };
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
    case 'model.changed':
      return { ...state, model: event.model, faults: {} };
    case 'day.counted': {
      const { since, steps, tokens, cost, minutes } = event;
      const ownFrom = state.day?.since === since ? state.day.ownFrom : state.day ? state.spent : spent0;
      return { ...state, day: { since, steps, tokens, cost, minutes, ownFrom } };
    }
    case 'limit.warned':
      return { ...state, warned: [...state.warned, event.limit] };
    case 'limit.reached':
    case 'check.started':
    case 'task.removed':
    case 'tasks.ordered':
      return state;
    case 'stuck.noticed':
      return { ...state, trace: [], quiet: 0, idle: 0 };
    case 'reward.given':
      return { ...state, worth: discounted(state.worth, event.amount) };

    case 'thread.opened':
      return {
        ...state,
        threads: {
          ...stillOpen(state),
          [event.thread]: {
            id: event.thread,
            tools: event.tools,
            messages: [{ role: 'system', text: event.system }],
            seen: {},
            rules: [],
            epoch: 0,
          },
        },
        // A task that goes on in a new thread (a new epoch) leaves the old turn behind.
        ...(state.current && { current: { ...state.current, thread: event.thread } }),
        turn: undefined,
      };
    case 'message.added': {
      const inbox = event.why === 'person' || event.heard ? state.inbox.slice(1) : state.inbox;
      const files = event.files ?? [];
      const told = onThread({ ...state, inbox }, event.thread, (thread) =>
        event.why === 'changed'
          ? { seen: learnt(thread, files) }
          : { rules: [...thread.rules, ...files.map(({ path }) => path)] },
      );
      return say(told, event.thread, { role: 'user', text: event.text });
    }
    case 'thread.compacted': {
      const compacted = onThread(state, event.thread, ({ messages, seen, epoch }) => ({
        messages: [
          ...messages.slice(0, 1),
          { role: 'user', text: event.text },
          ...messages.slice(Math.max(1, event.from)),
        ],
        seen: Object.fromEntries(Object.entries(seen).filter(([path]) => event.seen.includes(path))),
        rules: [],
        measured: undefined,
        epoch: epoch + 1,
      }));
      // What was forgotten may be read again.
      return state.current?.thread === event.thread ? { ...compacted, trace: [], quiet: 0 } : compacted;
    }
    case 'aside.started': {
      const { aside, purpose, task, thread } = event;
      return {
        ...state,
        asides: { ...state.asides, [aside]: { purpose, task, ...(thread && { thread }) } },
        spent: { ...state.spent, steps: state.spent.steps + 1 },
      };
    }
    case 'aside.finished':
      return { ...state, asides: omitKey(state.asides, String(event.aside)), spent: charge(state.spent, event) };

    case 'person.said':
      return {
        ...decided(hear(state, { kind: 'said', text: event.text }), event.text),
        interrupted: false,
        trace: [],
        quiet: 0,
      };
    case 'question.asked':
      return {
        ...state,
        asked: state.asked + 1,
        question: { id: event.question, call: event.call, text: event.text, options: event.options },
      };
    case 'question.answered':
      return state.question?.id === event.question
        ? {
            ...decided(state, `Asked "${state.question.text}", they answered: ${event.text}`),
            question: { ...state.question, answer: event.text },
            interrupted: false,
          }
        : state;

    case 'tasks.planned': {
      const noted = event.call ? onCall(state, event.call, { planned: event.tasks.map(({ id }) => id) }) : state;
      return { ...noted, quiet: 0 };
    }
    case 'task.edited':
      return event.by === 'person' && event.task === state.current?.task
        ? hear(state, { kind: 'edited', task: event.task })
        : state;
    case 'task.started':
      if (isTerminal(taskOf(state.queue, event.task)?.status ?? 'done')) return state;
      return {
        ...state,
        current: { task: event.task, thread: event.thread },
        // What is left of a reply that planned or finished a task belongs to the one after it.
        ...(state.turn?.thread === event.thread && { turn: { ...state.turn, task: event.task } }),
        idle: 0,
        trace: [],
        quiet: 0,
        // A task that goes on after a failed check has not begun anew.
        ...(state.last?.task !== event.task && { observed: {}, taskChanges: [], errors: [] }),
      };
    case 'task.verifying':
      return event.call ? { ...state, finishing: { ...state.finishing, [event.call]: event.task } } : state;
    case 'witness.taken':
      return { ...state, witnesses: { ...state.witnesses, [event.task]: event.files } };
    case 'check.weakened':
      return { ...state, weakened: { ...state.weakened, [event.task]: event.findings } };
    case 'check.finished':
      return event.phase === 'verify' && event.outcome === 'passed' ? { ...state, quiet: 0 } : state;
    case 'checks.judged':
      return state;
    case 'task.retried':
    case 'task.requeued':
    case 'task.ended':
      return state;

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
          { id, call, nonce, shown, subject, rule, reason, status: 'waiting', drafted: false },
        ],
      };
    }
    case 'proposal.drafted':
      return onApproval(state, event.approval, { shown: event.after, drafted: true });
    case 'approval.decided': {
      const approval = approvalOf(state, event.approval);
      const answered = onApproval(state, event.approval, {
        status: event.verdict === 'accept' ? 'accepted' : 'rejected',
        ...(event.reason && { answer: event.reason }),
      });
      const rejection =
        event.verdict === 'reject' && event.by === 'person' && approval && rejected(approval.subject, event.reason);
      const allows = approval?.subject.kind === 'command' && approval.subject.check && event.verdict === 'accept';
      return {
        ...(rejection ? decided(answered, rejection) : answered),
        interrupted: event.by === 'person' ? false : state.interrupted,
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
        errors: unsolved(state.errors, event),
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
      return say(knowing, thread, { role: 'tool', call: call.id, name: call.name, text: event.forModel });
    }
    default:
      return event satisfies never;
  }
}
