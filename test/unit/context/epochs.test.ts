/**
 * Within an epoch every request begins with the whole of the one before it, tools included, so that a server's cache keeps
 * all of it; a new epoch begins only with a fresh thread or where the window made it necessary.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Run, resumeRun } from '../../../src/agent/index.ts';
import { chatModel } from '../../../src/agent/model/chat.ts';
import type { Profile } from '../../../src/agent/model/model.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person, type Scene } from '../run/scene.ts';

const isAside = ({ body }: ChatRequest): boolean => !(body.tools && body.tools.length > 0);
const turnsOf = ({ server }: Scene): readonly ChatRequest[] => server.requests.filter((request) => !isAside(request));

/** How far each request keeps the one before it: all of it, or less. */
function keepsAll(before: ChatRequest, { body }: ChatRequest): boolean {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return (
    same(body.tools, before.body.tools) && before.body.messages.every((message, at) => same(message, body.messages[at]))
  );
}

/** Thread and epoch of each turn, in order. */
function watching(epochs: string[], person: Person = {}): Person {
  return {
    decide: () => 'accept',
    ...person,
    event(event, run) {
      if (event.type === 'turn.started') epochs.push(`${event.thread} ${run.state().threads[event.thread]?.epoch}`);
      person.event?.(event, run);
    },
  };
}

function expectWholePrefixes(turns: readonly ChatRequest[], epochs: readonly string[]): void {
  expect(turns).toHaveLength(epochs.length);
  for (const [at, request] of turns.entries()) {
    const before = turns[at - 1];
    if (before) expect([at, keepsAll(before, request)]).toEqual([at, epochs[at] === epochs[at - 1]]);
  }
}

const files = {
  'lib/AGENTS.md': 'Keep it small.',
  'lib/a.txt': 'one\n',
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`big${n}.txt`, `${n} fills a window\n`.repeat(300)])),
};
const read = (...paths: string[]) => call('read', { paths });
const finish = call('finish', { summary: 'Done.' });
const edit = (from: string, to: string) => call('edit', { path: 'lib/a.txt', edits: [{ old: from, new: to }] });

describe('within an epoch', () => {
  it('every request begins with the whole of the one before it: with notes, rules, changes, failed checks and modes', async () => {
    const steps = [
      {
        calls: [
          call('plan', {
            tasks: [
              { title: 'Make a two', checks: [{ command: 'grep -q two lib/a.txt' }] },
              { title: 'Read all', after: [1], checks: [{ file: 'b.txt' }] },
              { title: 'Write c', after: [2], checks: [{ file: 'c.txt' }] },
            ],
          }),
        ],
      },
      { calls: [read('lib/a.txt')] },
      { calls: [edit('one', 'three'), finish] },
      { said: 'Mind the spelling.', calls: [read('lib/a.txt')] },
      { mode: 'autoEdit' as const, calls: [edit('three', 'two'), finish] },
      { calls: [read('big1.txt')] },
      { text: 'And now?', calls: [] },
      { changed: 'lib/a.txt', calls: [read('big2.txt')] },
      { calls: [call('find', { glob: '*' })] },
      { calls: [read('big3.txt')] },
      { calls: [read('big4.txt')] },
      { calls: [read('big5.txt')] },
      { calls: [call('write', { path: 'b.txt', content: 'b\n' }), finish] },
      { calls: [read('lib/a.txt')] },
      { calls: [call('write', { path: 'c.txt', content: 'c\n' }), finish] },
      { calls: [finish] },
    ];
    let turn = 0;
    let run: Run | undefined;
    await using scene = await openScene({
      files,
      profile: { contextWindow: 9_000, outputLimit: 500 },
      model: async (request) => {
        if (isAside(request)) return { content: 'Read big.txt.' };
        const step = steps[turn];
        turn += 1;
        if (step?.said) await run?.send({ type: 'say', text: step.said });
        if (step?.mode) await run?.send({ type: 'mode', mode: step.mode });
        if (step?.changed) await writeFile(path.join(scene.root, step.changed), 'two, by hand\n');
        return { ...(step?.text && { content: step.text }), toolCalls: step?.calls ?? [] };
      },
    });
    const epochs: string[] = [];
    run = await scene.start('Make it all', watching(epochs));
    const state = await run.finished;
    expect(state.outcome).toBe('done');
    expectWholePrefixes(turnsOf(scene), epochs);
    // All of it happened: a shortened thread, and every kind of note.
    expect(epochs).toEqual(expect.arrayContaining(['h1 0', 'h1 1']));
    const why = run.events().flatMap((event) => (event.type === 'message.added' ? event.why : []));
    expect(new Set(why)).toEqual(new Set(['brief', 'person', 'nudge', 'rules', 'changed']));
  });
});

describe('another model', () => {
  const resumed = async (scene: Scene, id: string, profile: Partial<Profile>, person: Person): Promise<Run> => {
    const model = chatModel({
      baseUrl: scene.server.baseUrl,
      apiKey: 'test-key',
      model: 'other-model',
      profile: { ...scene.model.profile, id: 'other-model', ...profile },
      fetch,
      clock: scene.ports.clock,
    });
    const started = await resumeRun(scene.ports, model, id, { trusted: true }, { goOn: true });
    if ('problem' in started) throw new Error(started.problem);
    started.run.listen({ event: (event) => person.event?.(event, started.run) });
    return started.run;
  };

  it.each([
    ['that has room goes on with the whole thread', 128_000, ['h1 0', 'h1 0', 'h1 0', 'h1 0', 'h1 0']],
    ['with a smaller window begins a new epoch', 6_000, ['h1 0', 'h1 0', 'h1 0', 'h1 0', 'h1 1']],
  ])('%s', async (_, contextWindow, expected) => {
    let reads = 0;
    await using scene = await openScene({
      files,
      model: (request) => {
        if (isAside(request)) return { content: 'Read big.txt.' };
        reads += 1;
        if (reads < 4) return { toolCalls: [read('big1.txt')] };
        return reads === 4 ? { chunks: [], ending: 'hang' } : { content: 'Read.' };
      },
    });
    const epochs: string[] = [];
    const first = await scene.start('Read big.txt again and again', watching(epochs));
    await scene.server.request(3);
    await first.letGo();
    const run = await resumed(scene, first.id, { contextWindow }, watching(epochs));
    expect(await run.finished).toMatchObject({ outcome: 'done' });
    await run.letGo();
    expect(epochs).toEqual(expected);
    expectWholePrefixes(turnsOf(scene), epochs);
  });
});

it('a fork goes on with the whole thread it was copied with, and is told once what is not as it was there', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [read('lib/a.txt')] },
      { content: 'It says one.' },
      { toolCalls: [edit('one', 'two')] },
      { content: 'Two.' },
      { content: 'Three.' },
    ],
  });
  let turns = 0;
  const run = await scene.start('Read lib/a.txt', {
    decide: () => 'accept',
    event: (event, now) => {
      if (event.type === 'turn.finished') turns += 1;
      if (event.type === 'turn.finished' && turns === 2) void now.send({ type: 'say', text: 'Make it two' });
    },
  });
  await run.finished;
  const at = run.events().find(({ type }) => type === 'person.said')?.seq ?? 0;
  const fork = await scene.fork(run.id, at, { text: 'Say three' });
  await fork.finished;
  const copied = turnsOf(scene)[1];
  const last = turnsOf(scene).at(-1);
  if (!copied || !last) throw new Error('no request');
  expect(keepsAll(copied, last)).toBe(true);
  const notes = last.body.messages.flatMap(({ content }) => (content?.startsWith('Changed since') ? [content] : []));
  expect(notes).toHaveLength(1);
});
