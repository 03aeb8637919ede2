/** The tool as the loop calls it: prepared, judged, performed. */
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Mode } from '../../../src/agent/journal/event.ts';
import { decideAll, refusalText } from '../../../src/agent/policy/decide.ts';
import { HIDDEN_GLOBS } from '../../../src/agent/policy/hidden-globs.ts';
import { lookAt } from '../../../src/agent/run/look.ts';
import { git } from '../../../src/agent/tools/git.ts';
import type { Prepared, Refusal, ToolContext, ToolResult } from '../../../src/agent/tools/tool.ts';
import { findRipgrep } from '../../../src/headless/ports/ripgrep.ts';
import { ripgrepSearch } from '../../../src/headless/ports/search.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';
import { type Repo, repo } from './repo.ts';

interface Scene {
  prepare(args: unknown): Promise<Prepared | Refusal>;
  call(args: unknown): Promise<ToolResult>;
}

async function scene(
  ws: Repo,
  { mode = 'continuous', without = false }: { mode?: Mode; without?: boolean } = {},
): Promise<Scene> {
  const workspace = await nodeWorkspace(ws.root, { ledger: path.join(ws.top, 'ledger') });
  const shell = nodeShell();
  const context: ToolContext = {
    workspace,
    look: (command, cwd, network) => lookAt({ workspace, shell }, command, cwd, { network }),
    search: ripgrepSearch({ root: ws.root, rgPath: await findRipgrep() }),
    shell,
    mode,
    hidden: HIDDEN_GLOBS,
    ...(!without && { git: ws.port }),
  };
  const made: Scene = {
    prepare: (args) => git.prepare(args, context),
    async call(args) {
      const prepared = await made.prepare(args);
      if (prepared.kind === 'refusal') return { ok: false, ...prepared };
      if (prepared.kind === 'steer') throw new Error('git steers nothing');
      const decision = decideAll(prepared.actions, { mode, trusted: true });
      if (decision.verdict === 'deny' || decision.always)
        return { ok: false, title: prepared.title, forModel: refusalText(decision) };
      return prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined });
    },
  };
  return made;
}

const SECRETS = {
  '.env': 'KEY=hunter2\n',
  'deep/server.pem': 'hunter2\n',
  'deep/.ENV.local': 'KEY=hunter2\n',
  'a.txt': 'a\n',
  '.env.example': 'KEY=\n',
};
const changed = Object.fromEntries(Object.entries(SECRETS).map(([name, text]) => [name, `${text}more ${text}`]));

test('status, log, blame', async () => {
  await using ws = await repo({ 'a.txt': 'one\ntwo\nthree\n' });
  const { call, prepare } = await scene(ws, { mode: 'readOnly' });
  await ws.write({ 'new\u202e.txt': '' });
  expect(await call({ action: 'status' })).toEqual({
    ok: true,
    title: 'Git status',
    forModel: '## main\n?? new\\u{202e}.txt',
  });
  expect(await call({ action: 'log', count: 1 })).toMatchObject({
    ok: true,
    forModel: expect.stringMatching(/Ann: .* First$/),
  });
  expect((await call({ action: 'blame', paths: ['a.txt:2-3'] })).forModel).toMatch(/2\) two\n.*3\) three$/);
  expect((await call({ action: 'blame', paths: ['a.txt'] })).forModel.split('\n')).toHaveLength(3);
  expect(await prepare({ action: 'log', paths: ['a.txt'] })).toMatchObject({
    effect: { kind: 'none' },
    title: 'Git log a.txt',
    actions: [{ kind: 'read', path: { relative: 'a.txt' } }],
  });
  expect(await prepare({ action: 'status' })).toMatchObject({ actions: [{ kind: 'read', path: { relative: '' } }] });
});

test.each([
  ['diff', { action: 'diff' }],
  ['diff against a commit', { action: 'diff', revision: 'HEAD' }],
  ['diff of a folder', { action: 'diff', paths: ['deep', '.'] }],
])('%s leaves out what may not be read, and says so', async (_, args) => {
  await using ws = await repo(SECRETS);
  await ws.write(changed);
  const { forModel, ok } = await (await scene(ws)).call(args);
  expect(ok).toBe(true);
  expect(forModel).not.toContain('hunter2');
  expect(forModel).toMatch(/^\.env is left out: "\.env" may hold secrets\.$/m);
  expect(forModel).toContain('deep/server.pem is left out: "deep/server.pem" may hold a private key.');
  expect(forModel).toContain('deep/.ENV.local is left out');
  expect(forModel).toContain('+more a');
  expect(forModel).toContain('+more KEY=');
});

test('staged and between commits, deleted, renamed and linked to: a secret is not shown', async () => {
  await using ws = await repo({ ...SECRETS, 'b.txt': 'b\n' });
  await ws.git('rm', '-q', '.env', 'b.txt');
  await ws.bash(
    'ln -s .env b.txt; git mv deep/server.pem deep/server.txt; echo changed >> deep/server.txt; git add -A',
  );
  const { call } = await scene(ws);
  const staged = await call({ action: 'diff', staged: true });
  expect(staged.forModel).toContain('.env is left out');
  expect(staged.forModel).toContain('b.txt is left out');
  expect(staged.forModel).not.toContain('KEY=hunter2');
  await ws.git('commit', '-qm', 'Second');
  for (const args of [
    { action: 'show' },
    { action: 'show', revision: 'HEAD~1' },
    { action: 'diff', revision: 'HEAD~1', to: 'HEAD' },
  ]) {
    const { forModel } = await call(args);
    expect(forModel).toContain('.env is left out');
    expect(forModel).toContain('deep/server.pem is left out');
    expect(forModel).not.toContain('KEY=hunter2');
  }
  expect((await call({ action: 'show' })).forModel).toMatch(/commit \w{40}\nauthor Ann/);
});

test.each([
  { action: 'diff', paths: ['.env'] },
  { action: 'show', paths: ['a.txt', 'deep/../.env'] },
  { action: 'show', revision: 'HEAD:.env' },
  { action: 'show', revision: 'HEAD:./deep/../.env' },
  { action: 'blame', paths: ['.env:1-1'] },
  { action: 'blame', paths: ['link'] },
  { action: 'log', paths: ['.env'] },
  { action: 'commit', message: 'x', paths: ['a.txt', '.env'] },
  { action: 'commit', message: 'x', paths: ['.git/config'] },
])('refused by policy: $action $paths $revision', async (args) => {
  await using ws = await repo(SECRETS);
  await ws.write(changed);
  await symlink('.env', path.join(ws.root, 'link'));
  const { ok, forModel } = await (await scene(ws)).call(args);
  expect(ok).toBe(false);
  expect(forModel).toMatch(/^Refused by policy \((env-file|git)\)/);
  expect(await ws.git('log', '--format=%s')).toBe('First\n');
});

test('a hidden path refuses the whole call, since only policy knows of it', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'private.txt': 'p\n' });
  await ws.write({ 'a.txt': 'A\n', 'private.txt': 'P\n' });
  const prepared = await (await scene(ws)).prepare({ action: 'diff' });
  const actions = prepared.kind === 'act' ? prepared.actions : [];
  const policy = { mode: 'ask', trusted: true, hidden: (name: string) => name === 'private.txt' } as const;
  expect(decideAll(actions, policy)).toMatchObject({ verdict: 'deny', rule: 'ignored' });
});

test('a file as it was', async () => {
  await using ws = await repo({ 'in/a.txt': 'old\n' });
  await ws.write({ 'in/a.txt': 'new\n' });
  const { call, prepare } = await scene(ws);
  expect(await call({ action: 'show', revision: 'HEAD:in/a.txt' })).toEqual({
    ok: true,
    title: 'Git show HEAD:in/a.txt',
    forModel: 'old',
  });
  expect(await prepare({ action: 'show', revision: 'HEAD:../x' })).toMatchObject({ kind: 'refusal' });
  expect((await call({ action: 'show', revision: 'HEAD:nope' })).ok).toBe(false);
});

test('a long answer is whole lines with the next step', async () => {
  await using ws = await repo({ 'a.txt': '' });
  await ws.write({ 'a.txt': 'some line of text\n'.repeat(9000) });
  const { forModel } = await (await scene(ws)).call({ action: 'diff' });
  expect(forModel.length).toBeLessThan(32 * 1024);
  expect(forModel).toMatch(/\[lines \d+-9005 left out; name paths\]$/);
});

test('nothing to show is said', async () => {
  await using ws = await repo();
  expect((await (await scene(ws)).call({ action: 'diff' })).forModel).toMatch(/^No differences/);
});

test('commit: the command that is asked about is what is committed', async () => {
  await using ws = await repo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await ws.write({ 'a.txt': 'A\n', 'b.txt': 'B\n', "it's new.txt": '' });
  const { call, prepare } = await scene(ws);
  const args = { action: 'commit', message: "Change a\n\n- it's done\n", paths: ['./a.txt', "it's new.txt", 'a.txt'] };
  const command =
    "git commit --only --no-verify --no-gpg-sign -m 'Change a\n\n- it'\\''s done' -- a.txt 'it'\\''s new.txt'";
  expect(await prepare(args)).toMatchObject({
    title: 'Git commit 3 files: Change a',
    actions: [
      { kind: 'read' },
      { kind: 'read' },
      { kind: 'read' },
      { kind: 'command', command, cwd: { real: ws.root } },
    ],
    effect: { kind: 'command', command, cwd: { real: ws.root }, timeoutMs: 30_000 },
    intent: { kind: 'command', command, cwd: '' },
  });
  const done = await call(args);
  expect(done).toMatchObject({
    ok: true,
    forModel: expect.stringMatching(/^Committed \w{7} .*Change a\nM\ta.txt\nA\tit's new.txt\nHooks .* not run/),
  });
  // The command itself, run by a shell, would have done the same.
  await ws.git('reset', '-q', '--hard', 'HEAD~1');
  await ws.write({ 'a.txt': 'A\n', 'b.txt': 'B\n', "it's new.txt": '' });
  await ws.git('add', '-N', "it's new.txt");
  await ws.bash(command);
  expect(await ws.git('show', '--format=%B', '--name-only')).toBe("Change a\n\n- it's done\n\n\na.txt\nit's new.txt\n");
});

test('commit is a command: refused where none may run, asked about elsewhere', async () => {
  await using ws = await repo();
  await ws.write({ 'tracked.txt': 'x\n' });
  const args = { action: 'commit', message: 'x', paths: ['tracked.txt'] };
  expect((await (await scene(ws, { mode: 'readOnly' })).call(args)).forModel).toMatch(
    /^Refused by policy \(read-only\)/,
  );
  const prepared = await (await scene(ws, { mode: 'ask' })).prepare(args);
  const actions = prepared.kind === 'act' ? prepared.actions : [];
  expect(decideAll(actions, { mode: 'ask', trusted: true })).toMatchObject({ verdict: 'ask', rule: 'command' });
});

test('a path that leads elsewhere after the yes is not committed', async () => {
  await using ws = await repo();
  await ws.write({ 'tracked.txt': 'x\n', 'other.txt': '' });
  const prepared = await (await scene(ws)).prepare({ action: 'commit', message: 'x', paths: ['tracked.txt'] });
  await ws.bash('ln -sf other.txt tracked.txt');
  const done =
    prepared.kind === 'act' && (await prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined }));
  expect(done).toMatchObject({ ok: false, forModel: expect.stringMatching(/^Not committed: .*no longer leads/) });
});

test.each([
  [{ action: 'commit', message: ' ', paths: ['a'] }, 'give a message'],
  [{ action: 'commit', message: 'x' }, 'name the files'],
  [{ action: 'commit', message: 'x', paths: ['in'] }, 'in is a folder'],
  [{ action: 'commit', message: 'x', paths: ['../b'] }, 'outside the root'],
  [{ action: 'blame' }, 'one file'],
  [{ action: 'diff', to: 'HEAD' }, 'to needs revision'],
  [{ action: 'show', revision: 'HEAD:a', paths: ['b'] }, 'leave paths out'],
  [{ action: 'show', revision: '--output=x' }, 'is no commit here'],
])('not understood: %j', async (args, why) => {
  await using ws = await repo({ 'in/a.txt': '' });
  expect(await (await scene(ws)).prepare(args)).toMatchObject({
    kind: 'refusal',
    forModel: expect.stringContaining(why),
  });
});

test('where there is no repository, and where there is no git', async () => {
  await using ws = await repo({});
  await ws.bash('rm -rf .git');
  expect((await (await scene(ws)).call({ action: 'status' })).forModel).toBe(
    'This folder is in no git repository. Use read, search and find; the person can make one with git init.',
  );
  expect((await (await scene(ws, { without: true })).call({ action: 'log' })).forModel).toMatch(
    /^There is no git here/,
  );
});

test('status does not name what .goalwrightignore hides', async () => {
  await using ws = await repo();
  await ws.write({
    '.goalwrightignore': 'private/\n*.log\n',
    'private/a': '',
    'x.log': '',
    'two words.log': '',
    'open.txt': '',
  });
  const { forModel } = await (await scene(ws)).call({ action: 'status' });
  expect(forModel).toContain('open.txt');
  expect(forModel).not.toMatch(/private|\.log/);
});
