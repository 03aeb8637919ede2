/** What a host does to a run: two windows, double clicks, sleep, a folder that goes away, and very long sessions. */
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumeRun } from '../../../src/agent/index.ts';
import type { EventOf } from '../../../src/agent/journal/event.ts';
import type { RunState } from '../../../src/agent/journal/state.ts';
import { nodePorts } from '../../../src/headless/ports/node-ports.ts';
import { sseOf } from '../../fixtures/openai-server.ts';
import { row } from '../journal/cases.ts';
import { homeOf } from './kill-ports.ts';
import { call, openScene, type Scene } from './scene.ts';

const FILES = { 'a.txt': 'one\n' };
const edited = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finished = call('finish', { summary: 'It says two.' });
const HOUR = 3_600_000;

/** A run whose question is open. */
async function asking(scene: Scene) {
  let asked: (event: EventOf<'approval.requested'>) => void = () => undefined;
  const request = new Promise<EventOf<'approval.requested'>>((resolve) => {
    asked = resolve;
  });
  const run = await scene.start('Make a.txt say two', {
    event: (event) => void (event.type === 'approval.requested' && asked(event)),
  });
  const { approval, nonce, shown } = await request;
  return { run, accept: () => run.send({ type: 'decide', approval, nonce, shown, verdict: 'accept' }) };
}

describe('two windows', () => {
  test(
    row('ho-two-windows-approve', 'the second one cannot take the question over, so it cannot answer it'),
    async () => {
      await using scene = await openScene({
        files: FILES,
        model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
      });
      const { run, accept } = await asking(scene);
      const other = await nodePorts(scene.root, scene.base);
      expect(await resumeRun(other, scene.model, run.id, { trusted: true })).toEqual({
        problem: expect.stringContaining('Another run is at work in this folder (process '),
      });
      expect(await scene.read('a.txt')).toBe('one\n');
      expect(await accept()).toEqual({ ok: true });
      expect((await run.finished).outcome).toBe('done');
      expect(await scene.read('a.txt')).toBe('two\n');
    },
  );

  test(row('ho-two-windows-approve', 'a yes in a window that has lost the folder changes nothing'), async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }] });
    const { run, accept } = await asking(scene);
    // As the next owner does it: the higher number has the folder.
    await writeFile(path.join(await homeOf(scene.base), 'lock', '2'), '{}');
    expect(await accept()).toEqual({
      ok: false,
      problem: expect.stringContaining('Another window took this run over'),
    });
    await run.finished;
    expect(run.problem).toContain('Another window took this run over');
    expect(await scene.read('a.txt')).toBe('one\n');
  });
});

test(row('ho-double-click', 'a question answered twice at once is answered once, and done once'), async () => {
  await using scene = await openScene({
    files: FILES,
    model: [{ toolCalls: [call('run', { command: 'echo x >> log' })] }, { toolCalls: [finished] }],
  });
  const { run, accept } = await asking(scene);
  const closed = { ok: false, problem: 'This question is no longer open.' };
  expect(await Promise.all([accept(), accept()])).toEqual([{ ok: true }, closed]);
  expect((await run.finished).outcome).toBe('done');
  expect(await scene.read('log')).toBe('x\n');
  expect(await accept()).toEqual({ ok: false, problem: 'This run has ended.' });
});

describe('sleep', () => {
  test(
    row(
      'ho-sleep',
      'eight hours with an open question: it still waits, its yes counts, and no working time has passed',
    ),
    async () => {
      await using scene = await openScene({
        files: FILES,
        limits: { steps: 9, minutes: 60 },
        model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
      });
      const { run, accept } = await asking(scene);
      scene.clock.now += 8 * HOUR;
      expect(run.state().approvals.map(({ status }) => status)).toEqual(['waiting']);
      expect(await accept()).toEqual({ ok: true });
      expect((await run.finished).outcome).toBe('done');
      expect(run.state().spent.activeMs).toBeLessThan(HOUR);
    },
  );

  test(
    row(
      'ho-sleep',
      'in the middle of a reply: the connection is gone, nothing of the half reply is done, it is asked for again',
    ),
    async () => {
      const half = sseOf({ toolCalls: [call('run', { command: 'touch half' })] }).slice(0, 3);
      await using scene = await openScene({
        files: FILES,
        model: ({ number }) =>
          number === 0
            ? { headers: { 'content-type': 'text/event-stream' }, chunks: half, ending: 'destroy' }
            : { content: 'Hello.' },
      });
      const run = await scene.start('Say hello', {
        event: (event) => {
          if (event.type === 'turn.started' && event.turn === 1) scene.clock.now += 8 * HOUR;
        },
      });
      const state = await run.finished;
      expect(state).toMatchObject({ outcome: 'done', report: 'Hello.' });
      expect(run.events().filter(({ type }) => type === 'turn.faulted')).toEqual([
        expect.objectContaining({ reaction: 'retry', fault: expect.objectContaining({ kind: 'network' }) }),
      ]);
      expect(existsSync(path.join(scene.root, 'half'))).toBe(false);
    },
  );
});

test(
  row('ho-folder-removed', 'while a question is open: a yes brings nothing back, and the model is told'),
  async () => {
    await using scene = await openScene({
      files: FILES,
      model: [
        {
          toolCalls: [
            edited,
            call('write', { path: 'new/b.txt', content: 'b\n' }),
            call('run', { command: 'touch c' }),
          ],
        },
        { content: 'The folder is gone.' },
      ],
    });
    const state = await scene.run('Make a.txt say two', {
      async decide() {
        await rm(scene.root, { recursive: true, force: true });
        return 'accept';
      },
    });
    expect(state.outcome).toBeDefined();
    expect(existsSync(scene.root)).toBe(false);
    const results = scene.server.requests.at(-1)?.body.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(results.length).toBeGreaterThan(0);
    for (const { content } of results) expect(content).not.toMatch(/^(Wrote|Edited|exit 0)/);
  },
);

test(row('ho-memory', 'a thousand turns: what is kept in memory beside the journal stays as large as it was'), {
  timeout: 300_000,
}, async () => {
  const TURNS = 1_000;
  const files = Object.fromEntries(
    Array.from({ length: TURNS }, (_, n) => [`f${n}.txt`, `file ${n}\n${'words '.repeat(40)}\n`]),
  );
  let reads = 0;
  await using scene = await openScene({
    files,
    limits: { steps: 3 * TURNS },
    profile: { contextWindow: 8_000, outputLimit: 500 },
    model: ({ body }) => {
      if (body.messages[0]?.content?.startsWith('You write the notes'))
        return { content: `Read up to f${reads - 1}.txt.` };
      if (reads >= TURNS) return { content: 'All read.' };
      reads += 1;
      return { toolCalls: [call('read', { paths: [`f${reads - 1}.txt`] })], usage: null };
    },
  });
  const sizes = new Map<number, number>();
  const run = await scene.start('Read all the files', {
    event: (event, { state }) => {
      if (event.type === 'turn.started' && event.turn % 50 === 0) sizes.set(event.turn, sizeOf(state()));
    },
  });
  expect((await run.finished).outcome).toBe('done');
  const [early, late] = [...sizes.values()].reduce<[number, number]>(
    ([first, last], size, index) =>
      index < sizes.size / 2 ? [Math.max(first, size), last] : [first, Math.max(last, size)],
    [0, 0],
  );
  expect(late).toBeLessThan(early * 1.5);
  expect(late).toBeLessThan(1_000_000);
  expect((await readdir(scene.root)).length).toBe(TURNS);
});

/** Characters of everything the loop keeps, the threads' messages with it. */
const sizeOf = (state: RunState): number => JSON.stringify(state).length;
