/** The `goalwright` program as it is shipped, one bundle: goals over real HTTP, approvals, exit codes, events as JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExample } from '../../scripts/example.mjs';
import { RunEvent } from '../../src/agent/journal/event.ts';
import { parseRecording } from '../../src/agent/model/record.ts';
import { type Answer, openAiServer } from '../fixtures/openai-server.ts';
import { call, projectFolder } from './scene.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/goalwright.mjs');
const RECORDINGS = path.resolve(import.meta.dirname, '../../media/recordings');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('goalwright run', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(path.join(os.tmpdir(), 'gw-state-'));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  const start = (args: readonly string[], key = 'test-key'): { child: ChildProcess; ended: Promise<Ended> } => {
    const env = { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state, ...(key && { OPENAI_API_KEY: key }) };
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  };
  const run = (...args: readonly string[]) => start(args).ended;

  it('reaches the minimist goal over HTTP with the recorded replies, and prints the proof', async () => {
    const recording = parseRecording(readFileSync(path.join(RECORDINGS, 'minimist.json'), 'utf8'));
    if ('fault' in recording) throw new Error(recording.fault);
    const answers = recording.exchanges.map(({ events }): Answer => {
      const said = events.filter((event) => event.type === 'text').map(({ text }) => text);
      const toolCalls = events.filter((event) => event.type === 'toolCall');
      return { content: said.join(''), toolCalls };
    });
    await using server = await openAiServer(answers);
    const folder = path.join(state, 'example');
    await createExample(folder);
    const { code, stdout, stderr } = await run(
      'run',
      recording.goal,
      '--cwd',
      folder,
      '--approve',
      'all',
      '--base-url',
      server.baseUrl,
    );
    expect(stderr).toContain('No limit was given: this run stops after 40 steps.');
    expect(stdout).toContain('[SUCCESS]');
    expect(stdout).toMatch(/done, verified by code/);
    expect(code).toBe(0);
    const polluted = spawn(
      process.execPath,
      [
        '-e',
        "require('./')(['--_.constructor.constructor.prototype.foo','bar']); process.exit((() => {}).foo === undefined ? 0 : 9)",
      ],
      { cwd: folder },
    );
    expect(await new Promise((resolve) => polluted.on('close', resolve))).toBe(0);
  });

  it('without approval changes nothing, and says that nobody was there to ask', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n' });
    await using server = await openAiServer([
      { toolCalls: [call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] })] },
      { toolCalls: [call('finish', { summary: 'I could not.' })] },
    ]);
    const { code } = await run(
      'run',
      'Make it two',
      '--cwd',
      folder,
      '--approve',
      'none',
      '--base-url',
      server.baseUrl,
    );
    expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('one\n');
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain('nobody is there to ask');
    expect(server.requests[0]?.body.tools?.map((tool) => tool.function.name)).not.toContain('ask');
    expect(code).toBe(0);
  });

  it('with edits approved still runs no command', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n' });
    await using server = await openAiServer([
      { toolCalls: [call('write', { path: 'a.txt', content: 'two\n' }), call('run', { command: 'touch made' })] },
      { toolCalls: [call('finish', { summary: 'Half.' })] },
    ]);
    await run('run', 'Make it two', '--cwd', folder, '--approve', 'edits', '--base-url', server.baseUrl);
    expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('two\n');
    expect(existsSync(path.join(folder, 'made'))).toBe(false);
  });

  it('prints events as JSON lines that parse', async () => {
    await using server = await openAiServer([{ content: 'Forty-two.' }]);
    const { code, stdout } = await run(
      'run',
      'What is it?',
      '--cwd',
      projectFolder({}),
      '--json',
      '--base-url',
      server.baseUrl,
    );
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: 'run.created', goal: 'What is it?' });
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', outcome: 'done', report: 'Forty-two.' });
    for (const event of events) expect(RunEvent.safeParse(event).success).toBe(true);
    expect(code).toBe(0);
  });

  it('exits 1 when the goal is not reached', async () => {
    await using server = await openAiServer((request) => ({
      toolCalls:
        request.number === 0
          ? [
              call('plan', { tasks: [{ title: 'Fail', checks: [{ file: 'never.txt' }] }] }),
              call('finish', { summary: '?' }),
            ]
          : [call('finish', { summary: '?' })],
    }));
    const { code, stdout } = await run(
      'run',
      'Fail',
      '--cwd',
      projectFolder({}),
      '--approve',
      'none',
      '--base-url',
      server.baseUrl,
    );
    expect(stdout).toContain('blocked');
    expect(code).toBe(1);
  });

  it('exits 3 at a limit', async () => {
    await using server = await openAiServer(() => ({ toolCalls: [call('find', { glob: '*' })] }));
    expect(
      (await run('run', 'Look', '--cwd', projectFolder({}), '--max-steps', '2', '--base-url', server.baseUrl)).code,
    ).toBe(3);
    expect(server.requests).toHaveLength(2);
  });

  it('exits 2 with what to write instead when the line is wrong', async () => {
    for (const [args, says] of [
      [[], 'A command is missing.'],
      [['run'], 'Give one goal, in quotes.'],
      [['run', 'x', '--approve', 'some'], '--approve takes all, edits or none'],
      [['run', 'x', '--max-steps', 'many'], '--max-steps must be a number above 0'],
      [['run', 'x', '--cwd', '/nowhere/at/all', '--base-url', 'http://127.0.0.1:9'], '/nowhere/at/all'],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(stderr).toContain(says);
      expect(code).toBe(2);
    }
    const { code, stderr } = await start(['run', 'x'], '').ended;
    expect(stderr).toContain('No key: set OPENAI_API_KEY');
    expect(code).toBe(2);
  });

  it('stops in order on Ctrl-C', async () => {
    await using server = await openAiServer([{ content: 'never' }]);
    const held = server.hold();
    const { child, ended } = start(['run', 'Wait', '--cwd', projectFolder({}), '--base-url', server.baseUrl]);
    await held.request;
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(stdout).toContain('stopped');
    expect(code).toBe(1);
    held.release();
  });
});
