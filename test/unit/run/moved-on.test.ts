/** A yes counts for what was shown: what changes while the question is open is asked about anew. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, openScene } from './scene.ts';

const PACKAGE = (script: string) => JSON.stringify({ scripts: { test: script } });
const FINISH = call('finish', { summary: 'Done.' });

describe('a definition that changes while it is asked about', () => {
  it.each([
    ['of a command', [call('run', { command: 'npm test' }), FINISH]],
    ['of a check', [call('plan', { tasks: [{ title: 'See', checks: [{ command: 'npm test' }] }] }), FINISH]],
  ])('%s is shown and asked again, and only the second yes runs it', async (_what, toolCalls) => {
    const asked: (string | undefined)[] = [];
    await using scene = await openScene({
      files: { 'package.json': PACKAGE('touch first') },
      model: [{ toolCalls }],
    });
    const state = await scene.run('See that the tests pass', {
      decide: async ({ subject }) => {
        if (subject.kind !== 'command') return 'accept';
        asked.push(subject.definition);
        if (asked.length === 1) await writeFile(path.join(scene.root, 'package.json'), PACKAGE('touch second'));
        return 'accept';
      },
    });
    expect(state.outcome).toBe('done');
    expect(asked.slice(0, 2)).toEqual(['test: touch first', 'test: touch second']);
    const files = await readdir(scene.root);
    expect(files).toContain('second');
    expect(files).not.toContain('first');
  });

  it('may get a no the second time: nothing runs', async () => {
    let asked = 0;
    await using scene = await openScene({
      files: { 'package.json': PACKAGE('touch first') },
      model: [{ toolCalls: [call('run', { command: 'npm test' }), FINISH] }],
    });
    await scene.run('See that the tests pass', {
      decide: async () => {
        if (asked++ > 0) return 'Not this.';
        await writeFile(path.join(scene.root, 'package.json'), PACKAGE('touch second'));
        return 'accept';
      },
    });
    expect(asked).toBe(2);
    expect(await readdir(scene.root)).toEqual(['package.json']);
  });
});
