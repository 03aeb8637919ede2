/** Where a loop like this usually goes wrong: decisions that came too late, work nobody verified, people nobody heard. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../src/agent/index.ts';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const edited = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finished = call('finish', { summary: 'Done.' });
const FILES = { 'a.txt': 'one\n' };

describe('a yes', () => {
  it('does not outlive the mode it was given under', async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }, { toolCalls: [finished] }] });
    await scene.run('Make a.txt say two', {
      async decide(_, run) {
        await run.send({ type: 'mode', mode: 'readOnly' });
        return 'accept';
      },
    });
    expect(await scene.read('a.txt')).toBe('one\n');
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain('read-only');
  });

  it('writes nothing when what was accepted can no longer be read', async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }, { toolCalls: [finished] }] });
    await scene.run('Make a.txt say two', {
      async decide({ approval }, run) {
        await run.draft(approval, new TextEncoder().encode('mine\n'));
        const hash = run.state().approvals.at(-1)?.shown ?? '';
        const base = path.join(scene.root, '..', 'state', 'runs');
        const [folder] = await readdir(base);
        await rm(path.join(base, folder ?? '', run.id, 'blobs', hash));
        return 'accept';
      },
    });
    expect(await scene.read('a.txt')).toBe('one\n');
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain('can no longer be read');
  });

  it('for everything needs a budget, also when the mode is switched in the middle', async () => {
    await using scene = await openScene({
      limits: {},
      files: FILES,
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    const answers: unknown[] = [];
    await scene.run('Make a.txt say two', {
      async decide(_, run) {
        answers.push(await run.send({ type: 'mode', mode: 'continuous' }));
        return 'no';
      },
    });
    expect(answers).toMatchObject([{ ok: false }]);
  });
});

describe('verification', () => {
  it('that nobody allowed is no success', async () => {
    await using scene = await openScene({
      attended: false,
      mode: 'autoEdit',
      files: FILES,
      model: [
        {
          toolCalls: [call('plan', { tasks: [{ title: 'Two', checks: [{ command: './proof' }] }] }), edited, finished],
        },
      ],
    });
    const state = await scene.run('Make a.txt say two');
    expect(state.outcome).toBe('failed');
    expect(state.queue.tasks[1]).toMatchObject({ status: 'blocked' });
  });

  it('that the person declined ends the task unverified by their choice', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [
        {
          toolCalls: [call('plan', { tasks: [{ title: 'Two', checks: [{ command: './proof' }] }] }), edited, finished],
        },
      ],
    });
    const state = await scene.run('Make a.txt say two', {
      decide: ({ subject }) => (subject.kind === 'edit' ? 'accept' : 'no'),
    });
    expect(state.outcome).toBe('done');
    expect(state.queue.tasks[1]).toMatchObject({
      status: 'done',
      proof: 'none',
      reason: expect.stringContaining('declined'),
    });
  });

  it('of a split task that fails goes back to the model, not round in circles', async () => {
    const outer = call('plan', { tasks: [{ title: 'Outer', checks: [{ file: 'b.txt' }] }] });
    const inner = call('plan', { tasks: [{ title: 'Inner', checks: [{ file: 'a.txt' }] }] });
    await using scene = await openScene({
      files: FILES,
      model: [
        { toolCalls: [outer, inner, finished] },
        { toolCalls: [call('write', { path: 'b.txt', content: 'b\n' }), finished] },
      ],
    });
    const state = await scene.run('Make b.txt', yes);
    expect(state.outcome).toBe('done');
    expect(scene.server.requests).toHaveLength(2);
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain('Now t2: Outer');
  });

  it('of a reply that was cut off is not asked for: it is no answer', async () => {
    await using scene = await openScene({
      model: [{ content: 'First I will look at the', finish: 'length' }, { content: 'Forty-two.' }],
    });
    const state = await scene.run('What is it?', yes);
    expect(state.report).toBe('Forty-two.');
  });
});

describe('the person', () => {
  it('is heard even when the last check is already running', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [
        {
          toolCalls: [
            call('plan', { tasks: [{ title: 'Two', checks: [{ command: 'grep -q two a.txt' }] }] }),
            edited,
            finished,
          ],
        },
        { content: 'The README says so too.' },
      ],
    });
    const state = await scene.run('Make a.txt say two', {
      ...yes,
      event: (event, run) => {
        if (event.type === 'task.verifying' && event.task === 't2')
          void run.send({ type: 'say', text: 'Also the README' });
      },
    });
    expect(JSON.stringify(scene.server.requests[1]?.body.messages)).toContain('Also the README');
    expect(state.outcome).toBe('done');
    expect(state.inbox).toEqual([]);
  });

  it('can start again right after Stop', async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }, { content: 'Hello.' }] });
    const first = await scene.run('Make a.txt say two', {
      decide: (_, run) => {
        void run.send({ type: 'stop' });
        return undefined;
      },
    });
    expect(first.outcome).toBe('stopped');
    expect((await scene.run('Say hello', yes)).report).toBe('Hello.');
  });
});

describe('storage', () => {
  it.skipIf(process.platform === 'win32')('that fails at the start does not keep the folder locked', async () => {
    await using scene = await openScene({ files: FILES, model: [{ content: 'Hello.' }] });
    const broken = {
      ...scene.ports,
      store: { ...scene.ports.store, create: () => Promise.reject(new Error('ENOSPC: no space left')) },
    };
    const goal = {
      goal: 'x',
      root: 'work',
      mode: 'ask' as const,
      limits: { steps: 3 },
      agent: { name: 'G', role: 'r' },
      attended: true,
    };
    await expect(startRun(broken, scene.model, goal, { trusted: true })).rejects.toThrow('ENOSPC');
    expect((await scene.run('Say hello', yes)).report).toBe('Hello.');
  });

  it('that fails in the middle pauses the run; it goes on when there is room again', async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }, { toolCalls: [finished] }] });
    const { store } = scene.ports;
    let full = true;
    const create = async (id: string) => {
      const folder = await store.create(id);
      return {
        ...folder,
        putBlob: (bytes: Uint8Array) =>
          full ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })) : folder.putBlob(bytes),
      };
    };
    Object.assign(scene.ports, { store: { ...store, create } });
    const messages: string[] = [];
    const state = await scene.run('Make a.txt say two', {
      ...yes,
      paused: (event, run) => {
        messages.push(event.message);
        full = false;
        void run.send({ type: 'resume' });
      },
    });
    expect(messages).toEqual([expect.stringContaining('The disk is full')]);
    expect(state.outcome).toBe('done');
    expect(await scene.read('a.txt')).toBe('two\n');
  });
});
