/** Patterns of odd names, held against a real bash: what it fills in is never more than what the policy looks at. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namesFor } from '../../../src/agent/policy/command/glob.ts';
import { lexicalDoubt } from '../../../src/agent/policy/command/lexical.ts';
import { readScript } from '../../../src/agent/policy/command/script.ts';
import { shellParser } from '../../../src/headless/ports/command-parser.ts';

const SIGNS = ['a', 'b', '.', '-', 'é', '😀', '[', ']', '!', '^', '*', '?', 'x', '1', '\\', '=', ':'];
const QUOTED = ['"*"', "'?'", '\\[', '\\]', '\\*'];
const PARTS = [...SIGNS, ...QUOTED, '/', '[:alpha:]', '[[:alnum:]]', '[a-b]', '[!a]', '[\\]a]', '**', '.*'];
const name = fc.string({ unit: fc.constantFrom(...SIGNS), minLength: 1, maxLength: 4 });
const pattern = fc.string({ unit: fc.constantFrom(...PARTS), minLength: 1, maxLength: 6 });

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'glob-')));
  for (const [at, file] of fc.sample(name, 60).entries()) {
    const below = path.join(folder, file);
    if (/^\.{1,2}$/.test(file)) continue;
    if (at % 4) await writeFile(below, '', { flag: 'wx' }).catch(() => undefined);
    else await mkdir(below).then(() => Promise.all(fc.sample(name, 3).map((one) => put(path.join(below, one)))), none);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const none = () => undefined;
const put = (file: string) => writeFile(file, '', { flag: 'wx' }).catch(none);

/** As bash is given them, and as the policy read them: those that are one plain word. */
async function patterns(): Promise<readonly { readonly written: string; readonly text: string }[]> {
  const parse = await shellParser('bash');
  return fc.sample(pattern, 4_000).flatMap((written) => {
    if (/^[/~]|\/\//.test(written)) return [];
    const line = `ls ${written}`;
    if (lexicalDoubt(line, 1) !== undefined) return [];
    const { commands, doubts } = readScript(parse(line));
    const word = commands.length === 1 && doubts.length === 0 ? commands[0]?.argv[1] : undefined;
    return word?.isPattern && commands[0]?.argv.length === 2 ? [{ written, text: word.text }] : [];
  });
}

test.each(['C', 'C.UTF-8'])('in %s', async (locale) => {
  const all = await patterns();
  expect(all.length).toBeGreaterThan(500);
  const script = all.map(({ written }) => `for f in ${written}; do printf '%s\\0' "$f"; done; printf '\\1\\0'`);
  const options = { cwd: folder, env: { LC_ALL: locale, PATH: '/usr/bin:/bin' }, maxBuffer: 2 ** 28 };
  const filled = execFileSync('bash', ['--norc', '-c', script.join('\n')], options)
    .toString()
    .split('\x01\0');
  const plain = (file: string): string => file.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  for (const [at, { written, text }] of all.entries()) {
    const known = await namesFor(text, folder, (where) => readdir(where).catch(() => []));
    const looked = new Set(known?.map(plain));
    const words = (filled[at] ?? '').split('\0').filter((word) => word !== '');
    expect(
      words.map(plain).filter((word) => known && !looked.has(word)),
      written,
    ).toEqual([]);
  }
});
