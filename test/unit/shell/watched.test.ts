/** What a command changes of files that start programs: found, told, and taken back when asked. */
import { chmod, mkdir, mkdtemp, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WatchedChange } from '../../../src/agent/ports.ts';
import { isAt, watchedChanges, withoutBranches } from '../../../src/agent/watched.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { nodeWatched } from '../../../src/headless/ports/watched/watched.ts';

let top = '';
let root = '';
beforeEach(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-watched-')));
  root = path.join(top, 'ws');
  await mkdir(root);
  await run(
    'git init -q . && mkdir -p .github/workflows .git/info && echo a > .github/workflows/ci.yml && echo x > file',
  );
});
afterEach(() => rm(top, { recursive: true, force: true }));

async function run(command: string, cwd = root): Promise<void> {
  const { end, output } = await nodeShell().run(
    { command, cwd, timeoutMs: 20_000 },
    () => undefined,
    AbortSignal.any([]),
  );
  expect({ end, output }).toMatchObject({ end: { kind: 'exit', code: 0 } });
}

/** What a command changed, as `+path`, `-path` or `~path`. */
async function changesOf(command: string): Promise<{ readonly all: WatchedChange[]; readonly told: string[] }> {
  const watched = nodeWatched({ root });
  const before = await watched.read();
  await run(command);
  const all = watchedChanges(before, await watched.read());
  return { all, told: all.map(({ path: name, before: was, after }) => `${was ? (after ? '~' : '-') : '+'}${name}`) };
}
const told = async (command: string): Promise<string[]> => (await changesOf(command)).told;

describe('told', () => {
  test.for([
    ['a hook', 'echo x > .git/hooks/post-checkout', ['+.git/hooks/post-checkout']],
    ['a setting', 'git config core.pager evil', ['~.git/config']],
    [
      "a work tree's own setting",
      'git config extensions.worktreeConfig true; git config --worktree a.b c',
      ['~.git/config', '+.git/config.worktree'],
    ],
    ['attributes', 'echo "* filter=x" > .git/info/attributes', ['+.git/info/attributes']],
    [
      'tasks of the editor',
      'mkdir .vscode; echo {} > .vscode/tasks.json; echo {} > .vscode/extensions.json',
      ['+.vscode/tasks.json'],
    ],
    ['the same, spelled otherwise', 'mkdir .VSCode; echo {} > .VSCode/Settings.json', ['+.VSCode/Settings.json']],
    [
      'a build server',
      'echo b >> .github/workflows/ci.yml; echo c > .gitlab-ci.yml',
      ['~.github/workflows/ci.yml', '+.gitlab-ci.yml'],
    ],
    ['a removed one', 'rm -r .github', ['-.github/workflows/ci.yml']],
    [
      'agents',
      'mkdir -p .claude/commands; echo x > .claude/commands/a.md; echo x > AGENTS.md',
      ['+.claude/commands/a.md', '+AGENTS.md'],
    ],
    ['an execute bit', 'chmod +x .github/workflows/ci.yml', ['~.github/workflows/ci.yml']],
    ['a folder that became a link', 'mkdir other; ln -s other .vscode; echo {} > other/tasks.json', ['+.vscode']],
    [
      'a nested repository',
      'git init -q lib/sub; echo x > lib/sub/.git/hooks/pre-commit',
      ['+lib/sub/.git/config', '+lib/sub/.git/hooks/pre-commit'],
    ],
  ] as const)('%s', async ([, command, expected]) => {
    expect(await told(command)).toEqual(expected);
  });

  test('what the settings lead to: included files, a folder of hooks', async () => {
    await run(
      'git config include.path ../team.cfg; git config core.hooksPath tools/hooks; touch team.cfg; mkdir -p tools/hooks',
    );
    expect(await told('echo "[core]" >> team.cfg; echo x > tools/hooks/pre-push')).toEqual([
      '~team.cfg',
      '+tools/hooks/pre-push',
    ]);
  });

  test('the settings of a repository outside that a linked work tree belongs to', async () => {
    await run('git -c user.name=a -c user.email=a@b commit -q --allow-empty -m a && git worktree add -q ../tree');
    const watched = nodeWatched({ root: path.join(top, 'tree') });
    const before = await watched.read();
    await run('git config core.editor x', path.join(top, 'tree'));
    expect(watchedChanges(before, await watched.read()).map(({ path: name }) => name)).toEqual([
      path.join(root, '.git/config'),
    ]);
  });

  test('each says why it matters', async () => {
    const { all } = await changesOf('echo x > .git/hooks/a; echo x > .gitlab-ci.yml');
    expect(all.map(({ why }) => why)).toEqual([
      'can start programs whenever git runs',
      'runs on the build machines, with their secrets',
    ]);
  });
});

test('not told: commits, branches and what they follow, samples of hooks, other files', async () => {
  const commands = [
    'git add . && git -c user.name=a -c user.email=a@b commit -qm a && git branch next && git checkout -q -b other',
    'git branch -q --set-upstream-to=next && git tag v1 && git stash list && git gc -q',
    'echo x > .git/hooks/a.sample; echo y > file; mkdir .vscode; echo {} > .vscode/extensions.json',
  ];
  expect(await told(commands.join('\n'))).toEqual([]);
});

test('a section on a branch is routine only when all of it is', () => {
  const base = '[core]\n\tbare = false\n[remote "origin"]\n\turl = u\n[remote "x"]\n\turl = u\n';
  expect(withoutBranches(`${base}[branch "a"]\n\tremote = origin\n\tmerge = refs/heads/a\n`)).toBe(base.trimEnd());
  for (const odd of ['[branch "a"]\n\tremote = x\\\n\ty\n', '[branch "a"] x = y\n', '[branch "a"]\n\tother = 1\n'])
    expect(withoutBranches(base + odd)).toBe((base + odd).trimEnd());
  const foreign = '[branch "a"]\n\tremote = https://evil.example/x.git\n';
  expect(withoutBranches(base + foreign)).toContain('evil');
  expect(withoutBranches(`${base}[branch "a"]\n\tremote = x\n[core]\n\tpager = y\n`)).toContain('pager');
});

test('names are met as a case-insensitive disk would', () => {
  expect(isAt('.GitHub/workflows/a/b.yml', '.github/workflows')).toBe(true);
  expect(isAt('azure-pipelines.test.yml', 'azure-pipelines*')).toBe(true);
  expect(isAt('cloudbuild.yaml', 'cloudbuild.y*ml')).toBe(true);
  expect(isAt('cloudbuild.yml', 'cloudbuild.y*ml')).toBe(true);
  expect(isAt('.vscode', '.vscode/tasks.json')).toBe(false);
  expect(isAt('a/.vscode/tasks.json', '.vscode/tasks.json')).toBe(false);
});

describe('undone', () => {
  test('what was made, changed, removed, linked is as it was', async () => {
    await writeFile(path.join(root, '.git/hooks/pre-commit'), '#!/bin/sh\n');
    await chmod(path.join(root, '.git/hooks/pre-commit'), 0o755);
    await symlink('file', path.join(root, '.mcp.json'));
    const watched = nodeWatched({ root });
    const before = await watched.read();
    const { all } = await changesOf(
      'rm -r .github .git/hooks/pre-commit; git config core.pager x; mkdir .vscode; echo {} > .vscode/tasks.json; ln -sf other .mcp.json',
    );
    expect(all).toHaveLength(5);
    expect(await watched.undo(all)).toMatchObject({ failed: [] });
    expect(watchedChanges(before, await watched.read())).toEqual([]);
    expect(await readlink(path.join(root, '.mcp.json'))).toBe('file');
    await expect(readFile(path.join(root, '.vscode'))).rejects.toThrow('ENOENT');
  });

  test('a link that took the place of a folder gives way to it', async () => {
    const { all, told: shown } = await changesOf(
      'mkdir ../out && mv .github/workflows/ci.yml ../out && rm -r .github/workflows && ln -s ../../out .github/workflows',
    );
    expect(shown).toEqual(['+.github/workflows', '-.github/workflows/ci.yml']);
    expect(await nodeWatched({ root }).undo(all)).toEqual({ restored: shown.map((one) => one.slice(1)), failed: [] });
    expect(await readFile(path.join(root, '.github/workflows/ci.yml'), 'utf8')).toBe('a\n');
    expect(await readFile(path.join(top, 'out/ci.yml'), 'utf8')).toBe('a\n');
  });

  test('not where it would be another change: changed again, a folder that leads elsewhere', async () => {
    const { all } = await changesOf('echo b > .github/workflows/ci.yml');
    await run('echo c > .github/workflows/ci.yml');
    const watched = nodeWatched({ root });
    expect(await watched.undo(all)).toEqual({
      restored: [],
      failed: [{ path: '.github/workflows/ci.yml', why: 'it was changed again since' }],
    });
    await run('echo b > .github/workflows/ci.yml; mv .github ../moved; ln -s ../moved .github');
    expect((await watched.undo(all)).failed).toMatchObject([{ why: 'its folder is now a link to another place' }]);
  });
});

describe('bounds', () => {
  test('a folder with very many files is said to be cut', async () => {
    await run('mkdir .cursor && cd .cursor && seq 1 700 | xargs touch');
    const { files, cut } = await nodeWatched({ root }).read();
    expect([...files.keys()].filter((name) => name.startsWith('.cursor/'))).toHaveLength(500);
    expect(cut).toEqual(['.cursor']);
  });

  test('a large file is compared and not kept; a FIFO does not hold us', async () => {
    const { all } = await changesOf('head -c 1000000 /dev/zero > .gitlab-ci.yml; mkfifo .travis.yml');
    expect(all).toMatchObject([{ path: '.gitlab-ci.yml', after: { size: 1_000_000 } }]);
    expect(all[0]?.after?.bytes).toBeUndefined();
    await rm(path.join(root, '.gitlab-ci.yml'));
  });
});
