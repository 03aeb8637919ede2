import { expect, test } from 'vitest';
import { folder } from './folder.ts';

async function prepared(name: string, args: unknown): Promise<unknown> {
  await using ws = await folder();
  const result = await ws.prepare(name, args);
  return result.kind === 'steer' ? result.request : result.kind === 'refusal' ? result.forModel : result;
}

test('plan: tasks with checks, as data', async () => {
  const tasks = [
    {
      title: 'Make it safe',
      description: 'why',
      priority: 80,
      checks: [{ command: 'npm test' }, { command: 'node x', exit: 1, cwd: './lib/' }],
    },
    {
      title: ' Write the guide ',
      after: [1, 1],
      checks: [
        { file: 'README.md', matches: '^# ' },
        { file: 'plan.json', valid: 'json' },
      ],
    },
  ];
  expect(await prepared('plan', { tasks })).toEqual({
    kind: 'plan',
    tasks: [
      {
        title: 'Make it safe',
        description: 'why',
        priority: 80,
        after: [],
        checks: [
          { kind: 'command', command: 'npm test', cwd: '', exit: 0 },
          { kind: 'command', command: 'node x', cwd: 'lib', exit: 1 },
        ],
      },
      {
        title: 'Write the guide',
        description: '',
        priority: 50,
        after: [1],
        checks: [
          { kind: 'file', path: 'README.md', matches: '^# ' },
          { kind: 'file', path: 'plan.json', valid: 'json' },
        ],
      },
    ],
  });
});

test.for([
  ...['', ' ', '...', 'Task 1', 'task', 'TODO', 'Step 2:', 'TBD', 'untitled', '<title>', 'Placeholder', 'foo'],
])('plan: the title %j says nothing', async (title) => {
  expect(await prepared('plan', { tasks: [{ title: 'A real one' }, { title }] })).toBe(
    `Nothing was planned. Mend this and call plan again:\nTask 2: "${title}" says nothing. Name the result it brings.`,
  );
});

test.for([
  'Task queue survives a crash',
  'Step through the parser',
  'TODO list page renders',
  '\u4fee\u590d\u539f\u578b\u6c61\u67d3',
])('plan: the title %j is one', async (title) => {
  expect(await prepared('plan', { tasks: [{ title }] })).toMatchObject({ kind: 'plan' });
});

test('plan: every mistake at once, each with how to mend it', async () => {
  const tasks = [
    { title: 'First', after: [1] },
    { title: 'Second', after: [3, 0] },
    { title: 'Third', checks: [{ command: 'x', file: 'y' }] },
    { title: 'Fourth', checks: [{ file: 'ok' }, { file: 'y', matches: '(' }] },
    { title: 'Fifth', checks: [{}] },
  ];
  expect(await prepared('plan', { tasks })).toMatchInlineSnapshot(`
    "Nothing was planned. Mend this and call plan again:
    Task 1: it cannot come after 1. It is the first: leave after out, or put the tasks in the order they are done.
    Task 2: it cannot come after 3, 0. Name only tasks above it (1 to 1), or put the tasks in the order they are done.
    Task 3, check 1: give either command (with exit, cwd) or file (with valid, matches).
    Task 4, check 2: matches is no regular expression: Invalid regular expression: /(/mu: Unterminated group
    Task 5, check 1: give either command (with exit, cwd) or file (with valid, matches)."
  `);
});

test('finish and ask', async () => {
  expect(await prepared('finish', { summary: ' Fixed. ' })).toEqual({ kind: 'finish', summary: 'Fixed.' });
  expect(await prepared('ask', { question: 'Which?', options: ['a', 'b'] })).toEqual({
    kind: 'ask',
    text: 'Which?',
    options: ['a', 'b'],
  });
  expect(await prepared('ask', { question: ' ' })).toMatch(/empty/);
});
