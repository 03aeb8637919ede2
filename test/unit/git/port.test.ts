/** What each operation says and does, on real repositories. */
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { GitOperation } from '../../../src/agent/ports.ts';
import { findGit, gitEnvironment } from '../../../src/headless/ports/git/program.ts';
import { nodeGit } from '../../../src/headless/ports/git.ts';
import { outputOf, type Repo, repo } from './repo.ts';

const diff = (rest: Partial<Extract<GitOperation, { kind: 'diff' }>> = {}) =>
  ({ kind: 'diff', staged: false, paths: ['.'], ...rest }) as const;
const commit = (message: string, ...paths: readonly string[]) => ({ kind: 'commit', message, paths }) as const;
const never = AbortSignal.any([]);
const statusOf = (ws: Repo): Promise<string> => ws.git('status', '--porcelain');

test('status names the branch and what differs; ignored files and outside folders are not named', async () => {
  await using ws = await repo({ 'in/a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': 'no\n' }, { inside: 'in' });
  expect(outputOf(await ws.run({ kind: 'status' }))).toBe('## main\n');
  await ws.write({ 'in/a.txt': 'x\n', 'in/ü "q".txt': '', 'in/no': '', 'b.txt': 'x' });
  expect(outputOf(await ws.run({ kind: 'status' }))).toBe('## main\n M a.txt\n?? "ü \\"q\\".txt"\n');
  expect(await ws.port.repository()).toEqual({ root: ws.root });
});

test('diff: the work tree, the index, two commits; of the named paths alone', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await ws.write({ 'a.txt': 'staged\n' });
  await ws.git('add', 'a.txt');
  await ws.write({ 'a.txt': 'disk\n', 'b.txt': 'B\n' });
  expect(outputOf(await ws.run(diff({ paths: ['a.txt'] })))).toMatch(
    /^diff --git a\/a.txt b\/a.txt\n[\s\S]*-staged\n\+disk\n$/,
  );
  expect(outputOf(await ws.run(diff({ staged: true })))).toMatch(/-a\n\+staged\n$/);
  await ws.git('commit', '-qam', 'Second');
  expect(outputOf(await ws.run(diff({ from: 'HEAD~1', to: 'HEAD' })))).toMatch(/-a\n\+disk\n[\s\S]*-b\n\+B\n/);
  expect(outputOf(await ws.run(diff({ paths: [] })))).toBe('');
});

test('names are those of every file a diff would show, a rename both its names', async () => {
  await using ws = await repo({ 'old.txt': 'same\n'.repeat(20), 'b ü.txt': '' });
  await ws.git('mv', 'old.txt', 'new.txt');
  await ws.write({ 'b ü.txt': 'b' });
  await ws.git('commit', '-qam', 'Second');
  const shown = { kind: 'show', revision: 'HEAD', paths: ['.'] } as const;
  expect(await ws.port.names(shown, never)).toEqual({ names: ['b ü.txt', 'new.txt', 'old.txt'] });
  expect(await ws.port.names(diff({ from: 'HEAD~1', to: 'HEAD', paths: ['new.txt'] }), never)).toEqual({
    names: ['new.txt'],
  });
  expect(outputOf(await ws.run({ ...shown, paths: ['old.txt', 'new.txt'] }))).toMatch(
    /rename from old.txt\nrename to new.txt/,
  );
  expect(await ws.port.names({ ...shown, paths: [] }, never)).toEqual({ names: [] });
});

test('the names of a commit to be made are those of files git takes', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'gone.txt': '', '.gitignore': 'no\n' });
  await rm(path.join(ws.root, 'gone.txt'));
  await ws.write({ 'new.txt': '', no: '' });
  const paths = ['a.txt', 'gone.txt', 'never.txt', 'new.txt', 'no'];
  expect(await ws.port.names(commit('m', ...paths), never)).toEqual({ names: ['a.txt', 'gone.txt', 'new.txt'] });
});

test('a pattern is a name', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'b*.txt': 'b\n', 'b1.txt': '1\n' });
  await ws.write({ 'a.txt': 'A', 'b*.txt': 'B', 'b1.txt': '2' });
  expect(await ws.port.names(diff({ paths: ['b*.txt', ':(exclude)a.txt', ':/'] }), never)).toEqual({
    names: ['b*.txt'],
  });
});

test('looking writes nothing into the repository, and a touched file is no difference', async () => {
  await using ws = await repo();
  const before = await ws.bash('sleep 0.01; touch tracked.txt; find .git -type f | sort | xargs sha256sum');
  for (const operation of [
    { kind: 'status' },
    diff(),
    diff({ from: 'HEAD' }),
    { kind: 'log', count: 1, paths: [] },
    { kind: 'show', revision: 'HEAD', paths: ['.'] },
    { kind: 'blame', path: 'tracked.txt', first: 1, last: 1 },
  ] satisfies GitOperation[])
    expect(await ws.run(operation)).toHaveProperty('output');
  expect(await ws.run(diff())).toEqual({ output: '', cut: false });
  expect(await ws.bash('find .git -type f | sort | xargs sha256sum')).toBe(before);
});

test('log, show, blame and a file as it was', async () => {
  await using ws = await repo({ 'a.txt': 'one\ntwo\n' });
  await ws.write({ 'a.txt': 'one\nTWO\n', 'b.txt': 'b\n' });
  await ws.git('add', '-A');
  await ws.git('commit', '-qm', 'Second\n\nwith a body');
  expect(outputOf(await ws.run({ kind: 'log', count: 5, paths: [] }))).toMatch(
    /^\w{7} 2026-01-02 Ann: \(HEAD -> main\) Second\n\w{7} 2026-01-02 Ann: First\n$/,
  );
  expect(outputOf(await ws.run({ kind: 'log', count: 1, paths: ['b.txt'] }))).toContain('Second');
  expect(outputOf(await ws.run({ kind: 'show', revision: 'HEAD', paths: ['b.txt'] }))).toMatch(
    /^commit \w{40}\nauthor Ann <ann@example.com>\ndate 2026-01-02T03:04:05\+00:00\n\nSecond\n\nwith a body\n\ndiff --git a\/b.txt/,
  );
  expect(outputOf(await ws.run({ kind: 'show', revision: 'HEAD', paths: [] }))).not.toContain('diff --git');
  expect(outputOf(await ws.run({ kind: 'blame', path: 'a.txt', first: 2, last: 99 }))).toMatch(
    /^\w{8} .*Ann 2026-01-02 2\) TWO\n$/,
  );
  expect(await ws.run({ kind: 'file', revision: 'HEAD~1', path: 'a.txt' })).toMatchObject({ output: 'one\ntwo\n' });
});

test('a merge is shown against its first parent, the first commit against nothing', async () => {
  await using ws = await repo({ 'a.txt': 'a\n' });
  await ws.git('checkout', '-qb', 'side');
  await ws.write({ 's.txt': 's\n' });
  await ws.git('add', '-A');
  await ws.git('commit', '-qm', 'Side');
  await ws.git('checkout', '-q', 'main');
  await ws.write({ 'm.txt': 'm\n' });
  await ws.git('add', '-A');
  await ws.git('commit', '-qm', 'Main');
  await ws.git('merge', '-q', '--no-edit', 'side');
  const shown = { kind: 'show', revision: 'main', paths: ['.'] } as const;
  expect(await ws.port.names(shown, never)).toEqual({ names: ['s.txt'] });
  expect(outputOf(await ws.run(shown))).not.toContain('m.txt');
  expect(await ws.port.names({ ...shown, revision: 'main~2' }, never)).toEqual({ names: ['a.txt'] });
});

test.each(['HEAD:tracked.txt', 'HEAD..HEAD', '--all', '', 'nope', ':tracked.txt', 'HEAD^{tree}', 'a\0b'])(
  'no revision: %j',
  async (revision) => {
    await using ws = await repo();
    expect(await ws.run({ kind: 'show', revision, paths: ['.'] })).toEqual({
      fault: expect.stringContaining('is no commit here'),
    });
    expect(await ws.run(diff({ from: revision }))).toHaveProperty('fault');
    expect(await ws.run({ kind: 'file', revision, path: 'tracked.txt' })).toHaveProperty('fault');
  },
);

test('no repository, no git, no folder', async () => {
  await using ws = await repo();
  const outside = nodeGit({ root: ws.top, own: ws.own });
  expect(await outside.repository()).toEqual({ none: 'This folder is in no git repository.' });
  expect(await outside.run({ kind: 'status' }, never)).toEqual({ fault: 'This folder is in no git repository.' });
  const without = nodeGit({ root: ws.root, own: { PATH: ws.top } });
  expect(await without.repository()).toEqual({ none: 'git was not found on this computer.' });
  const gone = nodeGit({ root: path.join(ws.top, 'gone'), own: ws.own });
  expect(await gone.repository()).toEqual({ none: expect.stringContaining('git could not be started') });
});

test('a linked worktree and a submodule are repositories of their own', async () => {
  await using ws = await repo();
  await ws.git('worktree', 'add', '-q', '../linked');
  await ws.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', './', 'sub');
  for (const root of [path.join(ws.top, 'linked'), path.join(ws.root, 'sub')]) {
    const port = nodeGit({ root, own: ws.own });
    expect(await port.repository()).toEqual({ root });
    expect(await port.run({ kind: 'log', count: 1, paths: [] }, never)).toHaveProperty(
      'output',
      expect.stringContaining('First'),
    );
  }
});

test('more than is read is cut and said so; too long is ended; stopped is stopped', async () => {
  await using ws = await repo({ 'big.txt': '' });
  await ws.write({ 'big.txt': 'a line of some length\n'.repeat(200_000) });
  const cut = await ws.run(diff());
  expect(cut).toMatchObject({ cut: true });
  expect(Buffer.byteLength(outputOf(cut))).toBeLessThanOrEqual(2 * 1024 * 1024);
  expect(await ws.port.run({ kind: 'status' }, AbortSignal.abort())).toHaveProperty('fault');
});

test('the time and the stop end a git that hangs', async () => {
  await using ws = await repo();
  const bin = path.join(ws.top, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'git'), '#!/bin/sh\nexec sleep 60\n');
  await chmod(path.join(bin, 'git'), 0o755);
  const own = { ...ws.own, PATH: `${bin}:${ws.own.PATH}` };
  const began = Date.now();
  expect(await nodeGit({ root: ws.root, own, timeoutMs: 100 }).run({ kind: 'status' }, never)).toEqual({
    fault: expect.stringContaining('longer than 0.1 s'),
  });
  const stop = new AbortController();
  const running = nodeGit({ root: ws.root, own }).run({ kind: 'status' }, stop.signal);
  stop.abort();
  expect(await running).toEqual({ fault: expect.stringContaining('stopped') });
  expect(Date.now() - began).toBeLessThan(20_000);
});

test('no pager, no editor, no prompt, no network, nothing inherited', async () => {
  const env = gitEnvironment(
    { PATH: '/usr/bin:.:x/node_modules/.bin', GIT_DIR: '/x', GIT_CONFIG_COUNT: '1', EDITOR: 'vi' },
    'linux',
  );
  expect(env).toEqual({
    PATH: '/usr/bin',
    TERM: 'dumb',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'C',
  });
  expect(await findGit({ PATH: '.' }, 'linux')).not.toBe('./git');
});

test('commit takes exactly the named files as they are on disk and leaves what else is staged', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'gone.txt': 'g\n', 'other.txt': 'o\n', 'b.txt': 'b\n' });
  await ws.write({ 'a.txt': 'half\n', 'other.txt': 'staged\n' });
  await ws.git('add', 'a.txt', 'other.txt');
  await ws.write({ 'a.txt': 'whole\n', 'new ü.txt': 'n\n', 'b.txt': 'not this\n', 'else.txt': '' });
  await ws.bash('rm gone.txt');
  const done = outputOf(await ws.run(commit('Change a\n\n# kept\n', 'a.txt', 'new ü.txt', 'gone.txt')));
  expect(done).toMatch(
    /^\w{7} \(HEAD -> main\) Change a\nM\ta.txt\nD\tgone.txt\nA\tnew ü.txt\nHooks of the repository .* not run, .* not signed\.\n$/,
  );
  expect(await ws.git('log', '-1', '--format=%an %ae %cn%n%B')).toBe('Ann ann@example.com Ann\nChange a\n\n# kept\n\n');
  expect(await ws.git('show', 'HEAD:a.txt')).toBe('whole\n');
  expect(await statusOf(ws)).toBe(' M b.txt\nM  other.txt\n?? else.txt\n');
});

test('commit before the first commit, from a folder of the repository, and of a deletion that is staged', async () => {
  await using ws = await repo({}, { inside: 'in' });
  await ws.write({ 'in/a.txt': 'a\n', 'b.txt': 'b\n' });
  await ws.git('add', 'b.txt');
  expect(outputOf(await ws.run(commit('Begin', 'a.txt')))).toMatch(/Begin\nA\ta.txt\n/);
  expect(await statusOf(ws)).toBe('A  b.txt\n');
  await ws.git('rm', '-q', 'in/a.txt');
  await mkdir(path.join(ws.root, 'in'), { recursive: true });
  expect(outputOf(await ws.run(commit('End', 'a.txt')))).toMatch(/End\nD\ta.txt\n/);
  expect(await statusOf(ws)).toBe('A  b.txt\n');
});

test.each([
  ['no message', commit(' \n', 'tracked.txt'), 'needs a message'],
  ['no files', commit('x'), 'name the files'],
  ['nothing changed', commit('x', 'tracked.txt'), 'Nothing to commit'],
  ['a file that is nowhere', commit('x', 'new.txt', 'nowhere.txt'), 'nowhere.txt'],
  ['an ignored file', commit('x', 'new.txt', 'ignored'), 'ignored'],
  ['a folder', commit('x', 'new.txt', 'folder'), 'folder is a folder'],
  ['the whole tree', commit('x', '.'), 'name the files themselves'],
])('commit refuses %s and leaves the index as it was', async (_, operation, why) => {
  await using ws = await repo({ 'tracked.txt': 't\n', 'folder/f.txt': '', '.gitignore': 'ignored\n', 's.txt': '' });
  await ws.write({ 'new.txt': 'n', ignored: '', 'folder/f.txt': 'x', 's.txt': 'staged' });
  await ws.git('add', 's.txt');
  const before = await statusOf(ws);
  expect(await ws.run(operation)).toEqual({ fault: expect.stringContaining(why) });
  expect(await statusOf(ws)).toBe(before);
  expect(await ws.git('log', '--format=%s')).toBe('First\n');
});

test('a folder that git does not know yet is not committed', async () => {
  await using ws = await repo();
  await ws.write({ 'fresh/a.txt': 'a', 'fresh/b.txt': 'b' });
  expect(await ws.run(commit('x', 'fresh'))).toHaveProperty('fault');
  expect(await statusOf(ws)).toBe('?? fresh/\n');
});

test('commit without a name says how to set one', async () => {
  await using ws = await repo({}, { name: false });
  await ws.write({ 'a.txt': 'a' });
  expect(await ws.run(commit('x', 'a.txt'))).toEqual({
    fault: expect.stringMatching(/who commits.*git config --global user\.name/),
  });
  expect(await statusOf(ws)).toBe('?? a.txt\n');
});

test('commit during a merge is refused, and a link is committed as a link', async () => {
  await using ws = await repo({ 'a.txt': 'a\n' });
  await ws.bash(
    'git checkout -qb o; echo 1 > a.txt; git commit -qam 1; git checkout -q main; echo 2 > a.txt; git commit -qam 2; git merge -q o',
  );
  expect(await ws.run(commit('x', 'a.txt'))).toEqual({ fault: expect.stringContaining('merge') });
  await ws.git('merge', '--abort');
  await symlink('/etc/hostname', path.join(ws.root, 'link'));
  expect(outputOf(await ws.run(commit('Link', 'link')))).toContain('A\tlink');
  expect(await ws.git('show', 'HEAD:link')).toBe('/etc/hostname');
});

test('paths above the root are not looked at', async () => {
  await using ws = await repo({ 'in/a.txt': 'a\n', 'secret.txt': 'secret\n' }, { inside: 'in' });
  await ws.write({ 'secret.txt': 'changed secret\n' });
  for (const name of ['../secret.txt', 'x/../../secret.txt', path.join(ws.root, 'secret.txt'), '..'])
    for (const operation of [
      diff({ paths: [name] }),
      { kind: 'log', count: 1, paths: [name] },
      { kind: 'show', revision: 'HEAD', paths: [name] },
      { kind: 'file', revision: 'HEAD', path: name },
      { kind: 'blame', path: name, first: 1, last: 1 },
      commit('x', name),
    ] satisfies GitOperation[])
      expect(await ws.run(operation)).toEqual({ fault: `${name} is not below the root.` });
  expect(outputOf(await ws.run(diff()))).toBe('');
  expect(outputOf(await ws.run({ kind: 'show', revision: 'HEAD', paths: ['.'] }))).not.toContain('secret');
});
