/** The plan's order, what a person may do with each task, and what is said about changes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../../src/agent/journal/event.ts';
import { fold } from '../../../src/agent/journal/fold.ts';
import type { Queue } from '../../../src/agent/queue/queue.ts';
import { nextTask } from '../../../src/agent/queue/schedule.ts';
import { planView, proofOfRun } from '../../../src/webview/fold/plan.ts';
import { planNews } from '../../../src/webview/fold/plan-news.ts';
import { actionsOf, addCommand, editCommand, moved, movedTo } from '../../../src/webview/fold/steering.ts';
import { advance, emptyView } from '../../../src/webview/fold/view.ts';
import { created, events, notes, planned, steered, story } from '../../webview/scenes.ts';

const STEERED = [created, planned.slice(0, 5), steered];
const queueOf = (list: readonly RunEvent[]): Queue => fold(list).queue;
const queueAfter = (...more: readonly EventBody[]): Queue => queueOf(story(...STEERED, more));
const ids = (queue: Queue): readonly string[] => planView(queue).map(({ task }) => task.id);

const task = (n: number, more: { parent?: string; dependsOn?: string[]; priority?: number } = {}) => ({
  id: `t${n}`,
  title: `Task ${n}`,
  description: '',
  priority: 50,
  dependsOn: [],
  checks: [],
  ...more,
});

describe('the order in which the plan stands', () => {
  test('is the person’s, then that of the priorities', () => {
    expect(ids(queueAfter()).slice(7, 10)).toEqual(['t11', 't12', 't13']);
    expect(ids(queueAfter({ type: 'tasks.ordered', order: ['t12', 't11'] })).slice(7, 10)).toEqual([
      't12',
      't11',
      't13',
    ]);
  });

  test('puts first what the loop takes first, whatever the plan is', () => {
    const plan = fc.array(fc.record({ priority: fc.nat(100), on: fc.array(fc.nat(20), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    const order = fc.array(fc.nat(12), { maxLength: 12 });
    fc.assert(
      fc.property(plan, order, (all, ranks) => {
        const tasks = all.map(({ priority, on }, i) =>
          task(i + 1, { priority, dependsOn: on.filter((n) => n < i).map((n) => `t${n + 1}`) }),
        );
        const queue = queueOf(
          events([
            { type: 'tasks.planned', by: 'model', tasks },
            { type: 'tasks.ordered', order: ranks.map((n) => `t${n}`) },
          ]),
        );
        expect(ids(queue)[0]).toBe(nextTask(queue)?.id);
      }),
    );
  });
});

describe('moving', () => {
  const flat = queueOf(
    events([
      { type: 'tasks.planned', by: 'person', tasks: [task(1)] },
      {
        type: 'tasks.planned',
        by: 'model',
        tasks: [
          task(2, { parent: 't1', priority: 90 }),
          task(3, { parent: 't1', priority: 80 }),
          task(4, { parent: 't1', priority: 70 }),
          task(5, { parent: 't3', priority: 60 }),
          task(6, { parent: 't3', priority: 50 }),
        ],
      },
    ]),
  );
  const plan = planView(flat);

  test('a task takes what belongs to it along', () => {
    expect(ids(flat)).toEqual(['t1', 't2', 't3', 't5', 't6', 't4']);
    expect(moved(plan, 't3', -1)).toEqual(['t3', 't5', 't6', 't2', 't4']);
    expect(moved(plan, 't3', 1)).toEqual(['t2', 't4', 't3', 't5', 't6']);
    expect(moved(plan, 't5', 1)).toEqual(['t2', 't3', 't6', 't5', 't4']);
  });

  test('goes only among neighbours, and not past the ends', () => {
    expect(moved(plan, 't2', -1)).toBeUndefined();
    expect(moved(plan, 't6', 1)).toBeUndefined();
    expect(movedTo(plan, 't6', 't4')).toBeUndefined();
    expect(movedTo(plan, 't2', 't2')).toBeUndefined();
    expect(moved(plan, 't1', 1)).toBeUndefined();
  });

  test('the new order is what the plan shows then, unless something it needs comes first', () => {
    const order = movedTo(plan, 't4', 't2') ?? [];
    const then = fold(events([{ type: 'tasks.ordered', order: [...order] }], 10), {
      ...fold([]),
      queue: flat,
    });
    expect(ids(then.queue)).toEqual(['t1', 't4', 't2', 't3', 't5', 't6']);
  });
});

describe('actions', () => {
  test('a task being checked is not edited, one that needs a lost one is not tried again', () => {
    const queue = queueAfter({ type: 'task.verifying', task: 't7', summary: '' });
    const plan = planView(queue);
    const of = (id: string) => {
      const view = plan.find((one) => one.task.id === id);
      return view && actionsOf(plan, view);
    };
    expect(of('t7')).toEqual(['skip', 'remove']);
    expect(of('t9')).toEqual(['remove']);
  });

  test('once what it needs may be done again, so may the task', () => {
    const queue = queueAfter({ type: 'task.removed', task: 't8', by: 'person' });
    const plan = planView(queue);
    const view = plan.find((one) => one.task.id === 't9');
    expect(view && actionsOf(plan, view)).toContain('retry');
  });

  test('an edit names only what was changed', () => {
    const view = planView(queueAfter()).find((one) => one.task.id === 't12');
    if (!view) throw new Error('scene changed');
    const { title, description, priority } = view.task;
    expect(editCommand(view, { title, description, priority })).toBeUndefined();
    expect(editCommand(view, { title, description, priority: 21 })).toEqual({
      type: 'editTask',
      task: 't12',
      priority: 21,
    });
  });

  test('a task is added to a goal only while that waits for its parts', () => {
    const draft = { title: 'x', description: '', priority: 50 };
    expect(addCommand(queueAfter(), draft)).toMatchObject({ parent: 't1' });
    expect(addCommand(queueOf(story(created)), draft)).not.toHaveProperty('parent');
    const checked = queueAfter({ type: 'task.verifying', task: 't1', summary: '' });
    expect(addCommand(checked, draft)).not.toHaveProperty('parent');
  });
});

describe('news', () => {
  const kinds = (before: Queue, now: Queue) => planNews(before, now).map(({ kind }) => kind);

  test.each([
    ['a task more', { type: 'tasks.planned', by: 'person', tasks: [task(30)] }, ['added']],
    ['a task less', { type: 'task.removed', task: 't12', by: 'person' }, ['removed']],
    ['other words', { type: 'task.edited', task: 't12', by: 'person', title: 'x' }, ['edited']],
    ['an end', { type: 'task.ended', task: 't7', status: 'failed' }, ['ended']],
    ['a new try', { type: 'task.retried', task: 't10' }, ['again']],
    ['a reward', { type: 'reward.given', task: 't7', amount: 1, why: 'checkPassed' }, []],
  ] satisfies [string, EventBody, string[]][])('%s', (_, event, said) =>
    expect(kinds(queueAfter(), queueAfter(event))).toEqual(said),
  );

  test('the priorities’ order', () => {
    const ordered: EventBody = { type: 'tasks.ordered', order: ['t12'] };
    expect(kinds(queueAfter(ordered), queueAfter(ordered, { type: 'tasks.ordered', order: [] }))).toEqual([
      'unordered',
    ]);
  });
});

test('a run is proven as well as the least proven of what it was to reach', () => {
  const ended = (...proofs: readonly ('code' | 'judge' | 'none' | 'skipped')[]) =>
    queueOf(
      events([
        { type: 'tasks.planned', by: 'person', tasks: proofs.map((_, i) => task(i + 1)) },
        ...proofs.map(
          (proof, i): EventBody =>
            proof === 'skipped'
              ? { type: 'task.ended', task: `t${i + 1}`, status: 'skipped' }
              : { type: 'task.ended', task: `t${i + 1}`, status: 'done', proof },
        ),
      ]),
    );
  expect(proofOfRun(ended('code', 'code'))).toBe('code');
  expect(proofOfRun(ended('code', 'judge'))).toBe('judge');
  expect(proofOfRun(ended('judge', 'none'))).toBe('none');
  expect(proofOfRun(ended('code', 'skipped'))).toBe('code');
});

describe('quiet lines', () => {
  const all = advance(emptyView, story(...STEERED, notes)).items.filter((item) => item.kind === 'note');

  test('one for each thing that happened; what the model is told about it is not said twice', () => {
    expect(all.map(({ event }) => event.type)).toEqual(
      notes
        .map(({ type }) => type)
        .filter((type, i) => !(type === 'message.added' && notes[i - 1]?.type === 'stuck.noticed')),
    );
  });

  test('a task keeps the title it had, though it is deleted', () => {
    expect(all.find(({ event }) => event.type === 'task.removed')?.title).toBe('Translate the readme');
  });

  test('what the model plans and edits is its own call, and the goal stands above', () => {
    expect(advance(emptyView, story(created, planned)).items.filter(({ kind }) => kind === 'note')).toEqual([]);
  });
});
