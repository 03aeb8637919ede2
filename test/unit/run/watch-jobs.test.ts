/** What a command in the background changes of watched files between two calls is shown like any other. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Subject } from '../../../src/agent/journal/event.ts';
import { readRun } from '../../../src/agent/journal/runs.ts';
import { call, openScene } from './scene.ts';

const job = [
  'until [ -e go ]; do sleep 0.05; done',
  'mkdir -p .github/workflows; echo "on: push" > .github/workflows/x.yml; touch made; exec sleep 7101',
].join('; ');
const edit = (from: string, to: string) => call('edit', { path: 'a.txt', edits: [{ old: from, new: to }] });

it.each(['accept', 'reject'] as const)('the person says %s', async (verdict) => {
  await using scene = await openScene({
    files: { 'a.txt': 'one\n' },
    model: [
      { toolCalls: [call('run', { command: job, background: true })] },
      { toolCalls: [edit('one', 'two')] },
      { toolCalls: [call('read', { paths: ['a.txt'] })] },
      { toolCalls: [call('read', { paths: ['a.txt'] })] },
      { toolCalls: [call('finish', { summary: 'Done.' })] },
    ],
  });
  const asked: Subject['kind'][] = [];
  const workflow = path.join(scene.root, '.github/workflows/x.yml');
  await scene.run('Change it', {
    decide: async ({ subject }) => {
      asked.push(subject.kind);
      if (subject.kind === 'edit') {
        await writeFile(path.join(scene.root, 'go'), '');
        await expect.poll(() => existsSync(path.join(scene.root, 'made')), { timeout: 20_000 }).toBe(true);
      }
      return subject.kind === 'watched' ? verdict : 'accept';
    },
  });
  // Asked once: what was kept, or taken back, is no news at the next call.
  expect(asked).toEqual(['command', 'edit', 'watched']);
  expect(existsSync(workflow)).toBe(verdict === 'accept');
  const [id = ''] = await scene.ports.store.runs();
  const results = (await readRun(scene.ports.store, id))?.events.filter(({ type }) => type === 'call.finished') ?? [];
  expect(JSON.stringify(results[2])).toContain(
    verdict === 'accept' ? 'the person was asked and keeps that' : 'which the person took back',
  );
});
