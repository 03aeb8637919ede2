/** The plan as a person reads it: the queue's tasks in tree order, each check with what its runs have shown so far. */
import { childrenOf, isDoomed, type Queue, taskOf } from '../../agent/queue/queue.ts';
import { ancestorsOf, isSettled } from '../../agent/queue/relations.ts';
import { precedes } from '../../agent/queue/schedule.ts';
import type { Check, CheckResult, Proof, Task } from '../../agent/queue/task.ts';

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
  /** What a waiting task waits for, and what a doomed or given up one lacks. */
  readonly needs: readonly Task[];
  /** The goal itself rather than a step of its plan. */
  readonly whole: boolean;
}

/** The goal the run was started with: every other task is a step, or the person's. */
export const isGoal = ({ id }: Pick<Task, 'id'>): boolean => id === 't1';

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

/** What it depends on and, through what it belongs to, has to wait for. */
function unsettledOf(queue: Queue, task: Task): readonly Task[] {
  const ids = new Set([task, ...ancestorsOf(queue, task)].flatMap(({ dependsOn }) => dependsOn));
  return [...ids].flatMap((id) => taskOf(queue, id) ?? []).filter((other) => !isSettled(other));
}

const isLost = ({ status }: Task): boolean => status === 'failed' || status === 'blocked';

/** What was lost of what it depends on and of its parts. */
const lostOf = (queue: Queue, task: Task): readonly Task[] =>
  [...new Set([...unsettledOf(queue, task), ...childrenOf(queue, task.id)])].filter(
    (other) => isLost(other) || isDoomed(queue, other),
  );

function standing(queue: Queue, task: Task): Pick<TaskView, 'state' | 'needs'> {
  if (isDoomed(queue, task)) {
    const lost = lostOf(queue, task);
    return { state: 'doomed', needs: lost.length > 0 ? lost : ancestorsOf(queue, task).filter(isLost) };
  }
  // What it belongs to begins again with it.
  if (task.doomed) return { state: task.status, needs: lostOf(queue, task) };
  const needs = task.status === 'pending' ? unsettledOf(queue, task) : [];
  return { state: needs.length > 0 ? 'waiting' : task.status, needs };
}

/** What has begun or ended stays where it was planned; what is still to do stands in the order in which it would run. */
function inOrder(queue: Queue, siblings: readonly Task[]): readonly Task[] {
  const sorted = siblings.filter(({ status }) => status !== 'pending');
  const open = new Map(siblings.filter(({ status }) => status === 'pending').map((task) => [task.id, task]));
  while (open.size > 0) {
    const all = [...open.values()];
    const free = all.filter(({ dependsOn }) => !dependsOn.some((id) => open.has(id)));
    const first = (free.length > 0 ? free : all).reduce((best, task) =>
      precedes(task, best, queue.tick) ? task : best,
    );
    open.delete(first.id);
    sorted.push(first);
  }
  return sorted;
}

/** Parents before their children, siblings as they were begun and will be. */
export function planView(queue: Queue, checking?: Checking): readonly TaskView[] {
  const roots = queue.tasks.filter(({ parent }) => parent === undefined || !taskOf(queue, parent));
  const under = (siblings: readonly Task[], depth: number): readonly TaskView[] =>
    inOrder(queue, siblings).flatMap((task) => [
      {
        task,
        depth,
        ...standing(queue, task),
        checks: task.checks.map((check, i) => checkView(task, i, check, checking)),
        whole: depth === 0 && roots.length === 1,
      },
      ...under(childrenOf(queue, task.id), depth + 1),
    ]);
  return under(roots, 0);
}

/** The steps a person counts: without the goal itself once it was split. */
export const stepsOf = (plan: readonly TaskView[]): readonly TaskView[] => {
  const steps = plan.filter(({ whole }) => !whole);
  return steps.length > 0 ? steps : plan;
};

const WEAKEST: readonly Proof[] = ['none', 'judge', 'code'];

/** A run is proven as well as the least proven of what it was to reach. */
export function proofOfRun({ tasks }: Queue): Proof {
  const proofs = tasks
    .filter(({ parent, status }) => parent === undefined && status !== 'skipped')
    .map(({ proof }) => proof ?? 'none');
  return WEAKEST.find((proof) => proofs.includes(proof)) ?? 'none';
}
