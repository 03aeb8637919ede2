/** A file that is not as the thread knows it is announced once, at a turn's boundary; the model's own edits are no news. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const look = { toolCalls: [call('find', { glob: '*' })] };

it('tells of what the person changed or deleted, once, and keeps the earlier messages as they were', async () => {
  await using scene = await openScene({
    files: { 'a.txt': 'one\n', 'b.txt': 'two\n', 'c.txt': 'three\n' },
    model: async (request) => {
      if (request.number === 0) return { toolCalls: [call('read', { paths: ['a.txt', 'b.txt', 'c.txt'] })] };
      if (request.number === 1) {
        await writeFile(path.join(scene.root, 'a.txt'), 'changed by hand\n');
        await rm(path.join(scene.root, 'b.txt'));
        await writeFile(path.join(scene.root, 'c.txt'), '');
        return look;
      }
      return request.number === 2 ? look : { content: 'Read.' };
    },
  });
  await scene.run('Read the three files', yes);
  const requests = scene.server.requests.map(({ body }) => body.messages);
  expect(requests[2]?.at(-1)).toEqual({
    role: 'user',
    content: 'Changed since you saw them: a.txt, b.txt (deleted), c.txt. Read again before you rely on the old text.',
  });
  const told = requests[3]?.filter(({ content }) => content?.startsWith('Changed since'));
  expect(told).toHaveLength(1);
  for (const [n, request] of requests.slice(1).entries())
    expect(request.slice(0, requests[n]?.length)).toEqual(requests[n]);
});

it('does not tell of the model’s own edits, but of a command that changed what it had read', async () => {
  await using scene = await openScene({
    files: { 'a.txt': 'one\n' },
    model: [
      { toolCalls: [call('read', { paths: ['a.txt'] })] },
      { toolCalls: [call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] })] },
      { toolCalls: [call('run', { command: 'echo three > a.txt' })] },
      { content: 'Done.' },
    ],
  });
  await scene.run('Make a.txt say two', yes);
  const notes = scene.server.requests.map(
    ({ body }) =>
      body.messages.filter(({ role, content }) => role === 'user' && content?.startsWith('Changed since')).length,
  );
  expect(notes.slice(0, 4)).toEqual([0, 0, 0, 1]);
});

it('watches the files seen last, when there are many', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `f${i}.txt`);
  const readAll = [0, 20, 40].map((from) => call('read', { paths: names.slice(from, from + 20) }));
  await using scene = await openScene({
    files: Object.fromEntries(names.map((name) => [name, 'one\n'])),
    model: async ({ number }) => {
      if (number === 0) return { toolCalls: [...readAll, call('read', { paths: ['f0.txt'] })] };
      if (number > 1) return { content: 'Read.' };
      for (const name of ['f0.txt', 'f1.txt', 'f59.txt']) await writeFile(path.join(scene.root, name), 'two\n');
      return look;
    },
  });
  await scene.run('Read all', yes);
  expect(scene.server.requests[2]?.body.messages.at(-1)?.content).toContain(': f59.txt, f0.txt.');
});
