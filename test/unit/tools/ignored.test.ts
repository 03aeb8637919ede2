/** `.goalwrightignore` through the real tools, and against git's own reading of the same lines. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ignoredBelow } from '../../../src/headless/ports/ignored.ts';
import { folder } from './folder.ts';

const FILES = {
  '.goalwrightignore': 'private/\n*.log\n!keep.log\n/only-here.txt\n',
  'src/.goalwrightignore': '!b.log\ndraft*\n',
  'private/plan.txt': 'needle\n',
  'a.log': 'needle\n',
  'keep.log': 'needle\n',
  'only-here.txt': 'needle\n',
  'src/a.log': 'needle\n',
  'src/b.log': 'needle\n',
  'src/draft.txt': 'needle\n',
  'src/only-here.txt': 'needle\n',
  'src/open.txt': 'needle\n',
};
const HIDDEN = ['private/plan.txt', 'a.log', 'only-here.txt', 'src/a.log', 'src/draft.txt'];
const OPEN = ['keep.log', 'src/b.log', 'src/only-here.txt', 'src/open.txt'];

describe('what it hides is closed to', () => {
  const calls = (file: string): [string, object][] => [
    ['read', { paths: [file] }],
    ['read', { paths: ['src/open.txt', `${file}:1-2`] }],
    ['search', { pattern: 'needle', path: file }],
    ['edit', { path: file, edits: [{ old: 'needle', new: 'x' }] }],
    ['edit', { path: file, edits: [{ old: 'not in it', new: 'x' }] }],
    ['write', { path: file, content: 'x' }],
    ['delete', { paths: [file] }],
    ['move', { path: file, to: 'there.txt' }],
    ['move', { path: 'src/open.txt', to: `${path.dirname(file)}/${path.basename(file).replace('.', '2.')}` }],
    ['patch', { patch: `*** Begin Patch\n*** Update File: ${file}\n@@\n-needle\n+x\n*** End Patch` }],
  ];
  for (const [at, [name]] of calls('').entries()) {
    test(`${name} (${at})`, async () => {
      await using ws = await folder(FILES);
      const [, args = {}] = calls('private/plan.txt')[at] ?? [];
      const { ok, forModel } = await ws.call(name, args);
      expect(ok).toBe(false);
      expect(forModel).toMatch(/^Refused by policy \(ignored\)/);
      expect(forModel).toContain('Go on without it.');
    });
  }
});

test('search, find and listings show the others only, with true totals', async () => {
  await using ws = await folder(FILES);
  const found = await ws.call('search', { pattern: 'needle' });
  expect(found.forModel).toBe(`4 hits in 4 files\n${OPEN.map((name) => `${name}:1: needle`).join('\n')}`);
  expect((await ws.call('find', { glob: '**/*.{txt,log}' })).forModel).toBe(OPEN.join('\n'));
  expect((await ws.call('read', { paths: ['.'] })).forModel).not.toMatch(/private|a\.log|only-here/);
  expect((await ws.call('read', { paths: ['src'] })).forModel).not.toMatch(/a\.log|draft/);
  expect((await ws.call('read', { paths: ['src/drafts.txt'] })).forModel).toContain('(ignored)');
  expect((await ws.call('read', { paths: ['src/a.lo'] })).forModel).not.toContain('a.log');
});

test.each(HIDDEN)('%s is hidden', async (name) => {
  await using ws = await folder(FILES);
  expect((await ws.call('read', { paths: [name] })).forModel).toContain('(ignored)');
});

test.each(OPEN)('%s is open', async (name) => {
  await using ws = await folder(FILES);
  expect((await ws.call('read', { paths: [name] })).forModel).toContain('needle');
});

test.each([
  'PRIVATE/plan.txt',
  'Private/x',
  'ｐrivate/plan.txt',
  'pri\u00advate/x',
  './src/../A.LOG',
  'a.log.',
  'a.log::$DATA',
])('another spelling is the same name: %s', async (name) => {
  await using ws = await folder(FILES);
  expect((await ws.call('write', { path: name, content: 'x' })).forModel).toMatch(/Refused by policy/);
});

test('a link leads to the hidden file or bears a hidden name: both are closed', async () => {
  await using ws = await folder(FILES);
  await symlink('private', path.join(ws.root, 'public'));
  await symlink('src/open.txt', path.join(ws.root, 'x.log'));
  for (const name of ['public/plan.txt', 'x.log'])
    expect((await ws.call('read', { paths: [name] })).forModel).toContain('(ignored)');
});

test('a change counts from the next call on', async () => {
  await using ws = await folder(FILES);
  expect((await ws.call('read', { paths: ['src/open.txt'] })).ok).toBe(true);
  await ws.write({ 'src/.goalwrightignore': 'open.txt\n' });
  expect((await ws.call('read', { paths: ['src/open.txt'] })).forModel).toContain('(ignored)');
  expect((await ws.call('search', { pattern: 'needle', glob: 'open.txt' })).forModel).toMatch(/^No hits/);
});

test('one that cannot be read hides its folder', async () => {
  await using ws = await folder({ 'a/x': 'needle', 'b/x': 'needle', 'b/.goalwrightignore': '#'.repeat(300_000) });
  await mkdir(path.join(ws.root, 'a', '.goalwrightignore'));
  expect((await ws.call('search', { pattern: 'needle' })).forModel).toMatch(/^No hits/);
  expect((await ws.call('read', { paths: ['a/x'] })).forModel).toContain('(ignored)');
});

test('the file itself stays closed, whatever it says', async () => {
  await using ws = await folder({ '.goalwrightignore': '!.goalwrightignore\n!.env\n', '.env': 'A=1' });
  expect((await ws.call('read', { paths: ['.goalwrightignore'] })).forModel).toContain('(own-configuration)');
  expect((await ws.call('write', { path: 'sub/.goalwrightignore', content: '' })).forModel).toContain(
    'own-configuration',
  );
  expect((await ws.call('read', { paths: ['.env'] })).forModel).toContain('(env-file)');
});

test('a hostile pattern costs pattern times text at most', async () => {
  await using ws = await folder({ '.goalwrightignore': `${'*a'.repeat(500)}b\n${'**/'.repeat(300)}x\n`, f: '' });
  const isHidden = ignoredBelow(ws.root);
  const start = performance.now();
  expect(isHidden('a'.repeat(200))).toBe(false);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('what git would ignore is hidden, and in lower case nothing else', async () => {
  await using ws = await folder();
  execFileSync('git', ['init', '-q', ws.root]);
  const names = ['a', 'b', 'ab', 'a.x', 'b.x'];
  const name = fc.constantFrom(...names);
  const piece = fc.constantFrom(...names, '*', '?', '**', '*.x', 'a*', '[ab]', '[!a]', '\\a', '[');
  const line = fc
    .tuple(
      fc.constantFrom('', '!', '/', '!/', '#'),
      fc.array(piece, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '/', ' ', '\\ '),
    )
    .map(([before, pieces, after]) => before + pieces.join('/') + after);
  const text = fc.array(line, { maxLength: 5 }).map((all) => all.join('\n'));
  const paths = fc.uniqueArray(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('/')),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(text, text, paths, async (top, inner, asked) => {
      for (const [place, lines] of [
        ['.', top],
        ['a', inner],
      ] as const) {
        await mkdir(path.join(ws.root, place), { recursive: true });
        for (const file of ['.gitignore', '.goalwrightignore']) await writeFile(path.join(ws.root, place, file), lines);
      }
      const isHidden = ignoredBelow(ws.root);
      const ignored = checkIgnore(ws.root, asked);
      expect(asked.filter(isHidden)).toEqual(asked.filter((one) => ignored.has(one)));
      await rm(path.join(ws.root, 'a'), { recursive: true });
    }),
    { numRuns: 80 },
  );
}, 60_000);

/** git ends with 1 when nothing is ignored. */
function checkIgnore(root: string, asked: readonly string[]): Set<string> {
  try {
    const out = execFileSync('git', ['-C', root, 'check-ignore', '--no-index', '--stdin', '-z'], {
      input: asked.join('\0'),
    });
    return new Set(out.toString().split('\0'));
  } catch {
    return new Set();
  }
}
