/**
 * Which repository the root belongs to, and whether it really is this folder's. A `.git` file, a link or `core.worktree`
 * can name any folder of the computer: it counts only when both ends name each other, as git's own worktrees and
 * submodules do. Otherwise a downloaded folder could show the files of another one as its own.
 */
import { lstat, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, unless } from '../durable.ts';
import { type GitPlace, gitOutput } from './process.ts';

export interface Repository {
  /** Real path of the work tree's top folder. */
  readonly top: string;
}

export interface NoRepository {
  /** Why there is none, as a sentence. */
  readonly none: string;
  /** Git itself finds none either. */
  readonly isNowhere?: boolean;
}

export async function repositoryOf(place: GitPlace, signal: AbortSignal): Promise<Repository | NoRepository> {
  const found = await gitOutput(place, ['rev-parse', '--show-toplevel', '--absolute-git-dir'], signal);
  if ('fault' in found) return { none: noneText(found.fault), isNowhere: isNowhere(found.fault) };
  const [shown = '', folder = ''] = found.output.split(/\r?\n/);
  try {
    const [top, real, root] = await Promise.all([realpath(shown), realpath(folder), realpath(place.cwd)]);
    const inside = root === top || root.startsWith(top.endsWith(path.sep) ? top : `${top}${path.sep}`);
    if (inside && ((await isPlain(top, real)) || (await namesBack(place, top, real, signal)))) return { top };
    return {
      none: `The repository in ${folder} does not name this folder as its work tree: it is taken for another folder's.`,
    };
  } catch (error) {
    return { none: `The repository cannot be looked at (${codeOf(error) || String(error)}).` };
  }
}

const isNowhere = (fault: string): boolean => /^not a git repository/.test(fault);

function noneText(fault: string): string {
  if (isNowhere(fault)) return 'This folder is in no git repository.';
  if (/cannot use bare repository|must be run in a work tree/.test(fault))
    return 'This folder looks like a bare repository, which git is told to leave alone.';
  return `git does not work in this folder: ${fault}`;
}

/** The usual form: a folder `.git` in the top folder. */
async function isPlain(top: string, folder: string): Promise<boolean> {
  const own = path.join(top, '.git');
  const stats = await unless(lstat(own), 'ENOENT', 'ENOTDIR');
  return stats?.isDirectory() === true && (await realpath(own)) === folder;
}

async function namesBack(place: GitPlace, top: string, folder: string, signal: AbortSignal): Promise<boolean> {
  const own = path.join(top, '.git');
  const stats = await unless(lstat(own), 'ENOENT', 'ENOTDIR');
  if (!stats?.isFile()) return false;
  // A linked worktree's folder holds the path of the file that leads to it.
  const back = await unless(readFile(path.join(folder, 'gitdir'), 'utf8'), 'ENOENT');
  if (back !== undefined) return leadsTo(path.resolve(folder, back.trim()), own);
  // A submodule's configuration names its work tree.
  const tree = await gitOutput(place, ['config', '--local', '--get', 'core.worktree'], signal);
  return 'output' in tree && leadsTo(path.resolve(folder, tree.output.replace(/\r?\n$/, '')), top);
}

const leadsTo = async (given: string, target: string): Promise<boolean> =>
  (await unless(realpath(given), 'ENOENT', 'ENOTDIR', 'ELOOP')) === (await realpath(target));
