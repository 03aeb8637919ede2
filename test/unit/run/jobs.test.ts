/** Commands in the background within a run: offered, used, and ended with it. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { call, openScene } from './scene.ts';

test('a job is started, read and ends with the run, which is done', async () => {
  await using scene = await openScene({
    files: { 'a.txt': 'one\n' },
    model: [
      { toolCalls: [call('run', { command: 'echo up > up.txt; echo listening; exec sleep 7031', background: true })] },
      { toolCalls: [call('job', { id: 'job1', from: 0 })] },
      { toolCalls: [call('finish', { summary: 'It is up.', checks: [{ file: 'up.txt', matches: 'up' }] })] },
    ],
    mode: 'continuous',
  });
  const run = await scene.start('Start it');
  const state = await run.finished;
  expect(state.outcome).toBe('done');
  const opened = run.events().find((event) => event.type === 'thread.opened');
  expect(opened).toMatchObject({ tools: expect.arrayContaining(['job']) });
  const results = run.events().filter((event) => event.type === 'call.finished');
  expect(results).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  expect(spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout).not.toMatch(/^sleep 7031$/m);
});
