/** A journal is reproduced by the replies and results it was made from: the loop decides by nothing else. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePorts } from '../../../src/headless/ports/node-ports.ts';
import { openAiServer } from '../../fixtures/openai-server.ts';
import { goalOf, KILL_SCENARIOS, type KillScenario } from './kill-scenarios.ts';
import { attend, call, testModel } from './scene.ts';
import { record, replay, type Tape, timeless } from './tape.ts';

const yes = { decide: () => 'accept' };
const finish = call('finish', { summary: 'It says two.', checks: [{ command: 'grep -qx two a.txt' }] });

/** Beside the scenarios of the kill test: everything a person can do to a run, and a check that fails twice. */
const MORE: Readonly<Record<string, KillScenario>> = {
  repair: {
    goal: 'Make a.txt say two',
    files: { 'a.txt': 'one\n' },
    person: yes,
    model({ body }) {
      const text = body.messages.map(({ content }) => content ?? '').join('\n');
      const content = text.includes('Earlier attempts failed')
        ? 'two\n'
        : text.includes('is not done')
          ? 'four\n'
          : 'three\n';
      if ((body.tools ?? []).length === 0) return { content: '{"lesson":"Write two.","strategy":"Write it whole."}' };
      return { toolCalls: [call('write', { path: 'a.txt', content }), finish] };
    },
    ends: {},
    tasks: 1,
  },
  steering: {
    goal: 'Make a.txt say two',
    files: { 'a.txt': 'one\n' },
    person: {
      decide: ({ subject }, run) => {
        if (subject.kind === 'command') void run.send({ type: 'mode', mode: 'autoEdit' });
        return 'accept';
      },
      event(event, run) {
        if (event.type === 'turn.started' && event.turn === 1) void run.send({ type: 'say', text: 'Say hello too.' });
        if (event.type === 'turn.finished' && event.turn === 2) {
          void run.send({ type: 'pause' });
          void run.send({ type: 'addTask', title: 'Look once more', priority: 10 });
          void run.send({ type: 'rename', title: 'Two' });
        }
      },
      paused: (_, run) => void run.send({ type: 'resume' }),
    },
    model({ body }) {
      const text = body.messages.map(({ content }) => content ?? '').join('\n');
      if (/(Now|task now is) t2/.test(text)) return { content: 'I looked.' };
      if (!text.includes('Say hello too.'))
        return { content: 'First I look.', toolCalls: [call('read', { paths: ['a.txt'] })] };
      return {
        toolCalls: [call('write', { path: 'a.txt', content: 'two\n' }), call('run', { command: 'cat a.txt' }), finish],
      };
    },
    ends: {},
    tasks: 2,
  },
};

const scenarios: readonly (readonly [string, KillScenario])[] = [
  ...Object.entries(KILL_SCENARIOS),
  ...Object.entries(MORE),
];

const taped = async (scenario: KillScenario) => {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'replay-')));
  const root = path.join(top, 'work');
  await mkdir(root);
  for (const [name, text] of Object.entries(scenario.files)) await writeFile(path.join(root, name), text);
  const ports = await nodePorts(root, path.join(top, 'state'));
  await using server = await openAiServer((request) => scenario.model(request));
  const model = testModel(server.baseUrl, ports.clock, scenario.profile);
  const goal = goalOf(scenario);
  const { tape, events } = await record(ports, model, goal, (run) => void attend(run, scenario.person));
  await rm(top, { recursive: true });
  return { tape, events, again: (from: Tape) => replay(from, ports, model, goal, events) };
};

describe('played back from what came from outside', () => {
  test.each(scenarios)('%s: the same events, and nothing is touched', async (_, scenario) => {
    const { tape, events, again } = await taped(scenario);
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', outcome: 'done' });
    expect(events.length).toBeGreaterThan(10);
    expect((await again(tape)).map(timeless)).toEqual(events.map(timeless));
  });

  test('another result makes another journal, which is noticed', async () => {
    const { tape, again } = await taped(KILL_SCENARIOS.command);
    const other = tape.entries.map((entry) =>
      entry.key.startsWith('shell.run') && 'value' in entry.outcome
        ? { ...entry, outcome: { value: { ...Object(entry.outcome.value), output: 'something else' } } }
        : entry,
    );
    await expect(again({ ...tape, entries: other })).rejects.toThrow(/^event \d+ was/);
  });
});
