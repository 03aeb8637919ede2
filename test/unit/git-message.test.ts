import { describe, expect, it } from 'vitest';
import { commitMessage } from '../../src/agent/git-message.ts';
import type { RunEvent } from '../../src/agent/journal/event.ts';
import { fold } from '../../src/agent/journal/fold.ts';

const state = (goal: string, ...done: readonly string[]) => {
  const bodies = [
    {
      type: 'run.created',
      version: 3,
      run: 'r',
      goal,
      root: 'w',
      mode: 'ask',
      model: 'm',
      limits: {},
      agent: { name: '', role: '' },
      attended: true,
    },
    {
      type: 'tasks.planned',
      by: 'person',
      tasks: [{ id: 't1', title: goal, description: goal, priority: 50, dependsOn: [], checks: [] }],
    },
    {
      type: 'tasks.planned',
      by: 'model',
      tasks: done.map((title, i) => ({
        id: `t${i + 2}`,
        title,
        description: '',
        priority: 50,
        dependsOn: [],
        checks: [],
      })),
    },
    ...done.map((summary, i) => ({ type: 'task.ended', task: `t${i + 2}`, status: 'done', summary })),
  ];
  return fold(bodies.map((body, i) => ({ ...body, seq: i + 1, at: i }) as RunEvent));
};

describe('the proposed commit message', () => {
  it('is the goal in one line, and what came of each task', () => {
    expect(
      commitMessage(state('make the tests pass. Then stop.', 'The parser reads\n  numbers.', 'Docs are new.'), ['a']),
    ).toBe('Make the tests pass\n\n- The parser reads numbers.\n- Docs are new.');
  });

  it('names files where there is nothing else to say', () =>
    expect(commitMessage(state('Tidy up'), ['a.ts', 'b.ts'])).toBe('Tidy up\n\n- a.ts\n- b.ts'));

  it('keeps every line within 72 characters, and cuts a long goal at a word', () => {
    const words = 'word '.repeat(60).trim();
    const lines = commitMessage(state(words, words, words), []).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(lines[0]).toMatch(/word…$/);
    expect(lines[3]).toMatch(/^ {2}word/);
  });

  it('names no secret, and does not plead', () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const text = commitMessage(state(`please use ${key} for uploads`, `Uses ${key}.`), []);
    expect(text).toMatch(/^Use /);
    expect(text).not.toContain(key);
  });

  it('uses the person’s name for the run', () =>
    expect(commitMessage({ ...state('x'), title: 'Release' }, [])).toBe('Release'));
});
