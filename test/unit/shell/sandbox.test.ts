/** The sandbox: its argv and profile as text, and what really happens in it where bubblewrap works. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResult, Confinement } from '../../../src/agent/ports.ts';
import { bubblewrapArgs } from '../../../src/headless/ports/sandbox/bubblewrap.ts';
import { namedIn } from '../../../src/headless/ports/sandbox/named.ts';
import { findPlaces, type Places } from '../../../src/headless/ports/sandbox/places.ts';
import { reasonOf } from '../../../src/headless/ports/sandbox/probe.ts';
import { nodeSandbox } from '../../../src/headless/ports/sandbox/sandbox.ts';
import { seatbeltProfile } from '../../../src/headless/ports/sandbox/seatbelt.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { row } from '../journal/cases.ts';
import { scratchFolder } from './scratch.ts';

const places: Places = {
  writable: ['/ws'],
  pinned: ['/ws/.git'],
  guarded: ['/ws/.git/hooks', '/ws/.git/config'],
  hiddenFolders: ['/home/a/.ssh'],
  hiddenFiles: ['/home/a/.netrc', '/ws/.env'],
};
const bubblewrap = {
  ...({ places, cwd: '/ws/lib', network: false, nested: 'forbidden', emptied: ['/tmp', '/run'], kept: [] } as const),
};

const NONE = { bwrap: [], 'sandbox-exec': [], socat: [] };

describe('as text', () => {
  test('the argv of bubblewrap', () => {
    expect(
      bubblewrapArgs({ ...bubblewrap, infoFd: 3 })
        .join(' ')
        .replaceAll(' --', '\n--'),
    ).toMatchSnapshot();
  });

  test('with the network only what cuts it off is missing', () => {
    const without = bubblewrapArgs(bubblewrap);
    expect(bubblewrapArgs({ ...bubblewrap, network: true })).toEqual(without.filter((arg) => arg !== '--unshare-net'));
  });

  test('what is hidden inside the work tree is covered after it is mounted, what is outside before', () => {
    const args = bubblewrapArgs({ ...bubblewrap, places: { ...places, writable: ['/home/a/.ssh/ws'] } });
    expect(args.indexOf('/home/a/.ssh')).toBeLessThan(args.indexOf('/home/a/.ssh/ws'));
    const inside = bubblewrapArgs(bubblewrap);
    expect(inside.indexOf('/ws/.env')).toBeGreaterThan(inside.lastIndexOf('/ws/.git/config'));
  });

  test("macOS's profile", () => {
    expect(seatbeltProfile({ places, network: false, temp: '/private/tmp/x' })).toMatchSnapshot();
  });

  test("macOS's profile: the network, and names that would end a string", () => {
    const hostile = { ...places, writable: ['/w"s\\) (allow default'] };
    const profile = seatbeltProfile({ places: hostile, network: true, temp: '/t' });
    expect(profile).not.toContain('(deny network*)');
    expect(profile).toContain('(allow file-write* (subpath "/w\\"s\\\\) (allow default") (subpath "/t"))');
  });

  test('why there is none, in words', async () => {
    expect(reasonOf('bwrap: setting up uid map: Permission denied')).toMatch(/AppArmor/);
    expect(reasonOf('bwrap: Unknown option --x\nmore')).toBe('a trial in it failed: bwrap: Unknown option --x');
    expect(reasonOf('')).toBe('a trial in it failed without a word.');
    expect(await nodeSandbox({ root: '/ws', platform: 'win32' }).state()).toEqual({
      kind: 'none',
      reason: 'there is none for Windows.',
    });
    const missing = nodeSandbox({ root: '/ws', platform: 'linux', programs: { ...NONE } });
    expect(await missing.state()).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('install the package'),
    });
  });

  test('a program that does not answer as the sandbox does is none', async () => {
    const sandbox = nodeSandbox({
      root: tmpdir(),
      platform: 'linux',
      programs: { ...NONE, bwrap: ['/bin/true'] },
    });
    expect(await sandbox.state()).toEqual({ kind: 'none', reason: 'a trial in it failed without a word.' });
  });
});

let top = '';
let root = '';
let home = '';
beforeAll(async () => {
  top = await scratchFolder('sandbox');
  root = path.join(top, 'ws');
  home = path.join(top, 'home');
  await mkdir(path.join(home, '.ssh'), { recursive: true });
  await mkdir(path.join(home, 'dotfiles/aws'), { recursive: true });
  await symlink(path.join(home, 'dotfiles/aws'), path.join(home, '.aws'));
  await mkdir(root);
  for (const [name, text] of [
    ['home/.ssh/id', 'key'],
    ['home/dotfiles/aws/credentials', 'key'],
    ['home/.netrc', 'key'],
    ['home/plain', 'text'],
    ['ws/.env', 'SECRET=1'],
    ['ws/.env.example', 'SECRET='],
  ] as const)
    await writeFile(path.join(top, name), text);
  const git = nodeShell();
  const made = await git.run(
    { command: 'git init -q . && git init -q sub && mkdir -p .git/hooks && touch file', cwd: root, timeoutMs: 20_000 },
    () => undefined,
    AbortSignal.any([]),
  );
  expect(made.end).toEqual({ kind: 'exit', code: 0 });
});
afterAll(() => rm(top, { recursive: true, force: true }));

test('what is opened, guarded and hidden is read off the disk', async () => {
  const found = await findPlaces({ root, home, secrets: false });
  expect(found.writable).toEqual([root]);
  expect(found.pinned).toEqual([path.join(root, '.git'), path.join(root, 'sub/.git')]);
  expect(found.guarded).toEqual(
    expect.arrayContaining(['.git/hooks', '.git/config', 'sub/.git/config'].map((at) => path.join(root, at))),
  );
  expect(found.hiddenFolders).toEqual([path.join(home, '.ssh'), path.join(home, 'dotfiles/aws')]);
  expect(found.hiddenFiles).toEqual([path.join(home, '.netrc'), path.join(root, '.env')]);
  expect((await findPlaces({ root, home, secrets: true })).hiddenFiles).toEqual([path.join(home, '.netrc')]);
});

test('files of secrets are hidden at any depth, as folders and behind links; an environment of Python stays', async () => {
  const work = path.join(top, 'many');
  const at = (name: string): string => path.join(work, name);
  for (const folder of ['a/b/c/d/e/f', 'build', '.env.d', 'venv/.env', 'links'])
    await mkdir(at(folder), { recursive: true });
  for (const name of ['a/b/c/d/e/f/.env', 'build/.env.local', '.env.d/one', 'venv/.env/pyvenv.cfg', 'plain.txt'])
    await writeFile(at(name), 'x');
  await symlink('../plain.txt', at('links/.env'));
  await symlink('../../home', at('links/.env.home'));
  await symlink('nowhere', at('links/.env.none'));
  const { hiddenFiles, hiddenFolders } = await findPlaces({ root: work, home, secrets: false });
  expect(hiddenFolders.filter((file) => file.startsWith(`${top}/many`))).toEqual([at('.env.d')]);
  expect(hiddenFiles.filter((file) => file.startsWith(work)).sort()).toEqual(
    ['a/b/c/d/e/f/.env', 'build/.env.local', 'plain.txt'].map(at),
  );
  expect(hiddenFolders).not.toContain(home);
});

test('a walk says when there was more', async () => {
  const all = await namedIn(root, { isWanted: () => true, entries: 2 });
  expect(all).toMatchObject({ cut: true });
  expect(await namedIn(root, { isWanted: (name) => name === 'file', most: 1 })).toEqual({
    found: [{ path: 'file', kind: 'file' }],
    cut: false,
  });
});

test('a link to a repository outside opens it only when that names this work tree', async () => {
  const setUp = nodeShell();
  const command = [
    'git init -q main && cd main && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m a',
    'git worktree add -q ../tree',
    'mkdir ../forged && echo "gitdir: $PWD/.git/worktrees/tree" > ../forged/.git',
  ].join('\n');
  expect((await setUp.run({ command, cwd: top, timeoutMs: 20_000 }, () => undefined, AbortSignal.any([]))).end).toEqual(
    {
      kind: 'exit',
      code: 0,
    },
  );
  const of = (name: string): Promise<Places> => findPlaces({ root: path.join(top, name), home, secrets: false });
  const common = path.join(top, 'main/.git');
  const tree = await of('tree');
  expect(tree.writable).toEqual([path.join(top, 'tree'), common]);
  expect(tree.guarded).toEqual(expect.arrayContaining([path.join(top, 'tree/.git'), path.join(common, 'config')]));
  expect((await of('forged')).writable).toEqual([path.join(top, 'forged')]);
});

const state = await nodeSandbox({ root: tmpdir() }).state();

describe.skipIf(state.kind !== 'bubblewrap')('for real', () => {
  const run = (
    command: string,
    sandbox: Confinement = { network: false },
    { timeoutMs = 20_000, signal = AbortSignal.any([]), onOutput = (_: string): void => undefined } = {},
  ): Promise<CommandResult> =>
    nodeShell({ env: { ...process.env, HOME: home }, sandbox: nodeSandbox({ root, home }) }).run(
      { command, cwd: root, timeoutMs, sandbox },
      onOutput,
      signal,
    );

  test('the work tree is written, git commits, a loopback server answers', async () => {
    const { end, output } = await run(
      [
        'set -e; echo x > made; git add made',
        'git -c user.name=a -c user.email=a@b commit -qm one; git log --format=%s',
        "node -e \"require('http').createServer((q,r)=>r.end('hi')).listen(0,'127.0.0.1',function(){fetch('http://127.0.0.1:'+this.address().port).then(r=>r.text()).then(t=>{console.log(t);process.exit(0)})})\"",
        'echo temp > /tmp/t; cat /tmp/t',
      ].join('\n'),
    );
    expect({ end, output }).toEqual({ end: { kind: 'exit', code: 0 }, output: 'one\nhi\ntemp' });
    expect(readFileSync(path.join(root, 'made'), 'utf8')).toBe('x\n');
  });

  test.for([
    ['the system', 'touch /etc/goalwright-probe'],
    ['the home folder', 'touch "$HOME/made"'],
    ['a neighbour of the work tree', 'touch ../made'],
    ['a hook', 'echo x > .git/hooks/post-commit'],
    ['the git configuration', 'git config core.hooksPath /tmp'],
    ["a nested repository's configuration", 'git -C sub config core.pager x'],
    ['the git folder, moved away', 'mv .git .git2'],
    ['the hooks, moved away', 'mv .git/hooks .git/hooks2'],
    ['the configuration, removed', 'rm -f .git/config'],
    ['the top folder, mounted anew', 'mount -o remount,rw,bind /'],
    ['a namespace inside', 'unshare -Ur true'],
  ] as const)('fails: %s', async ([, command]) => {
    const { end } = await run(command);
    expect(end.kind === 'exit' && end.code !== 0).toBe(true);
    for (const made of [path.join(home, 'made'), path.join(top, 'made'), '/etc/goalwright-probe'])
      expect(existsSync(made)).toBe(false);
    expect(readFileSync(path.join(root, '.git/config'), 'utf8')).not.toContain('hooksPath');
  });

  test('a program that lies in the temporary folder is found when it is on the PATH', async () => {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-bin-')));
    await writeFile(path.join(folder, 'greet'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
    const search = `${folder}:${process.env.PATH}`;
    const shell = nodeShell({ env: { ...process.env, PATH: search }, sandbox: nodeSandbox({ root, home, search }) });
    const command = { command: 'greet; touch ../made', cwd: root, timeoutMs: 20_000, sandbox: { network: false } };
    const { output } = await shell.run(command, () => undefined, AbortSignal.any([]));
    expect(output).toMatch(/^hello\n/);
    await rm(folder, { recursive: true });
  });

  test('secrets cannot be read, the rest can', async () => {
    const command = 'cat ~/.ssh/id ~/.aws/credentials; cat ~/.netrc .env .env.example; cat ~/plain';
    const { output } = await run(command);
    expect(output).not.toContain('key');
    expect(output).toMatch(/SECRET=text$/);
    expect((await run('cat .env', { network: false, secrets: true })).output).toBe('SECRET=1');
  });

  test('no network unless allowed', async () => {
    const server = createServer((_, response) => response.end('from outside'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const fetching = `node -e "fetch('http://127.0.0.1:${port}').then(r=>r.text()).then(console.log,()=>console.log('none'))"`;
    try {
      expect((await run(fetching)).output).toBe('none');
      expect((await run(fetching, { network: true })).output).toBe('from outside');
    } finally {
      server.close();
    }
  });

  test('it sees its own processes and a small environment only', async () => {
    const { output } = await run(
      'ls /proc | grep -c "^[0-9]"; env | cut -d= -f1 | sort | tr "\\n" " "; ls /run | wc -l',
    );
    const [, processes, names, inRun] = /^(\d+)\n(.*) (\d+)$/.exec(output) ?? [];
    expect(Number(processes)).toBeLessThan(12);
    expect(names).not.toMatch(/TOKEN|KEY|XDG_RUNTIME_DIR|VITEST/);
    expect(names).toMatch(/TMPDIR/);
    expect(inRun).toBe('0');
  });

  test(row('tm-setsid-escape', 'in the sandbox it ends with the command'), async () => {
    const { end, output } = await run(
      `setsid -f sleep 7654; exec 2>/dev/null; sleep 0.2; pgrep -xf 'sleep 7654' >/dev/null && echo was`,
    );
    expect({ end, output }).toEqual({ end: { kind: 'exit', code: 0 }, output: 'was' });
    await expect.poll(() => running('sleep 7654')).toBe(false);
  });

  test('Stop reaches into it: politely first, then by force', async () => {
    const stop = new AbortController();
    const begun = (text: string): void => {
      if (text.includes('up')) stop.abort();
    };
    const polite = await run("trap 'echo bye; exit 0' TERM; echo up; sleep 9999 & wait", undefined, {
      signal: stop.signal,
      onOutput: begun,
    });
    expect(polite).toMatchObject({ end: { kind: 'stopped' }, output: 'up\nbye' });
    const again = new AbortController();
    const deaf = await run("trap '' TERM; echo up; setsid -f sleep 7655; sleep 7655", undefined, {
      signal: again.signal,
      onOutput: () => again.abort(),
    });
    expect(deaf.end).toEqual({ kind: 'stopped' });
    await expect.poll(() => running('sleep 7655')).toBe(false);
  });

  test('what a link stands for is guarded where it is', async () => {
    const linked = path.join(top, 'linked');
    const command = 'git init -q linked && cd linked && rm -rf .git/hooks && mkdir tools && ln -s ../tools .git/hooks';
    await nodeShell().run({ command, cwd: top, timeoutMs: 20_000 }, () => undefined, AbortSignal.any([]));
    const shell = nodeShell({ sandbox: nodeSandbox({ root: linked, home }) });
    const { end, output } = await shell.run(
      { command: 'touch made; touch tools/pre-commit', cwd: linked, timeoutMs: 20_000, sandbox: { network: false } },
      () => undefined,
      AbortSignal.any([]),
    );
    expect(end).toEqual({ kind: 'exit', code: 1 });
    expect(output).toMatch(/Read-only file system/);
    expect(existsSync(path.join(linked, 'made'))).toBe(true);
  });

  test('a command may run in a folder of the temporary one, which it then only reads', async () => {
    const cwd = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-cwd-')));
    try {
      const shell = nodeShell({ sandbox: nodeSandbox({ root, home }) });
      const { output } = await shell.run(
        { command: 'pwd; touch made', cwd, timeoutMs: 20_000, sandbox: { network: false } },
        () => undefined,
        AbortSignal.any([]),
      );
      expect(output.split('\n')[0]).toBe(cwd);
      expect(existsSync(path.join(cwd, 'made'))).toBe(false);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  test('a job runs in it as well', async () => {
    const { jobs } = nodeShell({ sandbox: nodeSandbox({ root, home }), records: path.join(top, 'records') });
    const started = await jobs?.start(
      { command: 'touch ../made; read -r x; echo "got $x"', cwd: root, sandbox: { network: false }, input: true },
      () => undefined,
    );
    if (!jobs || !started || 'fault' in started) throw new Error('not started');
    await jobs.write(started.id, 'y\n', false);
    const read = await jobs.read(started.id, { waitMs: 10_000 }, AbortSignal.any([]));
    expect(read).toMatchObject({ text: expect.stringMatching(/Read-only file system[\s\S]*\ngot y$/) });
    await jobs.close();
  });

  test(row('tm-host-killed', 'in the sandbox all ends with the host, nothing has to be cleared up'), async () => {
    const script = `
      import { nodeSandbox } from ${JSON.stringify(source('sandbox/sandbox.ts'))};
      import { nodeShell } from ${JSON.stringify(source('shell.ts'))};
      const root = ${JSON.stringify(root)};
      void nodeShell({ sandbox: nodeSandbox({ root }) }).run(
        { command: 'setsid -f sleep 7656; echo up; sleep 7656', cwd: root, timeoutMs: 60000, sandbox: { network: false } },
        (text) => console.log(text), new AbortController().signal);`;
    const host = spawn(process.execPath, ['--input-type=module', '--experimental-strip-types', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(host.stdout, 'data');
    expect(running('sleep 7656')).toBe(true);
    host.kill('SIGKILL');
    await expect.poll(() => running('sleep 7656')).toBe(false);
  });

  test('exit codes, timeouts and faults are told as without it', async () => {
    expect((await run('exit 7')).end).toEqual({ kind: 'exit', code: 7 });
    expect((await run('sleep 9999', undefined, { timeoutMs: 300 })).end).toEqual({ kind: 'timeout', afterMs: 300 });
  });
});

test('asked for and not there: it is not run', async () => {
  const sandbox = nodeSandbox({ root, platform: 'win32' });
  const shell = nodeShell({ sandbox });
  const run = (where: typeof shell): Promise<CommandResult> =>
    where.run(
      { command: 'touch ran', cwd: root, timeoutMs: 5000, sandbox: { network: false } },
      () => undefined,
      AbortSignal.any([]),
    );
  expect((await run(shell)).end).toEqual({
    kind: 'failed',
    message: 'it was to run in a sandbox, and none works here: there is none for Windows.',
  });
  expect((await run(nodeShell())).end).toEqual({ kind: 'failed', message: 'there is no sandbox here to run it in' });
  expect(existsSync(path.join(root, 'ran'))).toBe(false);
});

/** A zombie is shown by its name alone. */
function running(command: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').some((line) => line.trim() === command);
}

const source = (name: string): string => path.join(import.meta.dirname, '../../../src/headless/ports', name);
