/** The plan as a person reads it: the queue's tasks in tree order, each check with what its runs have shown so far. */
import { isDoomed, type Queue, taskOf } from '../../agent/queue/queue.ts';
import type { Check, CheckResult, Task } from '../../agent/queue/task.ts';

/** Which check is being run now. */
export interface Checking {
  readonly task: string;
  readonly check: number;
  readonly phase: CheckResult['phase'];
}

/**
 * `guard` passed before the task's first effect as well: it protects what worked, it proves nothing new. `open` has not
 * been run since the last change that matters.
 */
export type CheckState = 'open' | 'running' | 'passed' | 'guard' | 'failed' | 'declined' | 'notApplicable';

export interface CheckView {
  readonly check: Check;
  readonly state: CheckState;
  readonly evidence: string;
}

/** `waiting`: its dependencies are not done yet. `doomed`: they cannot be done any more. */
export type TaskState = Task['status'] | 'waiting' | 'doomed';

export interface TaskView {
  readonly task: Task;
  readonly state: TaskState;
  readonly depth: number;
  readonly checks: readonly CheckView[];
  /** The goal itself rather than a step of its plan. */
  readonly whole: boolean;
}

export const isGuard = (task: Task, check: number): boolean =>
  task.results.some((r) => r.check === check && r.phase === 'baseline' && r.outcome === 'passed');

function checkView(task: Task, index: number, check: Check, checking: Checking | undefined): CheckView {
  const verified = task.results.findLast((r) => r.check === index && r.phase === 'verify');
  const evidence = verified?.evidence ?? '';
  if (checking?.task === task.id && checking.check === index) return { check, state: 'running', evidence };
  if (!verified) return { check, state: 'open', evidence };
  const state = verified.outcome === 'passed' && isGuard(task, index) ? 'guard' : verified.outcome;
  return { check, state, evidence };
}

function stateOf(queue: Queue, task: Task): TaskState {
  if (isDoomed(queue, task)) return 'doomed';
  const waits = task.dependsOn.some((id) => taskOf(queue, id)?.status !== 'done');
  return task.status === 'pending' && waits ? 'waiting' : task.status;
}

/** Parents before their children, siblings as they were planned. */
export function planView(queue: Queue, checking?: Checking): readonly TaskView[] {
  const isRoot = ({ parent }: Task) => parent === undefined || !taskOf(queue, parent);
  const roots = queue.tasks.filter(isRoot);
  const under = (task: Task, depth: number): readonly TaskView[] => [
    {
      task,
      depth,
      state: stateOf(queue, task),
      checks: task.checks.map((check, i) => checkView(task, i, check, checking)),
      whole: depth === 0 && roots.length === 1,
    },
    ...queue.tasks.filter(({ parent }) => parent === task.id).flatMap((child) => under(child, depth + 1)),
  ];
  return roots.flatMap((root) => under(root, 0));
}

/** The steps a person counts: without the goal itself once it was split. */
export const stepsOf = (plan: readonly TaskView[]): readonly TaskView[] => {
  const steps = plan.filter(({ whole }) => !whole);
  return steps.length > 0 ? steps : plan;
};
