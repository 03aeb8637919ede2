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
    as: 'parts',
    tasks: [
      {
        title: 'Make it safe',
        description: 'why',
        priority: 80,
        after: [],
        afterIds: [],
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
        afterIds: [],
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
    Task 1: it cannot come after 1. This list has tasks 1 to 5; name others of them.
    Task 2: it cannot come after 0. This list has tasks 1 to 5; name others of them.
    Task 3, check 1: give exactly one of command (with exit, cwd), file (with valid, matches), tests, diagnostics or judge.
    Task 4, check 2: matches is no regular expression: Invalid regular expression: /(/mu: Unterminated group
    Task 5, check 1: give exactly one of command (with exit, cwd), file (with valid, matches), tests, diagnostics or judge."
  `);
});

test('finish and ask', async () => {
  expect(await prepared('finish', { summary: ' Fixed. ' })).toEqual({ kind: 'finish', summary: 'Fixed.', checks: [] });
  expect(await prepared('finish', { summary: 'x', checks: [{ file: 'a', matches: 'b' }] })).toMatchObject({
    checks: [{ kind: 'file', path: 'a', matches: 'b' }],
  });
  expect(await prepared('finish', { summary: 'x', checks: [{ fle: 'a' }] })).toMatch(/^Not finished\. Mend this/);
  expect(await prepared('ask', { question: 'Which?', options: ['a', 'b'] })).toEqual({
    kind: 'ask',
    text: 'Which?',
    options: ['a', 'b'],
  });
  expect(await prepared('ask', { question: ' ' })).toMatch(/empty/);
});

test('plan: the order in the list is free, circles are not', async () => {
  const loop = [{ title: 'First', after: [3] }, { title: 'Second' }, { title: 'Third', after: ['t9', 1] }];
  expect(await prepared('plan', { tasks: loop })).toBe(
    'Nothing was planned. Mend this and call plan again:\nTasks 1, 3 wait for each other in a circle. Take one "after" out.',
  );
  expect(
    await prepared('plan', { tasks: [{ title: 'First', after: [2, 't9'] }, { title: 'Second' }], as: 'more' }),
  ).toMatchObject({
    as: 'more',
    tasks: [{ after: [2], afterIds: ['t9'] }, {}],
  });
});

test('plan: names no task twice, and no id that is none', async () => {
  expect(await prepared('plan', { tasks: [{ title: 'Write the guide' }, { title: ' write  the guide. ' }] })).toContain(
    'Task 2 has the title of task 1.',
  );
  expect(await prepared('plan', { tasks: [{ title: 'One', after: ['the first'] }] })).toContain(
    'Task 1: "the first" is no task. Use a number of this list, or an id like "t3".',
  );
});
