/** What a view may receive and send. Both ends parse with these schemas; what does not parse is dropped and logged. */
import * as z from 'zod';
import { Comment, Limits, Mode, Remember, RunEvent } from './journal/event.ts';
import { Check, TaskEdit, TaskId } from './queue/task.ts';

/** One hunk of a proposal, as shown on a card. Lines carry their mark: ' ', '+', '-'. */
export const HunkView = z.object({
  /** "@@ -10,7 +10,9 @@" without the marks: starts and counts in the old and new file. */
  oldStart: z.number().int(),
  oldLines: z.number().int(),
  newStart: z.number().int(),
  newLines: z.number().int(),
  lines: z.array(z.string()),
});
export type HunkView = z.infer<typeof HunkView>;

/** A hunk as the person has it now: taken as proposed, changed by them, added by them, or left out. */
export const HunkChoice = HunkView.extend({ state: z.enum(['proposed', 'edited', 'own', 'rejected']) });
export type HunkChoice = z.infer<typeof HunkChoice>;

const Decide = z.object({
  type: z.literal('decide'),
  approval: z.string(),
  nonce: z.string(),
  shown: z.string(),
  verdict: z.enum(['accept', 'reject']),
  reason: z.string().optional(),
  /** With a yes to a command that offers a rule: let it pass from now on. */
  remember: Remember.optional(),
});

/** Commands to a run. `decide` must carry the nonce and the hash of what was shown. */
export const RunCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('say'), text: z.string().min(1) }),
  Decide,
  /** All remarks on a waiting edit, in place of the earlier ones. */
  z.object({ type: z.literal('comment'), approval: z.string(), comments: z.array(Comment) }),
  z.object({ type: z.literal('answer'), question: z.string(), text: z.string().min(1) }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume'), extend: Limits.optional() }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('mode'), mode: Mode }),
  /** Another model from the next turn on. */
  z.object({ type: z.literal('model'), id: z.string().min(1) }),
  z.object({ type: z.literal('rename'), title: z.string() }),
  /** Records the work tree as it is. */
  z.object({ type: z.literal('checkpoint') }),
  /** Makes files what they were at a checkpoint: all that differ, or only these. */
  z.object({ type: z.literal('restore'), checkpoint: z.string(), paths: z.array(z.string()).optional() }),
  // the queue
  z.object({
    type: z.literal('addTask'),
    title: z.string().min(1),
    description: z.string().optional(),
    priority: z.number().min(0).max(100).optional(),
    parent: TaskId.optional(),
    dependsOn: z.array(TaskId).optional(),
    checks: z.array(Check).optional(),
  }),
  z.object({ type: z.literal('editTask'), task: TaskId, ...TaskEdit.shape }),
  z.object({ type: z.literal('skipTask'), task: TaskId }),
  z.object({ type: z.literal('retryTask'), task: TaskId }),
  z.object({ type: z.literal('removeTask'), task: TaskId }),
  /** See `tasks.ordered`. */
  z.object({ type: z.literal('orderTasks'), order: z.array(TaskId) }),
]);
export type RunCommand = z.infer<typeof RunCommand>;

/** Text that is still streaming; gone when the finished event arrives. */
export const Delta = z.object({
  kind: z.enum(['text', 'reasoning', 'output']),
  /** The turn (`text`, `reasoning`) or the call (`output`) it belongs to. */
  of: z.string(),
  text: z.string(),
});
export type Delta = z.infer<typeof Delta>;

/** What the host knows beside the run: shown before one exists. */
export const HostState = z.object({
  trusted: z.boolean(),
  folder: z.string().optional(),
  model: z.object({ id: z.string(), label: z.string(), ready: z.boolean(), problem: z.string().optional() }),
  mode: Mode,
  /** A goal offered to a newcomer (the recorded model's). */
  suggestion: z.string().optional(),
  /** The journal of this folder is in use in another window. */
  readOnly: z.string().optional(),
  /** Why no sandbox confines commands. */
  unconfined: z.string().optional(),
});
export type HostState = z.infer<typeof HostState>;

/** A command in the background, for a list. */
export const JobView = z.object({
  id: z.string(),
  command: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  /** How it ended, in words; absent: it runs. */
  ended: z.string().optional(),
  /** It seems to wait for an answer: what it said last. */
  asks: z.string().optional(),
  /** What it is told is read. */
  input: z.boolean(),
});
export type JobView = z.infer<typeof JobView>;

export const ToView = z.discriminatedUnion('type', [
  /** The answer to `ready`: everything. `run` is absent when there is none. */
  z.object({
    type: z.literal('init'),
    host: HostState,
    language: z.string(),
    /** l10n bundle: English text to translation. */
    bundle: z.record(z.string(), z.string()),
    run: z.string().optional(),
    events: z.array(RunEvent),
  }),
  z.object({ type: z.literal('host'), host: HostState }),
  /** All there are, in place of the earlier ones. */
  z.object({ type: z.literal('jobs'), jobs: z.array(JobView) }),
  z.object({ type: z.literal('event'), run: z.string(), event: RunEvent }),
  z.object({ type: z.literal('delta'), run: z.string(), deltas: z.array(Delta) }),
  /** The hunks of a waiting edit, sent after its request and after every draft. */
  z.object({
    type: z.literal('proposal'),
    run: z.string(),
    approval: z.string(),
    shown: z.string(),
    hunks: z.array(HunkChoice),
    truncated: z.boolean(),
  }),
  /** A decision on it could not be followed: its card, put out of use by the click, can be used again. */
  z.object({ type: z.literal('refused'), run: z.string(), approval: z.string() }),
  /** Puts the focus into the goal box (the person ran "New Goal"). */
  z.object({ type: z.literal('focusGoal'), text: z.string().optional() }),
]);
export type ToView = z.infer<typeof ToView>;

export const FromView = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('runGoal'), goal: z.string().min(1).max(20_000) }),
  z.object({ type: z.literal('command'), run: z.string(), command: RunCommand }),
  /** Goes back to just before event `seq` of this run, in a run of its own; `text` takes the place of what was said there. */
  z.object({
    type: z.literal('fork'),
    run: z.string(),
    seq: z.number().int(),
    text: z.string().optional(),
    /** The files are to be what they were then, as far as the person chooses. */
    files: z.boolean().optional(),
  }),
  z.object({ type: z.literal('openDiff'), approval: z.string() }),
  /** Takes a hunk of a waiting edit as proposed, or leaves it out: `hunk` counts the hunks of the proposal shown as `shown`. */
  z.object({
    type: z.literal('chooseHunk'),
    approval: z.string(),
    shown: z.string(),
    hunk: z.number().int().nonnegative(),
    accept: z.boolean(),
  }),
  /** The same decision on several waiting edits. */
  z.object({ type: z.literal('decideAll'), run: z.string(), decisions: z.array(Decide) }),
  /** All waiting edits side by side, in the editor. */
  z.object({ type: z.literal('reviewAll') }),
  z.object({ type: z.literal('openFile'), path: z.string() }),
  /** Shows what differs from a checkpoint, to go back to it. */
  z.object({ type: z.literal('restoreCheckpoint'), checkpoint: z.string() }),
  z.object({ type: z.literal('undoRun') }),
  /** What a command did to a file since a checkpoint: shown, or taken back. */
  z.object({ type: z.literal('showChange'), checkpoint: z.string(), path: z.string() }),
  z.object({ type: z.literal('undoChange'), checkpoint: z.string(), path: z.string() }),
  /** Puts a call's command into a terminal of the person's own, where Enter runs it. */
  z.object({ type: z.literal('ownTerminal'), call: z.string() }),
  z.object({ type: z.literal('showTerminal'), job: z.string().optional() }),
  z.object({ type: z.literal('stopJob'), job: z.string() }),
  /** All that the run changed, side by side. */
  z.object({ type: z.literal('openChanges') }),
  z.object({ type: z.literal('commitChanges') }),
  z.object({ type: z.literal('newGoal') }),
  z.object({ type: z.literal('setApiKey') }),
  z.object({ type: z.literal('selectModel') }),
  z.object({ type: z.literal('openLog') }),
  z.object({ type: z.literal('manageTrust') }),
]);
export type FromView = z.infer<typeof FromView>;
