/** Going round in circles: every rule by traces of what calls came down to, and the three escalations in real runs. */
import { describe, expect, it } from 'vitest';
import { initialState, type RunState } from '../../../src/agent/journal/state.ts';
import type { Mark } from '../../../src/agent/journal/trace.ts';
import { emptyQueue } from '../../../src/agent/queue/queue.ts';
import { stuckOf } from '../../../src/agent/run/stuck.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person } from './scene.ts';

/** `A` a call and its result; `a` the same call, failed; `A*` it changed a file; `A~` it waits; `A/1` result 1. */
function trace(text: string): Mark[] {
  return text.split(' ').map((step, turn) => {
    const [, name = '', result = '', flag] = /^(\w)(?:\/(\w+))?([*~])?$/.exec(step) ?? [];
    const ok = name === name.toUpperCase();
    return {
      call: name.toUpperCase(),
      result: `${name}${result}`,
      turn: turn + 1,
      tool: 'run',
      title: name.toUpperCase(),
      ok,
      changed: flag === '*',
      ...(flag === '~' && { polls: true }),
    };
  });
}
const state = (more: Partial<RunState>): RunState => ({ ...initialState, ...more });
const times = (step: string, count: number): string => Array.from({ length: count }, () => step).join(' ');

describe('a trace', () => {
  it.each([
    ['the same call with the same result, three times', 'A A A', 'same-call'],
    ['… with other calls between', 'A B A C A', 'same-call'],
    ['… twice only', 'A A', undefined],
    ['… with another result', 'A/1 A/2 A/3', undefined],
    ['… with a change between', 'A B* A C* A', undefined],
    ['the same error three times', 'a a a', 'same-error'],
    ['… although something was changed between', 'a B* a C* a', 'same-error'],
    ['… unless it passed between', 'a A B* a C* a', undefined],
    ['… or failed in another way', 'a/1 B* a/2 C* a/3', undefined],
    ['A-B three times', 'A/1 B/1 C* A B A B A B', 'same-call'],
    ['A-B three times where each changes a file and back', 'A* B* A* B* A* B*', 'cycle'],
    ['A-B twice', 'A* B* A* B*', undefined],
    ['A-B-C three times', 'A* B* C* A* B* C* A* B* C*', 'cycle'],
    ['A-B-C twice', 'A* B* C* A* B* C*', undefined],
    ['a build that is watched', times('A~', 20), undefined],
    ['a build that is watched for ever', times('A~', 24), 'same-call'],
    ['wait and look, in turns, for a while', times('A~ B~', 10), undefined],
  ])('%s', (_, steps, rule) => {
    expect(stuckOf(state({ trace: trace(steps) }))?.rule).toBe(rule);
  });

  it('compares the work tree, where a command may have changed it unseen', () => {
    const marks = trace('A A A').map((mark, i) => (i === 0 ? mark : { ...mark, tree: `tree${i}` }));
    expect(stuckOf(state({ trace: marks }))).toBeUndefined();
    expect(stuckOf(state({ trace: marks.map((mark) => ({ ...mark, tree: 'same' })) }))?.rule).toBe('same-call');
  });

  it('without news for eight turns is stuck, while waiting only after three times as many', () => {
    const quiet = (count: number, polls: boolean): RunState =>
      state({
        quiet: count,
        turn: { turn: count, task: 't1', thread: 'h1', status: 'finished', calls: [], text: '', cut: false },
        trace: polls ? trace('A~ B~') : [],
      });
    expect([7, 8].map((count) => stuckOf(quiet(count, false))?.rule)).toEqual([undefined, 'no-news']);
    expect([23, 24].map((count) => stuckOf(quiet(count, true))?.rule)).toEqual([undefined, 'no-news']);
  });

  it('of failures and repetitions that no other rule sees is stuck by its return, and each time deeper', () => {
    const of = (worth: number, stuck: number) =>
      stuckOf(
        state({
          current: { task: 't1', thread: 'h1' },
          queue: {
            ...emptyQueue,
            tasks: [
              {
                id: 't1',
                title: 'x',
                description: '',
                priority: 50,
                dependsOn: [],
                checks: [],
                status: 'running',
                attempts: 0,
                lessons: [],
                results: [],
                childrenTried: 0,
                touched: false,
                since: 0,
                worth,
                stuck,
              },
            ],
          },
        }),
      )?.rule;
    expect([of(-2, 0), of(-2.1, 0), of(-2.1, 1), of(-4.1, 1), of(-4.1, 2)]).toEqual([
      undefined,
      'return',
      undefined,
      'return',
      undefined,
    ]);
  });

  it('of replies without a call is stuck at the third', () => {
    expect([2, 3].map((idle) => stuckOf(state({ idle }))?.rule)).toEqual([undefined, 'no-call']);
  });
});

const yes: Person = { decide: () => 'accept' };
const isReflection = (request: ChatRequest): boolean =>
  (request.body.messages[0]?.content ?? '').startsWith('You look at a failed attempt');
const texts = (request: ChatRequest | undefined): string =>
  (request?.body.messages ?? []).map(({ content }) => content ?? '').join('\n');

describe('a run that goes in circles', () => {
  it('is told what repeats, then begins again with a lesson, then asks the person; it never succeeds', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      limits: { steps: 60 },
      model: (request) =>
        isReflection(request)
          ? { content: 'Lesson: Reading alone changes nothing.\nStrategy: Edit it.' }
          : { toolCalls: [call('read', { paths: ['a.txt'] })] },
    });
    const seen: string[] = [];
    const state = await scene.run('Make a.txt say two', {
      ...yes,
      event: (event) => {
        if (event.type === 'stuck.noticed') seen.push(`${event.rule} ${event.level}`);
        if (event.type === 'task.requeued') seen.push(`requeued: ${event.lesson}`);
        if (event.type === 'run.paused') seen.push(`asked: ${event.message}`);
      },
    });
    expect(seen).toEqual([
      'same-call 1',
      'requeued: Reading alone changes nothing.',
      'same-call 2',
      'same-call 3',
      expect.stringMatching(/^asked: Make a\.txt say two\nStuck: "Read a\.txt" was done 3 times/),
    ]);
    expect(state.outcome).toBe('stopped');
    expect(texts(scene.server.requests[3])).toContain(
      'This goes in circles: "Read a.txt" was done 3 times with the same result. Do not repeat it.',
    );
    expect(texts(scene.server.requests.at(-1))).toContain('- Reading alone changes nothing. Now: Edit it.');
  });

  it.each([
    [
      'commands that differ in white space only',
      ['echo  hi', ' echo hi', 'echo   hi '].map((command) => call('run', { command })),
      'same-call',
    ],
    [
      'edits that change nothing',
      [1, 2, 3].map(() => call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'one' }] })),
      'same-error',
    ],
    [
      'the same hopeless edit after other changes',
      ['b', 'c']
        .flatMap((name) => [
          call('edit', { path: 'a.txt', edits: [{ old: 'three', new: 'two' }] }),
          call('write', { path: name, content: name }),
        ])
        .concat([call('edit', { path: 'a.txt', edits: [{ old: 'three', new: 'two' }] })]),
      'same-error',
    ],
    ['placeholders instead of arguments', [1, 2, 3].map(() => call('read', { paths: ['path/to/file'] })), 'same-error'],
    [
      'a test that fails in the same way after each change, whatever time it takes',
      [1, 2, 3].flatMap((i) => [
        call('write', { path: 'a.txt', content: `try ${i}\n` }),
        call('run', { command: 'echo "not ok (0.01s)" && date +%s%N >&2 && false' }),
      ]),
      undefined,
    ],
    [
      'a test that fails in the same way after each change',
      [1, 2, 3].flatMap((i) => [
        call('write', { path: 'a.txt', content: `try ${i}\n` }),
        call('run', { command: `node -e "console.log('not ok, duration_ms ' + performance.now()); process.exit(1)"` }),
      ]),
      'same-error',
    ],
    [
      'edits back and forth',
      [1, 2, 3].flatMap(() => [
        call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] }),
        call('edit', { path: 'a.txt', edits: [{ old: 'two', new: 'one' }] }),
      ]),
      'cycle',
    ],
    [
      'a command whose effect is not seen by us but grows a file',
      [1, 2, 3, 4].map(() => call('run', { command: 'echo x >> log.txt' })),
      undefined,
    ],
  ])('%s', async (_, calls, rule) => {
    let noticed: string | undefined;
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => {
        const next = calls[request.number];
        return next ? { toolCalls: [next] } : { content: 'I am done.' };
      },
    });
    await scene.run('Make a.txt say two', {
      ...yes,
      event: (event, run) => {
        if (event.type === 'stuck.noticed') noticed ??= event.rule;
        if (event.type === 'turn.started' && event.turn > calls.length) void run.send({ type: 'stop' });
      },
    });
    expect(noticed).toBe(rule);
  });

  it('only its return tells of checks that keep failing in new ways', async () => {
    let noticed: string | undefined;
    let number = 0;
    await using scene = await openScene({
      files: { 'a.txt': '0\n' },
      model: (request) => {
        if (isReflection(request)) return { content: 'Lesson: none' };
        number += 1;
        const edit = call('write', { path: 'a.txt', content: `${number}\n` });
        const look = [call('read', { paths: ['a.txt'] }), call('read', { paths: ['a.txt'] })];
        const done = call('finish', { summary: `Try ${number}` });
        return request.number === 0
          ? {
              toolCalls: [
                call('plan', {
                  tasks: [{ title: 'Say two', checks: [{ command: 'grep two a.txt || (cat a.txt; false)' }] }],
                }),
                edit,
                ...look,
                done,
              ],
            }
          : { toolCalls: [edit, ...look, done] };
      },
    });
    await scene.run('Make a.txt say two', {
      ...yes,
      event: (event) => {
        if (event.type === 'stuck.noticed') noticed ??= event.rule;
      },
    });
    expect(noticed).toBe('return');
  });
});
