/** Commands in the background: their whole life, what they print, what they are told, and that none outlives its host. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Job, JobOutput, Jobs, Shell } from '../../../src/agent/ports.ts';
import { reapHosts } from '../../../src/headless/ports/job-records.ts';
import { outputLog } from '../../../src/headless/ports/output-log.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { row } from '../journal/cases.ts';

let top = '';
let records = '';
beforeAll(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-jobs-')));
  records = path.join(top, 'records');
});
afterAll(() => rm(top, { recursive: true, force: true }));

const open: Jobs[] = [];
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
});
const never = AbortSignal.any([]);

/** A shell and its jobs, ended with the test. */
function shellWithJobs(): Shell & { readonly jobs: Jobs } {
  const shell = nodeShell({ records });
  if (!shell.jobs) throw new Error('no jobs');
  open.push(shell.jobs);
  return { ...shell, jobs: shell.jobs };
}

async function start(jobs: Jobs, command: string, input = false): Promise<Job> {
  const job = await jobs.start({ command, cwd: top, input }, () => undefined);
  if ('fault' in job) throw new Error(job.fault);
  return job;
}

async function read(jobs: Jobs, id: string, part: { from?: number; waitMs?: number } = {}): Promise<JobOutput> {
  const output = await jobs.read(id, part, never);
  if ('fault' in output) throw new Error(output.fault);
  return output;
}

describe('the life of a job', () => {
  test('it runs on, is listed, read piece by piece, and killed', async () => {
    const { jobs } = shellWithJobs();
    const job = await start(jobs, 'echo one; sleep 0.6; echo two; sleep 7005');
    expect(job).toMatchObject({ id: 'job1', cwd: top, end: undefined, input: false });
    expect((await read(jobs, 'job1')).text).toBe('one');
    expect(await read(jobs, 'job1', { waitMs: 900 })).toMatchObject({ text: 'two', from: 4, to: 8 });
    expect((await read(jobs, 'job1')).text).toBe('');
    expect((await read(jobs, 'job1', { from: 0 })).text).toBe('one\ntwo');
    expect(await jobs.kill('job1')).toMatchObject({ end: { kind: 'stopped' } });
    expect(jobs.list().map(({ id, end }) => [id, end?.kind])).toEqual([['job1', 'stopped']]);
    expect(running('sleep 7005')).toBe(false);
  });

  test('what fails at once is told at once; an end is told as that of any command', async () => {
    const { jobs } = shellWithJobs();
    expect(await start(jobs, 'echo no >&2; exit 3')).toMatchObject({ end: { kind: 'exit', code: 3 } });
    expect((await read(jobs, 'job1')).text).toBe('no');
    expect((await start(jobs, 'kill -SEGV $$')).end).toEqual({ kind: 'signal', signal: 'SIGSEGV' });
    expect(await jobs.start({ command: 'x', cwd: path.join(top, 'none'), input: false }, () => undefined)).toEqual({
      fault: `the folder ${path.join(top, 'none')} does not exist`,
    });
  });

  test('its output is streamed to who watches', async () => {
    const { jobs } = shellWithJobs();
    let live = '';
    await jobs.start({ command: "printf 'a\\033[31mb\\n'", cwd: top, input: false }, (text) => (live += text));
    expect(live).toBe('ab\n');
  });

  test('one that is not there is named, with those that are', async () => {
    const { jobs } = shellWithJobs();
    expect(await jobs.read('job9', {}, never)).toEqual({ fault: 'there is no job job9; there are none' });
    await start(jobs, 'true');
    expect(await jobs.kill('job9')).toEqual({ fault: 'there is no job job9; there are job1' });
    expect(await jobs.write('job9', 'x', false)).toEqual({ fault: 'there is no job job9; there are job1' });
  });

  test('closing ends all, also what ignores the polite signal, and removes what was kept', async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, "trap '' TERM; sleep 7001 & setsid -f sleep 7002; sleep 7003");
    await start(jobs, 'yes | head -c 300000; sleep 7004');
    await jobs.close();
    expect([7001, 7002, 7003, 7004].filter((id) => running(`sleep ${id}`))).toEqual([]);
    expect(jobs.list()).toEqual([]);
    expect(readdirSync(records)).toEqual([]);
    // The same shell serves the next run.
    const { id } = await start(jobs, 'seq 1 30000');
    expect((await read(jobs, id, { from: 168_000, waitMs: 5000 })).text).toMatch(/30000$/);
  });
});

describe('input', () => {
  test('it is written as it is, and closed', async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, 'cat; echo over', true);
    expect(await jobs.write('job1', 'hello\n', false)).toBeUndefined();
    expect(await jobs.write('job1', 'end', true)).toBeUndefined();
    const { job, text } = await read(jobs, 'job1', { waitMs: 5000 });
    expect({ end: job.end, text }).toEqual({ end: { kind: 'exit', code: 0 }, text: 'hello\nendover' });
    expect(await jobs.write('job1', 'x', false)).toEqual({ fault: 'job1 has ended' });
  });

  test('it is empty unless asked for', async () => {
    const { jobs } = shellWithJobs();
    expect(await start(jobs, 'cat; echo over')).toMatchObject({ end: { kind: 'exit', code: 0 } });
    await start(jobs, 'sleep 9999');
    expect(await jobs.write('job2', 'x', false)).toMatchObject({ fault: expect.stringContaining('without input') });
  });

  test(row('tm-prompt-yn', 'a job that waits for an answer is told as such, and answered'), async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, 'printf "\\033[1mGo on? [y/N]\\033[0m "; read -r x; echo "got $x"', true);
    const asking = await read(jobs, 'job1', { waitMs: 10_000 });
    expect(asking.job.asks).toBe('Go on? [y/N]');
    await jobs.write('job1', 'y\n', false);
    expect(await read(jobs, 'job1', { waitMs: 10_000 })).toMatchObject({ job: { asks: undefined }, text: 'got y' });
  });

  test('more than a program takes does not hold us', async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, 'sleep 9999', true);
    expect(await jobs.write('job1', 'x'.repeat(1_000_000), false)).toBeUndefined();
  });
});

describe('output', () => {
  test('a gigabyte is kept whole, in bounded memory, and read by pages', async () => {
    const { jobs } = shellWithJobs();
    const before = process.memoryUsage().rss;
    const size = 1024 ** 3;
    await start(
      jobs,
      `echo first; yes 0123456789abcdef0123456789abcdef0123456789abcdef | head -c ${size}; echo; echo last`,
    );
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const { job, text, omitted } = await read(jobs, 'job1', { waitMs: 30_000 }).finally(() => clearInterval(watch));
    expect(job).toMatchObject({ end: { kind: 'exit', code: 0 }, bytes: size + 12 });
    expect(text).toMatch(/^first\n0123/);
    expect(text).toMatch(/\nlast$/);
    expect(text.length).toBeLessThan(34 * 1024);
    expect(omitted.bytes).toBeGreaterThan(size - 40_000);
    expect((most - before) / 1024 ** 2).toBeLessThan(250);
    const page = await read(jobs, 'job1', { from: omitted.at });
    expect(page.text.startsWith('0123456789abcdef')).toBe(true);
    expect(page.to - page.from).toBeGreaterThan(30_000);
    expect((await read(jobs, 'job1', { from: size })).text).toMatch(/last$/);
  });

  test('pages join without a gap', async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, 'seq 1 30000');
    await read(jobs, 'job1', { waitMs: 10_000 });
    const lines: string[] = [];
    let from = 0;
    for (;;) {
      const page = await read(jobs, 'job1', { from });
      if (page.to === from) break;
      lines.push(...page.text.split('\n'));
      from = page.to;
    }
    expect(lines).toEqual(Array.from({ length: 30_000 }, (_, index) => String(index + 1)));
  });

  test('binary data is named, not shown', async () => {
    const { jobs } = shellWithJobs();
    await start(jobs, "printf 'a\\0b\\n'; echo text");
    expect((await read(jobs, 'job1')).text).toBe('[binary data, 3 characters]\ntext');
  });

  test('the whole of a shortened foreground output can be read, a short one is not kept', async () => {
    const shell = shellWithJobs();
    const run = (command: string) => shell.run({ command, cwd: top, timeoutMs: 20_000 }, () => undefined, never);
    const long = await run('seq 1 100000');
    expect(long.log).toBe('job1');
    const { text } = await read(shell.jobs, 'job1', { from: 288_894 });
    expect(text.split('\n').slice(0, 2)).toEqual(['50001', '50002']);
    expect((await run('echo short')).log).toBeUndefined();
    expect(shell.jobs.list()).toHaveLength(1);
  });

  test('a full disk ends the keeping, not the command', async () => {
    const log = outputLog('/dev/full');
    await new Promise<void>((resolve) => {
      if (log.write(Buffer.alloc(8 * 1024 ** 2), resolve)) resolve();
    });
    expect(log.write(Buffer.from('more'), () => undefined)).toBe(true);
    await log.flush();
    expect(log.bytes).toBe(8 * 1024 ** 2 + 4);
    expect(log.kept).toBe(0);
    const bounded = outputLog(path.join(top, 'bounded'), 100_000);
    bounded.write(Buffer.alloc(150_000, 'x'), () => undefined);
    expect([bounded.bytes, bounded.kept, (await bounded.read(99_999, 200_000)).length]).toEqual([150_000, 100_000, 1]);
    await bounded.remove();
  });
});

describe('what leaves the group', () => {
  test(row('tm-setsid-escape', 'without the sandbox it is reported, and ended by Stop'), async () => {
    const shell = shellWithJobs();
    const { end, output } = await shell.run(
      { command: 'setsid -f sleep 7011 >/dev/null; sleep 0.1', cwd: top, timeoutMs: 20_000 },
      () => undefined,
      never,
    );
    expect(end).toEqual({ kind: 'exit', code: 0 });
    expect(output).toMatch(/^\[Processes that it started in sessions of their own still run: \d+ sleep\.\]$/);
    process.kill(Number(/\d+/.exec(output)?.[0]), 'SIGKILL');
    const job = await start(shell.jobs, 'setsid -f sleep 7012; sleep 9999');
    await shell.jobs.kill(job.id);
    expect(running('sleep 7012')).toBe(false);
  });

  test(row('tm-host-killed', 'the next start ends what a killed host left, and nothing of a living one'), async () => {
    const folder = path.join(top, 'killed');
    const ports = path.join(import.meta.dirname, '../../../src/headless/ports/shell.ts');
    const script = `
      import { nodeShell } from ${JSON.stringify(ports)};
      const { jobs } = nodeShell({ records: ${JSON.stringify(folder)} });
      await jobs.start({ command: 'setsid -f sleep 7021; sleep 7022', cwd: '/', input: false }, () => undefined);
      console.log('up');
      setInterval(() => undefined, 1000);`;
    const host = spawn(process.execPath, ['--input-type=module', '--experimental-strip-types', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(host.stdout, 'data');
    expect(await reapHosts(folder)).toBe(0);
    expect([running('sleep 7021'), running('sleep 7022')]).toEqual([true, true]);
    host.kill('SIGKILL');
    await once(host, 'exit');
    expect(running('sleep 7022')).toBe(true);
    expect(await reapHosts(folder)).toBe(2);
    expect([running('sleep 7021'), running('sleep 7022')]).toEqual([false, false]);
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});

/** A zombie is shown by its name alone. */
function running(command: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').some((line) => line.trim() === command);
}

describe('a command whose time is over', () => {
  test('goes on as a job, from where its answer ended, and can be waited for', async () => {
    const shell = shellWithJobs();
    const command = 'echo one; until [ -e go ]; do sleep 0.05; done; echo two; exit 3';
    const live: string[] = [];
    const result = await shell.run(
      { command, cwd: top, timeoutMs: 300, mayGoOn: true },
      (text) => live.push(text),
      never,
    );
    expect(result).toMatchObject({ end: { kind: 'timeout' }, output: 'one', goesOn: 'job1' });
    expect(shell.jobs.list()).toMatchObject([{ id: 'job1', end: undefined, input: false }]);
    await writeFile(path.join(top, 'go'), '');
    const rest = await read(shell.jobs, 'job1', { waitMs: 20_000 });
    expect(rest).toMatchObject({ text: 'two', job: { end: { kind: 'exit', code: 3 } } });
    // The call that started it has been answered.
    expect(live.join('')).toBe('one\n');
  });

  test('can be stopped, with all it had started', async () => {
    const shell = shellWithJobs();
    await shell.run({ command: 'sleep 7021 & sleep 7021', cwd: top, timeoutMs: 200, mayGoOn: true }, () => {}, never);
    expect(await shell.jobs.kill('job1')).toMatchObject({ end: { kind: 'stopped' } });
    expect(running('sleep 7021')).toBe(false);
  });

  test('ends with its host', async () => {
    const shell = shellWithJobs();
    await shell.run({ command: 'exec sleep 7022', cwd: top, timeoutMs: 200, mayGoOn: true }, () => {}, never);
    await shell.jobs.close();
    expect(running('sleep 7022')).toBe(false);
  });

  test('is ended where it may not go on', async () => {
    const shell = shellWithJobs();
    const result = await shell.run({ command: 'exec sleep 7023', cwd: top, timeoutMs: 200 }, () => {}, never);
    expect([result.end.kind, result.goesOn]).toEqual(['timeout', undefined]);
    expect(running('sleep 7023')).toBe(false);
  });

  test('is shown all along', async () => {
    const seen: string[] = [];
    const shell = nodeShell({
      records,
      show: ({ command }) => ({
        output: (text) => seen.push(text.trim()),
        goesOn: ({ id }) => seen.push(`${command.slice(0, 8)} goes on as ${id}`),
        ended: ({ kind }) => seen.push(kind),
      }),
    });
    if (shell.jobs) open.push(shell.jobs);
    await shell.run({ command: 'echo one; exec sleep 7024', cwd: top, timeoutMs: 300, mayGoOn: true }, () => {}, never);
    await shell.jobs?.kill('job1');
    expect(seen).toEqual(['one', 'echo one goes on as job1', 'stopped']);
  });
});
