/**
 * Commands made of what agents type, in a folder full of traps, run for real where they pass unasked: none shows what lies outside,
 * is hidden, or is secret, and none changes anything.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide } from '../../../src/agent/policy/decide.ts';
import type { Ports, ResolvedPath } from '../../../src/agent/ports.ts';
import { lookAt } from '../../../src/agent/run/look.ts';
import { cleanEnvironment } from '../../../src/headless/ports/environment.ts';
import { nodeGit } from '../../../src/headless/ports/git.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

const TRAP = 'TRAPPED';
let top = '';
let root = '';
let world: Pick<Ports, 'shell' | 'workspace' | 'git'>;

beforeAll(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), 'shows-')));
  root = path.join(top, 'ws');
  const trap = `${TRAP}\nx ${TRAP} = 1\n`;
  const files = {
    ...{ 'ws/a.txt': 'x y z\n', 'ws/b.md': 'x\n', 'ws/src/c.ts': 'x = 1\n', 'ws/src/deep/d.ts': 'x\n', 'ws/-n': 'x\n' },
    ...{ 'ws/.goalwrightignore': 'hidden*\n', 'ws/.env': trap, 'ws/.env.local': trap, 'ws/hidden.txt': trap },
    ...{ 'ws/src/hidden/e.ts': trap, 'outside.txt': trap, 'out/f.txt': trap },
    ...{
      'ws/odd/--files0-from=a.txt': 'x\n',
      'ws/odd/-f': 'x\n',
      'ws/odd/-o': 'x\n',
      'ws/package.json': '{ "name": "x" }\n',
    },
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(top, name)), { recursive: true });
    await writeFile(path.join(top, name), text);
  }
  const links = {
    'ws/link.txt': '../outside.txt',
    'ws/src/up': '../..',
    'ws/lout': '../out',
    'ws/src/lenv.ts': '../.env',
  };
  for (const [name, to] of Object.entries(links)) await symlink(to, path.join(top, name));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  git('add', '-f', 'a.txt', 'b.md', 'src/c.ts', '.env.local', 'link.txt');
  git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-q', '-m', 'one');
  await writeFile(path.join(root, '.env.local'), `${trap}more\n`);
  world = { shell: nodeShell({}), workspace: await nodeWorkspace(root), git: nodeGit({ root }) };
});
afterAll(() => rm(top, { recursive: true, force: true }));

const PROGRAMS = [
  ...[
    'cat',
    'head -3',
    'tail -n 2',
    'wc -l',
    'grep -n x',
    'grep -rn x',
    'grep -h x',
    'grep -c',
    'rg x',
    'sort',
    'uniq',
    'nl',
  ],
  ...[
    'cut -c1-9',
    'sed -n 1,5p',
    "sed 's/x/y/'",
    "awk '{print $1}'",
    "awk 'NR<3'",
    'find',
    'find . -type f -exec cat {} +',
  ],
  ...[
    'find . -name',
    'ls -la',
    'ls -R',
    'du -sh',
    'stat',
    'file',
    'diff a.txt',
    'cmp a.txt',
    'paste',
    'comm a.txt',
    'md5sum',
  ],
  ...[
    'git diff',
    'git show',
    'git log -p',
    'git log --stat',
    'git grep x',
    'git blame',
    'git ls-files',
    'git show HEAD --',
  ],
  ...[
    'git cat-file -p',
    'git diff --stat',
    'git -C src diff',
    'git diff HEAD --',
    'git status',
    'git log -L1,1:',
    'jq .',
    'tac',
  ],
  ...[
    'cd src && cat',
    'cd lout && cat',
    'cd src && git diff',
    'cat <',
    'cat a.txt',
    'time cat',
    'timeout 5 cat',
    'strings',
    'fmt',
  ],
  ...[
    '[ -f',
    'test -f',
    'column -t',
    'tree',
    'realpath',
    'readlink',
    'echo',
    'printf %s',
    'xargs cat <',
    'find src -type f -exec grep x {} +',
  ],
];
const OPERANDS = [
  ...[
    '',
    '.',
    '..',
    '*',
    '*.txt',
    '*.md',
    'l*',
    'l*.txt',
    '?ink.txt',
    '[l]ink.txt',
    '[[:alpha:]]*',
    '.*',
    '.e*',
    '.en?',
  ],
  ...[
    'a.txt',
    'link.txt',
    'src',
    'src/*',
    'src/*.ts',
    'src/*/*',
    'src/up/*.txt',
    'src/up/outside.txt',
    'lout',
    'lout/*',
    '*/f.txt',
  ],
  ...[
    '.env',
    './.env',
    'src/../.env',
    "'.en'v",
    '".env"',
    'HEAD:.env.local',
    ':.env.local',
    ':0:.env.local',
    "':(glob).env*'",
    "'.env*'",
  ],
  ...[
    '-- .env.local',
    '-- *',
    '-r x .',
    '-f .env',
    'hidden.txt',
    'hidd*',
    'src/hidden',
    'src/hid*/*',
    'odd/*',
    '-o',
    '--',
    '- < .env',
  ],
  ...[
    '-R .',
    '-L',
    '-h',
    '--help',
    "x 'lout/f.txt'",
    '$HOME',
    '~',
    '/etc/hostname',
    '{}',
    'src/deep/../../../outside.txt',
    'src/lenv.ts',
  ],
];
const ENDS = ['', '', '', ' | head -5', ' | sort', ' 2>/dev/null', ' && echo ok', ' | cat - .env', ' | cat - *', ' ]'];

/** Everything there is, and what is in it. */
async function picture(): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(top, { recursive: true })).sort()) {
    const file = path.join(top, entry);
    const stats = lstatSync(file);
    hash.update(
      `${entry}\0${stats.mode}\0${stats.isFile() ? readFileSync(file) : stats.isSymbolicLink() ? readlinkSync(file) : ''}\0`,
    );
  }
  return hash.digest('hex');
}

test('shows no trap, and changes nothing', { timeout: 120_000 }, async () => {
  const cwd = (await world.workspace.resolve('.')) as ResolvedPath;
  const env = { ...cleanEnvironment(process.env, process.platform), HOME: path.join(top, 'out') };
  const before = await picture();
  const some = fc.tuple(fc.constantFrom(...PROGRAMS), fc.constantFrom(...OPERANDS), fc.constantFrom(...ENDS));
  const commands = new Set(fc.sample(some, 700).map(([program, operand, end]) => `${program} ${operand}${end}`));
  let ran = 0;
  for (const command of commands) {
    const looked = await lookAt(world, command, cwd, { network: false });
    if (decide({ kind: 'command', command, cwd, looked }, { mode: 'ask', trusted: true }).verdict !== 'allow') continue;
    ran += 1;
    const options = { cwd: root, env, input: '', timeout: 10_000, encoding: 'utf8' } as const;
    const { stdout } = spawnSync('bash', ['--noprofile', '--norc', '-c', command], options);
    expect(stdout, command).not.toContain(TRAP);
  }
  expect(ran).toBeGreaterThan(100);
  expect(await picture()).toBe(before);
});
