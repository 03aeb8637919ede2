import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResult } from '../../../src/agent/ports.ts';
import { commandText } from '../../../src/agent/tools/command-text.ts';
import { endOf, startFault } from '../../../src/headless/ports/command-process.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { ELSEWHERE, terminalRows } from './terminal-cases.ts';

const shell = nodeShell();
const never = AbortSignal.any([]);
let cwd = '';
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-shell-')));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const run = (command: string, timeoutMs = 20_000): Promise<CommandResult> =>
  shell.run({ command, cwd, timeoutMs }, () => undefined, never);
const textOf = (result: CommandResult): string => commandText(result, { timeoutMs: 120_000, longestMs: 600_000 });

/** Runs a command and aborts it as soon as it has printed `marker`. Also tells how long the end took. */
async function stopAt(command: string, marker: string): Promise<CommandResult & { readonly tookMs: number }> {
  const stop = new AbortController();
  let at = 0;
  let seen = '';
  const result = await shell.run(
    { command, cwd, timeoutMs: 20_000 },
    (text) => {
      seen += text;
      if (at > 0 || !seen.includes(marker)) return;
      at = performance.now();
      stop.abort();
    },
    stop.signal,
  );
  return { ...result, tookMs: performance.now() - at };
}

const alive = (pid: string): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
/** The contract is one second; a busy machine gets more, still nothing next to the commands' hours. */
const LOADED_MS = 8000;

const pidsIn = (text: string): string[] => text.match(/\d+/g) ?? [];

const zombies = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return state === 'Z' && parent === String(process.pid);
      } catch {
        return false;
      }
    });

const proofs: Readonly<Record<string, () => Promise<void>>> = {
  async 'tm-si-missing'() {
    expect((await run('echo done; exit 4')).end).toEqual({ kind: 'exit', code: 4 });
  },
  async 'tm-si-forged'() {
    const result = await run("printf '\\033]633;D;0\\a'; exit 3");
    expect(result).toMatchObject({ end: { kind: 'exit', code: 3 }, output: '' });
  },
  async 'tm-second-command'() {
    await run('x=1; cd /; set -e');
    expect((await run('echo "[$x]"; pwd; false; echo still')).output).toBe(`[]\n${cwd}\nstill`);
  },
  async 'tm-hang'() {
    const result = await run('echo begun; sleep 9999', 300);
    expect(result).toMatchObject({ end: { kind: 'timeout', afterMs: 300 }, output: 'begun' });
    expect(textOf(result)).toBe(
      'timed out after 0.3 s and was ended with all it had started\nbegun\n[If it only needs longer, set timeout_seconds (up to 600).]',
    );
  },
  async 'tm-kill-tree'() {
    const result = await stopAt(
      "trap '' TERM; sleep 9999 & bash -c \"trap '' TERM; sleep 9999 & echo \\$! \\$\\$; wait\" & echo $!; wait",
      '\n',
    );
    expect(result.end).toEqual({ kind: 'stopped' });
    expect(result.tookMs).toBeLessThan(LOADED_MS);
    expect(pidsIn(result.output).filter(alive)).toEqual([]);
  },
  async 'tm-long-line'() {
    const result = await run("head -c 50000000 /dev/zero | tr '\\0' x; echo; echo after");
    expect(result.output.length).toBeLessThan(6000);
    expect(result.output).toMatch(
      /^x+ \[… \d+ characters …\]\n\[… \d+ bytes left out …\]\nx+ \[… \d+ characters …\]\nafter$/,
    );
    expect(result.omitted.bytes).toBeGreaterThan(49_990_000);
  },
  async 'tm-ansi'() {
    const bar = "for i in 10 50 100; do printf '\\r\\033[32m%3d%%\\033[0m' $i; done; printf '\\r\\033[Kdone\\n'";
    const redraw = "printf 'a: wait\\nb: wait\\n\\033[2A\\033[2Ka: ok\\n\\033[2Kb: ok\\n'";
    expect((await run(`${bar}; ${redraw}`)).output).toBe('done\na: ok\nb: ok');
  },
  async 'tm-utf8-split'() {
    expect(
      (await run("for c in '\\xe4' '\\xbd' '\\xa0' '\\xf0' '\\x9f' '\\x98' '\\x80'; do printf $c; sleep 0.01; done"))
        .output,
    ).toBe('\u4f60\u{1f600}');
  },
  async 'tm-prompt-sudo'() {
    const result = await run("printf 'Password: '; read -rs x || exit 1");
    expect(result.end).toEqual({ kind: 'exit', code: 1 });
    expect(textOf(result)).toMatch(/It asked for input, and there is none/);
    expect((await run('exec 3</dev/tty')).end).toEqual({ kind: 'exit', code: 1 });
  },
  async 'tm-prompt-yn'() {
    expect(textOf(await run("read -p 'Go on? [y/N] ' x || { printf 'Go on? [y/N] '; exit 1; }"))).toMatch(
      /ask the person\.\]$/,
    );
  },
  async 'tm-pager'() {
    expect(
      (
        await run(
          'git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m hello && git log --format=%s; echo $PAGER $GIT_PAGER $GIT_TERMINAL_PROMPT $TERM',
        )
      ).output,
    ).toBe('hello\ncat cat 0 dumb');
  },
  async 'tm-editor'() {
    const result = await run('git init -q . && git -c user.name=a -c user.email=a@b commit --allow-empty');
    expect(result.end).toEqual({ kind: 'exit', code: 1 });
    expect(result.output).toContain('problem with the editor');
  },
  async 'tm-emfile'() {
    for (const code of ['EMFILE', 'EAGAIN', 'ENOMEM']) {
      expect(startFault(Object.assign(new Error(), { code }))).toBe(
        `the system is out of processes, open files or memory (${code}): try again later`,
      );
    }
    const limited = await run('ulimit -n 3; cat /dev/null; echo rc=$?');
    expect(limited).toMatchObject({ end: { kind: 'exit', code: 0 }, output: expect.stringMatching(/rc=[^0]/) });
  },
  async 'tm-signal-exit'() {
    const result = await run('kill -SEGV $$');
    expect(result.end).toEqual({ kind: 'signal', signal: 'SIGSEGV' });
    expect(textOf(result)).toBe('killed by SIGSEGV, no output');
  },
  async 'tm-exit-null'() {
    expect(endOf(null, null)).toMatchObject({ kind: 'failed', message: expect.stringContaining('unknown') });
    expect(endOf(undefined, undefined).kind).toBe('failed');
  },
  async 'tm-zombie'() {
    await run('true & (true &) ; true');
    await stopAt('echo up; sleep 9999', 'up');
    expect(zombies()).toEqual([]);
  },
  async 'tm-cwd-persist'() {
    await run('mkdir -p sub && cd sub && pwd');
    expect((await run('pwd')).output).toBe(cwd);
    const there = await shell.run(
      { command: 'pwd', cwd: path.join(cwd, 'sub'), timeoutMs: 20_000 },
      () => undefined,
      never,
    );
    expect(there.output).toBe(path.join(cwd, 'sub'));
  },
};

describe('the rows of the case file', () => {
  test('each is proven here or named with its place', () => {
    expect([...Object.keys(proofs), ...Object.keys(ELSEWHERE)].sort()).toEqual(terminalRows.map(({ id }) => id).sort());
  });
  test.for(Object.entries(ELSEWHERE))('%s is proven in %s', ([id, file]) => {
    expect(readFileSync(path.join(import.meta.dirname, file), 'utf8')).toMatch(new RegExp(`row\\('${id}',`));
  });
  test.for(terminalRows.filter(({ id }) => id in proofs))('$id: $expect', ({ id }) => proofs[id]?.());
});

describe('output', () => {
  test('stdout and stderr keep the order in which they were written', async () => {
    const { output } = await run('for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done');
    expect(output).toBe([1, 2, 3, 4, 5].flatMap((i) => [`out ${i}`, `err ${i}`]).join('\n'));
  });

  test('the standard streams can be opened by name', async () => {
    expect(await run('echo a > /dev/stderr; echo b > /dev/stdout; echo c | tee /dev/stderr >/dev/null')).toMatchObject({
      end: { code: 0 },
      output: 'a\nb\nc',
    });
  });

  test('beginning and end of a long output, with what is missing counted', async () => {
    const { output, omitted } = await run('seq 1 200000');
    const [, left] = /^1\n2\n[\s\S]*\n\[… (\d+) lines left out …\]\n[\s\S]*\n199999\n200000$/.exec(output) ?? [];
    expect(Number(left)).toBe(omitted.lines);
    expect(output.split('\n').length - 1 + omitted.lines).toBe(200_000);
    expect(output.length).toBeLessThan(33 * 1024);
    const shown = Buffer.byteLength(output.replace(/\[… .*\]\n/, '')) + 1;
    expect(shown + omitted.bytes).toBe(1_288_895);
  });

  test('a flood in which lines are redrawn and cut anywhere is counted to the line', async () => {
    const { output, omitted } = await run(
      "seq -f '%.0f of many, redrawn' 1 300000 | sed 's/^/old\\r/'; printf 'the end'",
    );
    expect(output).toMatch(/^1 of many, redrawn\n2 of many, [\s\S]*\n300000 of many, redrawn\nthe end$/);
    expect(output.split('\n').length - 1 + omitted.lines).toBe(300_001);
  });

  test('binary data is named, not shown', async () => {
    expect((await run("echo before; printf 'a\\0b\\xff\\n'; echo after")).output).toBe(
      'before\n[binary data, 4 characters]\nafter',
    );
  });

  test('it streams, without control sequences', async () => {
    let live = '';
    await shell.run(
      { command: "printf 'a\\033[31mb\\033['; sleep 0.05; printf '0mc\\n'", cwd, timeoutMs: 20_000 },
      (text) => (live += text),
      never,
    );
    expect(live).toBe('abc\n');
  });
});

describe('ending', () => {
  test('it is over when its process is over; what it left behind is ended', async () => {
    const began = performance.now();
    const { end, output } = await run('sleep 9999 & echo $!');
    expect(end).toEqual({ kind: 'exit', code: 0 });
    expect(performance.now() - began).toBeLessThan(LOADED_MS);
    expect(output).toMatch(/^\d+\n\[Processes that this command left running were ended\.\]$/);
    expect(pidsIn(output).filter(alive)).toEqual([]);
  });

  test('a command that was stopped before it began does not run', async () => {
    const result = await shell.run(
      { command: 'touch ran', cwd, timeoutMs: 1000 },
      () => undefined,
      AbortSignal.abort(),
    );
    expect(result.end).toEqual({ kind: 'stopped' });
    expect(existsSync(path.join(cwd, 'ran'))).toBe(false);
  });

  test('a graceful end keeps its last words', async () => {
    const { end, output } = await stopAt("trap 'echo bye; exit 0' TERM; echo up; sleep 9999 & wait", 'up');
    expect(end).toEqual({ kind: 'stopped' });
    expect(output).toBe('up\nbye');
  });

  test('what cannot be started is a value', async () => {
    expect(
      (await shell.run({ command: 'x', cwd: path.join(cwd, 'missing'), timeoutMs: 1000 }, () => undefined, never)).end,
    ).toEqual({
      kind: 'failed',
      message: `the folder ${path.join(cwd, 'missing')} does not exist`,
    });
    const broken = nodeShell({
      program: { name: 'none', kind: 'sh', file: '/nowhere/sh', args: (command) => [command] },
    });
    expect((await broken.run({ command: 'x', cwd, timeoutMs: 1000 }, () => undefined, never)).end).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('ENOENT'),
    });
    expect((await run(`echo ${'x'.repeat(200_000)}`)).end).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('too long'),
    });
    expect((await run('a\0b')).end).toMatchObject({ kind: 'failed' });
  });

  test('nothing of it stays in the temporary folder', async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = cwd;
    try {
      expect((await run('ls -d goalwright-output-*')).end).toEqual({ kind: 'exit', code: 2 });
      expect(readdirSync(cwd).filter((name) => name.startsWith('goalwright-'))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});

test('input is empty, not ours', async () => {
  expect((await run('cat; echo end')).output).toBe('end');
});
