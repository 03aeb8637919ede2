/** No program that a repository names is ever run. Each repository proves first that plain git would have run it. */
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import type { GitOperation } from '../../../src/agent/ports.ts';
import { type Repo, repo } from './repo.ts';

/** Every operation, after `touch`ed and changed files. */
const ALL: readonly GitOperation[] = [
  { kind: 'status' },
  { kind: 'diff', staged: false, paths: ['.'] },
  { kind: 'diff', staged: true, paths: ['.'] },
  { kind: 'diff', staged: false, from: 'HEAD', paths: ['.'] },
  { kind: 'diff', staged: false, from: 'HEAD', to: 'HEAD', paths: ['.'] },
  { kind: 'log', count: 5, paths: [] },
  { kind: 'log', count: 5, paths: ['tracked.txt'] },
  { kind: 'show', revision: 'HEAD', paths: ['.'] },
  { kind: 'file', revision: 'HEAD', path: 'tracked.txt' },
  { kind: 'blame', path: 'tracked.txt', first: 1, last: 9 },
  { kind: 'commit', message: 'Mine', paths: ['tracked.txt', 'new.txt'] },
];

interface Hostile {
  readonly name: string;
  /** `EVIL` is a program that leaves the mark and passes its input on, `QUIT` one that leaves the mark and fails. */
  readonly setup: string;
  /** Plain git that would run it; none where the git here does not know it. */
  readonly proof?: string;
  /** What stops an operation: those faults must name it. */
  readonly key?: string;
  /** Objects are missing: some operations fail, whoever asks. */
  readonly broken?: true;
}

const HOSTILE: readonly Hostile[] = [
  {
    name: 'filter.clean',
    setup: "git config filter.ev.clean EVIL; echo '* filter=ev' > .gitattributes",
    proof: 'git status',
    key: 'filter.ev.clean',
  },
  {
    name: 'filter.process',
    setup: "git config filter.ev.process EVIL; echo '* filter=ev' > .gitattributes",
    proof: 'git diff',
    key: 'filter.ev.process',
  },
  {
    name: 'filter.smudge',
    setup: "git config filter.ev.smudge EVIL; echo '* filter=ev' > .gitattributes",
    proof: 'git checkout tracked.txt',
  },
  {
    name: 'filter with a strange name',
    setup:
      'printf \'[filter "a=b.c d"]\\n\\tCLEAN = EVIL\\n\' >> .git/config; echo \'* filter="a=b.c d"\' > .git/info/attributes',
    key: 'filter.a=b.c d.clean',
  },
  {
    name: 'filter from an included tracked file',
    setup:
      "printf '[filter \"ev\"]\\n\\tclean = EVIL\\n' > conf; git config include.path ../conf; echo '* filter=ev' > .gitattributes",
    proof: 'git status',
    key: 'filter.ev.clean',
  },
  {
    name: 'filter from a conditional include',
    setup:
      "printf '[filter \"ev\"]\\n\\tclean = EVIL\\n' > conf; git config includeIf.onbranch:main.path ../conf; echo '* filter=ev' > .gitattributes",
    proof: 'git status',
    key: 'filter.ev.clean',
  },
  {
    name: 'filter in the worktree configuration',
    setup:
      "git config extensions.worktreeConfig true; git config --worktree filter.ev.clean EVIL; echo '* filter=ev' > .gitattributes",
    proof: 'git status',
    key: 'filter.ev.clean',
  },
  { name: 'git-lfs extension', setup: 'git config lfs.extension.ev.clean EVIL', key: 'lfs.extension.ev.clean' },
  {
    name: 'diff.command',
    setup: "git config diff.ev.command EVIL; echo '* diff=ev' > .gitattributes",
    proof: 'git diff',
  },
  {
    name: 'diff.textconv',
    setup: "git config diff.ev.textconv EVIL; echo '* diff=ev' > .gitattributes",
    proof: 'git diff; git log -p; git blame tracked.txt',
  },
  { name: 'diff.external', setup: 'git config diff.external EVIL', proof: 'git diff' },
  { name: 'fsmonitor', setup: 'git config core.fsmonitor EVIL', proof: 'git status' },
  {
    name: 'hooksPath',
    setup:
      'mkdir h; for h in pre-commit commit-msg post-commit prepare-commit-msg post-index-change reference-transaction; do printf "#!/bin/sh\\nEVIL\\n" > h/$h; done; chmod +x h/*; git config core.hooksPath h',
    proof: 'git commit -qm x tracked.txt',
  },
  {
    name: 'hooks',
    setup:
      'for h in pre-commit commit-msg post-commit prepare-commit-msg post-index-change reference-transaction pre-auto-gc; do printf "#!/bin/sh\\nEVIL\\n" > .git/hooks/$h; done; chmod +x .git/hooks/*',
    proof: 'git commit -qm x tracked.txt',
  },
  {
    name: 'hook by configuration',
    setup:
      'git config hook.ev.command EVIL; git config hook.ev.event pre-commit; git config --add hook.ev.event post-index-change',
    key: 'hook.ev.command',
  },
  {
    name: 'gpg.program',
    setup:
      'git config gpg.program EVIL; git config commit.gpgSign true; git config user.signingKey ABC; git config log.showSignature true',
    proof: 'git commit -qm x tracked.txt',
  },
  {
    name: 'gpg.ssh',
    setup:
      'git config gpg.format ssh; git config gpg.ssh.program EVIL; git config commit.gpgSign true; git config user.signingKey ABC',
    proof: 'git commit -qm x tracked.txt',
  },
  {
    name: 'a signature that is shown',
    setup:
      "git config gpg.program EVIL; git config log.showSignature true; T=$(git write-tree); C=$(printf 'tree %s\\nparent %s\\nauthor a <a@b> 1 +0000\\ncommitter a <a@b> 1 +0000\\ngpgsig -----BEGIN PGP SIGNATURE-----\\n \\n abc\\n -----END PGP SIGNATURE-----\\n\\nsigned\\n' $T $(git rev-parse HEAD) | git hash-object -t commit -w --stdin); git update-ref refs/heads/main $C",
    proof: 'git log',
  },
  {
    name: 'a format that asks for the signature',
    setup:
      "git config gpg.program EVIL; git config format.pretty '%G?'; T=$(git write-tree); C=$(printf 'tree %s\\nparent %s\\nauthor a <a@b> 1 +0000\\ncommitter a <a@b> 1 +0000\\ngpgsig -----BEGIN PGP SIGNATURE-----\\n \\n abc\\n -----END PGP SIGNATURE-----\\n\\nsigned\\n' $T $(git rev-parse HEAD) | git hash-object -t commit -w --stdin); git update-ref refs/heads/main $C",
    proof: 'git log',
  },
  {
    name: 'pagers and editors',
    setup:
      'git config core.pager EVIL; git config pager.log EVIL; git config pager.diff EVIL; git config core.editor EVIL; git config sequence.editor EVIL; git config commit.verbose true',
    proof: 'git commit tracked.txt',
  },
  {
    name: 'aliases',
    setup:
      "for a in status diff log show blame commit config rev-parse; do git config alias.$a '!EVIL'; done; git config alias.x '!EVIL'",
    proof: 'git x',
  },
  {
    name: 'merge driver',
    setup:
      "git config merge.ev.driver EVIL; git config rerere.enabled true; mkdir -p .git/rr-cache; echo '* merge=ev' > .gitattributes",
    proof:
      'git merge-file -h; git checkout -qb o; echo 1 > tracked.txt; git commit -qam 1; git checkout -q main; echo 2 > tracked.txt; git commit -qam 2; git merge o; git reset --hard',
  },
  {
    name: 'garbage collection',
    setup: 'git config gc.auto 1; git config gc.recentObjectsHook EVIL; git config maintenance.auto true',
  },
  {
    name: 'a clone that fetches what it lacks',
    broken: true,
    setup:
      "git config extensions.partialClone origin; git config remote.origin.promisor true; git config remote.origin.url 'ext::QUIT'; git config protocol.ext.allow always; git config protocol.allow always; rm -f .git/objects/$(git rev-parse HEAD:tracked.txt | sed 's#^..#&/#'); ",
    proof: 'git show HEAD',
  },
  {
    name: 'upload programs and ssh',
    broken: true,
    setup:
      "git config extensions.partialClone origin; git config remote.origin.promisor true; git config remote.origin.url 'ssh://x.example/y'; git config core.sshCommand QUIT; git config remote.origin.uploadpack QUIT; git config core.askPass QUIT; git config credential.helper '!QUIT'; git config core.gitProxy QUIT; rm -f .git/objects/$(git rev-parse HEAD:tracked.txt | sed 's#^..#&/#')",
    proof: 'git show HEAD',
  },
  {
    name: 'submodule with a hostile configuration',
    setup:
      "git init -q sub; cd sub; echo s > s.txt; git add .; git commit -qm s; git config core.fsmonitor EVIL; git config filter.ev.clean EVIL; echo '* filter=ev' > .git/info/attributes; cd ..; git add sub; git commit -qm sub; echo more > sub/s.txt; git config submodule.sub.ignore none; git config diff.submodule diff; git config status.submoduleSummary true; printf '[submodule \"sub\"]\\n\\tpath = sub\\n\\turl = ./sub\\n\\tignore = none\\n' > .gitmodules",
    proof: 'git status',
  },
  {
    name: 'submodule update',
    setup: "git config submodule.sub.update '!EVIL'; git config alias.up '!EVIL'",
    proof: 'git up',
  },
  {
    name: 'url, interactive and other programs',
    setup:
      'git config interactive.diffFilter EVIL; git config uploadpack.packObjectsHook EVIL; git config core.alternateRefsCommand EVIL; git config url.ext::EVIL.insteadOf https://; git config trailer.x.command EVIL; git config trailer.x.cmd EVIL; git config tar.x.command EVIL; git config difftool.x.cmd EVIL; git config mergetool.x.cmd EVIL; git config diff.tool x; git config diff.guitool x; git config browser.x.cmd EVIL',
    proof: 'git -c diff.tool=x difftool -y',
  },
];

async function plant(ws: Repo, setup: string): Promise<void> {
  const programs = { EVIL: 'cat 2>/dev/null', QUIT: 'exit 1' };
  let line = setup;
  for (const [name, does] of Object.entries(programs)) {
    const program = path.join(ws.top, name.toLowerCase());
    await writeFile(program, `#!/bin/sh\ntouch '${ws.mark}'\n${does}\n`);
    await chmod(program, 0o755);
    line = line.replaceAll(name, program);
  }
  await ws.bash(line);
  await ws.unmark();
}

/** Same length, other content: git has to look into the file. */
const disturb = (ws: Repo): Promise<void> => ws.write({ 'tracked.txt': 'two\n', 'new.txt': 'new\n' });

test.each(HOSTILE)('$name', async ({ setup, proof, key, broken }) => {
  if (proof) {
    await using bad = await repo();
    await plant(bad, setup);
    await disturb(bad);
    await bad.bash(proof);
    expect(await bad.marked(), 'plain git runs it').toBe(true);
  }
  await using ws = await repo();
  await plant(ws, setup);
  await disturb(ws);
  const faults: string[] = [];
  for (const operation of ALL) {
    const result = await ws.run(operation);
    expect(await ws.marked(), `${JSON.stringify(operation)}: ${JSON.stringify(result)}`).toBe(false);
    if ('fault' in result) faults.push(`${operation.kind}: ${result.fault}`);
  }
  const named = faults.filter((fault) => fault.includes('configuration sets'));
  if (key) {
    expect(named.join('\n')).toContain(key);
    expect(named.join('\n')).toContain('git config --global');
    expect(named.filter((fault) => /^(log|show|file)/.test(fault))).toEqual([]);
  } else expect(broken ? named : faults).toEqual([]);
});

const Row = z.object({
  id: z.string(),
  area: z.literal('git'),
  why: z.string(),
  input: z.object({ command: z.string(), setup: z.string().optional() }),
});
const rows = readFileSync(path.join(import.meta.dirname, '../../cases/security-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line))
  .flatMap((row) => Row.safeParse(row).data ?? []);

test.each(rows.filter(({ input }) => input.setup))('case $id: $why', async ({ input: { setup = '' } }) => {
  await using ws = await repo();
  await mkdir(path.join(ws.top, 'outside'));
  const here = (text: string) => text.replaceAll('/outside', path.join(ws.top, 'outside')).replaceAll('/ws', ws.root);
  await ws.bash(here(setup));
  await disturb(ws);
  for (const operation of ALL) await ws.run(operation);
  expect(await readdir(path.join(ws.top, 'outside'))).toEqual([]);
});

/** What the commands of the cases give as operands, given where a model can give one. */
const OPERANDS = new Set(
  rows
    .filter(({ input }) => /^git [^;&|]*$/.test(input.command))
    .flatMap(({ input }) => [input.command, ...input.command.split(' ')])
    .filter((word) => /^-./.test(word)),
);

test('operands of the cases are names and revisions, never options', async () => {
  await using ws = await repo();
  await mkdir(path.join(ws.top, 'outside'));
  for (const operand of OPERANDS) {
    const word = operand.replaceAll('/outside', path.join(ws.top, 'outside'));
    for (const operation of [
      { kind: 'show', revision: word, paths: ['.'] },
      { kind: 'blame', path: word, first: 1, last: 2 },
      { kind: 'commit', message: word, paths: [word] },
    ] satisfies GitOperation[])
      expect(await ws.run(operation), `${operation.kind} ${word}`).toHaveProperty('fault');
    const log = await ws.run({ kind: 'log', count: 1, paths: [word] });
    expect(log, `log ${word}`).toMatchObject({ output: '' });
  }
  expect(OPERANDS.size).toBeGreaterThan(10);
  expect(await readdir(path.join(ws.top, 'outside'))).toEqual([]);
  expect(await readdir(ws.root)).toEqual(['.git', 'tracked.txt']);
});

test('a folder that looks like a bare repository is none', async () => {
  await using ws = await repo({});
  await rename(path.join(ws.root, '.git'), path.join(ws.top, 'moved'));
  await plant(
    ws,
    'mkdir -p objects refs; echo ref: refs/heads/m > HEAD; printf "[core]\\n\\trepositoryformatversion=0\\n\\tbare=false\\n\\tworktree=.\\n\\tfsmonitor=EVIL\\n" > config',
  );
  await ws.bash('git status');
  expect(await ws.marked(), 'plain git runs it').toBe(true);
  await ws.unmark();
  expect(await ws.port.repository()).toEqual({ none: expect.stringContaining('bare repository') });
  for (const operation of ALL) expect(await ws.run(operation)).toHaveProperty('fault');
  expect(await ws.marked()).toBe(false);
});

test.each([
  ['a .git file', (ws: Repo) => ws.write({ '.git': `gitdir: ${ws.top}/other/.git\n` })],
  ['a link', (ws: Repo) => symlink(path.join(ws.top, 'other/.git'), path.join(ws.root, '.git'))],
  [
    'core.worktree',
    async (ws: Repo) => {
      await ws.git('init', '-q');
      await ws.git('config', 'core.worktree', path.join(ws.top, 'other'));
    },
  ],
  [
    'core.worktree above',
    async (ws: Repo) => {
      await ws.git('init', '-q');
      await ws.git('config', 'core.worktree', ws.top);
    },
  ],
])("another folder's repository, led to by %s, is not looked at", async (_, lead) => {
  await using ws = await repo({});
  await ws.bash(`rm -rf .git; git init -q ../other; cd ../other; echo secret > s; git add .; git commit -qm secret`);
  await lead(ws);
  expect(await ws.port.repository()).toEqual({ none: expect.stringContaining("another folder's") });
  for (const operation of ALL) expect(JSON.stringify(await ws.run(operation))).not.toContain('secret');
});

test('nothing of the environment that begins with GIT_ reaches git', async () => {
  await using ws = await repo();
  await using other = await repo({ 'other.txt': '' });
  process.env.GIT_DIR = path.join(other.root, '.git');
  process.env.GIT_EXTERNAL_DIFF = `touch ${ws.mark};:`;
  try {
    await disturb(ws);
    expect(await ws.run({ kind: 'status' })).toHaveProperty('output', expect.stringContaining('tracked.txt'));
    await ws.run({ kind: 'diff', staged: false, paths: ['.'] });
    expect(await ws.marked()).toBe(false);
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_EXTERNAL_DIFF;
  }
});
