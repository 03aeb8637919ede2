/** The small world that a row describes: folders, links, names. Paths in it are resolved as a host would, without a disk. */
import * as z from 'zod';
import type { PathFault, ResolvedPath } from '../../ports.ts';

export const WorldInput = z.object({
  os: z.enum(['linux', 'win32', 'darwin']).default('linux'),
  workspaceFolders: z.array(z.string()).min(1).default(['/ws']),
  fs: z
    .object({
      links: z.record(z.string(), z.string()).default({}),
      nlink: z.record(z.string(), z.number()).default({}),
      exists: z.array(z.string()).default([]),
    })
    .prefault({}),
});
export type WorldInput = z.infer<typeof WorldInput>;

export interface World {
  readonly home: string;
  /** Of a path as it was written; relative ones begin at the first folder. */
  resolve(given: string): ResolvedPath | PathFault;
}

/** As Linux. */
const MAX_LINKS = 40;
const VARIABLE = /^(?:\$\{?[A-Z_][A-Z0-9_]*\}?|%[A-Za-z_][A-Za-z0-9_]*%)(?:[\\/]|$)/i;

export function worldOf({ os, workspaceFolders, fs }: WorldInput): World {
  const isWindows = os === 'win32';
  const slashed = (text: string): string => (isWindows ? text.replaceAll('\\', '/') : text);
  // A folder written as on Linux stands for one of the system's own.
  const rootOf = (folder: string): string =>
    isWindows && !/^[a-z]:/i.test(folder) ? `C:${slashed(folder)}` : slashed(folder);
  const roots = workspaceFolders.map((folder) => normal(rootOf(folder)));
  const [root = '/ws'] = roots;
  const home = isWindows ? 'C:/Users/u' : os === 'darwin' ? '/Users/u' : '/home/u';
  const isAbsolute = (name: string): boolean => name.startsWith('/') || (isWindows && /^[a-z]:/i.test(name));
  const linked = new Map(Object.entries(fs.links).map(([name, target]) => [normal(slashed(name)), slashed(target)]));

  const follow = (name: string): string | undefined => {
    let path = normal(name);
    for (let count = 0; count <= MAX_LINKS; count++) {
      const at = [...linked.keys()].find((link) => path === link || path.startsWith(`${link}/`));
      if (at === undefined) return path;
      const target = linked.get(at) ?? '';
      const folder = at.slice(0, at.lastIndexOf('/'));
      path = normal(`${isAbsolute(target) ? target : `${folder}/${target}`}${path.slice(at.length)}`);
    }
    return undefined;
  };
  const native = (name: string): string => (isWindows ? name.replaceAll('/', '\\') : name);

  return {
    home,
    resolve(given) {
      if (given.includes('\0')) return { fault: 'The path holds a NUL character.' };
      if (VARIABLE.test(given))
        return { fault: `Variables are not expanded in paths (${given}). Write the path itself.` };
      const plain = slashed(given)
        .replace(/^file:\/\/(?:localhost)?(?=\/)/i, '')
        .replace(/^~(?=\/|$)/, home);
      const spelled = normal(isAbsolute(plain) ? plain : `${root}/${plain}`);
      const candidates = isAbsolute(plain) ? [] : roots.map((folder) => normal(`${folder}/${plain}`));
      const existing = candidates.filter((name) => fs.exists.includes(name));
      const real = follow(spelled);
      if (real === undefined) return { fault: `${given} is a loop of links.` };
      const relative = existing.length > 1 ? undefined : within(roots, real, isWindows);
      return {
        ...{ given, real: native(real), relative, lexical: within(roots, spelled, isWindows) },
        ...{ exists: true, kind: 'file', links: fs.nlink[spelled] ?? 1 },
      };
    },
  };
}

/** `.` and `..` taken out, one slash between names. */
function normal(path: string): string {
  const head = /^[a-z]:/i.exec(path)?.[0] ?? '';
  const names: string[] = [];
  for (const name of path.slice(head.length).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  const lead = path.startsWith('//') ? '//' : '/';
  return `${head}${lead}${names.join('/')}`;
}

/** Relative to the folder it is in; by names: `/ws-evil` is not in `/ws`. */
function within(roots: readonly string[], path: string, isWindows: boolean): string | undefined {
  const same = (text: string): string => (isWindows ? text.toLowerCase() : text);
  const root = roots.find((folder) => same(path) === same(folder) || same(path).startsWith(`${same(folder)}/`));
  return root && path.slice(root.length + 1);
}
