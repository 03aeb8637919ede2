/** Rows of test/cases/security-cases.jsonl about paths, and the folder or the fake that each row describes. */
import { readFileSync } from 'node:fs';
import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { PathFault, ResolvedPath } from '../../../src/agent/ports.ts';
import { resolvePath } from '../../../src/headless/ports/resolve-path.ts';

const Row = z.object({
  id: z.string(),
  expect: z.enum(['allow', 'ask', 'deny']),
  why: z.string(),
  input: z.object({
    tool: z.enum(['read', 'search', 'write']),
    path: z.string(),
    os: z.enum(['linux', 'win32', 'darwin']),
    trusted: z.boolean().default(true),
    ignore: z.array(z.string()).default([]),
    race: z.string().optional(),
    fs: z
      .object({
        links: z.record(z.string(), z.string()).default({}),
        nlink: z.record(z.string(), z.number()).default({}),
        exists: z.array(z.string()).default([]),
      })
      .prefault({}),
  }),
});
export type Row = z.infer<typeof Row>;

export const pathRows: readonly Row[] = readFileSync(
  path.join(import.meta.dirname, '../../cases/security-cases.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line))
  .filter((row) => z.object({ area: z.literal('path') }).safeParse(row).success)
  .map((row) => Row.parse(row));

export interface Folder extends AsyncDisposable {
  readonly root: string;
  resolve(given: string): Promise<ResolvedPath | PathFault>;
}

/** The row's workspace as a real folder, links and all; `/ws` stands for it. */
export async function folderOf({ input: { fs } }: Pick<Row, 'input'>): Promise<Folder> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-policy-')));
  const root = path.join(top, 'ws');
  const here = (name: string): string => name.replace(/^\/ws(?=\/|$)/, root);
  await mkdir(root);
  for (const [name, target] of Object.entries(fs.links)) {
    await mkdir(path.dirname(here(name)), { recursive: true });
    await symlink(here(target), here(name));
  }
  for (const name of Object.keys(fs.nlink)) {
    await writeFile(here(name), '');
    await link(here(name), path.join(top, 'other name'));
  }
  for (const name of fs.exists.filter((one) => one.startsWith('/ws/'))) {
    await mkdir(path.dirname(here(name)), { recursive: true });
    await writeFile(here(name), '');
  }
  return {
    root,
    resolve: (given) =>
      resolvePath({ given: root, real: root }, given.startsWith('/') ? here(path.normalize(given)) : given),
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
}

/** What a host of another system would answer: nothing exists there, so only the spelling speaks. */
export function elsewhere({ input: { os, path: given } }: Row): ResolvedPath {
  const { resolve, relative, isAbsolute } = os === 'win32' ? path.win32 : path.posix;
  const root = os === 'win32' ? 'C:\\ws' : '/ws';
  const real = resolve(root, given);
  const below = relative(root, real).replaceAll('\\', '/');
  const inside = below.startsWith('..') || isAbsolute(below) ? undefined : below;
  return { given, real, relative: inside, lexical: inside, exists: false, kind: undefined, links: 0 };
}

/** A path inside `/ws` of which nothing is special but its name. */
export const plainPath = (name: string): ResolvedPath => ({
  given: name,
  real: `/ws/${name}`,
  relative: name,
  lexical: name,
  exists: true,
  kind: 'file',
  links: 1,
});

/** A path outside `/ws`. */
export const outsidePath = (name: string): ResolvedPath => ({
  ...plainPath(name),
  real: name,
  relative: undefined,
  lexical: undefined,
});
