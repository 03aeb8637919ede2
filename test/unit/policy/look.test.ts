/** Commands in a real folder and a real repository: what is really there decides what a pattern and git may show. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { decide } from '../../../src/agent/policy/decide.ts';
import type { Ports, ResolvedPath } from '../../../src/agent/ports.ts';
import { lookAt } from '../../../src/agent/run/look.ts';
import { nodeGit } from '../../../src/headless/ports/git.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

let top = '';
let root = '';
let world: Pick<Ports, 'shell' | 'workspace' | 'git'>;

beforeAll(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), 'look-')));
  root = path.join(top, 'ws');
  await mkdir(path.join(root, 'src/deep'), { recursive: true });
  await mkdir(path.join(root, 'odd'));
  await mkdir(path.join(root, 'private'));
  const names = ['README.md', 'NOTES.md', 'src/a.ts', 'src/b.ts', 'src/deep/c.ts', 'odd/-o', 'odd/x', 'private/y.txt'];
  for (const name of [...names, '.env', '../outside.txt']) await writeFile(path.join(root, name), 'x\n');
  await symlink('../outside.txt', path.join(root, 'link.txt'));
  await writeFile(path.join(root, 'plain.txt'), 'x\n');
  await symlink('..', path.join(root, 'up'));
  await writeFile(path.join(root, '.goalwrightignore'), 'private\n');
  git('init', '-q');
  git('add', 'README.md', 'src');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'one');
  world = { shell: nodeShell({}), workspace: await nodeWorkspace(root), git: nodeGit({ root }) };
});
afterAll(() => rm(top, { recursive: true, force: true }));

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });

async function judge(command: string) {
  const cwd = (await world.workspace.resolve('.')) as ResolvedPath;
  const looked = await lookAt(world, command, cwd, { network: false });
  return decide({ kind: 'command', command, cwd, looked }, { mode: 'ask', trusted: true });
}
const verdict = async (command: string) => (await judge(command)).verdict;

describe('patterns', () => {
  test.each([
    ...[
      'cat *.md',
      'grep -n x *.md',
      'wc -l src/*',
      'cat s?c/*.ts',
      'cat src/[ab].ts',
      'head -3 src/*/*.ts',
      'du -sh src/*',
    ],
    ...['cat *.none', 'ls src/*', 'ls -d s*/', 'wc -l src/*/*.ts', 'cat p*.txt', 'find src/* -name x'],
  ])('%s names what may be shown', async (command) => expect(await verdict(command)).toBe('allow'));

  test.each([
    // A match leads outside, may hold secrets, is hidden, or is a flag.
    ...[
      'cat *.txt',
      'cat l*',
      'cat l?nk.txt',
      'wc -l < l*.txt',
      'cd s*c && ls',
      'cat [[:alpha:]]ink.txt',
      'cat [l\\]]ink.txt',
      'cat [!a]ink.txt',
      'cat [a-z]*.txt',
      'head */outside.txt',
      'cat .e*',
      'cat .*/*',
    ],
    ...['cat private/*', 'cat pri*/y.txt', 'cd odd && sort *', 'cd odd && grep x *', 'sort odd/../*'],
    ...['cat up/*.txt', 'cat */ws/README.md', 'uniq src/*', 'grep * README.md', 'cat ~*', 'cat $HOME/*'],
  ])('%s does not pass', async (command) => expect(await verdict(command)).not.toBe('allow'));

  test('of more names than are looked at, and of none that are known, it asks', async () => {
    const many = path.join(root, 'many');
    await mkdir(many);
    await Promise.all(Array.from({ length: 1001 }, (_, at) => writeFile(path.join(many, `${at}.log`), '')));
    expect(await verdict('cat many/[0-9]*')).toBe('ask');
    await rm(many, { recursive: true });
  });
});

describe('git in a repository that was looked at', () => {
  test.each([
    ...['git diff', 'git show', 'git log -p -2', 'git blame src/a.ts', 'git diff HEAD -- src', 'git stash show -p'],
    ...[
      'git log -S x --oneline',
      'cd src && git status',
      'git -C src diff --stat',
      'git grep -n x',
      'git show HEAD:src/a.ts',
    ],
    ...["git log --oneline -- '*.ts'", 'git log -L 1,1:src/a.ts', 'git branch --list x', 'git tag -l v*'],
  ])('%s only looks', async (command) => expect(await verdict(command)).toBe('allow'));

  test.each([
    ...[
      'git diff --output=x',
      'git diff --ext-diff',
      'git -C .. status',
      'git -C up status',
      'git branch x',
      'git tag x',
    ],
    ...['git log -L1,1:.env', 'git show :0:.env', "git diff -- '.en?'", "git diff ':(glob).env'", 'git grep x -- .env'],
    ...[
      'git grep x HEAD:.env',
      'git cat-file -p HEAD:.env',
      'cd up && git diff',
      'git config user.name x',
      'git -C src -C .. log',
    ],
    ...['git describe --dirty', 'git config --get http.extraheader', 'git diff private', 'git show HEAD:private/y.txt'],
  ])('%s does not pass', async (command) => expect(await verdict(command)).not.toBe('allow'));

  test('what it would show of a file that may not be shown is asked about, what names it is not', async () => {
    for (const name of ['.env', 'private/y.txt']) {
      git('add', '-f', name);
      for (const command of ['git diff', 'git show', 'git log -p', 'git grep x', 'git cat-file -p HEAD'])
        expect(await judge(command), command).toMatchObject({ verdict: 'ask', reason: expect.stringContaining(name) });
      for (const command of ['git status', 'git diff --stat', 'git log --oneline', 'git show HEAD:src/a.ts'])
        expect(await verdict(command), command).toBe('allow');
      git('rm', '-q', '--cached', name);
    }
  });

  test('what was committed once and is gone is asked about where the past is shown', async () => {
    const named = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    git('branch', 'kept');
    git('add', '-f', '.env');
    git(...named, 'commit', '-q', '-m', 'two');
    git('rm', '-q', '--cached', '.env');
    git(...named, 'commit', '-q', '-m', 'three');
    for (const command of ['git log -p', 'git show', 'git diff HEAD~1', 'git grep x HEAD~1', 'git stash show -p'])
      expect(await judge(command), command).toMatchObject({ verdict: 'ask', reason: expect.stringContaining('.env') });
    for (const command of ['git diff', 'git diff -- src', 'git grep x', 'git log --oneline', 'git show HEAD:src/a.ts'])
      expect(await verdict(command), command).toBe('allow');
    git('reset', '-q', 'kept');
    expect(await verdict('git log -p')).toBe('allow');
  });

  test('in a folder of a larger repository it shows what lies outside', async () => {
    const below = path.join(root, 'src');
    world = { ...world, workspace: await nodeWorkspace(below), git: nodeGit({ root: below }) };
    expect(await verdict('git diff')).toBe('ask');
    expect(await verdict('git status')).toBe('allow');
    world = { ...world, workspace: await nodeWorkspace(root), git: nodeGit({ root }) };
  });

  test('with a program in its settings it does nothing unasked', async () => {
    git('config', 'diff.external', 'touch x');
    for (const command of ['git diff', 'git status', 'cd src && git log']) expect(await verdict(command)).toBe('ask');
    git('config', '--unset', 'diff.external');
  });
});

describe('a search of whole folders', () => {
  let free: typeof world;
  let confined: typeof world;
  beforeAll(async () => {
    free = world;
    confined = { ...world, shell: { ...world.shell, sandbox: async () => ({ kind: 'bubblewrap' }) as const } };
    world = confined;
    await rename(path.join(root, 'private'), path.join(root, 'src/deep/private'));
    await mkdir(path.join(root, 'docs'));
    await writeFile(path.join(root, 'docs/a.md'), 'x\n');
  });
  afterAll(async () => {
    await rename(path.join(root, 'src/deep/private'), path.join(root, 'private'));
    world = free;
  });
  const asks = async (command: string, what: string): Promise<void> =>
    expect(await judge(command), command).toMatchObject({ verdict: 'ask', reason: expect.stringContaining(what) });

  test.each(['grep -rn x src', 'rg x src', 'cd src && cat a.ts | grep -ir x', 'grep -r x docs s*'])(
    '%s could show what is hidden',
    (command) => asks(command, 'src/deep/private, which .goalwrightignore hides'),
  );
  test.each(['grep --recursive x .', 'rg x', 'find . -type f -exec grep x {} +'])(
    '%s could show what hides it',
    (command) => asks(command, '.goalwrightignore'),
  );
  test.each([
    'grep -rn x docs',
    'grep -n x README.md',
    'grep -r x README.md',
    'git grep x',
    'find docs -type f -exec cat {} +',
  ])('%s could not', async (command) => expect(await judge(command)).toMatchObject({ verdict: 'allow' }));
  test('git is never gone through', async () => expect(await verdict('find .git -type f -exec cat {} +')).toBe('deny'));

  test.each([
    ['at any depth', 'docs/1/2/3/4/5/6/7/login.pem', 'login.pem'],
    ['in what tools fill', 'docs/build/id_rsa', 'docs/build/id_rsa'],
    ['by the folder it is in', 'docs/.ssh/plain', 'docs/.ssh'],
    ['by two names', 'docs/.aws/credentials', 'docs/.aws/credentials'],
  ])('finds a file that may not be shown %s', async (_, name, told) => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), 'x');
    await asks('grep -rn x docs', told);
    await rm(path.join(root, name));
    await rm(path.join(root, 'docs/.ssh'), { recursive: true, force: true });
    expect(await verdict('grep -rn x docs')).toBe('allow');
  });

  test('finds links by their own name, and passes over installed packages', async () => {
    await symlink('../README.md', path.join(root, 'docs/own.key'));
    await asks('grep -rn x docs', 'docs/own.key');
    await rm(path.join(root, 'docs/own.key'));
    for (const folder of ['docs/node_modules/a', 'docs/.env/lib'])
      await mkdir(path.join(root, folder), { recursive: true });
    for (const name of ['docs/node_modules/a/test.pem', 'docs/.env/lib/ca.pem', 'docs/.env/pyvenv.cfg'])
      await writeFile(path.join(root, name), 'x');
    expect(await verdict('grep -rn x docs')).toBe('allow');
  });

  test('is not led past a file by what marks an environment', async () => {
    await mkdir(path.join(root, 'docs/sub'));
    for (const name of ['pyvenv.cfg', 'login.pem']) await writeFile(path.join(root, 'docs/sub', name), 'x');
    await asks('grep -rn x docs', 'docs/sub/login.pem');
    await rm(path.join(root, 'docs/sub'), { recursive: true });
  });

  test('without a sandbox shows files of secrets', async () => {
    await writeFile(path.join(root, 'docs/.env.local'), 'x');
    expect(await verdict('grep -rn x docs')).toBe('allow');
    world = free;
    await asks('grep -rn x docs', 'docs/.env.local');
    world = confined;
    await rm(path.join(root, 'docs/.env.local'));
  });

  test('of more than can be looked at asks', async () => {
    const { workspace } = world;
    world = { ...world, workspace: { ...workspace, firstNamed: async () => ({ cut: true }) } };
    await asks('grep -rn x docs', 'deeper');
    world = confined;
  });
});

test('names alone are no secret', async () => {
  for (const command of [
    'ls -la .env',
    '[ -f .env ] && echo yes',
    'ls .git',
    'stat .git',
    '[ -d .git ]',
    'du -sh .git',
  ])
    expect(await verdict(command), command).toBe('allow');
  for (const command of ['ls private', 'ls -la ../outside.txt', 'ls ~/.ssh', 'stat up/outside.txt'])
    expect(await verdict(command), command).not.toBe('allow');
});

describe('the cases that name what was there before, with it there', () => {
  const Row = z.object({
    id: z.string(),
    area: z.enum(['command', 'git']),
    input: z.object({ command: z.string(), shell: z.literal('bash'), setup: z.string() }),
    expect: z.enum(['ask', 'deny']),
  });
  const rows = readFileSync(path.join(import.meta.dirname, '../../cases/security-cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => Row.safeParse(JSON.parse(line)).data ?? []);
  let before: typeof world;
  let place = '';
  beforeEach(async () => {
    before = world;
    place = await realpath(await mkdtemp(path.join(tmpdir(), 'look-row-')));
    const own = path.join(place, 'ws');
    await mkdir(path.join(own, '.git'), { recursive: true });
    await writeFile(path.join(own, 'tracked.txt'), 'x\n');
    const options = { cwd: own, stdio: 'ignore' } as const;
    execFileSync('git', ['init', '-q'], options);
    execFileSync('git', ['config', 'user.name', 'a'], options);
    execFileSync('git', ['config', 'user.email', 'a@b'], options);
    execFileSync('git', ['add', 'tracked.txt'], options);
    execFileSync('git', ['commit', '-q', '-m', 'x'], options);
    world = { shell: nodeShell({}), workspace: await nodeWorkspace(own), git: nodeGit({ root: own }) };
  });
  afterEach(async () => {
    world = before;
    await rm(place, { recursive: true });
  });
  const here = (text: string): string =>
    text.replace(/\/ws\b/g, path.join(place, 'ws')).replace(/\/outside\b|\/home\/u\b/g, path.join(place, 'out'));

  test('are found', () => expect(rows.length).toBeGreaterThan(20));
  test.each(rows)('$id', async ({ input: { command, setup } }) => {
    execFileSync('bash', ['-c', here(setup)], { cwd: path.join(place, 'ws'), stdio: 'ignore' });
    expect((await judge(here(command))).verdict).not.toBe('allow');
  });
});
