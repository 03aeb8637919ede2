/**
 * Where a path really leads. It tells the truth and forbids nothing but what cannot be resolved: policy judges the answer. What
 * does not exist yet is its nearest existing folder, resolved, with the rest appended; a link to nothing leads to its target.
 */
import type { Stats } from 'node:fs';
import { readlink, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWindowsPath, spellingFault } from '../../agent/policy/spelling.ts';
import type { FileKind, PathFault, ResolvedPath } from '../../agent/ports.ts';
import { codeOf } from './durable.ts';

export interface Root {
  /** As the host named it; an absolute path through a link to the root is still inside. */
  readonly given: string;
  readonly real: string;
}

export async function resolvePath(root: Root, given: string): Promise<ResolvedPath | PathFault> {
  const spelled = absolute(root, given);
  if (typeof spelled !== 'string') return spelled;
  const found = await follow(spelled, MAX_LINKS);
  if ('fault' in found) return found;
  const { real, stats } = found;
  return {
    given,
    real,
    relative: within(root.real, real),
    lexical: within(root.real, spelled) ?? within(root.given, spelled),
    exists: stats !== undefined,
    kind: stats && kindOf(stats),
    links: stats?.isFile() ? stats.nlink : 0,
  };
}

const kindOf = (stats: Pick<Stats, 'isFile' | 'isDirectory'>): FileKind =>
  stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';

/** Relative to a folder with `/`, '' for itself, undefined outside. By segments: `/ws-evil` is not inside `/ws`. */
function within(folder: string, target: string): string | undefined {
  const relative = path.relative(folder, target);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join('/');
}

/** The spellings a person may use. A home folder is expanded, so that it is judged; a variable never is. */
function absolute(root: Root, given: string): string | PathFault {
  // Nothing is the root. Judged before anything is looked up: on Windows that alone can send a login to another machine.
  const isWindows = path.sep === '\\' || isWindowsPath(root.real);
  const fault = given === '' ? undefined : spellingFault(given, isWindows);
  if (fault) return { fault };
  if (/^file:/i.test(given)) {
    try {
      const named = fileURLToPath(given);
      const hidden = spellingFault(named, isWindows);
      return hidden ? { fault: hidden } : path.resolve(named);
    } catch {
      return { fault: `${given} is no path on this computer. Use a plain path.` };
    }
  }
  if (/^(?:\$\{?[A-Z_][A-Z0-9_]*\}?|%[A-Za-z_][A-Za-z0-9_]*%)(?:[\\/]|$)/.test(given)) {
    return { fault: `Variables are not expanded in paths (${given}). Write the path itself.` };
  }
  if (/^~(?:[\\/]|$)/.test(given)) return path.join(os.homedir(), given.slice(1));
  return path.resolve(root.real, given);
}

/** As Linux. */
const MAX_LINKS = 40;

type Found = { readonly real: string; readonly stats: Stats | undefined };

async function follow(target: string, links: number): Promise<Found | PathFault> {
  try {
    const real = await realpath(target);
    return { real, stats: await stat(real) };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT')
      return { fault: FAULTS[code]?.(target) ?? `${target} cannot be resolved (${code || String(error)}).` };
  }
  const folder = path.dirname(target);
  if (folder === target) return { real: target, stats: undefined };
  const up = await follow(folder, links);
  if ('fault' in up) return up;
  if (up.stats && !up.stats.isDirectory()) return { fault: `${folder} is a file, not a folder.` };
  const here = path.join(up.real, path.basename(target));
  const link = up.stats && (await readlink(here).catch(() => undefined));
  if (link === undefined) return { real: here, stats: undefined };
  return links > 0 ? follow(path.resolve(up.real, link), links - 1) : { fault: `${target} is a loop of links.` };
}

const FAULTS: Readonly<Record<string, (target: string) => string>> = {
  ELOOP: (target) => `${target} is a loop of links.`,
  ENOTDIR: (target) => `${target} leads through a file as if it were a folder.`,
  EACCES: (target) => `${target} cannot be reached: permission denied.`,
  ENAMETOOLONG: () => 'The path is too long.',
};
