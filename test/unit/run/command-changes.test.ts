/** Files that changed while a command ran are told with what they were, and only of commands that may change any. */
import { expect, it } from 'vitest';
import type { EventOf } from '../../../src/agent/journal/event.ts';
import { readRun } from '../../../src/agent/journal/runs.ts';
import { restoreEnded } from '../../../src/agent/run/restore-ended.ts';
import { call, openScene, type Person, type Scene } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const finish = call('finish', { summary: 'Done.' });
const files = { 'a.txt': 'one\n', 'gone.txt': 'x\n', '.gitignore': 'build\n' };

async function finished({ ports }: Scene): Promise<readonly EventOf<'call.finished'>[]> {
  const [id = ''] = await ports.store.runs();
  return ((await readRun(ports.store, id))?.events ?? []).filter((event) => event.type === 'call.finished');
}

it('are named with what was done to them, and can be taken back one by one', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [call('run', { command: 'echo two > a.txt; rm gone.txt; mkdir new; echo hi > new/b.txt' })] },
      { toolCalls: [call('run', { command: 'echo three > a.txt' })] },
      { toolCalls: [finish] },
    ],
  });
  const { checkpoints } = await scene.run('Change them', yes);
  const [first, second] = await finished(scene);
  const shapes = first?.commandChanges?.changes.map(({ path: file, before, after }) => [
    file,
    before !== undefined,
    after !== undefined,
  ]);
  expect(shapes).toEqual([
    ['a.txt', true, true],
    ['gone.txt', true, false],
    ['new/b.txt', false, true],
  ]);
  expect(second?.commandChanges?.changes.map(({ path: file }) => file)).toEqual(['a.txt']);
  // The second command began with what the first one left.
  expect(second?.commandChanges?.changes[0]?.before).toBe(first?.commandChanges?.changes[0]?.after);
  const named = checkpoints.find(({ id }) => id === second?.commandChanges?.checkpoint);
  expect(named).toMatchObject({ when: 'during', command: 'echo three > a.txt' });

  const [run = ''] = await scene.ports.store.runs();
  const { signal } = new AbortController();
  await restoreEnded(scene.ports, run, second?.commandChanges?.checkpoint ?? '', ['a.txt'], signal);
  expect(await scene.read('a.txt')).toBe('two\n');
  await restoreEnded(scene.ports, run, first?.commandChanges?.checkpoint ?? '', ['gone.txt'], signal);
  expect([await scene.read('gone.txt'), await scene.read('new/b.txt')]).toEqual(['x\n', 'hi\n']);
});

it('are not looked for where a command only looks, and none is told where nothing changed', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [call('run', { command: 'ls -la' })] },
      { toolCalls: [call('run', { command: 'node -e "1"' })] },
      { toolCalls: [call('run', { command: 'node -e "2"' })] },
      { toolCalls: [finish] },
    ],
  });
  const { checkpoints } = await scene.run('Look', yes);
  expect((await finished(scene)).map(({ commandChanges }) => commandChanges)).toEqual(Array(4).fill(undefined));
  // One and the same record tells of all of them.
  expect(new Set(checkpoints.map(({ snapshot }) => snapshot)).size).toBe(1);
});

it('are at most so many, and the rest is counted', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [call('run', { command: 'for i in $(seq 1 230); do echo $i > f$i; done' })] },
      { toolCalls: [finish] },
    ],
  });
  await scene.run('Make them', yes);
  const [first] = await finished(scene);
  expect([first?.commandChanges?.changes.length, first?.commandChanges?.more]).toEqual([200, 30]);
});

it('show no secret of the command in the name of its checkpoint', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [call('run', { command: `echo ${'ghp_'}${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX'} > t` })] },
      { toolCalls: [finish] },
    ],
  });
  const { checkpoints } = await scene.run('Make it', yes);
  expect(JSON.stringify(checkpoints)).not.toContain('ghp_');
});
