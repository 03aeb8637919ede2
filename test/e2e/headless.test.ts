/** The `goalwright` program as it is shipped, one bundle: goals over real HTTP, approvals, exit codes, events as JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
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

let state: string;
beforeEach(() => {
  state = mkdtempSync(path.join(os.tmpdir(), 'gw-state-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const start = (args: readonly string[], key = 'test-key'): { child: ChildProcess; ended: Promise<Ended> } => {
  const env = { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state, ...(key && { OPENAI_API_KEY: key }) };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  if (!args.includes('check')) child.stdin?.end();
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

describe('goalwright run', () => {
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
      [['run', 'x', '--format', 'md'], "--format does not belong to 'run'."],
      [['runs', 'x'], 'Give nothing.'],
      [['runs', '--max-steps', '3'], "--max-steps does not belong to 'runs'."],
      [['resume'], 'Give one run.'],
      [['fork', 'latest'], '--before must be the number of an event'],
      [['fork', 'latest', '--before', 'now'], '--before must be a number above 0'],
      [['rename', 'latest'], 'Give a run and its new title, in quotes.'],
      [['export', 'latest', '--format', 'pdf'], '--format takes md or json'],
      [['run', 'x', '--max-tokens-per-day', '0'], '--max-tokens-per-day must be a number above 0'],
      [['delete', 'nothing'], 'There is no run nothing.'],
      [['export', 'latest'], 'There are no runs in this folder yet.'],
      [['resume', 'latest'], 'There is no run latest.'],
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

describe('the runs of a folder', () => {
  it('are listed, renamed, exported and thrown away', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n' });
    await using server = await openAiServer([{ content: 'Hello.' }, { content: 'Bye.' }]);
    expect((await run('runs', '--cwd', folder)).stderr).toContain('There are no runs');
    const at = ['--cwd', folder, '--base-url', server.baseUrl];
    await run('run', 'Say hello', ...at);
    await run('run', 'Say goodbye', ...at);
    expect((await run('rename', 'latest', 'Leave', '--cwd', folder)).code).toBe(0);

    const { code, stdout } = await run('runs', '--cwd', folder);
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\S+ {2}done {8}\d{4}-\d\d-\d\d \d\d:\d\d .* Leave$/);
    expect(lines[1]).toMatch(/Say hello$/);
    const json = (await run('runs', '--json', '--cwd', folder)).stdout.trim().split('\n');
    const [newest, oldest] = json.map((line) => JSON.parse(line));
    expect(newest).toMatchObject({ title: 'Leave', goal: 'Say goodbye', status: 'ended', outcome: 'done' });

    expect((await run('export', 'latest', '--cwd', folder)).stdout).toMatch(/^# Leave\n.*> Bye\./s);
    const page = JSON.parse((await run('export', oldest.id, '--format', 'json', '--cwd', folder)).stdout);
    expect(page).toMatchObject({ run: oldest.id, removed: [] });
    for (const event of page.events) expect(RunEvent.safeParse(event).success).toBe(true);

    expect(await run('delete', newest.id, '--cwd', folder)).toMatchObject({ code: 0, stdout: '' });
    expect((await run('runs', '--cwd', folder)).stdout.trim().split('\n')).toEqual([lines[1]]);
  });

  it('one that was killed is resumed: what was done is not done again', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n' });
    await using server = await openAiServer([{ toolCalls: [call('write', { path: 'a.txt', content: 'two\n' })] }]);
    const at = ['--cwd', folder, '--base-url', server.baseUrl];
    const { child, ended } = start(['run', 'Make it two', '--approve', 'edits', ...at]);
    await server.request(0);
    const held = server.hold();
    await held.request;
    child.kill('SIGKILL');
    await ended;
    held.release();
    expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('two\n');
    expect((await run('runs', '--cwd', folder)).stdout).toContain('unfinished');

    server.answer({ toolCalls: [call('finish', { summary: 'It says two.' })] });
    const { code, stdout, stderr } = await run('resume', 'latest', '--approve', 'edits', '--max-steps', '9', ...at);
    expect(stderr).toBe('');
    expect(stdout).toContain('The run was loaded again');
    expect(stdout).toContain('done: Make it two');
    expect(code).toBe(0);
    expect((await run('resume', 'latest', ...at)).stderr).toContain('This run has ended.');
  });

  it('one is gone back in: the copy goes on with other words', async () => {
    const folder = projectFolder({});
    await using server = await openAiServer([{ content: 'Hello.' }, { content: 'Bye.' }, { content: 'Well then.' }]);
    const at = ['--cwd', folder, '--base-url', server.baseUrl];
    await run('run', 'Say hello', ...at);
    const again = await run('fork', 'latest', '--before', '1', '--text', 'Say goodbye', ...at);
    expect(again.stdout).toContain('done: Say goodbye');
    const { events } = JSON.parse((await run('export', 'latest', '--format', 'json', '--cwd', folder)).stdout);
    const fork = await run(
      'fork',
      'latest',
      '--before',
      String(events.length + 1),
      '--text',
      'And now?',
      '--json',
      ...at,
    );
    expect(fork.code).toBe(0);
    expect(fork.stdout).toContain('"type":"run.forked"');
    expect(server.requests.at(-1)?.body.messages.at(-1)?.content).toBe('And now?');
    const lines = (await run('runs', '--cwd', folder)).stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('(fork of ');
  });

  it('files go back to a checkpoint: what differs is listed first, and the restore can be undone', async () => {
    const folder = projectFolder({ 'a.txt': 'one\n', 'mine.txt': 'one\n' });
    await using server = await openAiServer([
      {
        toolCalls: [
          call('write', { path: 'a.txt', content: 'two\n' }),
          call('write', { path: 'b.txt', content: 'new\n' }),
        ],
      },
      { toolCalls: [call('finish', { summary: 'Done.' })] },
    ]);
    const text = (file: string) => readFileSync(path.join(folder, file), 'utf8');
    const at = ['--cwd', folder];
    await run('run', 'Make it two', '--approve', 'edits', '--base-url', server.baseUrl, ...at);
    writeFileSync(path.join(folder, 'mine.txt'), 'mine\n');
    expect((await run('checkpoints', 'latest', ...at)).stdout).toMatch(
      /^k1 {2}.+ {2}before t1 {2}Make it two\nk2 {2}.+after/,
    );

    const looked = await run('restore', 'latest', 'k1', ...at);
    expect(looked).toMatchObject({ code: 0, stdout: 'M  a.txt\nD  b.txt\n' });
    expect(looked.stderr).toContain('Nothing was written.');
    expect(looked.stderr).toContain('1 more differ that this run did not change');
    expect([text('a.txt'), text('b.txt')]).toEqual(['two\n', 'new\n']);

    const { stdout, stderr } = await run('restore', 'latest', 'k1', '--write', ...at);
    expect(stdout).toBe('M  a.txt\nD  b.txt\n');
    expect([text('a.txt'), existsSync(path.join(folder, 'b.txt')), text('mine.txt')]).toEqual([
      'one\n',
      false,
      'mine\n',
    ]);

    const [, undo = ''] = /^To undo: goalwright (.+)$/m.exec(stderr) ?? [];
    expect((await run(...undo.split(' '), ...at)).stdout).toBe('M  a.txt\nA  b.txt\n');
    expect([text('a.txt'), text('b.txt')]).toEqual(['two\n', 'new\n']);
    expect((await run('restore', 'latest', 'k9', ...at)).code).toBe(2);
  });
});

describe('goalwright policy', () => {
  it('judges rows from stdin, one a line', async () => {
    const rows = readFileSync(path.resolve(import.meta.dirname, '../cases/security-cases.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const { child, ended } = start(['policy', 'check'], '');
    child.stdin?.end(`${rows.map((row) => withoutAnswer(row)).join('\n')}\nno JSON\n`);
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    const rulings = stdout
      .trim()
      .split('\n')
      .map((line) => Ruling.parse(JSON.parse(line)));
    expect(rulings).toHaveLength(rows.length + 1);
    expect(rulings.at(-1)).toMatchObject({ decision: 'ask' });
    const wrong = rows
      .map((row) => Case.parse(JSON.parse(row)))
      .filter(({ expect: wanted }, index) => rulings[index]?.decision !== wanted);
    // Its input names an address and no headers.
    expect(wrong.map(({ id }) => id)).toEqual(['url-header-secret']);
  });

  it('says what would become of a command, by which rule and in which mode', async () => {
    const folder = projectFolder({ '.goalwright/policy.json': '[{"verdict":"deny","command":"git push *"}]' });
    const ask = async (...args: readonly string[]) => (await run('policy', 'explain', '--cwd', folder, ...args)).stdout;
    expect(await ask('ls -la')).toMatch(/^allow: [\s\S]*rule: command-harmless/);
    expect(await ask('git push origin')).toMatch(
      /^deny: A rule of this workspace forbids it\.\nrule: workspace rule: deny git push \*/,
    );
    expect(await ask('--read', '.env')).toMatch(/^ask: [\s\S]*rule: env-file/);
    expect(JSON.parse(await ask('--json', 'touch x'))).toMatchObject({
      verdict: 'ask',
      rule: 'command',
      modes: { readOnly: 'is refused' },
    });
    expect((await run('policy', 'explain')).code).toBe(2);
  });
});

const Case = z.object({ id: z.string(), area: z.string(), input: z.unknown(), expect: z.string() });
const Ruling = z.object({ id: z.string().optional(), decision: z.string(), rule: z.string(), reason: z.string() });
const withoutAnswer = (row: string): string => {
  const { id, area, input } = Case.parse(JSON.parse(row));
  return JSON.stringify({ id, area, input });
};
