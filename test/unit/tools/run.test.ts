import { mkdir, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandEnd, CommandResult } from '../../../src/agent/ports.ts';
import { commandText, foldRepeats } from '../../../src/agent/tools/command-text.ts';
import { folder } from './folder.ts';

const result = (end: CommandEnd, output = '', omitted = { bytes: 0, lines: 0 }): CommandResult => ({
  end,
  output,
  omitted,
  durationMs: 1,
});
const text = (end: CommandEnd, output?: string): string =>
  commandText(result(end, output), { timeoutMs: 120_000, longestMs: 600_000 });

test('prepare has no effect and says exactly what will run, where and how long', async () => {
  await using ws = await folder({ 'lib/x': '' });
  const prepared = await ws.prepare('run', { command: 'touch ran\necho done', cwd: 'lib', timeout_seconds: 5 });
  expect(prepared).toMatchObject({
    kind: 'act',
    title: 'Run touch ran',
    actions: [{ kind: 'command', command: 'touch ran\necho done', cwd: { relative: 'lib' } }],
    effect: {
      kind: 'command',
      command: 'touch ran\necho done',
      cwd: { real: path.join(ws.root, 'lib') },
      timeoutMs: 5000,
    },
    intent: { kind: 'command', command: 'touch ran\necho done', cwd: 'lib' },
  });
  expect(await ws.context.workspace.list(path.join(ws.root, 'lib'))).toEqual(['x']);
});

test('the exit code comes first, then what was printed', async () => {
  await using ws = await folder();
  expect(await ws.call('run', { command: 'echo out; echo err >&2; exit 3' })).toMatchObject({
    ok: false,
    forModel: 'exit code 3\nout\nerr',
  });
  expect(await ws.call('run', { command: 'true' })).toMatchObject({ ok: true, forModel: 'exit code 0, no output' });
});

test('a folder that is none, or that became a link', async () => {
  await using ws = await folder({ a: '' });
  expect(await ws.call('run', { command: 'ls', cwd: 'a' })).toMatchObject({
    ok: false,
    forModel: 'Not run: a is no folder.',
  });
  expect(await ws.call('run', { command: 'ls', cwd: 'nowhere' })).toMatchObject({ ok: false });
  await mkdir(path.join(ws.root, 'in'));
  const prepared = await ws.prepare('run', { command: 'touch ran', cwd: 'in' });
  if (prepared.kind !== 'act') throw new Error('not prepared');
  await rename(path.join(ws.root, 'in'), path.join(ws.root, 'old'));
  await symlink('..', path.join(ws.root, 'in'));
  const done = await prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined });
  expect(done).toMatchObject({ ok: false, forModel: expect.stringMatching(/^Not run: .*no longer leads/) });
});

test('how a command ended, in words', () => {
  expect(text({ kind: 'exit', code: 1 }, 'x\n')).toBe('exit code 1\nx');
  expect(text({ kind: 'signal', signal: 'SIGKILL' }, 'x')).toBe(
    'killed by SIGKILL\nx\n[Something ended it by force; often the memory was full.]',
  );
  expect(text({ kind: 'stopped' }, 'x')).toBe('stopped by the person\nx');
  expect(text({ kind: 'failed', message: 'no such shell' })).toBe('not run: no such shell');
  expect(text({ kind: 'timeout', afterMs: 120_000 }, 'Continue? ')).toMatch(
    /^timed out after 120 s[\s\S]*It asked for input/,
  );
  expect(text({ kind: 'exit', code: 0 }, 'Continue?')).toBe('exit code 0\nContinue?');
});

test('what was left out is said at the top', () => {
  const long = result({ kind: 'exit', code: 0 }, 'a\n[… 9 lines left out …]\nz', { bytes: 123, lines: 9 });
  expect(commandText(long, { timeoutMs: 1, longestMs: 1 })).toBe(
    'exit code 0 (output shortened by 123 bytes; filter it if you need the rest)\na\n[… 9 lines left out …]\nz',
  );
});

test('repeated lines are folded, two are not', () => {
  expect(foldRepeats('a\na\nb\nc\nc\nc\nc\n')).toBe('a\na\nb\nc\n[the same line 3 more times]\n');
  expect(foldRepeats('')).toBe('');
});
