/** What lets a task be done: every kind of check, tests that say less than before, and lessons from failed attempts. */
import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../src/agent/journal/event.ts';
import type { RunState } from '../../../src/agent/journal/state.ts';
import type { Task } from '../../../src/agent/queue/task.ts';
import { factsOf, weaker } from '../../../src/agent/run/test-facts.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const plan = (...tasks: object[]) => call('plan', { tasks });
const write = (path: string, content: string) => call('write', { path, content });
const finish = (more: object = {}) => call('finish', { summary: 'Done.', ...more });
const task = (state: RunState, id: string): Task | undefined => state.queue.tasks.find((one) => one.id === id);
const systemOf = (request: ChatRequest): string => request.body.messages[0]?.content ?? '';
const lastOf = (request: ChatRequest | undefined): string => request?.body.messages.at(-1)?.content ?? '';
const isJudge = (request: ChatRequest): boolean => systemOf(request).startsWith('You judge');
const isReflection = (request: ChatRequest): boolean => systemOf(request).startsWith('You look at a failed attempt');

/** A model that writes a file which only a judge can tell good, and the judge, who does. */
const judgedGood = (path: string, content: string) => (request: ChatRequest) =>
  isJudge(request)
    ? { content: 'YES' }
    : {
        toolCalls: [plan({ title: 'Write it', checks: [{ judge: 'Is it good?' }] }), write(path, content), finish()],
      };

const PACKAGE = (script: string) => JSON.stringify({ scripts: { test: script } });
const TEST = "const test = require('node:test'); const assert = require('node:assert');\n";
const TWO_CASES = `${TEST}test('adds', () => { assert.equal(require('./add').add(1, 2), 3); });
test('adds more', () => { assert.equal(require('./add').add(2, 2), 4); });\n`;

describe('a check', () => {
  it('may be the tests the project names itself; their definition is shown, and a yes covers only that', async () => {
    const asked: Subject[] = [];
    await using scene = await openScene({
      files: { 'package.json': PACKAGE('test -f made') },
      model: [
        { toolCalls: [plan({ title: 'Make it', checks: [{ tests: true }] }), write('made', 'x'), finish()] },
        {
          toolCalls: [
            plan({ title: 'Change the tests', checks: [{ tests: true }] }),
            write('package.json', PACKAGE('true')),
            finish(),
          ],
        },
      ],
    });
    const state = await scene.run('Make the file named made', {
      decide: ({ subject }) => {
        asked.push(subject);
        return 'accept';
      },
      event: (event, run) => {
        if (event.type === 'task.ended' && event.task === 't1') return;
        if (event.type === 'task.ended' && event.task === 't2')
          void run.send({ type: 'say', text: 'Now change them.' });
      },
    });
    expect(state.outcome).toBe('done');
    expect(task(state, 't2')).toMatchObject({ proof: 'code', checks: [{ command: 'npm test', tests: true }] });
    const commands = asked.flatMap((subject) => (subject.kind === 'command' ? subject.definition : []));
    expect(commands).toEqual(['test: test -f made', 'test: true']);
  });

  it('that asks for tests where none are named is refused with what to do', async () => {
    await using scene = await openScene({
      model: [{ toolCalls: [plan({ title: 'Make it', checks: [{ tests: true }] })] }, { content: 'I see.' }],
    });
    await scene.run('Make the file named made', yes);
    expect(lastOf(scene.server.requests[1])).toContain(
      'no manifest here names a command for its tests. Give the command.',
    );
  });

  it('by a judge is a proof of its own kind, and a no comes back with its reason', async () => {
    let judged = 0;
    await using scene = await openScene({
      model: (request) => {
        if (isJudge(request))
          return { content: judged++ === 0 ? 'NO\nIt names no week.' : 'YES\nEach week has a goal.' };
        return request.body.messages.length <= 2
          ? {
              toolCalls: [
                plan({ title: 'Write the plan', checks: [{ judge: 'Is each week useful?' }] }),
                write('plan.md', 'x'),
                finish(),
              ],
            }
          : { toolCalls: [write('plan.md', 'Week 1: read'), finish()] };
      },
    });
    const state = await scene.run('Write plan.md', yes);
    expect(task(state, 't2')).toMatchObject({ status: 'done', proof: 'judge', attempts: 1 });
    expect(task(state, 't1')).toMatchObject({ status: 'done', proof: 'judge' });
    const shown = scene.server.requests.filter(isJudge).map(lastOf);
    expect(shown[0]).toContain('Question: Is each week useful?');
    expect(shown[1]).toContain('File plan.md:\n~~~data\nWeek 1: read\n~~~');
    expect(lastOf(scene.server.requests.filter((request) => !isJudge(request))[1])).toContain('It names no week.');
    expect(state.spent.steps).toBe(4);
  });

  it('by a judge is never made on a secret', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    await using scene = await openScene({
      model: judgedGood('a.md', token),
    });
    expect((await scene.run('Write a.md', yes)).outcome).toBe('done');
    const shown = lastOf(scene.server.requests.find(isJudge));
    expect(shown).toContain('File a.md:');
    expect(shown).not.toContain(token);
  });

  it('of the editor’s diagnostics counts only what was there before, and does not apply without an editor', async () => {
    const model = () => [
      {
        toolCalls: [
          plan({ title: 'Mend it', checks: [{ diagnostics: 'a.ts' }] }),
          write('a.ts', 'let a = 1;\n'),
          finish(),
        ],
      },
    ];
    await using without = await openScene({ files: { 'a.ts': 'let' }, model: model() });
    expect(task(await without.run('Mend a.ts', yes), 't2')).toMatchObject({
      status: 'done',
      proof: 'none',
      results: [{ outcome: 'notApplicable' }, { outcome: 'notApplicable' }],
    });
    const counts = [2, 0];
    await using withEditor = await openScene({
      files: { 'a.ts': 'let' },
      model: model(),
      language: { errors: async () => ({ count: counts.shift() ?? 0, first: '' }), watch: async () => undefined },
    });
    expect(task(await withEditor.run('Mend a.ts', yes), 't2')).toMatchObject({ status: 'done', proof: 'code' });
  });

  it('that passed before the work guards but does not prove, and the model is told', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [plan({ title: 'Keep it', checks: [{ file: 'a.txt' }] }), write('b.txt', 'x'), finish()] }],
    });
    const state = await scene.run('Write b.txt', yes);
    expect(task(state, 't2')).toMatchObject({ status: 'done', proof: 'none' });
    const told = state.threads.h1?.messages.find((message) => message.role === 'tool' && message.name === 'write');
    expect(told?.role === 'tool' && told.note).toContain(
      'The checks of t2 passed before this change, so they cannot prove it.',
    );
  });
});

describe('a goal of one step', () => {
  it('needs no plan: a check named at the end is proven by what the file was before', async () => {
    await using scene = await openScene({
      model: [
        {
          toolCalls: [
            write('out.txt', 'Washington\n'),
            finish({ checks: [{ file: 'out.txt', matches: 'Washington' }] }),
          ],
        },
      ],
    });
    const state = await scene.run("Write 'Washington' into out.txt", yes);
    expect(state).toMatchObject({ outcome: 'done', spent: { steps: 1 } });
    expect(state.queue.tasks).toMatchObject([{ id: 't1', proof: 'code' }]);
  });

  it('is proven by a command that failed when it was run before the first change', async () => {
    const command = 'grep -q two a.txt';
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [call('run', { command }), write('a.txt', 'two\n'), finish({ checks: [{ command }] })] }],
    });
    expect((await scene.run('Make a.txt say two', yes)).queue.tasks).toMatchObject([{ proof: 'code' }]);
  });

  it('is not proven by a command nobody saw fail', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [write('a.txt', 'two\n'), finish({ checks: [{ command: 'grep -q two a.txt' }] })] }],
    });
    expect((await scene.run('Make a.txt say two', yes)).queue.tasks).toMatchObject([{ status: 'done', proof: 'none' }]);
  });
});

describe('tests that say less than before', () => {
  const files = { 'add.js': 'exports.add = (a, b) => a - b;\n', 'add.test.js': TWO_CASES };
  const check = { command: 'node --test add.test.js' };
  const weak = `${TEST}test('adds', () => { assert.ok(true); });\n`;
  const cheat = [plan({ title: 'Make it add', checks: [check] }), write('add.test.js', weak), finish()];
  const honest = [write('add.test.js', TWO_CASES), write('add.js', 'exports.add = (a, b) => a + b;\n'), finish()];

  it('are shown to the person, and what they reject goes back as a failure', async () => {
    const shown: Subject[] = [];
    await using scene = await openScene({ files, model: [{ toolCalls: cheat }, { toolCalls: honest }] });
    const state = await scene.run('Make add() add', {
      decide: ({ subject }) => {
        if (subject.kind !== 'weakened') return 'accept';
        shown.push(subject);
        return 'No.';
      },
    });
    expect(shown).toMatchObject([{ findings: [{ path: 'add.test.js', what: '1 of 2 test cases are gone' }] }]);
    expect(lastOf(scene.server.requests[1])).toContain(
      'tests say less than before: add.test.js: 1 of 2 test cases are gone',
    );
    expect(task(state, 't2')).toMatchObject({ status: 'done', attempts: 1, proof: 'code' });
  });

  it('count as passed when the person accepts them', async () => {
    await using scene = await openScene({ files, model: [{ toolCalls: cheat }] });
    expect(task(await scene.run('Make add() add', yes), 't2')).toMatchObject({ status: 'done', attempts: 0 });
  });

  it('count as not passed where nobody can be asked', async () => {
    await using scene = await openScene({
      files,
      attended: false,
      mode: 'continuous',
      model: [{ toolCalls: cheat }, { toolCalls: honest }],
    });
    const state = await scene.run('Make add() add');
    expect(task(state, 't2')).toMatchObject({ status: 'done', attempts: 1 });
    expect(await scene.read('add.test.js')).toBe(TWO_CASES);
  });

  it.each([
    ['gone', undefined, 'it is gone'],
    ['empty', '  \n', 'it is empty'],
    ['a case less', TWO_CASES.split('\n').slice(0, 2).join('\n'), '1 of 2 test cases are gone'],
    ['commented out', TWO_CASES.replace(/^test\('adds more.*$/m, (line) => `// ${line}`), '1 of 2 test cases are gone'],
    ['switched off', TWO_CASES.replace("test('adds more'", "test.skip('adds more'"), '1 more tests are switched off'],
    [
      'an assertion less',
      TWO_CASES.replace(/assert\.equal\(require\('\.\/add'\)\.add\(2, 2\), 4\);/, ''),
      '1 of 2 assertions are gone',
    ],
    ['the same in other words', TWO_CASES.replace('adds more', 'adds twos'), undefined],
    ['more', `${TWO_CASES}test('zero', () => { assert.equal(1, 1); });\n`, undefined],
  ])('%s', (_, now, what) => {
    const before = { path: 'add.test.js', hash: '', size: TWO_CASES.length, test: factsOf('add.test.js', TWO_CASES) };
    expect(weaker(before, now)?.what).toBe(what);
  });

  it.each([
    [
      'test_a.py',
      'def test_one():\n    assert f(1) == 2\n# def test_two(): assert True\n',
      { cases: 1, assertions: 1, skips: 0 },
    ],
    [
      'a_test.go',
      'func TestA(t *testing.T) {\n  if f() != 1 { t.Fatal("no") }\n  t.Skip()\n}\n',
      { cases: 1, assertions: 1, skips: 1 },
    ],
    [
      'tests/a.rs',
      '#[test]\nfn a() { assert_eq!(1, f()); }\n#[ignore]\n#[test]\nfn b() { assert!(g()); }\n',
      { cases: 2, assertions: 2, skips: 1 },
    ],
    [
      'a.spec.ts',
      "describe('x', () => { it('y', () => { expect(f('http://a')).toBe(1); }); xit('z', () => {}); });\n",
      { cases: 1, assertions: 1, skips: 1 },
    ],
    [
      'ATest.java',
      '@Test\nvoid a() { assertEquals(1, f()); }\n@Disabled\n@Test\nvoid b() { assertTrue(g()); }\n',
      { cases: 2, assertions: 2, skips: 1 },
    ],
  ])('%s is counted by its shape', (path, text, facts) => {
    expect(factsOf(path, text)).toEqual(facts);
  });

  it('that were moved as they are say as much', async () => {
    await using scene = await openScene({
      files: { ...files, 'add.js': 'exports.add = (a, b) => a + b;\n' },
      model: [
        {
          toolCalls: [
            plan({ title: 'Move the tests', checks: [{ file: 'test/add.test.js' }] }),
            call('run', { command: 'mkdir test && mv add.test.js test/' }),
            finish(),
          ],
        },
      ],
    });
    const kinds: string[] = [];
    await scene.run('Move add.test.js into test/', {
      decide: ({ subject }) => {
        kinds.push(subject.kind);
        return 'accept';
      },
    });
    expect(kinds).toEqual(['command']);
  });
});

describe('repair', () => {
  it('goes on with the task whose check failed first, in its thread, before another one is begun', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => {
        if (request.number === 0)
          return {
            toolCalls: [
              plan({ title: 'Say two', checks: [{ command: 'grep two a.txt' }] }, { title: 'Another', priority: 90 }),
              call('run', { command: 'true' }),
            ],
          };
        return { toolCalls: [write('a.txt', request.number < 3 ? 'tow\n' : 'two\n'), finish()] };
      },
    });
    const started: string[] = [];
    await scene.run('Make a.txt say two', {
      ...yes,
      event: (event) => {
        if (event.type === 'task.started') started.push(`${event.task} ${event.thread}`);
      },
    });
    expect(started.slice(2, 4)).toEqual(['t2 h2', 't2 h2']);
  });

  it('draws a lesson from the second failure and begins afresh with it; the third blocks', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => {
        if (isReflection(request))
          return { content: 'Lesson: The file was never changed.\nStrategy: Edit a.txt first.' };
        return {
          toolCalls:
            request.number === 0
              ? [plan({ title: 'Say two', checks: [{ command: 'grep two a.txt' }] }), finish()]
              : [finish()],
        };
      },
    });
    const state = await scene.run('Make a.txt say two', yes);
    const lessons = task(state, 't2')?.lessons ?? [];
    expect(lessons[0]?.lesson).toBeUndefined();
    expect(lessons[1]).toMatchObject({ lesson: 'The file was never changed.', strategy: 'Edit a.txt first.' });
    expect(task(state, 't2')).toMatchObject({ status: 'blocked', attempts: 2 });
    const last = scene.server.requests.at(-1)?.body.messages ?? [];
    expect(last).toHaveLength(2);
    expect(last[1]?.content).toContain('- The file was never changed. Now: Edit a.txt first.');
  });

  it('goes on without a lesson when none can be had', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => {
        if (isReflection(request)) return { status: 400, chunks: ['{"error":{"message":"no"}}'] };
        if (request.number === 0)
          return { toolCalls: [plan({ title: 'Say two', checks: [{ command: 'grep two a.txt' }] }), finish()] };
        return { toolCalls: request.body.messages.length === 2 ? [write('a.txt', 'two\n'), finish()] : [finish()] };
      },
    });
    const state = await scene.run('Make a.txt say two', yes);
    expect(task(state, 't2')).toMatchObject({ status: 'done', attempts: 2, proof: 'code' });
  });

  it('blocks one task, dooms what needs it with the reason, does the rest, and then asks the person', async () => {
    const pauses: string[] = [];
    await using scene = await openScene({
      model: (request) => {
        const now = /(?:Your task now is|Now) (t\d)/g;
        const text = request.body.messages.map(({ content }) => content ?? '').join('\n');
        const current = [...text.matchAll(now)].at(-1)?.[1];
        if (isReflection(request)) return { content: 'Lesson: no' };
        if (request.number === 0)
          return {
            toolCalls: [
              plan(
                { title: 'Impossible', priority: 90, checks: [{ command: 'false' }] },
                { title: 'Needs it', after: [1] },
                { title: 'Independent', priority: 10, checks: [{ file: 'b.txt' }] },
              ),
            ],
          };
        return { toolCalls: current === 't4' ? [write('b.txt', 'x'), finish()] : [finish()] };
      },
    });
    const state = await scene.run('Do three things in b.txt', {
      ...yes,
      paused: ({ message }, run) => {
        pauses.push(message);
        void run.send({ type: 'stop' });
      },
    });
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toMatch(/^Impossible\n/);
    expect(task(state, 't3')).toMatchObject({
      status: 'blocked',
      doomed: true,
      reason: 'It needs t2 (Impossible), which is blocked.',
    });
    expect(task(state, 't4')).toMatchObject({ status: 'done', proof: 'code' });
  });

  it('rewards what passes and what is done, and takes from what fails', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [
        {
          toolCalls: [plan({ title: 'Say two', checks: [{ command: 'grep two a.txt' }, { file: 'a.txt' }] }), finish()],
        },
        { toolCalls: [write('a.txt', 'two\n'), finish()] },
      ],
    });
    const given: (string | number)[][] = [];
    const state = await scene.run('Make a.txt say two', {
      ...yes,
      event: (event) =>
        void (event.type === 'reward.given' && event.task === 't2' && given.push([event.why, event.amount])),
    });
    expect(given).toEqual([
      ['checkFailed', -0.5],
      ['checkPassed', 0.5],
      ['checkPassed', 0.5],
      ['checkPassed', 0.5],
      ['taskDone', 5],
    ]);
    expect(task(state, 't2')?.worth).toBeCloseTo(5 + 0.9 * (0.5 + 0.9 * (0.5 + 0.9 * (0.5 + 0.9 * -0.5))));
  });
});

describe('after an interruption', () => {
  it('no judge is asked before a person has acted', async () => {
    await using scene = await openScene({
      model: judgedGood('a.md', 'x'),
    });
    const run = await scene.start('Write a.md', yes);
    await run.finished;
    await scene.cutAfter(run.id, 'task.verifying');
    const asked = scene.server.requests.length;
    const again = await scene.resume(run.id, {
      ...yes,
      paused: ({ reason }, at) => {
        expect(reason).toBe('recovered');
        expect(scene.server.requests).toHaveLength(asked);
        void at.send({ type: 'resume' });
      },
    });
    expect((await again.finished).outcome).toBe('done');
    expect(scene.server.requests).toHaveLength(asked + 1);
  });
});
