/** The queue: readiness, order, doom and proof, over events alone. */
import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/agent/journal/event.ts';
import { unblock } from '../../../src/agent/queue/give-up.ts';
import {
  applyToQueue,
  emptyQueue,
  isDoomed,
  isReady,
  proofOf,
  type Queue,
  taskOf,
} from '../../../src/agent/queue/queue.ts';
import { effectivePriority, nextTask, SCHEDULE } from '../../../src/agent/queue/schedule.ts';
import type { Check, CheckResult, PlannedTask, Task } from '../../../src/agent/queue/task.ts';

const planned = (id: string, more: Partial<PlannedTask> = {}): PlannedTask => ({
  id,
  title: id,
  description: '',
  priority: 50,
  dependsOn: [],
  checks: [],
  ...more,
});
const queueOf = (...events: EventBody[]): Queue => events.reduce(applyToQueue, emptyQueue);
const plan = (...tasks: PlannedTask[]): EventBody => ({ type: 'tasks.planned', by: 'model', tasks });
const started = (task: string): EventBody => ({ type: 'task.started', task, thread: 'h1' });
const ended = (
  task: string,
  status: 'done' | 'failed' | 'blocked' | 'skipped' = 'done',
  proof?: Task['proof'],
): EventBody => ({
  type: 'task.ended',
  task,
  status,
  ...(proof && { proof }),
});
const get = (queue: Queue, id: string): Task => {
  const task = taskOf(queue, id);
  if (!task) throw new Error(`no ${id}`);
  return task;
};

describe('the queue', () => {
  it('takes the most urgent ready task, and among equals the one planned first', () => {
    const queue = queueOf(plan(planned('t1'), planned('t2', { priority: 90 }), planned('t3', { priority: 90 })));
    expect(nextTask(queue)?.id).toBe('t2');
  });

  it('never offers a task whose dependency is not done', () => {
    const queue = queueOf(plan(planned('t1', { priority: 1 }), planned('t2', { priority: 100, dependsOn: ['t1'] })));
    expect(nextTask(queue)?.id).toBe('t1');
    expect(nextTask(applyToQueue(applyToQueue(queue, started('t1')), ended('t1')))?.id).toBe('t2');
  });

  it('makes a split task wait for its children and offers it again after them', () => {
    const queue = queueOf(plan(planned('t1')), started('t1'), plan(planned('t2', { parent: 't1' })));
    expect(get(queue, 't1').status).toBe('pending');
    expect(nextTask(queue)?.id).toBe('t2');
    const after = [started('t2'), ended('t2')].reduce(applyToQueue, queue);
    expect(nextTask(after)?.id).toBe('t1');
  });

  it('dooms what depends on a lost task, also through others and through parents', () => {
    const queue = queueOf(
      plan(planned('t1')),
      started('t1'),
      plan(
        planned('t2', { parent: 't1' }),
        planned('t3', { parent: 't1', dependsOn: ['t2'] }),
        planned('t4', { parent: 't1', dependsOn: ['t3'] }),
      ),
      ended('t2', 'blocked'),
    );
    expect(['t3', 't4', 't1'].map((id) => isDoomed(queue, get(queue, id)))).toEqual([true, true, true]);
    expect(nextTask(queue)).toBeUndefined();
  });

  it('gives a blocked task a fresh start when the person asks for it', () => {
    const queue = unblock(queueOf(plan(planned('t1')), ended('t1', 'blocked')));
    expect(get(queue, 't1')).toMatchObject({ status: 'pending', attempts: 0 });
    expect(isReady(queue, get(queue, 't1'))).toBe(true);
  });

  it('lets repeated failure give way to fresh work, and waiting make up for a low priority', () => {
    const task = get(queueOf(plan(planned('t1'))), 't1');
    expect(effectivePriority({ ...task, attempts: 2 }, 0, SCHEDULE)).toBeLessThan(effectivePriority(task, 0, SCHEDULE));
    expect(effectivePriority({ ...task, priority: 0 }, 51, SCHEDULE)).toBeGreaterThan(50);
  });
});

const edited = (task: string, more: Partial<PlannedTask>): EventBody => ({
  type: 'task.edited',
  task,
  by: 'person',
  ...more,
});
const skipped = (task: string): EventBody => ({ type: 'task.ended', task, status: 'skipped', by: 'person' });
const removed = (task: string): EventBody => ({ type: 'task.removed', task, by: 'person' });
const retried = (task: string): EventBody => ({ type: 'task.retried', task });
const doom = (task: string): EventBody => ({ type: 'task.ended', task, status: 'blocked', cause: 'dependency' });
const statuses = (queue: Queue): Record<string, string> =>
  Object.fromEntries(queue.tasks.map(({ id, status }) => [id, status]));

describe('what a person does', () => {
  /** A goal of three parts: the second fails, the third needs it, the fourth needs nothing. */
  const failed: EventBody[] = [
    plan(planned('t1')),
    started('t1'),
    plan(
      planned('t2', { parent: 't1' }),
      planned('t3', { parent: 't1', dependsOn: ['t2'] }),
      planned('t4', { parent: 't1' }),
    ),
    started('t2'),
    ended('t2', 'blocked'),
  ];

  it('removing what failed gives up what needs it, and nothing beside it', () => {
    const queue = queueOf(...failed, removed('t2'));
    expect(statuses(queue)).toEqual({ t1: 'pending', t3: 'blocked', t4: 'pending' });
    expect(nextTask(queue)?.id).toBe('t4');
  });

  it('removing what has not failed lets go on what waited for it', () => {
    const queue = queueOf(plan(planned('t1'), planned('t2', { dependsOn: ['t1'] })), removed('t1'));
    expect(nextTask(queue)?.id).toBe('t2');
  });

  it('going without what failed lets begin again what was given up for it', () => {
    const queue = queueOf(...failed, doom('t3'), ended('t4'), doom('t1'), skipped('t2'));
    expect(statuses(queue)).toEqual({ t1: 'pending', t2: 'skipped', t3: 'pending', t4: 'done' });
    expect(nextTask(queue)?.id).toBe('t3');
  });

  it('retrying a task that failed as a whole begins the parts that were given up with it', () => {
    const queue = queueOf(
      plan(planned('t1')),
      started('t1'),
      plan(planned('t2', { parent: 't1' })),
      ended('t1', 'blocked'),
      doom('t2'),
      retried('t1'),
    );
    expect(statuses(queue)).toEqual({ t1: 'pending', t2: 'pending' });
    expect(nextTask(queue)?.id).toBe('t2');
  });

  it('retrying a skipped task begins the parts that were skipped with it, not those they skipped before', () => {
    const parts = [plan(planned('t1'), planned('t2', { parent: 't1' }), planned('t3', { parent: 't1' }))];
    const queue = queueOf(...parts, skipped('t2'), skipped('t1'), retried('t1'));
    expect(statuses(queue)).toEqual({ t1: 'pending', t2: 'skipped', t3: 'pending' });
  });

  it('retrying what has not ended changes nothing', () => {
    const queue = queueOf(...failed);
    expect(applyToQueue(queue, retried('t4'))).toEqual(queue);
  });

  it('a part a person adds to a task in work does not do the task', () => {
    const one: EventBody = { type: 'tasks.planned', by: 'person', tasks: [planned('t2', { parent: 't1' })] };
    const queue = queueOf(plan(planned('t1')), started('t1'), one, started('t2'), ended('t2'));
    expect(get(queue, 't1')).toMatchObject({ status: 'pending', childrenTried: 1 });
  });

  it('what was skipped stays so although its verification comes to an end', () => {
    const queue = queueOf(plan(planned('t1')), started('t1'), skipped('t1'), ended('t1', 'done', 'code'));
    expect(get(queue, 't1').status).toBe('skipped');
  });

  it('a model does not replace what a task of the person waits for', () => {
    const queue = queueOf(plan(planned('t1'), planned('t2')), edited('t2', { dependsOn: ['t1'] }), {
      type: 'tasks.planned',
      by: 'model',
      tasks: [planned('t3')],
      replaces: ['t1'],
    });
    expect(queue.tasks.map(({ id }) => id)).toEqual(['t1', 't2', 't3']);
  });

  it('an id that was given is not given again, though its task is gone', () => {
    const queue = queueOf(plan(planned('t1'), planned('t2')), removed('t2'), plan(planned('t2'), planned('t3')));
    expect(queue.tasks.map(({ id }) => id)).toEqual(['t1', 't3']);
  });

  it('changing the checks keeps the results of those that stay', () => {
    const a: Check = { kind: 'file', path: 'a' };
    const b: Check = { kind: 'file', path: 'b' };
    const result = { type: 'check.finished', task: 't1', phase: 'baseline', outcome: 'failed' } as const;
    const queue = queueOf(
      plan(planned('t1', { checks: [a, b] })),
      { ...result, check: 0, evidence: 'a' },
      { ...result, check: 1, evidence: 'b' },
      edited('t1', { checks: [b, { kind: 'file', path: 'c' }] }),
    );
    expect(get(queue, 't1').results).toMatchObject([{ check: 0, evidence: 'b' }]);
  });
});

describe('proof', () => {
  const checks: Check[] = [
    { kind: 'command', command: 'npm test', cwd: '', exit: 0 },
    { kind: 'file', path: 'a.json' },
  ];
  const result = (check: number, phase: CheckResult['phase'], outcome: CheckResult['outcome']): EventBody => ({
    type: 'check.finished',
    task: 't1',
    check,
    phase,
    outcome,
    evidence: '',
  });
  const proof = (...events: EventBody[]) => {
    const queue = queueOf(plan(planned('t1', { checks })), started('t1'), ...events);
    return proofOf(queue, get(queue, 't1'));
  };

  it('is code only when a check failed before the work and passes after it', () => {
    expect(proof(result(0, 'baseline', 'failed'), result(0, 'verify', 'passed'))).toBe('code');
  });
  it('is none when every check passed before the work already', () => {
    expect(proof(result(0, 'baseline', 'passed'), result(0, 'verify', 'passed'))).toBe('none');
  });
  it('is none when a check has no baseline', () => {
    expect(proof(result(0, 'verify', 'passed'))).toBe('none');
  });
  it('of a parent is code only when every child is proven by code', () => {
    const split = [
      plan(planned('t1')),
      started('t1'),
      plan(planned('t2', { parent: 't1' }), planned('t3', { parent: 't1' })),
    ];
    const all = queueOf(...split, ended('t2', 'done', 'code'), ended('t3', 'done', 'code'));
    const one = queueOf(...split, ended('t2', 'done', 'code'), ended('t3', 'done', 'none'));
    expect([proofOf(all, get(all, 't1')), proofOf(one, get(one, 't1'))]).toEqual(['code', 'none']);
  });
  it('forgets what an earlier verification showed', () => {
    const queue = queueOf(
      plan(planned('t1', { checks })),
      started('t1'),
      result(0, 'baseline', 'failed'),
      result(0, 'verify', 'passed'),
      { type: 'task.verifying', task: 't1', summary: '' },
    );
    expect(proofOf(queue, get(queue, 't1'))).toBe('none');
  });
});
