/** A task and its checks: the unit the queue orders, the loop works on and `verify` proves. */
import * as z from 'zod';

/** What must hold when a task is done. `command`: its exit code. `file`: it exists, parses, matches. */
export const Check = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('command'),
    command: z.string(),
    /** Folder relative to the run's root; '' is the root. */
    cwd: z.string().default(''),
    exit: z.number().int().default(0),
    /** The project's own tests: the command was read from its manifest. */
    tests: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('file'),
    /** Relative to the run's root. */
    path: z.string(),
    valid: z.enum(['json', 'csv']).optional(),
    /** A ripgrep pattern that a line must match. */
    matches: z.string().optional(),
  }),
  z.object({
    kind: z.literal('diagnostics'),
    /** Relative to the run's root: the editor must show no more errors in it than before. */
    path: z.string(),
  }),
  z.object({
    kind: z.literal('judge'),
    /** A yes-or-no question to a model about the result; only where no code can tell. */
    question: z.string(),
  }),
]);
export type Check = z.infer<typeof Check>;

/** `ready`, `waiting` and `doomed` are derived (see queue.ts), never stored. */
export const TaskStatus = z.enum(['pending', 'running', 'verifying', 'done', 'failed', 'blocked', 'skipped']);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** Who did it; the engine itself does nothing to the queue that neither asked for. */
export const By = z.enum(['model', 'person']);
export type By = z.infer<typeof By>;

/** How a finished task was proven. `none` is never shown as verified. */
export const Proof = z.enum(['code', 'judge', 'none']);
export type Proof = z.infer<typeof Proof>;

export const TaskId = z.string().regex(/^t\d+$/);

/** A task as it is planned; the code assigns the id. */
export const PlannedTask = z.object({
  id: TaskId,
  parent: TaskId.optional(),
  title: z.string(),
  description: z.string().default(''),
  priority: z.number().min(0).max(100).default(50),
  dependsOn: z.array(TaskId).default([]),
  checks: z.array(Check).default([]),
});
export type PlannedTask = z.infer<typeof PlannedTask>;

/** What a person may change of a task, and a model of one it has just begun (only its checks). */
export const TaskEdit = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  priority: z.number().min(0).max(100).optional(),
  dependsOn: z.array(TaskId).optional(),
  checks: z.array(Check).optional(),
});
export type TaskEdit = z.infer<typeof TaskEdit>;

/** What a reward is given for; the amounts are in reward.ts. */
export const RewardReason = z.enum(['checkPassed', 'taskDone', 'checkFailed', 'repeated', 'taskFailed']);
export type RewardReason = z.infer<typeof RewardReason>;

/** What one execution of a check showed. */
export const CheckResult = z.object({
  /** Index into the task's checks. */
  check: z.number().int(),
  /** `baseline` runs before the task's first effect: what passes there is a guard, not proof. */
  phase: z.enum(['baseline', 'verify']),
  outcome: z.enum(['passed', 'failed', 'declined', 'notApplicable']),
  /** Who declined to run it; only a person's own no lets a task end unverified. */
  by: z.enum(['person', 'nobody', 'policy']).optional(),
  /** One or a few lines of evidence: exit code and the end of the output, or what was missing. */
  evidence: z.string(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** One failed attempt: what was measured, and what was made of it. */
export interface Lesson {
  readonly evidence: string;
  readonly lesson?: string;
  readonly strategy?: string;
}

export interface Task extends Readonly<PlannedTask> {
  readonly status: TaskStatus;
  /** Why it is blocked, failed or skipped. */
  readonly reason?: string;
  /** Failed verifications so far. */
  readonly attempts: number;
  /** The person's order: lower first, before every task without one. */
  readonly rank?: number;
  /** What was learned from failed attempts, each with the strategy it led to. */
  readonly lessons: readonly Lesson[];
  /** Planned, changed or ordered by the person: no plan of the model replaces it. */
  readonly touched: boolean;
  /** Discounted sum of its rewards, the latest weighing most. */
  readonly worth: number;
  /** How often it was found stuck since it was planned or retried. */
  readonly stuck: number;
  /** It ended because of another: what it needs was lost, or what it belongs to was skipped. It begins again with that. */
  readonly doomed?: boolean;
  readonly proof?: Proof;
  /** What the model said it did. */
  readonly summary?: string;
  readonly results: readonly CheckResult[];
  /** How many children it had when its own verification failed last: until there are more, it is worked on itself. */
  readonly childrenTried: number;
  /** Tick at which it last became pending: aging counts from here. */
  readonly since: number;
}

export const isTerminal = (status: TaskStatus): boolean =>
  status === 'done' || status === 'failed' || status === 'blocked' || status === 'skipped';

/** Titles stand in lists: the first line, cut on a word. */
export function titleOf(text: string, chars = 80): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (line.length <= chars) return line;
  const space = line.lastIndexOf(' ', chars);
  return `${line.slice(0, space > 0 ? space : chars)}…`;
}
