/**
 * The vocabulary of a run. Everything that happens is one of these; the queue, the messages a model sees, the panel,
 * the log and the report are folds over them. Adding a field is safe when it is optional; anything else is a new version.
 */
import * as z from 'zod';
import { Fault, ToolCall, Usage } from '../model/model.ts';
import { By, CheckResult, PlannedTask, Proof, RewardReason, TaskEdit, TaskId } from '../queue/task.ts';
import { Comment, Finding, Hash, Subject } from './subject.ts';

export { Comment, Finding, Subject } from './subject.ts';

/** 2: `task.requeued` tells the evidence and the lesson apart. 3: an edit may be of several files. See migrate.ts. */
export const JOURNAL_VERSION = 3;

export const Mode = z.enum(['ask', 'autoEdit', 'continuous', 'readOnly']);
export type Mode = z.infer<typeof Mode>;

/** Upper bounds for one run, and for all runs of one day together (local time); an absent one is not enforced. */
export const Limits = z.object({
  /** Requests to the model. */
  steps: z.number().int().positive().optional(),
  /** Input and output tokens together. */
  tokens: z.number().int().positive().optional(),
  /** US dollars. */
  cost: z.number().positive().optional(),
  minutes: z.number().positive().optional(),
  daySteps: z.number().int().positive().optional(),
  dayTokens: z.number().int().positive().optional(),
  dayCost: z.number().positive().optional(),
  dayMinutes: z.number().positive().optional(),
});
export type Limits = z.infer<typeof Limits>;
export const LimitName = Limits.keyof();
export type LimitName = z.infer<typeof LimitName>;

/** What becomes of a file: `before` is absent for a new one, `after` for one that is deleted. A move is two changes. */
export const Change = z.object({ path: z.string(), before: Hash.optional(), after: Hash.optional() });
export type Change = z.infer<typeof Change>;

/** Files that a command's record names; there may be more. */
export const MOST_COMMAND_CHANGES = 200;

/** What became of files while a command ran: made, changed or removed, as the checkpoint from right before it tells. */
export const CommandChanges = z.object({
  checkpoint: z.string(),
  changes: z.array(Change).min(1).max(MOST_COMMAND_CHANGES),
  /** How many are not named. */
  more: z.number().int(),
});
export type CommandChanges = z.infer<typeof CommandChanges>;

/** A command for a terminal of the person's own. */
export const OwnTerminal = z.object({ command: z.string(), cwd: z.string() });
export type OwnTerminal = z.infer<typeof OwnTerminal>;

/** What an effect will do, written before it is done so that a crash in between can be judged. */
export const Intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edit'), changes: z.array(Change).min(1) }),
  z.object({ kind: z.literal('command'), command: z.string(), cwd: z.string() }),
]);
export type Intent = z.infer<typeof Intent>;

/** What a test file held before a task's first effect: how many cases and assertions, how many of them switched off. */
export const Witness = z.object({
  /** Relative to the root. */
  path: z.string(),
  hash: Hash,
  size: z.number().int(),
  /** Absent for a file that is no test but is named by a check: it must only not vanish or become empty. */
  test: z.object({ cases: z.number().int(), assertions: z.number().int(), skips: z.number().int() }).optional(),
});
export type Witness = z.infer<typeof Witness>;

/** A piece of data that reads like an order to an agent: by which rule it was noticed, and its words, cut. */
const Orders = z.object({ rule: z.string(), quote: z.string() });

/** A file as the model knows it. */
export const Seen = z.object({ path: z.string(), hash: Hash });
export type Seen = z.infer<typeof Seen>;

/** Requests beside the conversation: a judge's answer, a lesson, a summary. */
export const Purpose = z.enum(['judge', 'reflect', 'compact']);
export type Purpose = z.infer<typeof Purpose>;

/** How long a yes to a command counts beyond this once. */
export const Remember = z.enum(['run', 'always']);
export type Remember = z.infer<typeof Remember>;

export const Outcome = z.enum(['done', 'failed', 'stopped', 'limit']);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What a call comes down to, for noticing repetition: short digests of the call (its arguments in one spelling), of its
 * result (without times, paths and ids) and, for a call that was made before, of the work tree.
 */
export const Print = z.object({
  call: z.string(),
  result: z.string(),
  tree: z.string().optional(),
  /** It waits for something on purpose, so that saying the same again is no sign of trouble. */
  polls: z.boolean().optional(),
});
export type Print = z.infer<typeof Print>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

export const EventBody = z.discriminatedUnion('type', [
  // the run
  event('run.created', {
    version: z.number().int(),
    run: z.string(),
    goal: z.string(),
    /** Name of the root folder, for people. */
    root: z.string(),
    mode: Mode,
    model: z.string(),
    limits: Limits,
    agent: z.object({ name: z.string(), role: z.string() }),
    /** False where nobody can answer a question or an approval. */
    attended: z.boolean(),
  }),
  /** The run was loaded again after its process went away. `attended`: whether somebody can answer now. */
  event('run.recovered', { attended: z.boolean().optional() }),
  event('run.paused', { reason: z.enum(['person', 'limit', 'fault', 'blocked', 'recovered']), message: z.string() }),
  event('run.resumed', {
    extended: Limits.optional(),
    /** The person has said what becomes of blocked tasks one by one: the others stay so. */
    keepsBlocked: z.boolean().optional(),
  }),
  event('run.ended', { outcome: Outcome, report: z.string() }),
  /** This run goes on from a copy of another one's first `upTo` lines, the last of which has this sum. */
  event('run.forked', {
    run: z.string(),
    from: z.string(),
    upTo: z.number().int(),
    lastSum: z.string(),
    /** Files the other run changed after that point: they are not as its thread remembers them. */
    changedSince: z.array(z.string()),
    attended: z.boolean().optional(),
  }),
  event('run.renamed', { title: z.string() }),
  /** The lines from here on are of this version; those before are of an older one. */
  event('journal.upgraded', { version: z.number().int() }),
  event('mode.changed', { mode: Mode }),
  event('model.changed', { model: z.string() }),
  /** What other runs have used since `since` (the beginning of this day, milliseconds since 1970). */
  event('day.counted', {
    since: z.number(),
    steps: z.number(),
    tokens: z.number(),
    cost: z.number(),
    minutes: z.number(),
  }),
  event('limit.warned', { limit: LimitName, used: z.number(), max: z.number() }),
  event('limit.reached', { limit: LimitName, used: z.number(), max: z.number() }),

  // what the model sees: a thread is a list of messages that only grows
  event('thread.opened', { thread: z.string(), task: TaskId, system: z.string(), tools: z.array(z.string()) }),
  event('message.added', {
    thread: z.string(),
    text: z.string(),
    why: z.enum(['brief', 'task', 'person', 'nudge', 'rules', 'changed']),
    /** `changed`: the files and what they are now. `brief`, `rules`: the rule files whose text it holds. */
    files: z.array(Seen).optional(),
    /** It answers the oldest entry of the inbox. */
    heard: z.boolean().optional(),
    /** `brief`: what in the names of files and tasks tells agents what to do. It has no authority; the person is told. */
    orders: Orders.optional(),
  }),
  /** A new epoch: everything between the system text and message `from` is replaced by `text`. */
  event('thread.compacted', {
    thread: z.string(),
    from: z.number().int(),
    text: z.string(),
    /** Files whose text is still in the thread. */
    seen: z.array(z.string()),
    by: z.enum(['model', 'code']),
  }),
  event('aside.started', {
    aside: z.number().int(),
    purpose: Purpose,
    task: TaskId,
    thread: z.string().optional(),
  }),
  event('aside.finished', {
    aside: z.number().int(),
    purpose: Purpose,
    task: TaskId,
    /** What came of it, or why nothing did. */
    text: z.string(),
    ok: z.boolean(),
    usage: Usage,
    cost: z.number().optional(),
  }),

  // the person speaks
  event('person.said', { text: z.string() }),
  event('question.asked', { question: z.string(), call: z.string(), text: z.string(), options: z.array(z.string()) }),
  event('question.answered', { question: z.string(), text: z.string() }),

  // tasks
  event('tasks.planned', {
    by: By,
    tasks: z.array(PlannedTask),
    /** The call that planned them: made again after a crash, it finds them. */
    call: z.string().optional(),
    /** A new plan for what has not begun: these tasks are gone. */
    replaces: z.array(TaskId).optional(),
  }),
  event('task.edited', { task: TaskId, by: By, ...TaskEdit.shape }),
  /** The person's order: these come first, in this order. An empty list gives the order back to the priorities. */
  event('tasks.ordered', { order: z.array(TaskId) }),
  event('task.removed', { task: TaskId, by: By }),
  /** The person wants a finished, blocked or skipped task done again. */
  event('task.retried', { task: TaskId }),
  /** What stood in the tests before the task's first effect. */
  event('witness.taken', { task: TaskId, files: z.array(Witness) }),
  event('check.weakened', { task: TaskId, findings: z.array(Finding) }),
  event('reward.given', { task: TaskId, amount: z.number(), why: RewardReason }),
  event('task.started', { task: TaskId, thread: z.string() }),
  event('task.verifying', { task: TaskId, summary: z.string(), call: z.string().optional() }),
  event('check.started', {
    task: TaskId,
    check: z.number().int(),
    phase: z.enum(['baseline', 'verify']),
    intent: Intent.optional(),
  }),
  event('check.finished', { task: TaskId, ...CheckResult.shape }),
  /** All checks of one phase have a result. */
  event('checks.judged', { task: TaskId, phase: z.enum(['baseline', 'verify']), passed: z.boolean() }),
  event('task.requeued', {
    task: TaskId,
    /** What was measured: the failed checks, or what went round in circles. */
    evidence: z.string(),
    lesson: z.string().optional(),
    strategy: z.string().optional(),
  }),
  event('task.ended', {
    task: TaskId,
    status: z.enum(['done', 'failed', 'blocked', 'skipped']),
    proof: Proof.optional(),
    reason: z.string().optional(),
    summary: z.string().optional(),
    /** The person ended it. */
    by: z.literal('person').optional(),
    /** It was never tried: something it needs was lost. */
    cause: z.literal('dependency').optional(),
  }),

  // model turns
  event('turn.started', { turn: z.number().int(), task: TaskId, thread: z.string() }),
  event('turn.finished', {
    turn: z.number().int(),
    text: z.string(),
    reasoning: z.string().optional(),
    calls: z.array(ToolCall),
    usage: Usage,
    /** US dollars; absent without a known price. */
    cost: z.number().optional(),
    end: z.enum(['stop', 'calls', 'length']),
  }),
  event('turn.faulted', {
    turn: z.number().int(),
    fault: Fault,
    attempt: z.number().int(),
    /** What will be done about it. */
    reaction: z.enum(['retry', 'tell', 'compact', 'repair', 'pause', 'stop']),
    delayMs: z.number().optional(),
    /** Text that had arrived: kept for the person, dropped for the model. */
    partial: z.string().optional(),
    usage: Usage,
    cost: z.number().optional(),
  }),

  // calls, approvals, effects
  event('approval.requested', {
    approval: z.string(),
    /** The call or the check that waits. */
    call: z.string(),
    /** Must come back with the decision; single use. */
    nonce: z.string(),
    /** Hash of what is shown; a decision names it. */
    shown: Hash,
    subject: Subject,
    /** Which rule asks, and why, in one sentence. */
    rule: z.string(),
    reason: z.string(),
  }),
  /** The person (or a merge) changed the proposal; the latest draft is what Accept writes. */
  event('proposal.drafted', { approval: z.string(), after: Hash }),
  /** All that the person has remarked on lines of a waiting edit; it goes to the model with the decision. */
  event('proposal.commented', { approval: z.string(), comments: z.array(Comment) }),
  event('approval.decided', {
    approval: z.string(),
    verdict: z.enum(['accept', 'reject']),
    by: z.enum(['person', 'mode', 'nobody']),
    reason: z.string().optional(),
    /** Of a command: its rule counts from now on, for this run or for all. */
    remember: Remember.optional(),
    /** For an edit: the bytes that were accepted. */
    after: Hash.optional(),
  }),
  /** It can no longer be answered: stop, reload, or the file changed underneath. */
  event('approval.voided', { approval: z.string(), reason: z.string() }),
  event('call.started', { call: z.string(), intent: Intent.optional() }),
  event('call.finished', {
    call: z.string(),
    ok: z.boolean(),
    forModel: z.string(),
    /** Nothing was done, and `forModel` says why in words of Goalwright or of the person. */
    own: z.boolean().optional(),
    /** What Goalwright, or the person, says to it; it follows the result. */
    note: z.string().optional(),
    /** What in the result tells agents what to do. It has no authority; the person is told. */
    orders: Orders.optional(),
    /** One line for the person. */
    title: z.string(),
    changes: z.array(Change).default([]),
    /** Of a command. */
    commandChanges: CommandChanges.optional(),
    /** It needs a real terminal: the person may run it in one of theirs. */
    ownTerminal: OwnTerminal.optional(),
    /** Files whose text the model now knows. */
    seen: z.array(Seen).optional(),
    print: Print.optional(),
  }),
  /**
   * The work tree was recorded: before a task's first effect, after its end, because the person asked, before a restore;
   * `during` a task before a command, and when a file that had been left out (git ignores it) is about to be changed.
   */
  event('checkpoint.taken', {
    checkpoint: z.string(),
    /** Its name in the host's store. */
    snapshot: z.string(),
    when: z.enum(['before', 'during', 'after', 'demand', 'restore']),
    task: TaskId.optional(),
    files: z.number().int(),
    /** Why it is not whole. */
    left: z.array(z.string()),
    /** The first line of the command it was taken for. */
    command: z.string().optional(),
  }),
  /** None could be taken; the work goes on without. */
  event('checkpoint.failed', { task: TaskId.optional(), reason: z.string() }),
  /** Files were made what they were at a checkpoint. `undo`: the checkpoint that was taken right before. */
  event('checkpoint.restored', {
    checkpoint: z.string(),
    undo: z.string(),
    changes: z.array(Change),
    failed: z.array(z.object({ path: z.string(), why: z.string() })),
  }),
  event('stuck.noticed', { task: TaskId, rule: z.string(), level: z.number().int(), message: z.string() }),
]);
export type EventBody = z.infer<typeof EventBody>;

/** `at`: milliseconds since 1970, for people only; order is `seq`. */
export const RunEvent = EventBody.and(z.object({ seq: z.number().int(), at: z.number() }));
export type RunEvent = EventBody & { readonly seq: number; readonly at: number };

export type EventOf<T extends EventBody['type']> = Extract<RunEvent, { type: T }>;
