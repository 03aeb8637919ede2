/** A recorded session answers the same requests at another place and time, and says where it ends. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatMessage, Model, ModelEvent, ModelRequest } from '../../../src/agent/model/model.ts';
import { normalise } from '../../../src/agent/model/normalise.ts';
import {
  outdated,
  parseRecording,
  type Recording,
  recordedModel,
  recordingModel,
  serialiseRecording,
} from '../../../src/agent/model/record.ts';
import { manualClock } from '../../fixtures/manual-clock.ts';
import { openAiServer, type Said } from '../../fixtures/openai-server.ts';
import { callsOf, endOf, faultIn, hear, modelAt, profile, textOf } from './listen.ts';

const here = { root: '/home/me/project' };
const there = { root: '/tmp/other-x9/project' };
const goal = 'Make the tests pass';

/** Plays a thread: each reply is kept, each call answered by `result`. */
async function play(model: Model, result: (name: string, args: string) => string, more: Partial<ModelRequest> = {}) {
  const messages: ChatMessage[] = [
    { role: 'system', text: 'You are an agent.' },
    { role: 'user', text: 'Make the tests pass' },
  ];
  const replies: ModelEvent[][] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    const events = await hear(model, { goal, messages: [...messages], tools: [], maxOutputTokens: 100, ...more });
    replies.push(events);
    if (endOf(events) !== 'calls') break;
    const calls = callsOf(events).map(([name, args], at) => ({ id: `${turn}_${at}`, name, arguments: args }));
    messages.push({ role: 'assistant', text: textOf(events), calls });
    for (const { id, name, arguments: args } of calls)
      messages.push({ role: 'tool', call: id, name, text: result(name, args) });
  }
  return replies;
}

const script: Said[] = [
  {
    content: 'I look first.',
    toolCalls: [
      { name: 'read', arguments: { path: 'a.js' } },
      { name: 'run', arguments: { command: 'npm test' } },
    ],
  },
  {
    content: `I fix ${here.root}/a.js, which takes a few words to say.`,
    toolCalls: [{ name: 'write', arguments: { path: `${here.root}/a.js` } }],
  },
  { content: 'Done.' },
];

const results = (root: string, took: string) => (name: string) =>
  name === 'run' ? `exit 1\nnot ok 1 in ${took} at ${root}/a.js\n# duration_ms 12.${took.length}` : `${root}/a.js: ok`;

async function record(): Promise<Recording> {
  await using server = await openAiServer(script);
  const recorder = recordingModel(modelAt(server), { goal, ...here });
  await play(recorder.model, results(here.root, '35ms'));
  return recorder.recording();
}

const plain = (events: readonly ModelEvent[]) => [textOf(events), callsOf(events), endOf(events)];

describe('a recording', () => {
  test('answers at another place, after another time, as it was answered', async () => {
    const recording = await record();
    const replies = await play(recordedModel(recording, there), results(there.root, '1.2 s'));
    expect(replies.map(plain)).toEqual([
      [
        'I look first.',
        [
          ['read', '{"path":"a.js"}'],
          ['run', '{"command":"npm test"}'],
        ],
        'calls',
      ],
      [
        `I fix ${there.root}/a.js, which takes a few words to say.`,
        [['write', JSON.stringify({ path: `${there.root}/a.js` })]],
        'calls',
      ],
      ['Done.', [], 'stop'],
    ]);
    expect(replies[0]?.find(({ type }) => type === 'usage')).toMatchObject({ usage: { input: 100, output: 20 } });
  });

  test('does not depend on system text, tools or other user messages', async () => {
    const model = recordedModel(await record(), here);
    const tools = [{ name: 'new', description: 'A new tool.', parameters: {} }];
    const replies = await play(model, results(here.root, '1ms'), { tools });
    expect(replies.map(endOf)).toEqual(['calls', 'calls', 'stop']);
  });

  test('survives its file', async () => {
    const recording = await record();
    expect(parseRecording(serialiseRecording(recording))).toEqual(recording);
    expect(serialiseRecording(recording)).not.toContain(here.root);
    for (const text of ['', '{', '[]', '{"version":2,"goal":"","model":"","exchanges":[]}']) {
      const bad = parseRecording(text);
      expect(bad).toMatchObject({ fault: expect.stringContaining('no recording') });
      expect(faultIn((await play(recordedModel(bad, here), () => ''))[0] ?? [])?.kind).toBe('recording');
    }
  });

  test('ends where a result differs, and shows what differs', async () => {
    const model = recordedModel(await record(), here);
    const replies = await play(model, (name) => (name === 'run' ? 'exit 0\nok 1' : `${here.root}/a.js: ok`));
    expect(faultIn(replies[1] ?? [])).toEqual({
      kind: 'recording',
      message: 'The recording ends here, after reply 1: run answered differently. Recorded: "exit 1". Here: "exit 0".',
    });
  });

  test('says when it is for another goal, when there is none, and when nothing more was recorded', async () => {
    const recording = await record();
    const messageOf = async (model: Model, more: Partial<ModelRequest> = {}) =>
      faultIn((await play(model, results(here.root, '1ms'), more)).at(-1) ?? [])?.message;
    expect(await messageOf(recordedModel(recording, here), { goal: 'Something else' })).toContain(
      'for another goal: "Make the tests pass"',
    );
    expect(await messageOf(recordedModel(undefined, here))).toContain('There is no recording for this goal');
    const short = { ...recording, exchanges: recording.exchanges.slice(0, 2) };
    expect(await messageOf(recordedModel(short, here))).toBe(
      'The recording ends here, after reply 2: nothing more was recorded.',
    );
  });

  test('tells threads that begin alike apart by their brief, else by their order', async () => {
    await using server = await openAiServer([{ content: 'First.' }, { content: 'Second.' }]);
    const recorder = recordingModel(modelAt(server), { goal, ...here });
    const brief = (text: string) => ({
      goal,
      messages: [{ role: 'user' as const, text }],
      tools: [],
      maxOutputTokens: 9,
    });
    await hear(recorder.model, brief('Task 1'));
    await hear(recorder.model, brief('Task 2'));
    const model = () => recordedModel(recorder.recording(), here);
    expect(textOf(await hear(model(), brief('Task 2')))).toBe('Second.');
    const reworded = model();
    expect(textOf(await hear(reworded, brief('The task 1')))).toBe('First.');
    expect(textOf(await hear(reworded, brief('The task 2')))).toBe('Second.');
    expect(textOf(await hear(reworded, brief('The task 1')))).toBe('First.');
  });

  test('lists the exchanges that were made with another prompt', async () => {
    const recording = await record();
    expect(outdated(recording, { system: 'You are an agent.', tools: [] }, here)).toEqual([]);
    expect(outdated(recording, { system: 'You are a better agent.', tools: [] }, here)).toEqual([0, 1, 2]);
  });

  test('keeps no fault', async () => {
    await using server = await openAiServer([{ drop: true }, { content: 'Good.' }]);
    const recorder = recordingModel(modelAt(server), { goal, ...here });
    await play(recorder.model, () => '');
    expect(recorder.recording().exchanges).toEqual([]);
    await play(recorder.model, () => '');
    expect(recorder.recording().exchanges).toHaveLength(1);
  });

  test('streams in pieces at its pace, and stops at once', async () => {
    const clock = manualClock();
    const model = recordedModel(await record(), { ...here, clock, paceMs: 8 });
    expect(model.profile.price).toEqual({ input: 0, output: 0 });
    const stop = new AbortController();
    const reply = hear(model, { goal, messages: [], tools: [], maxOutputTokens: 1 }, stop.signal);
    await clock.asleep();
    await clock.advance(16);
    stop.abort();
    const events = await reply;
    expect(events.map((event) => (event.type === 'text' ? event.text : event.type))).toEqual(['I', ' look', 'fault']);
    expect(faultIn(events)?.kind).toBe('cancelled');
  });

  test('passes on what the recorded model does', () => {
    const model: Model = { profile, stream: async function* () {} };
    expect(recordingModel(model, { goal, ...here }).model.profile).toBe(profile);
  });
});

describe('normalising', () => {
  const at = (text: string) => normalise(text, { root: '/home/me/project', temp: ['/scratch/t1'] });

  test.each([
    ['/home/me/project/a.js', '⟦root⟧/a.js'],
    ['/tmp/gw-a1B2c3/x and /private/var/folders/ab/c_d/T/gw-1/x', '⟦temp⟧/x and ⟦temp⟧/x'],
    ['/scratch/t1/x', '⟦temp⟧/x'],
    ['2026-11-22T21:10:05.123Z', '⟦time⟧'],
    ['at 2026-11-22 21:10:05 +0100', 'at ⟦time⟧'],
    ['-rw-r--r-- 1 me 20 Nov 22 21:10 a', '-rw-r--r-- 1 me 20 ⟦time⟧ a'],
    ['now 1795381805123', 'now ⟦time⟧'],
    ['(12ms) in 0.34 s, 1.2 seconds, 2m 3s', '(⟦duration⟧) in ⟦duration⟧, ⟦duration⟧, ⟦duration⟧'],
    ['# duration_ms 45.1', '# duration_ms ⟦duration⟧'],
    ['id 123e4567-e89b-12d3-a456-426614174000', 'id ⟦id⟧'],
    ['[main 3f2a1bc] fix', '[main ⟦hash⟧] fix'],
    ['pid 4711 on http://localhost:43211/', 'pid ⟦pid⟧ on http://localhost:⟦port⟧/'],
    ['a\r\nb\n', 'a\nb'],
  ])('%s', (text, plainText) => {
    expect(at(text)).toBe(plainText);
  });

  test.each([
    '12 passed, 1 failed',
    'line 10:5 error',
    'exit code 1',
    'default facade',
    '3 items',
    'a.test.js:12:34',
    '1234567 bytes',
    'version 1.2.3',
    'add 5 shapes',
  ])('leaves "%s" alone', (text) => {
    expect(at(text)).toBe(text);
  });

  test('spells the root in every way it is written', () => {
    const windows = { root: 'C:\\Users\\me\\p' };
    for (const text of ['C:\\Users\\me\\p\\a', JSON.stringify('C:\\Users\\me\\p\\a').slice(1, -1), 'C:/Users/me/p/a']) {
      expect(normalise(text, windows)).toMatch(/^⟦root⟧[\\/]+a$/);
    }
  });

  test('makes equal what differs in place and time only, and nothing else', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${length - 1}}$`));
    const hash = fc.stringMatching(/^[0-9][a-f][0-9a-f]{38}$/);
    const varying = fc.record({
      root: fc.stringMatching(/^\/[a-z]{3,8}\/[a-z]{3,8}$/),
      temp: fc.stringMatching(/^\/tmp\/[a-zA-Z0-9]{6}$/),
      date: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      ms: digits(2),
      port: digits(5),
      hash,
    });
    type Varying = typeof varying extends fc.Arbitrary<infer T> ? T : never;
    const fixed = fc.constantFrom('ok 1', 'exit 0', 'foo.js:12:5', '3 passed', 'héllo');
    const slots: ((now: Varying) => string)[] = [
      ({ root }) => `${root}/src/a.ts`,
      ({ temp }) => `${temp}/log`,
      ({ date }) => date.toISOString(),
      ({ ms }) => `(${ms}ms)`,
      ({ ms }) => `in 1.${ms} s`,
      ({ port }) => `http://127.0.0.1:${port}/`,
      ({ hash: sha }) => `commit ${sha}`,
    ];
    const template = fc.array(fc.oneof(fixed, fc.constantFrom(...slots)));
    fc.assert(
      fc.property(template, varying, varying, (pieces, first, second) => {
        const filled = (now: Varying) => pieces.map((one) => (typeof one === 'string' ? one : one(now))).join('\n');
        const plainText = normalise(filled(first), { root: first.root });
        expect(normalise(filled(second), { root: second.root })).toBe(plainText);
        expect(normalise(`${filled(first)} more`, { root: first.root })).not.toBe(plainText);
      }),
    );
  });
});
