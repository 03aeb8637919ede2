/** What holds of the queue whatever a model and a person do: DESIGN section 4, over thousands of random runs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { apply, fold } from '../../../src/agent/journal/fold.ts';
import { initialState } from '../../../src/agent/journal/state.ts';
import { unblock } from '../../../src/agent/queue/give-up.ts';
import { applyToQueue, emptyQueue, isDoomed, isReady, type Queue, taskOf } from '../../../src/agent/queue/queue.ts';
import { REWARD_GAMMA } from '../../../src/agent/queue/reward.ts';
import { nextTask, SCHEDULE } from '../../../src/agent/queue/schedule.ts';
import { isTerminal, type PlannedTask, type Task } from '../../../src/agent/queue/task.ts';
import { next } from '../../../src/agent/run/next.ts';
import { games, type Played, play } from './simulator.ts';

/** All properties together; fewer where many mutants are tried. */
const RUNS = Number(process.env.GOALWRIGHT_PROPERTY_RUNS ?? 750);
const holds = (check: (played: Played) => void, runs = RUNS): void =>
  fc.assert(
    fc.property(games(60), (dice) => check(play(dice))),
    { numRuns: runs },
  );

/** Who waits for whom, written a second time and in another way: a task for what it and its ancestors depend on, and for its children. */
function waits(queue: Queue): ReadonlyMap<string, readonly string[]> {
  const parentOf = new Map(queue.tasks.map(({ id, parent }) => [id, parent]));
  const edges = new Map<string, string[]>();
  for (const task of queue.tasks) {
    const all = queue.tasks.filter(({ parent }) => parent === task.id).map(({ id }) => id);
    for (let at: string | undefined = task.id; at !== undefined; at = parentOf.get(at))
      all.push(...(queue.tasks.find(({ id }) => id === at)?.dependsOn ?? []));
    edges.set(task.id, all);
  }
  return edges;
}

function above(queue: Queue, id: string): readonly Task[] {
  const parent = queue.tasks.find((task) => task.id === taskOf(queue, id)?.parent);
  return parent ? [parent, ...above(queue, parent.id)] : [];
}

const inWork = (queue: Queue): Task | undefined =>
  queue.tasks.find(({ status }) => status === 'running' || status === 'verifying');

/** Remembers its answers. */
function once<T>(answer: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const made = answer(id);
    known.set(id, made);
    return made;
  };
}

const settled = (queue: Queue, id: string): boolean => {
  const status = taskOf(queue, id)?.status;
  return status === 'done' || status === 'skipped';
};

describe('whatever happens', () => {
  it('nobody waits in a circle, and nobody for what does not exist', () => {
    holds(({ queues }) => {
      const edges = new Map(waits(queues.at(-1) ?? emptyQueue));
      for (const on of edges.values()) for (const id of on) expect(edges.has(id)).toBe(true);
      // Kahn: take away who waits for nobody that is left, until nothing is left.
      for (let free = true; free; ) {
        free = false;
        for (const [id, on] of edges) {
          if (on.some((other) => edges.has(other))) continue;
          edges.delete(id);
          free = true;
        }
      }
      expect([...edges.keys()]).toEqual([]);
    }, RUNS * 2);
  });

  it('a task starts only when everything it waits for is settled, and alone', () => {
    holds(({ events, queues }) => {
      for (const [at, event] of events.entries()) {
        const before = queues[at];
        if (event.type !== 'task.started' || !before) continue;
        if (isTerminal(taskOf(before, event.task)?.status ?? 'done')) {
          expect(queues[at + 1]).toEqual(before);
          continue;
        }
        for (const id of waits(before).get(event.task) ?? []) expect(settled(before, id)).toBe(true);
        for (const { status } of above(before, event.task))
          expect(['blocked', 'failed', 'skipped']).not.toContain(status);
        expect(taskOf(before, event.task)?.status).toBe('pending');
      }
      for (const { tasks } of queues)
        expect(tasks.filter(({ status }) => status === 'running' || status === 'verifying').length).toBeLessThan(2);
    });
  });

  it('the run never stalls without saying why, and giving up what is doomed ends it', () => {
    holds(({ queues }) => {
      let queue = queues.at(-1) ?? emptyQueue;
      for (let steps = 0; steps < 500; steps += 1) {
        const open = queue.tasks.filter(({ status }) => !isTerminal(status));
        if (open.length === 0) return;
        const busy = open.find(({ status }) => status !== 'pending');
        const next = busy ?? nextTask(queue);
        if (next) {
          queue = applyToQueue(queue, { type: 'task.ended', task: next.id, status: 'done' });
          continue;
        }
        const doomed = queue.tasks.find((task) => isDoomed(queue, task));
        expect(doomed, 'nothing runs, nothing is ready and nothing is doomed').toBeDefined();
        queue = applyToQueue(queue, {
          type: 'task.ended',
          task: doomed?.id ?? '',
          status: 'blocked',
          cause: 'dependency',
        });
      }
      expect.unreachable('the run does not end');
    }, RUNS * 2);
  });

  it('a task is doomed exactly when it waits for what has failed, or belongs to it: everything else goes on', () => {
    holds(({ queues }) => {
      for (const queue of queues) {
        const on = waits(queue);
        const hasFailed = ({ status }: Task): boolean => status === 'blocked' || status === 'failed';
        const isHopeless = once((id: string): boolean => {
          const task = taskOf(queue, id);
          if (!task || hasFailed(task) || above(queue, id).some(hasFailed)) return true;
          return (on.get(id) ?? []).some((other) => !settled(queue, other) && isHopeless(other));
        });
        for (const task of queue.tasks) {
          expect(isDoomed(queue, task)).toBe(!isTerminal(task.status) && isHopeless(task.id));
          expect(isReady(queue, task) && isDoomed(queue, task)).toBe(false);
        }
      }
    });
  });

  it('what was blocked and what was given up for it can be done once the person lets it begin again', () => {
    holds(({ queues }) => {
      let queue = unblock(queues.at(-1) ?? emptyQueue);
      for (let now = inWork(queue) ?? nextTask(queue); now; now = inWork(queue) ?? nextTask(queue))
        queue = applyToQueue(queue, { type: 'task.ended', task: now.id, status: 'done' });
      for (const { id } of queue.tasks) expect(settled(queue, id)).toBe(true);
    });
  });

  it('what has ended stays as it ended, until the person says otherwise', () => {
    holds(({ events, queues }) => {
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (!before || !after || event.type === 'task.retried' || ('by' in event && event.by === 'person')) continue;
        for (const { id, status, proof, results } of before.tasks) {
          if (!isTerminal(status)) continue;
          const now = taskOf(after, id);
          expect([now?.status, now?.proof, now?.results]).toEqual([status, proof, results]);
        }
      }
    });
  });

  it('what begins again brings with it what was given up for it, and what it belongs to', () => {
    holds(({ events, queues }) => {
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (!before || !after || (event.type !== 'task.retried' && event.type !== 'task.ended')) continue;
        for (const { id, status, parent } of after.tasks) {
          if (status !== 'pending' || !isTerminal(taskOf(before, id)?.status ?? 'pending')) continue;
          const near = after.tasks.filter(
            (other) => other.id === parent || other.parent === id || other.dependsOn.includes(id),
          );
          for (const other of near) expect(other.status === 'blocked' && other.doomed).toBeFalsy();
          for (const whole of above(after, id)) expect(isTerminal(whole.status)).toBe(false);
        }
      }
    });
  });

  it('the same events make the same queue, in one piece or in two', () => {
    holds(({ events, queues }) => {
      const half = Math.floor(events.length / 2);
      const first = events.slice(0, half).reduce(applyToQueue, emptyQueue);
      const whole = JSON.parse(JSON.stringify(events.slice(half))).reduce(applyToQueue, first);
      expect(JSON.stringify(whole)).toBe(JSON.stringify(queues.at(-1)));
    });
  });

  it('a run that goes on from any prefix goes on with the task in work, and ends only when nothing is left to do', () => {
    holds(({ events }) => {
      const stored = events.map((event, i): RunEvent => ({ ...event, seq: i + 1, at: i }));
      let state = initialState;
      for (const event of stored) {
        state = apply(state, event);
        const step = next(state);
        const working = inWork(state.queue);
        if (working) {
          if (working.status === 'running') expect(state.current?.task).toBe(working.id);
          expect(step).toMatchObject({ task: { id: working.id } });
        } else if ('task' in step) expect(['start', 'wrapUp', 'doom']).toContain(step.do);
        else for (const { status } of state.queue.tasks) expect(isTerminal(status)).toBe(true);
      }
      expect(fold(stored)).toEqual(state);
    });
  });

  it('an id is given once for ever', () => {
    holds(({ queues }) => {
      const given = new Set<string>();
      for (const [at, after] of queues.entries()) {
        const before = queues[at - 1] ?? emptyQueue;
        for (const { id } of after.tasks) {
          if (taskOf(before, id)) continue;
          expect(given).not.toContain(id);
          given.add(id);
          expect(after.nextId).toBeGreaterThan(Number(id.slice(1)));
        }
      }
      const ids = queues.at(-1)?.tasks.map(({ id }) => id) ?? [];
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('hiding a failure brings nothing back that it doomed', () => {
    holds(({ events, queues }) => {
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (event.type !== 'task.removed' || !before || !after) continue;
        // What lost a part is another task without it, with checks of its own.
        const whole = new Set(above(before, event.task).map(({ id }) => id));
        for (const task of before.tasks) {
          const now = taskOf(after, task.id);
          if (now && isDoomed(before, task) && !whole.has(task.id)) expect(isReady(after, now)).toBe(false);
        }
      }
    });
  });

  it('what a person has set stands until they set it anew, and what they took away does not run', () => {
    holds(({ events, queues }) => {
      const set = new Map<string, Partial<Pick<Task, 'title' | 'priority'>>>();
      const gone = new Set<string>();
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (!before || !after) continue;
        if (event.type === 'task.started' && after !== before) expect(gone.has(event.task)).toBe(false);
        if (event.type === 'task.edited' && event.by === 'person') {
          const task = taskOf(before, event.task);
          if (task && !isTerminal(task.status)) {
            const { title, priority } = event;
            set.set(event.task, {
              ...set.get(event.task),
              ...(title && { title }),
              ...(priority !== undefined && { priority }),
            });
          }
        }
        const removed =
          event.type === 'task.removed' || event.type === 'tasks.planned'
            ? before.tasks.filter(({ id }) => !taskOf(after, id))
            : [];
        const byModel = (event.type === 'task.removed' || event.type === 'tasks.planned') && event.by === 'model';
        for (const task of removed) {
          if (byModel) expect(task.touched || task.status !== 'pending').toBe(false);
          set.delete(task.id);
        }
        if (event.type === 'task.ended' && event.status === 'skipped')
          for (const { id, status } of after.tasks) if (status === 'skipped') gone.add(id);
        if (event.type === 'task.retried')
          for (const { id, status } of after.tasks) if (status === 'pending') gone.delete(id);
        for (const [id, fields] of set) expect(taskOf(after, id)).toMatchObject(fields);
      }
    });
  });

  it('no event of the model changes what a person touched, or takes away what has begun', () => {
    holds(({ events, queues }) => {
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (!before || !after || !('by' in event) || event.by !== 'model') continue;
        for (const task of before.tasks) {
          if (!task.touched && task.status === 'pending' && task.attempts === 0) continue;
          const { title, description, priority, dependsOn, rank, checks } = task;
          const now = taskOf(after, task.id);
          expect(now).toMatchObject({ title, description, priority, dependsOn });
          expect(now?.rank).toBe(rank);
          // It may name more to prove it by, and none less.
          expect(now?.checks.slice(0, checks.length)).toEqual(checks);
        }
      }
    });
  });

  it('the person’s order comes first, then what is most urgent', () => {
    holds(({ queues }) => {
      for (const queue of queues) {
        const next = nextTask(queue);
        if (!next) continue;
        const ready = queue.tasks.filter((task) => isReady(queue, task));
        const ranks = ready.flatMap(({ rank }) => rank ?? []);
        if (ranks.length > 0) expect(next.rank).toBe(Math.min(...ranks));
        else {
          const urgency = ({ priority, attempts, since }: Task): number =>
            priority * SCHEDULE.gamma ** attempts + (queue.tick - since) * SCHEDULE.agingPerTick;
          expect(urgency(next)).toBe(Math.max(...ready.map(urgency)));
        }
      }
    });
  });

  it('the worth of a task is the discounted sum of its rewards since it began', () => {
    holds(({ events, queues }) => {
      const sums = new Map<string, number>();
      for (const [at, event] of events.entries()) {
        const [before, after] = [queues[at], queues[at + 1]];
        if (event.type === 'reward.given' && after && taskOf(after, event.task))
          sums.set(event.task, (sums.get(event.task) ?? 0) * REWARD_GAMMA + event.amount);
        for (const task of after?.tasks ?? []) {
          const was = before && taskOf(before, task.id)?.status;
          if (was && isTerminal(was) && task.status === 'pending') sums.delete(task.id);
          expect(task.worth).toBeCloseTo(sums.get(task.id) ?? 0);
          expect(Math.abs(task.worth)).toBeLessThanOrEqual(5 / (1 - REWARD_GAMMA) + 1e-9);
        }
      }
    }, RUNS / 2);
  });
});

describe('a task that waits', () => {
  const task = (n: number, priority: number): PlannedTask => ({
    id: `t${n}`,
    title: `Task ${n}`,
    description: '',
    priority,
    dependsOn: [],
    checks: [],
  });

  it('is started although something more urgent comes with every step: nothing starves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(100), { minLength: 260, maxLength: 260 }),
        (first, arriving) => {
          let number = 0;
          const plan = (priority: number): void => {
            number += 1;
            queue = applyToQueue(queue, { type: 'tasks.planned', by: 'model', tasks: [task(number, priority)] });
          };
          let queue = emptyQueue;
          for (const priority of first) plan(priority);
          // What arrives more than this many ticks later can no longer be more urgent.
          const bound = first.length + Math.ceil(100 / SCHEDULE.agingPerTick) + 1;
          for (const [tick, priority] of arriving.entries()) {
            const next = nextTask(queue);
            if (!next) break;
            expect(tick - next.since).toBeLessThanOrEqual(bound);
            queue = applyToQueue(queue, { type: 'task.started', task: next.id, thread: 'h1' });
            queue = applyToQueue(queue, { type: 'task.ended', task: next.id, status: 'done' });
            plan(priority);
          }
          const waiting = queue.tasks.filter(({ status }) => status === 'pending');
          for (const { since } of waiting) expect(queue.tick - since).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: Math.min(30, RUNS) },
    );
  });

  it('gives way to fresh work when it has failed, and comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (priority) => {
        let queue = applyToQueue(emptyQueue, {
          type: 'tasks.planned',
          by: 'model',
          tasks: [task(1, priority), task(2, priority)],
        });
        queue = applyToQueue(queue, { type: 'task.started', task: 't1', thread: 'h1' });
        queue = applyToQueue(queue, { type: 'task.requeued', task: 't1', evidence: 'exit 1' });
        expect(nextTask(queue)?.id).toBe('t2');
        queue = applyToQueue(queue, { type: 'task.ended', task: 't2', status: 'done' });
        expect(nextTask(queue)?.id).toBe('t1');
      }),
      { numRuns: Math.min(100, RUNS) },
    );
  });
});
