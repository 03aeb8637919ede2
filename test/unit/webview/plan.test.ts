import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../../src/agent/journal/fold.ts';
import { planView, stepsOf } from '../../../src/webview/fold/plan.ts';
import { proofSign, taskSign } from '../../../src/webview/text/words.ts';
import {
  askedCommand,
  askedEdit,
  baseline,
  created,
  events,
  finished,
  planned,
  story,
  verified,
} from '../../webview/scenes.ts';

const planOf = (list: ReturnType<typeof story>) => planView(fold(list).queue);
const running = story(created, planned, askedCommand, baseline, askedEdit, verified);

test('parents stand before their children, in the order they were planned', () => {
  expect(planOf(running).map(({ task, depth }) => [task.id, depth])).toEqual([
    ['t1', 0],
    ['t2', 1],
    ['t3', 1],
    ['t4', 1],
  ]);
});

test('the goal itself is not counted among its steps, unless it is the only one', () => {
  expect(stepsOf(planOf(running)).map(({ task }) => task.id)).toEqual(['t2', 't3', 't4']);
  expect(stepsOf(planOf(story(created))).map(({ task }) => task.id)).toEqual(['t1']);
});

test('a check that passed before the change is a guard, one that failed before is a pass', () => {
  const checks = planOf(running).find(({ task }) => task.id === 't2')?.checks;
  expect(checks?.map(({ state }) => state)).toEqual(['passed', 'guard']);
});

test('what a baseline shows is not yet a result', () => {
  const checks = planOf(story(created, planned, askedCommand, baseline)).find(({ task }) => task.id === 't2')?.checks;
  expect(checks?.map(({ state }) => state)).toEqual(['open', 'open']);
});

test('the check that is being run says so', () => {
  const plan = planView(fold(story(created, planned)).queue, { task: 't2', check: 1, phase: 'baseline' });
  expect(plan[1]?.checks.map(({ state }) => state)).toEqual(['open', 'running']);
});

test('declined and failed checks say so', () => {
  const plan = planOf(story(created, planned, askedCommand, baseline, askedEdit, verified, finished));
  expect(plan.find(({ task }) => task.id === 't3')?.checks[0]?.state).toBe('declined');
});

test('a task waits for its dependencies, and is lost with them', () => {
  expect(planOf(running).map(({ state }) => state)).toEqual(['pending', 'done', 'running', 'waiting']);
  const lost = events([{ type: 'task.ended', task: 't3', status: 'failed' }], 100);
  expect(planOf([...running, ...lost]).at(-1)?.state).toBe('doomed');
});

test('a task without proof is never called verified', () => {
  for (const proof of ['none', undefined] as const) {
    expect(proofSign(proof).text).toBe('not verified');
    expect(taskSign('done', proof)).not.toEqual(taskSign('done', 'code'));
  }
});

test('whatever the parents are, every task is shown once', () => {
  const parents = fc.array(fc.option(fc.nat(30), { nil: undefined }), { maxLength: 12 });
  fc.assert(
    fc.property(parents, (list) => {
      const tasks = list.map((parent, i) => ({
        id: `t${i + 1}`,
        title: '',
        description: '',
        priority: 50,
        dependsOn: [],
        checks: [],
        // Code gives ids: a parent exists before its children.
        ...(parent !== undefined && parent < i && { parent: `t${parent + 1}` }),
      }));
      const shown = planOf(events([{ type: 'tasks.planned', by: 'person', tasks }])).map(({ task }) => task.id);
      expect([...shown].sort()).toEqual(tasks.map(({ id }) => id).sort());
    }),
  );
});
