/**
 * The state of a run: a fold over its journal (see fold.ts) and nothing else. The loop decides by it, a view shows it, a
 * resume starts from it.
 */

import type { ChatMessage, FaultKind } from '../model/model.ts';
import type { CommandRule } from '../policy/rule.ts';
import { emptyQueue, type Queue } from '../queue/queue.ts';
import type { Change, Comment, EventOf, Intent, LimitName, Limits, Mode, Outcome, Subject, Witness } from './event.ts';
import type { Mark } from './trace.ts';

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
  /** What they remarked on its lines. */
  readonly comments: readonly Comment[];
  /** Why it was rejected, in the person's words. */
  readonly answer?: string;
}

/** A recorded state of the work tree. */
export interface Checkpoint {
  readonly id: string;
  readonly snapshot: string;
  readonly when: EventOf<'checkpoint.taken'>['when'];
  readonly task?: string;
  /** The command it was taken for. */
  readonly command?: string;
  /** Of the event that recorded it. */
  readonly seq: number;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly turn: number;
  readonly status: 'waiting' | 'started' | 'finished';
  readonly intent?: Intent;
  /** Tasks it has planned. */
  readonly planned?: readonly string[];
}

export interface Thread {
  readonly id: string;
  readonly tools: readonly string[];
  readonly messages: readonly ChatMessage[];
  /** Path -> hash of the text the model was shown of it. */
  readonly seen: Readonly<Record<string, string>>;
  /** Rule files whose text it holds. */
  readonly rules: readonly string[];
  /** What the server counted: tokens of the first so many messages. */
  readonly measured?: { readonly messages: number; readonly tokens: number };
  /** How often its earlier part was replaced by a summary. */
  readonly epoch: number;
}

export interface Turn {
  readonly turn: number;
  readonly task: string;
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

/** What no thread has been told yet: the person's words, a task they changed, files that are not as they were. */
export type Heard =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'edited'; readonly task: string }
  | { readonly kind: 'changed'; readonly paths: readonly string[] };

/** What all other runs of a day have used; this one's own part of it is counted from `ownFrom`. */
export interface Day {
  readonly since: number;
  readonly steps: number;
  readonly tokens: number;
  readonly cost: number;
  readonly minutes: number;
  /** What this run had spent when the day began. */
  readonly ownFrom: Spent;
}

export interface RunState {
  readonly run: string;
  /** The person's name for the run. */
  readonly title?: string;
  /** The run it was copied from. */
  readonly forkedFrom?: string;
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
  /** What the person said, answered and rejected, in words for the model. */
  readonly decisions: readonly string[];
  /** Calls of the task in work that failed and have not succeeded since. */
  readonly errors: readonly {
    readonly call: string;
    readonly title: string;
    readonly text: string;
    readonly isData: boolean;
  }[];
  readonly inbox: readonly Heard[];
  /** Questions asked so far. */
  readonly asked: number;
  readonly spent: Spent;
  readonly day?: Day;
  readonly warned: readonly LimitName[];
  readonly changes: readonly Change[];
  readonly checkpoints: readonly Checkpoint[];
  /** Task -> it had an effect. */
  readonly effects: Readonly<Record<string, boolean>>;
  /** Task -> what its tests held before its first effect. */
  readonly witnesses: Readonly<Record<string, readonly Witness[]>>;
  /** What the task in work has done lately, for noticing repetition. */
  readonly trace: readonly Mark[];
  /** Turns of the task in work since the last that brought anything new. */
  readonly quiet: number;
  /** How commands ended that the task in work ran before its first change of a file: `checkKey` of folder and command. */
  readonly observed: Readonly<Record<string, 'passed' | 'failed'>>;
  /** Files the task in work changed, each with what it was before. */
  readonly taskChanges: readonly Change[];
  /** Discounted sum of all rewards. */
  readonly worth: number;
  /** Check commands the person allowed for this run: see `checkKey`. */
  readonly allowedChecks: readonly string[];
  /** What the person lets pass in this run, beyond their own rules. */
  readonly rules: readonly CommandRule[];
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
  decisions: [],
  errors: [],
  inbox: [],
  asked: 0,
  spent: spent0,
  warned: [],
  changes: [],
  checkpoints: [],
  effects: {},
  witnesses: {},
  trace: [],
  quiet: 0,
  observed: {},
  taskChanges: [],
  worth: 0,
  allowedChecks: [],
  rules: [],
  finishing: {},
  interrupted: false,
  seq: 0,
  at: 0,
};

/** What one yes covers: the command, its folder, and what it stands for in the manifest it runs from. */
export const checkKey = (cwd: string, command: string, definition = ''): string => `${cwd}\0${command}\0${definition}`;

export const waiting = (state: RunState): readonly Approval[] =>
  state.approvals.filter(({ status }) => status === 'waiting');

/** A question of the model waits for its answer. */
export const isAsking = (state: RunState): boolean =>
  state.question !== undefined && state.question.answer === undefined;

export const approvalOf = (state: RunState, id: string): Approval | undefined =>
  state.approvals.find((a) => a.id === id);

/** What has been used of everything that can be limited: by this run, and by all runs of this day. */
export function usedOf({ spent, day }: Pick<RunState, 'spent' | 'day'>): Readonly<Record<LimitName, number>> {
  const from = day?.ownFrom;
  const [steps, tokens, cost, minutes] = [spent.steps, spent.input + spent.output, spent.cost, spent.activeMs / 60_000];
  return {
    steps,
    tokens,
    cost,
    minutes,
    daySteps: (day?.steps ?? 0) + steps - (from?.steps ?? 0),
    dayTokens: (day?.tokens ?? 0) + tokens - (from ? from.input + from.output : 0),
    dayCost: (day?.cost ?? 0) + cost - (from?.cost ?? 0),
    dayMinutes: (day?.minutes ?? 0) + minutes - (from ? from.activeMs / 60_000 : 0),
  };
}
