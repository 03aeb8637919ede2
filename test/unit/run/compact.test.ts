/** A thread that fills its window is shortened in the background, at the latest when it must be, and the run goes on. */
import { describe, expect, it } from 'vitest';
import { type ChatRequest, json } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const files = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [`f${i}.txt`, `file ${i}\n${'some words of text\n'.repeat(100)}`]),
);
const isNotes = (request: ChatRequest): boolean =>
  (request.body.messages[0]?.content ?? '').startsWith('You write the notes');
const tooLong = json(400, {
  error: { message: 'maximum context length exceeded', code: 'context_length_exceeded' },
});
const read = (n: number) => ({ toolCalls: [call('read', { paths: [`f${n}.txt`] })] });

/** Every call has its result behind it, and every result its call before it. */
function isPaired({ body }: ChatRequest): boolean {
  const open = new Set<string>();
  for (const { role, tool_calls, tool_call_id } of body.messages) {
    if (role !== 'tool' && open.size > 0) return false;
    for (const { id } of tool_calls ?? []) open.add(id);
    if (role === 'tool' && !open.delete(tool_call_id ?? '')) return false;
  }
  return open.size === 0;
}

describe('a thread that fills its window', () => {
  it('is shortened again and again; every request is whole, keeps the goal and the system text', async () => {
    let reads = 0;
    await using scene = await openScene({
      files,
      limits: { steps: 80 },
      profile: { contextWindow: 8_000, outputLimit: 500 },
      model: (request) => {
        if (isNotes(request)) return { content: `Read up to f${reads}.txt.` };
        reads += 1;
        return reads <= 24 ? read(reads) : { content: 'All read.' };
      },
    });
    const state = await scene.run('Read all the f*.txt files and say so', yes);
    expect(state).toMatchObject({ outcome: 'done', report: 'All read.' });
    const thread = state.threads.h1;
    expect(thread?.epoch).toBeGreaterThan(1);
    const turns = scene.server.requests.filter((request) => !isNotes(request));
    const [first] = turns;
    for (const request of turns) {
      expect(isPaired(request)).toBe(true);
      expect(request.body.messages[0]).toEqual(first?.body.messages[0]);
      expect(request.body.messages[1]?.content).toContain('Goal: Read all the f*.txt files and say so');
    }
    expect(turns.at(-1)?.body.messages[1]?.content).toMatch(/Notes so far:\nRead up to f\d+\.txt\./);
  });

  it('goes on without notes when none can be had', async () => {
    let reads = 0;
    await using scene = await openScene({
      files,
      limits: { steps: 80 },
      profile: { contextWindow: 8_000, outputLimit: 500 },
      model: (request) => {
        if (isNotes(request)) return { status: 400, chunks: ['{"error":{"message":"no"}}'] };
        reads += 1;
        return reads <= 12 ? read(reads) : { content: 'All read.' };
      },
    });
    const by: string[] = [];
    const state = await scene.run('Read all the f*.txt files', {
      ...yes,
      event: (event) => void (event.type === 'thread.compacted' && by.push(event.by)),
    });
    expect(state.outcome).toBe('done');
    expect(new Set(by)).toEqual(new Set(['code']));
  });

  it('does not wait for the notes while there is room', async () => {
    let reads = 0;
    let answered = false;
    await using scene = await openScene({
      files,
      limits: { steps: 80 },
      profile: { contextWindow: 12_000, outputLimit: 500 },
      model: async (request) => {
        if (isNotes(request)) {
          // Notes are late: two turns pass first.
          const until = reads + 2;
          while (reads < until) await new Promise((resolve) => setImmediate(resolve));
          answered = true;
          return { content: 'Notes.' };
        }
        reads += 1;
        return answered ? { content: 'All read.' } : { toolCalls: [call('read', { paths: [`f${reads}.txt`] })] };
      },
    });
    const state = await scene.run('Read all the f*.txt files', yes);
    expect(answered).toBe(true);
    expect(state.outcome).toBe('done');
  });

  it('that the server refuses as too long is shortened at once, and the turn is made again', async () => {
    let refused = 0;
    await using scene = await openScene({
      files,
      model: (request) => {
        if (isNotes(request)) return { content: 'Notes.' };
        const isLong = request.body.messages.length > 6;
        if (isLong) {
          refused += 1;
          return tooLong;
        }
        return refused > 0 ? { content: 'All read.' } : read(request.number);
      },
    });
    const state = await scene.run('Read all the f*.txt files', yes);
    expect(state.outcome).toBe('done');
    expect(refused).toBe(1);
    expect(state.threads.h1?.epoch).toBe(1);
  });

  it('that is still too long after it was shortened pauses the run and says so', async () => {
    const pauses: string[] = [];
    await using scene = await openScene({
      files,
      model: (request) => {
        if (isNotes(request)) return { content: 'Notes.' };
        return scene.server.requests.length > 4 ? tooLong : read(request.number);
      },
    });
    const state = await scene.run('Read all the f*.txt files', {
      ...yes,
      paused: ({ message }, run) => {
        pauses.push(message);
        void run.send({ type: 'stop' });
      },
    });
    expect(pauses).toEqual([expect.stringContaining('Shortening it was not enough')]);
    expect(state.threads.h1?.epoch).toBe(1);
  });

  it('asks for its notes again when the process went away before they came', async () => {
    let reads = 0;
    let asked = 0;
    const gone = Promise.withResolvers<void>();
    await using scene = await openScene({
      files,
      limits: { steps: 80 },
      profile: { contextWindow: 8_000, outputLimit: 500 },
      model: async (request) => {
        if (isNotes(request)) {
          asked += 1;
          if (asked > 1) return { content: 'Notes of the second.' };
          gone.resolve();
          return { chunks: [], ending: 'hang' };
        }
        reads += 1;
        return reads <= 12 ? read(reads) : { content: 'All read.' };
      },
    });
    const first = await scene.start('Read all the f*.txt files', yes);
    await gone.promise;
    await first.letGo();
    const second = await scene.resume(first.id, { ...yes, paused: (_, run) => void run.send({ type: 'resume' }) });
    const state = await second.finished;
    expect(state.outcome).toBe('done');
    expect(asked).toBeGreaterThan(1);
    const since = second.events().slice(second.events().findLastIndex(({ type }) => type === 'run.recovered'));
    const asides = (type: 'aside.started' | 'aside.finished') =>
      since.flatMap((event) => (event.type === type ? event.aside : []));
    expect(asides('aside.finished')).toEqual(asides('aside.started'));
    expect(state.threads.h1?.messages[1]?.text).toContain('Notes of the second.');
  });

  it('is stopped at once while it waits for its notes, and nothing is done after that', async () => {
    let reads = 0;
    await using scene = await openScene({
      files,
      limits: { steps: 80 },
      profile: { contextWindow: 8_000, outputLimit: 500 },
      model: (request) => {
        if (isNotes(request)) return { chunks: [], ending: 'hang' };
        reads += 1;
        // From little to all at once, so that there is no next turn without the notes.
        return reads === 1
          ? read(0)
          : { toolCalls: Array.from({ length: 14 }, (_, n) => call('read', { paths: [`f${n + 1}.txt`] })) };
      },
    });
    const run = await scene.start('Read all the f*.txt files', {
      ...yes,
      event: (event, run) => void (event.type === 'aside.started' && run.send({ type: 'stop' })),
    });
    expect(await run.finished).toMatchObject({ outcome: 'stopped' });
    const types = run.events().map(({ type }) => type);
    expect(types.slice(types.indexOf('aside.started'))).toEqual(['aside.started', 'run.ended']);
  });

  it('that cannot be shortened pauses the run and says what to do', async () => {
    const pauses: string[] = [];
    await using scene = await openScene({
      model: () => tooLong,
    });
    await scene.run('Read f1.txt', {
      ...yes,
      paused: ({ message }, run) => {
        pauses.push(message);
        void run.send({ type: 'stop' });
      },
    });
    expect(pauses).toEqual([expect.stringContaining('choose a model with a larger context window')]);
  });
});
