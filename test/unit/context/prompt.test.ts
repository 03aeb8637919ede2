/** What a model reads in our own words, as snapshots: any change is seen in review, and makes recordings outdated. */
import { describe, expect, it } from 'vitest';
import {
  briefText,
  finishedText,
  plannedText,
  systemText,
  taskText,
  treeText,
} from '../../../src/agent/context/prompt.ts';
import { initialState, type RunState } from '../../../src/agent/journal/state.ts';
import type { Task } from '../../../src/agent/queue/task.ts';

const agent = { name: 'Goalwright', role: 'a careful software engineer' };
const task = (id: string, more: Partial<Task> = {}): Task => ({
  id,
  title: `Title of ${id}`,
  description: '',
  priority: 50,
  dependsOn: [],
  checks: [],
  status: 'pending',
  attempts: 0,
  lessons: [],
  results: [],
  childrenTried: 0,
  touched: false,
  worth: 0,
  stuck: 0,
  since: 0,
  ...more,
});
const check = { kind: 'command', command: 'npm test', cwd: '', exit: 0 } as const;
const goal = task('t1', { title: 'Make it safe', status: 'pending' });
const first = task('t2', {
  parent: 't1',
  checks: [check, { kind: 'file', path: 'plan.json', valid: 'json', matches: '"weeks"' }],
});
const second = task('t3', { parent: 't1', dependsOn: ['t2'], description: 'Only in src.' });
const state: RunState = {
  ...initialState,
  goal: 'Make it safe',
  queue: { tasks: [goal, { ...first, status: 'done', summary: 'It is safe.' }, second], tick: 2, nextId: 4 },
  changes: [{ path: 'src/a.js' }],
};
const shown = (outcome: 'passed' | 'failed') => [
  {
    check: 0,
    phase: 'verify',
    outcome,
    evidence: outcome === 'passed' ? 'exit 0' : 'exit 1\nnot ok 3 should be equal',
  } as const,
];

describe('what a model reads', () => {
  it.each([
    ['system', systemText(agent, true)],
    ['system-unattended', systemText(agent, false)],
    [
      'brief-first',
      briefText(
        { ...state, queue: { tasks: [goal], tick: 0, nextId: 2 }, changes: [] },
        goal,
        'package.json\nsrc/a.js',
      ),
    ],
    ['brief-later', briefText(state, second, 'package.json\nsrc/a.js')],
    ['brief-again', briefText(state, { ...second, lessons: [{ evidence: 'npm test: exit 1' }] }, 'package.json')],
    ['planned', plannedText([first, second], first)],
    ['finished', finishedText(state, { ...first, status: 'done', results: shown('passed') }, second)],
    ['finished-last', finishedText(state, { ...second, status: 'done' }, undefined)],
    ['finished-not', finishedText(state, { ...first, status: 'pending', results: shown('failed') }, undefined)],
    ['task', taskText(second)],
  ])('%s', async (name, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(`prompts/${name}.txt`);
  });

  it('the system text stays short', () => {
    expect(systemText(agent, true).length).toBeLessThan(2_000);
  });

  it('a large folder is shown by its top names, with counts', () => {
    const paths = Array.from({ length: 80 }, (_, i) => (i < 70 ? `src/${i}.ts` : `file-${i}.md`));
    expect(treeText(paths, 80)).toContain('src/ (70 files)');
    expect(treeText([], 0)).toBe('(none: the folder is empty)');
  });
});
