/**
 * Tasks as a graph: a pure reducer over the journal's events, and what is derived from it. It holds whatever comes: no
 * edge that would close a circle enters the graph, and what a person has set no event of the model changes.
 */
import type { EventBody } from '../journal/event.ts';
import { ancestorsOf, isSettled, relations, wouldWaitForItself } from './relations.ts';
import { discounted } from './reward.ts';
import { isTerminal, type PlannedTask, type Proof, type Task, type TaskEdit } from './task.ts';

export interface Queue {
  /** In the order they were planned. */
  readonly tasks: readonly Task[];
  /** Scheduling decisions so far. */
  readonly tick: number;
  /** Number of the next task: an id is never given twice. */
  readonly nextId: number;
}

export const emptyQueue: Queue = { tasks: [], tick: 0, nextId: 1 };

export const taskOf = (queue: Queue, id: string): Task | undefined => relations(queue).byId.get(id);

export const childrenOf = (queue: Queue, id: string): readonly Task[] => relations(queue).children.get(id) ?? [];

const numberOf = (id: string): number => Number(id.slice(1));

function change(queue: Queue, id: string, with_: (task: Task) => Partial<Task>): Queue {
  if (!taskOf(queue, id)) return queue;
  return { ...queue, tasks: queue.tasks.map((task) => (task.id === id ? { ...task, ...with_(task) } : task)) };
}

/** Events that do not concern the queue leave it as it is. */
export function applyToQueue(queue: Queue, event: EventBody): Queue {
  switch (event.type) {
    case 'tasks.planned':
      return plan(queue, event.tasks, event.by === 'person', event.replaces ?? []);
    case 'task.started': {
      const task = taskOf(queue, event.task);
      if (!task || isTerminal(task.status)) return queue;
      return { ...change(queue, event.task, () => ({ status: 'running' })), tick: queue.tick + 1 };
    }
    case 'task.verifying':
      // Only what this verification shows counts; the baseline stays.
      return change(queue, event.task, (task) =>
        isTerminal(task.status)
          ? {}
          : {
              status: 'verifying',
              summary: event.summary,
              results: task.results.filter((result) => result.phase === 'baseline'),
            },
      );
    case 'check.finished': {
      const { check, phase, outcome, evidence, by } = event;
      return change(queue, event.task, (task) => ({
        results: [...task.results, { check, phase, outcome, evidence, ...(by && { by }) }],
      }));
    }
    case 'task.requeued': {
      const { evidence, lesson, strategy } = event;
      return change(queue, event.task, (task) =>
        isTerminal(task.status)
          ? {}
          : {
              status: 'pending',
              attempts: task.attempts + 1,
              lessons: [...task.lessons, { evidence, ...(lesson && { lesson }), ...(strategy && { strategy }) }],
              childrenTried: childrenOf(queue, event.task).length,
              since: queue.tick,
            },
      );
    }
    case 'task.ended': {
      const ended = change(queue, event.task, (task) => ({
        status: event.status,
        proof: event.proof,
        reason: event.reason,
        summary: event.summary ?? task.summary,
        doomed: event.cause === 'dependency',
        ...(event.by === 'person' && { touched: true }),
      }));
      // Nobody goes without a task and still wants its parts.
      return event.status === 'skipped' ? skipBelow(ended, event.task) : ended;
    }
    case 'task.edited':
      return edit(queue, event.task, event, event.by === 'person');
    case 'tasks.ordered':
      return order(queue, event.order);
    case 'task.removed':
      return remove(queue, event.task, event.by === 'person');
    case 'task.retried':
      return retry(queue, [event.task]);
    case 'reward.given':
      return change(queue, event.task, ({ worth }) => ({ worth: discounted(worth, event.amount) }));
    case 'stuck.noticed':
      return change(queue, event.task, ({ stuck }) => ({ stuck: stuck + 1 }));
    default:
      return queue;
  }
}

function skipBelow(queue: Queue, id: string): Queue {
  const gone = below(queue, id);
  return {
    ...queue,
    tasks: queue.tasks.map((task) =>
      gone.has(task.id) && task.id !== id && !isTerminal(task.status) ? { ...task, status: 'skipped' } : task,
    ),
  };
}

/** A task and all that belongs to it. Children stand behind their parents. */
function below(queue: Queue, id: string): ReadonlySet<string> {
  const all = new Set([id]);
  for (const task of queue.tasks) if (task.parent !== undefined && all.has(task.parent)) all.add(task.id);
  return all;
}

/** Only what no person touched and nothing was done for gives way to the model. */
export const isReplaceable = (queue: Queue, task: Task): boolean =>
  task.status === 'pending' &&
  !task.touched &&
  task.attempts === 0 &&
  task.results.length === 0 &&
  childrenOf(queue, task.id).length === 0;

function plan(queue: Queue, planned: readonly PlannedTask[], byPerson: boolean, replaces: readonly string[]): Queue {
  const gone = replaces.filter((id) => {
    const task = taskOf(queue, id);
    return task !== undefined && (byPerson || isReplaceable(queue, task));
  });
  const left = gone.reduce(drop, queue);
  const parents = new Set(planned.map(({ parent }) => parent));
  // A task that was split waits for its children.
  const waiting: Queue = {
    ...left,
    tasks: left.tasks.map((task) =>
      parents.has(task.id) && task.status === 'running' ? { ...task, status: 'pending' } : task,
    ),
  };
  return planned.reduce((into, task) => add(into, task, byPerson), waiting);
}

function add(queue: Queue, { dependsOn, parent, ...planned }: PlannedTask, byPerson: boolean): Queue {
  if (taskOf(queue, planned.id)) return queue;
  const task: Task = {
    ...planned,
    // A part of what has ended stands by itself.
    ...(parent !== undefined && isOpen(queue, parent) && { parent }),
    dependsOn: [],
    status: 'pending',
    attempts: 0,
    lessons: [],
    results: [],
    childrenTried: 0,
    touched: byPerson,
    worth: 0,
    stuck: 0,
    since: queue.tick,
  };
  const nextId = Math.max(queue.nextId, numberOf(task.id) + 1);
  return depend({ ...queue, tasks: [...queue.tasks, task], nextId }, task.id, dependsOn);
}

const isOpen = (queue: Queue, id: string): boolean => {
  const task = taskOf(queue, id);
  return task !== undefined && !isTerminal(task.status);
};

/** The edges that lead to a known task and close no circle; the others are left out. */
function depend(queue: Queue, id: string, on: readonly string[]): Queue {
  return [...new Set(on)].reduce(
    (now, other) =>
      taskOf(now, other) && !wouldWaitForItself(now, id, other)
        ? change(now, id, ({ dependsOn }) => ({ dependsOn: [...dependsOn, other] }))
        : now,
    change(queue, id, () => ({ dependsOn: [] })),
  );
}

function edit(
  queue: Queue,
  id: string,
  { title, description, priority, dependsOn, checks }: TaskEdit,
  byPerson: boolean,
) {
  const task = taskOf(queue, id);
  if (!task || isTerminal(task.status)) return queue;
  // The model may add to what proves a task, and nothing else.
  if (!byPerson) {
    const added = checks?.slice(task.checks.length) ?? [];
    return added.length > 0 ? change(queue, id, (now) => ({ checks: [...now.checks, ...added] })) : queue;
  }
  const edited = change(queue, id, () => ({
    touched: true,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    // Results belong to the checks they were measured with.
    ...(checks && { checks, results: [] }),
  }));
  return dependsOn ? depend(edited, id, dependsOn) : edited;
}

function order(queue: Queue, ids: readonly string[]): Queue {
  const ranks = new Map(ids.map((id, at) => [id, at]));
  return {
    ...queue,
    tasks: queue.tasks.map(({ rank: _, ...task }) => {
      const rank = ranks.get(task.id);
      return rank === undefined ? task : { ...task, rank, touched: true };
    }),
  };
}

function remove(queue: Queue, id: string, byPerson: boolean): Queue {
  const task = taskOf(queue, id);
  return task && (byPerson || isReplaceable(queue, task)) ? drop(queue, id) : queue;
}

/**
 * Takes a task and all below it out. What depended on it goes on without it, unless it was lost: what a failure has doomed
 * is not brought back by hiding the failure.
 */
function drop(queue: Queue, id: string): Queue {
  const gone = below(queue, id);
  const { lost } = relations(queue);
  const wasLost = lost.has(id);
  const tasks = queue.tasks
    .filter((task) => !gone.has(task.id))
    .map((task): Task => {
      const dependsOn = task.dependsOn.filter((other) => !gone.has(other));
      const kept = dependsOn.length === task.dependsOn.length ? task : { ...task, dependsOn };
      if (!wasLost || !lost.has(task.id) || isTerminal(task.status)) return kept;
      return { ...kept, status: 'blocked', doomed: true, reason: 'What it needed failed and was removed.' };
    });
  return { ...queue, tasks };
}

/** Begins tasks again, with all that was given up because of them, and what they belong to. */
function retry(queue: Queue, ids: readonly string[]): Queue {
  const again = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const task = taskOf(queue, id);
    if (!task || again.has(id)) continue;
    if (!isTerminal(task.status) && !ids.includes(id)) continue;
    again.add(id);
    open.push(...ancestorsOf(queue, task).map((parent) => parent.id));
    for (const other of queue.tasks) if (other.doomed && other.dependsOn.includes(id)) open.push(other.id);
  }
  return {
    ...queue,
    tasks: queue.tasks.map((task): Task => {
      if (!again.has(task.id) || !isTerminal(task.status)) return task;
      const { reason: _, proof: _p, doomed: _d, ...rest } = task;
      return {
        ...rest,
        status: 'pending',
        attempts: 0,
        stuck: 0,
        worth: 0,
        childrenTried: 0,
        since: queue.tick,
        // What held before the first effect still did.
        results: task.results.filter(({ phase }) => phase === 'baseline'),
      };
    }),
  };
}

/** Blocked tasks get a fresh start: the person asked for it. */
export const unblock = (queue: Queue): Queue =>
  retry(
    queue,
    queue.tasks.filter(({ status }) => status === 'blocked').map(({ id }) => id),
  );

/** Its dependencies cannot all be done any more, or a child of it failed. */
export const isDoomed = (queue: Queue, task: Task): boolean =>
  !isTerminal(task.status) && relations(queue).lost.has(task.id);

/** All its dependencies and children are settled, so it may run (or, with children, be verified) now. */
export const isReady = (queue: Queue, task: Task): boolean => {
  const { byId, children, lost } = relations(queue);
  const settled = (id: string): boolean => {
    const other = byId.get(id);
    return other !== undefined && isSettled(other);
  };
  return (
    task.status === 'pending' &&
    !lost.has(task.id) &&
    task.dependsOn.every(settled) &&
    (children.get(task.id) ?? []).every(isSettled) &&
    ancestorsOf(queue, task).every((parent) => parent.dependsOn.every(settled))
  );
};

/** Depth of a task: 0 for the goal itself. */
export const depthOf = (queue: Queue, task: Task): number => ancestorsOf(queue, task).length;

/**
 * What a passed verification proves. `code` needs a check run by code that failed at the baseline and passes now, or, for a
 * task with children and no such check of its own, children that are all proven so. Checks that passed before are guards.
 * Without either a judge's yes is `judge`.
 */
export function proofOf(queue: Queue, task: Task): Proof {
  const passed = (check: number): boolean =>
    task.results.some((r) => r.check === check && r.phase === 'verify' && r.outcome === 'passed');
  const failedBefore = (check: number): boolean =>
    task.results.some((r) => r.check === check && r.phase === 'baseline' && r.outcome === 'failed');
  if (task.checks.some(({ kind }, i) => kind !== 'judge' && passed(i) && failedBefore(i))) return 'code';
  const children = childrenOf(queue, task.id);
  if (children.length > 0 && children.every((child) => child.proof === 'code')) return 'code';
  if (task.checks.some(({ kind }, i) => kind === 'judge' && passed(i))) return 'judge';
  return children.length > 0 && children.every(({ proof }) => proof === 'code' || proof === 'judge') ? 'judge' : 'none';
}
