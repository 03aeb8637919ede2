/** Checkpoints in a run: taken before the first effect of a task and after its end, and gone back to without losing anything. */
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/agent/journal/runs.ts';
import { changedByRun, differencesFrom, fileAt } from '../../../src/agent/run/restore.ts';
import { restoreEnded } from '../../../src/agent/run/restore-ended.ts';
import { call, openScene, type Person, type Scene } from './scene.ts';

const never = new AbortController().signal;
const yes: Person = { decide: () => 'accept' };
const finish = call('finish', { summary: 'Done.' });
const edit = (file: string, old: string, put: string) => call('edit', { path: file, edits: [{ old, new: put }] });
const files = { 'a.txt': 'one\n', 'b.txt': 'one\r\n' };

const lastRun = async ({ ports }: Scene) => {
  const [id = ''] = await ports.store.runs();
  const run = await readRun(ports.store, id);
  if (!run) throw new Error('no run');
  return run;
};
const restore = async (scene: Scene, checkpoint: string, paths?: readonly string[]) =>
  restoreEnded(scene.ports, (await lastRun(scene)).id, checkpoint, paths, never);
const differing = async (scene: Scene, checkpoint: string) => {
  const { state } = await lastRun(scene);
  const found = await differencesFrom({ ports: scene.ports, state, signal: never }, checkpoint);
  return 'problem' in found ? found.problem : found.map((one) => one.path);
};

describe('checkpoints', () => {
  it('are taken before the first effect of each task and after its end, and not for tasks without one', async () => {
    const plan = call('plan', { tasks: [{ title: 'Change a' }, { title: 'Look at b' }] });
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [plan] },
        { toolCalls: [edit('a.txt', 'one', 'two'), edit('a.txt', 'two', 'three'), finish] },
        { toolCalls: [call('read', { paths: ['b.txt'] }), finish] },
        { toolCalls: [finish] },
      ],
    });
    const { checkpoints } = await scene.run('Change them', yes);
    expect(checkpoints.map(({ id, when, task }) => [id, when, task])).toEqual([
      ['k1', 'before', 't2'],
      ['k2', 'after', 't2'],
    ]);
  });

  it('bring back what an edit and a command did, file by file or all, and are undone like anything else', async () => {
    await using scene = await openScene({
      files,
      model: [
        {
          toolCalls: [
            edit('a.txt', 'one', 'two'),
            call('run', { command: 'rm b.txt; mkdir new; echo hi > new/c.txt' }),
          ],
        },
        { toolCalls: [finish] },
      ],
    });
    await scene.run('Change them', yes);
    expect(await differing(scene, 'k1')).toEqual(['a.txt', 'b.txt', 'new/c.txt']);

    expect(await restore(scene, 'k1', ['b.txt'])).toBeUndefined();
    expect([await scene.read('a.txt'), await scene.read('b.txt')]).toEqual(['two\n', 'one\r\n']);

    expect(await restore(scene, 'k1')).toBeUndefined();
    expect(await readdir(scene.root)).toEqual(['a.txt', 'b.txt']);
    expect(await scene.read('a.txt')).toBe('one\n');
    const { state } = await lastRun(scene);
    expect(state.changes).toEqual([]);

    const undo = state.checkpoints.at(-1)?.id ?? '';
    expect(await restore(scene, undo)).toBeUndefined();
    expect([await scene.read('a.txt'), await scene.read('new/c.txt')]).toEqual(['two\n', 'hi\n']);
  });

  it('keep an ignored file that is about to be changed or made, also in the middle of a task', async () => {
    await using scene = await openScene({
      files: { ...files, '.gitignore': 'build\n', 'build/out.txt': 'one\n', 'build/other.txt': 'one\n' },
      model: [
        { toolCalls: [edit('a.txt', 'one', 'two')] },
        { toolCalls: [edit('build/out.txt', 'one', 'two')] },
        { toolCalls: [call('write', { path: 'build/new.txt', content: 'new\n' })] },
        { toolCalls: [edit('build/out.txt', 'two', 'three')] },
        { toolCalls: [finish] },
      ],
    });
    await mkdir(path.join(scene.root, '.git'));
    const { checkpoints } = await scene.run('Change them', yes);
    expect(checkpoints.map(({ when }) => when)).toEqual(['before', 'during', 'during', 'after']);
    expect(await differing(scene, 'k1')).toEqual(['a.txt', 'build/new.txt', 'build/out.txt']);
    expect(await differing(scene, 'k4')).toEqual([]);
    const { state } = await lastRun(scene);
    const { checkpoints: store } = scene.ports;
    if (!store) throw new Error('no checkpoints');
    expect(new TextDecoder().decode(await fileAt(store, state, 'k1', 'build/out.txt'))).toBe('one\n');

    expect(await restore(scene, 'k1', ['build/out.txt'])).toBeUndefined();
    expect([await scene.read('build/out.txt'), await scene.read('a.txt')]).toEqual(['one\n', 'two\n']);
    expect(await restore(scene, 'k1')).toBeUndefined();
    expect((await readdir(path.join(scene.root, 'build'))).sort()).toEqual(['other.txt', 'out.txt']);
    expect(await scene.read('a.txt')).toBe('one\n');

    const undo = (await lastRun(scene)).state.checkpoints.at(-1)?.id ?? '';
    expect(await restore(scene, undo)).toBeUndefined();
    expect([await scene.read('build/new.txt'), await scene.read('a.txt')]).toEqual(['new\n', 'two\n']);
  });

  it('leave alone what the person has unsaved in the editor, and say so', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [edit('a.txt', 'one', 'two')] }, { toolCalls: [finish] }],
    });
    await scene.run('Change it', yes);
    const { workspace } = scene.ports;
    const ports = {
      ...scene.ports,
      workspace: {
        ...workspace,
        read: async (real: string) => {
          const content = await workspace.read(real);
          return content && !('fault' in content) ? { ...content, unsaved: 'mine\n' } : content;
        },
      },
    };
    const run = await lastRun(scene);
    await restoreEnded(ports, run.id, 'k1', undefined, never);
    expect(await scene.read('a.txt')).toBe('two\n');
    expect((await lastRun(scene)).events.at(-1)).toMatchObject({
      type: 'checkpoint.restored',
      changes: [],
      failed: [{ path: 'a.txt', why: expect.stringContaining('unsaved') }],
    });
  });

  it('can be gone back to while the run waits; the model is told which files are not as it knows them', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [edit('a.txt', 'one', 'two')] },
        { toolCalls: [call('ask', { question: 'Go on?' })] },
        { toolCalls: [finish] },
      ],
    });
    const sent: unknown[] = [];
    const run = await scene.start('Change it', {
      ...yes,
      async event(event, at) {
        if (event.type !== 'question.asked') return;
        sent.push(await at.send({ type: 'checkpoint' }), await at.send({ type: 'restore', checkpoint: 'k1' }));
        sent.push(await scene.read('a.txt'));
        await at.send({ type: 'answer', question: event.question, text: 'Yes.' });
      },
    });
    const state = await run.finished;
    expect(state.outcome).toBe('done');
    expect(sent).toEqual([{ ok: true }, { ok: true }, 'one\n']);
    expect(state.checkpoints.map(({ when }) => when)).toEqual(['before', 'demand', 'restore', 'after']);
    const { messages = [] } = scene.server.requests[2]?.body ?? {};
    expect(messages.at(-1)?.content).toBe(
      'Changed since you saw it: a.txt. Read again before you rely on the old text.',
    );
  });

  it('are not needed for the work: where none can be taken that is said, and the work goes on', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [edit('a.txt', 'one', 'two')] }, { toolCalls: [finish] }],
    });
    const broken = { ...scene.ports.checkpoints, take: async () => ({ fault: 'The disk is full.' }) };
    Object.assign(scene.ports, { checkpoints: broken });
    const run = await scene.start('Change it', yes);
    expect((await run.finished).outcome).toBe('done');
    expect(run.events().find(({ type }) => type === 'checkpoint.failed')).toMatchObject({
      task: 't1',
      reason: 'The disk is full.',
    });
    expect(await scene.read('a.txt')).toBe('two\n');
  });
});

describe('stopping, rejecting, changing the mode', () => {
  it.each(['stop', 'reject', 'mode'])('%s: a file that was there stays there, with every byte', async (how) => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [edit('a.txt', 'one', 'two')] },
        { toolCalls: [call('write', { path: 'a.txt', content: 'new\n' }), call('delete', { paths: ['b.txt'] })] },
        { toolCalls: [finish] },
      ],
    });
    const asked = { edits: 0 };
    const run = await scene.start('Change it', {
      async decide({ subject }, at) {
        if (subject.kind !== 'edit' || asked.edits++ === 0) return 'accept';
        if (how === 'stop') await at.send({ type: 'stop' });
        if (how === 'mode') await at.send({ type: 'mode', mode: 'readOnly' });
        return how === 'stop' ? undefined : how === 'reject' ? 'No.' : 'accept';
      },
    });
    await run.finished;
    expect([await scene.read('a.txt'), await scene.read('b.txt')]).toEqual(['two\n', 'one\r\n']);
    expect((await lastRun(scene)).state.checkpoints.map(({ when }) => when)).toEqual(['before', 'after']);
  });

  it('what a command had changed in a run that was stopped is known as its change', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [call('run', { command: 'echo new > made.txt' })] },
        { toolCalls: [edit('a.txt', 'one', 'two')] },
      ],
    });
    const run = await scene.start('Change it', {
      async decide({ subject }, at) {
        if (subject.kind === 'command') return 'accept';
        await at.send({ type: 'stop' });
      },
    });
    await run.finished;
    await writeFile(path.join(scene.root, 'mine.txt'), 'mine\n');
    const { state } = await lastRun(scene);
    expect(state.outcome).toBe('stopped');
    expect([...(await changedByRun({ ports: scene.ports, state, signal: never }))]).toEqual(['made.txt']);
  });

  it('going back never takes away what the person made or changed since', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [edit('a.txt', 'one', 'two'), call('write', { path: 'new.txt', content: 'new\n' })] },
        { toolCalls: [finish] },
      ],
    });
    await scene.run('Change it', yes);
    await writeFile(path.join(scene.root, 'mine.txt'), 'mine\n');
    await chmod(path.join(scene.root, 'a.txt'), 0o755);
    expect(await restore(scene, 'k1', ['a.txt', 'new.txt'])).toBeUndefined();
    expect(await readdir(scene.root)).toEqual(['a.txt', 'b.txt', 'mine.txt']);
    expect(await scene.read('a.txt')).toBe('one\n');
  });
});
