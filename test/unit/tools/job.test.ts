/** Commands in the background as a model has them: run with background, then job. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { lookAt } from '../../../src/agent/run/look.ts';
import { commandText } from '../../../src/agent/tools/command-text.ts';
import { allTools, resolveCall } from '../../../src/agent/tools/registry.ts';
import type { Prepared, ToolContext, ToolResult } from '../../../src/agent/tools/tool.ts';
import { withInput } from '../../../src/agent/tools/with-input.ts';
import { nodeSandbox } from '../../../src/headless/ports/sandbox/sandbox.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { type Folder, folder } from './folder.ts';

interface World extends AsyncDisposable {
  readonly root: string;
  prepare(name: string, args: unknown): Promise<Extract<Prepared, { kind: 'act' }>>;
  call(name: string, args: unknown): Promise<ToolResult>;
}

/** A folder whose shell has jobs; they end with it. */
async function world(): Promise<World> {
  const ws: Folder = await folder();
  const shell = nodeShell({
    records: path.join(path.dirname(ws.root), 'jobs'),
    sandbox: nodeSandbox({ root: ws.root }),
  });
  const context: ToolContext = {
    ...ws.context,
    shell,
    look: (command, cwd, network) => lookAt({ workspace: ws.context.workspace, shell }, command, cwd, { network }),
  };
  const made: World = {
    root: ws.root,
    async prepare(name, args) {
      const call = resolveCall(name, JSON.stringify(args), allTools(true));
      if (call.kind === 'refusal') throw new Error(call.forModel);
      const prepared = await call.tool.prepare(call.args, context);
      if (prepared.kind !== 'act') throw new Error(prepared.kind === 'refusal' ? prepared.forModel : 'it steers');
      return prepared;
    },
    call: async (name, args) =>
      (await made.prepare(name, args)).perform({ signal: AbortSignal.any([]), onOutput: () => undefined }),
    async [Symbol.asyncDispose]() {
      await shell.jobs?.close();
      await ws[Symbol.asyncDispose]();
    },
  };
  return made;
}

test('a job is started, read, given input and stopped', async () => {
  await using ws = await world();
  const command = 'printf "name? "; read -r x; echo "hello $x"; sleep 9999';
  expect(await ws.call('run', { command, background: true })).toEqual({
    ok: true,
    title: `Run ${command}`,
    forModel: `job1: running (${command})\nname?`,
  });
  expect((await ws.call('job', { id: 'job1', wait_seconds: 10 })).forModel).toBe(
    `job1: running, waits after: name? (${command})\n[no new output]\n[It seems to wait for input: give it with input, ask the person, or stop it. Never guess a password.]`,
  );
  const answer = await ws.call('job', { id: 'job1', input: 'you\n', wait_seconds: 1 });
  expect(answer).toMatchObject({
    ok: true,
    title: 'Input for job1: you',
    forModel: `job1: running (${command})\nhello you`,
  });
  expect((await ws.call('job', {})).forModel).toBe(`job1: running (${command})`);
  expect((await ws.call('job', { id: 'job1', stop: true })).forModel).toBe(`job1: stopped (${command})`);
});

test('what is typed is judged and shown as the command with that input', async () => {
  await using ws = await world();
  await ws.call('run', { command: 'bash', background: true });
  const prepared = await ws.prepare('job', { id: 'job1', input: 'rm -rf x\n' });
  const command = "{ bash\n} <<'INPUT'\nrm -rf x\nINPUT";
  expect(prepared).toMatchObject({
    actions: [{ kind: 'command', command, cwd: { relative: '' } }],
    effect: { kind: 'command', command },
    intent: { kind: 'command', command, cwd: '' },
  });
  expect(await ws.prepare('job', { id: 'job1' })).toMatchObject({ actions: [], effect: { kind: 'none' } });
});

test('input of a command that ends is part of it, word for word', async () => {
  await using ws = await world();
  expect(withInput('cat # all', 'a\nINPUT\nb')).toBe("{ cat # all\n} <<'INPUT_'\na\nINPUT\nb\nINPUT_");
  const args = { command: 'cat -A; read -r x || echo over', input: '$HOME `id` \\\n\ttab' };
  expect(await ws.prepare('run', args)).toMatchObject({
    title: 'Run cat -A; read -r x || echo over',
    actions: [{ command: withInput(args.command, args.input) }],
  });
  expect((await ws.call('run', args)).forModel).toBe('exit code 0\n$HOME `id` \\$\n^Itab$\nover');
});

test('a job that failed at once, one that is not there, a place without jobs', async () => {
  await using ws = await world();
  expect(await ws.call('run', { command: 'echo no; exit 2', background: true })).toMatchObject({
    ok: false,
    forModel: 'job1: exit code 2 (echo no; exit 2)\nno',
  });
  await expect(ws.call('job', { id: 'job7' })).rejects.toThrow('There is no job job7.\njob1: exit code 2');
  await using plain = await folder();
  expect(await plain.call('run', { command: 'true', background: true })).toMatchObject({ ok: false });
  expect(await plain.call('job', {})).toMatchObject({ ok: false });
});

test('the rest of a long output is named and can be read page by page', async () => {
  await using ws = await world();
  const { forModel } = await ws.call('run', { command: 'seq 1 50000' });
  expect(forModel).toMatch(
    /^exit code 0 \(output shortened by \d+ bytes; the rest: job job1 from 0, or filter it\)\n1\n2\n/,
  );
  const page = await ws.call('job', { id: 'job1', from: 0 });
  const [, next = ''] = /\[Bytes 0 to (\d+) of 288894; go on with from \d+\.\]$/.exec(page.forModel) ?? [];
  const more = await ws.call('job', { id: 'job1', from: Number(next) });
  const last = Number(page.forModel.split('\n').at(-2));
  expect(more.forModel.split('\n')[1]).toBe(String(last + 1));
});

test('the loop says how much of the world a command has', async () => {
  await using ws = await world();
  const prepared = await ws.prepare('run', { command: 'touch /var/goalwright-probe' });
  const state = await nodeSandbox({ root: ws.root }).state();
  expect(prepared.effect).toMatchObject({ looked: state.kind === 'none' ? {} : { sandbox: { network: false } } });
  const result = await prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined });
  if (state.kind !== 'none')
    expect(result).toMatchObject({ ok: false, forModel: expect.stringContaining('Read-only file system') });
});

test('a program that needs a terminal of its own is named as such', () => {
  const result = {
    end: { kind: 'exit', code: 1 },
    output: 'the input device is not a TTY',
    omitted: { bytes: 0, lines: 0 },
    durationMs: 1,
  } as const;
  expect(commandText(result, { timeoutMs: 1, longestMs: 1 })).toMatch(/real terminal/);
});
