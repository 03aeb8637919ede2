import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HIDDEN_GLOBS } from '../../../src/agent/policy/hidden-globs.ts';
import { judgePath } from '../../../src/agent/policy/path.ts';
import { findRipgrep } from '../../../src/headless/ports/ripgrep.ts';
import { ripgrepSearch } from '../../../src/headless/ports/search.ts';
import { plainPath } from '../policy/cases.ts';
import { folder, lines } from './folder.ts';

const quiet = AbortSignal.any([]);

test('every hit as path:line: text, sorted, with the total', async () => {
  await using ws = await folder({
    'src/b.ts': 'x\nneedle b\n',
    'src/a.ts': 'needle a\nneedle again\n',
    '.github/w.yml': 'needle ci',
  });
  expect((await ws.call('search', { pattern: 'needle' })).forModel).toBe(
    '4 hits in 3 files\n.github/w.yml:1: needle ci\nsrc/a.ts:1: needle a\nsrc/a.ts:2: needle again\nsrc/b.ts:2: needle b',
  );
});

test('the total is true when not all is shown', async () => {
  await using ws = await folder({ a: lines(1500), b: lines(5) });
  const { forModel } = await ws.call('search', { pattern: 'line' });
  expect(forModel).toMatch(
    /^1505 hits in 2 files, the first 200 shown; narrow it by path, glob or pattern for the rest\n/,
  );
  expect(forModel.split('\n')).toHaveLength(201);
});

test('regular expression, literal, case', async () => {
  await using ws = await folder({ a: 'f(x)\nF(X)\nfx' });
  const hits = async (args: object): Promise<number> =>
    Number.parseInt((await ws.call('search', args)).forModel, 10) || 0;
  expect(await hits({ pattern: 'f.?x' })).toBe(2);
  expect(await hits({ pattern: 'f(x)', literal: true })).toBe(1);
  expect(await hits({ pattern: 'f(x)', literal: true, ignore_case: true })).toBe(2);
});

test('a file, a folder, a glob', async () => {
  await using ws = await folder({ 'src/a.ts': 'hit', 'src/a.js': 'hit', 'src/deep/b.ts': 'hit', 'c.ts': 'hit' });
  const places = async (args: object): Promise<string[]> =>
    (await ws.call('search', { pattern: 'hit', ...args })).forModel
      .split('\n')
      .slice(1)
      .map((line) => line.split(':')[0] ?? '');
  expect(await places({ path: 'src/a.ts' })).toEqual(['src/a.ts']);
  expect(await places({ path: 'src' })).toEqual(['src/a.js', 'src/a.ts', 'src/deep/b.ts']);
  expect(await places({ glob: '*.ts' })).toEqual(['c.ts', 'src/a.ts', 'src/deep/b.ts']);
  expect(await places({ glob: 'src/*.ts' })).toEqual(['src/a.ts']);
  expect(await places({ path: 'src', glob: 'deep/**' })).toEqual(['src/deep/b.ts']);
  expect(await places({ glob: 'src/**' })).toEqual(['src/a.js', 'src/a.ts', 'src/deep/b.ts']);
});

test('ignored files stay out, whatever the glob; git itself too', async () => {
  const files = {
    '.gitignore': 'out/\n*.log\n',
    'out/a.ts': 'hit',
    'src/out/b.ts': 'hit',
    'x.log': 'hit',
    '.git/config': 'hit',
    'src/a.ts': 'hit',
  };
  await using ws = await folder(files);
  for (const glob of [undefined, '**', '**/*', '*', '*.ts', 'src/**', './**/*.ts', '**/*.*']) {
    const { forModel } = await ws.call('search', { pattern: 'hit', ...(glob && { glob }) });
    expect(forModel, String(glob)).toBe('1 hit in 1 file\nsrc/a.ts:1: hit');
  }
});

test('secrets are not searched and not counted, in any spelling; examples are', async () => {
  const secret = {
    '.env': 'hit',
    'sub/.ENV.local': 'hit',
    'certs/a.pem': 'hit',
    id_rsa: 'hit',
    '.e\u200bnv': 'hit',
    '.vscode/settings.json': 'hit',
  };
  await using ws = await folder({ ...secret, '.env.example': 'hit', '.vscode/extensions.json': 'hit' });
  const { forModel } = await ws.call('search', { pattern: 'hit' });
  expect(forModel).toMatch(/^2 hits in 2 files\n\.env\.example:1: hit\n\.vscode\/extensions\.json:1: hit$/);
  expect((await ws.call('search', { pattern: 'hit', path: '.env' })).forModel).toMatch(
    /^Refused by policy \(env-file\)/,
  );
  expect((await ws.call('search', { pattern: 'hit', path: '/etc' })).forModel).toMatch(
    /^Refused by policy \(outside\)/,
  );
});

test('links are not followed, not even by a glob', async () => {
  await using ws = await folder({ 'real/a': 'hit' });
  await writeFile(path.join(ws.root, '../outside'), 'hit');
  await symlink('../outside', path.join(ws.root, 'file-link'));
  await symlink('..', path.join(ws.root, 'folder-link'));
  for (const glob of [undefined, 'folder-link/**', '*link*'] as const) {
    const { forModel } = await ws.call('search', { pattern: 'hit', ...(glob && { glob }) });
    expect(forModel).not.toMatch(/link|outside/);
  }
});

test('content-redos-search: a pattern that blows up elsewhere takes linear time', async () => {
  await using ws = await folder({ a: `${'a'.repeat(5000)}!\n` });
  expect((await ws.call('search', { pattern: '(a+)+$' })).forModel).toMatch(/^No hits/);
});

test('a bad pattern, a missing folder, a pattern with NUL: said, not thrown', async () => {
  await using ws = await folder({ a: 'x' });
  const broken = await ws.call('search', { pattern: '(' });
  expect(broken).toMatchObject({
    ok: false,
    forModel: expect.stringMatching(/^Nothing was searched: regex parse error/),
  });
  expect((await ws.call('search', { pattern: '(?=x)' })).forModel).not.toContain('pcre2');
  expect(await ws.call('search', { pattern: 'x', path: 'nowhere' })).toMatchObject({
    ok: false,
    forModel: 'nowhere does not exist: look for it with find.',
  });
  expect(await ws.call('search', { pattern: 'a\0b' })).toMatchObject({ ok: false });
});

test('a pattern or glob that looks like an option is none', async () => {
  await using ws = await folder({ a: '--files\n' });
  expect((await ws.call('search', { pattern: '--files' })).forModel).toBe('1 hit in 1 file\na:1: --files');
  expect((await ws.call('find', { glob: '--pre=sh' })).forModel).toMatch(/^No file matches/);
});

test('long lines are shown around the hit; a hit in a huge line is counted and placed', async () => {
  await using ws = await folder({
    'a.min.js': `${'x'.repeat(5000)}needle${'y'.repeat(5000)}\n`,
    'b.min.js': `start\n${'z'.repeat(300_000)}needle\nend needle\n`,
  });
  const { forModel } = await ws.call('search', { pattern: 'needle' });
  expect(forModel).toMatch(
    /^3 hits in 2 files\na\.min\.js:1: …x+needley+…\nb\.min\.js:2: \(a very long line\)\nb\.min\.js:3: end needle$/,
  );
  expect(forModel.length).toBeLessThan(1000);
});

test('find lists files by glob, sorted, bounded, with the rest counted', async () => {
  await using ws = await folder({
    'b.ts': '',
    'a.ts': '',
    'src/c.ts': '',
    'src/c.js': '',
    '.env': '',
    'with\nbreak.ts': '',
  });
  expect((await ws.call('find', { glob: '*.ts' })).forModel).toBe('a.ts\nb.ts\nsrc/c.ts\nwith\\u{a}break.ts');
  expect((await ws.call('find', { glob: '**', path: 'src' })).forModel).toBe('src/c.js\nsrc/c.ts');
  expect((await ws.call('find', { glob: '.env*' })).forModel).toMatch(/^No file matches/);
  expect(await ws.call('find', { glob: '*', path: 'a.ts' })).toMatchObject({
    ok: false,
    forModel: expect.stringContaining('no folder'),
  });
  await ws.write(Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`many/${index}`, ''])));
  expect((await ws.call('find', { glob: 'many/*' })).forModel).toMatch(/\n\[100 more of 400; narrow the glob\]$/);
});

test('abort and the time limit end the search', async () => {
  await using ws = await folder({ a: 'x' });
  const stopped = AbortSignal.abort();
  expect(await ws.call('search', { pattern: 'x' }, stopped)).toMatchObject({
    ok: false,
    forModel: 'Nothing was searched: stopped',
  });
  const query = {
    pattern: 'nowhere',
    literal: false,
    ignoreCase: false,
    path: ws.root,
    glob: undefined,
    exclude: [],
    limit: 1,
  };
  await ws.write({ big: lines(1_000_000) });
  const hurried = ripgrepSearch({ root: ws.root, rgPath: await findRipgrep(), timeoutMs: 0 });
  expect(await hurried.grep(query, quiet)).toEqual({
    fault: 'The search took longer than 0 s: name a folder or a glob.',
  });
});

test('without ripgrep every search says so', async () => {
  const search = ripgrepSearch({ root: '/', rgPath: undefined });
  expect(await search.files({ path: '/', glob: '*', exclude: [], limit: 1 }, quiet)).toEqual({
    fault: expect.stringContaining('not found'),
  });
});

test("the person's ripgrep configuration and global programs are not used", async () => {
  await using ws = await folder({ a: 'x', 'rc/config': '--pre=/bin/false\n' });
  const before = process.env.RIPGREP_CONFIG_PATH;
  process.env.RIPGREP_CONFIG_PATH = path.join(ws.root, 'rc/config');
  try {
    expect((await ws.call('search', { pattern: '^x' })).forModel).toBe('1 hit in 1 file\na:1: x');
  } finally {
    if (before === undefined) delete process.env.RIPGREP_CONFIG_PATH;
    else process.env.RIPGREP_CONFIG_PATH = before;
  }
});

test('the globs hide exactly what the table refuses to read', async () => {
  const names = [
    ...[
      '.env',
      '.env.',
      '.env.e',
      '.env.example',
      '.env.exampl',
      '.env.examples',
      '.env.example.local',
      '.env.sample',
      '.env.samp',
      '.env.template',
    ],
    ...[
      '.envrc',
      '.env-x',
      '.ENV.Example',
      '.env.local',
      'env',
      'x.env',
      '.git/x',
      '.gitignore',
      'a.pem',
      'pem',
      'a.key',
      '.netrc',
      '.ssh/x',
      'src/a.ts',
    ],
    ...[
      '.cursor/x',
      '.claude/x',
      '.vscode/settings.json',
      '.vscode/x',
      '.aws/credentials',
      '.aws/x',
      'id_rsa',
      'id_rsa.bak',
      '.docker/config.json',
      'a.code-workspace',
    ],
  ];
  await using ws = await folder(Object.fromEntries(names.map((name) => [`d/${name}`, ''])));
  const found = await ws.context.search.files(
    { path: ws.root, glob: undefined, exclude: HIDDEN_GLOBS, limit: 1000 },
    quiet,
  );
  const allowed = names
    .map((name) => `d/${name}`)
    .filter((name) => judgePath(plainPath(name), 'read').verdict === 'allow');
  expect('paths' in found && found.paths).toEqual(allowed.sort());
});

test('the ripgrep that is found can be run', async () => {
  expect(execFileSync((await findRipgrep()) ?? '', ['--version'], { encoding: 'utf8' })).toMatch(/^ripgrep \d/);
});
