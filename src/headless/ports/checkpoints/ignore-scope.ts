/**
 * Which files of a work tree are ignored, as git decides it: .gitignore files from the folder upwards to the top of the
 * repository, then its exclude file, then the person's own; in an ignored folder nothing but tracked files is wanted. A nested
 * repository begins anew. Where no repository is, .gitignore files count all the same.
 */
import path from 'node:path';
import { NOTHING_TRACKED, type Tracked, trackedReader } from './git-index.ts';
import { type IgnoreRules, parseIgnore } from './gitignore.ts';
import { MAX_IGNORE_FILE, personalExcludes, type RepositoryReader, repositoryAt } from './repository.ts';
import { readSmall } from './small-file.ts';

/** What holds in one folder. Its paths begin at the top of the repository around the root, or at the root when there is none. */
export interface Scope {
  readonly rules: Frame | undefined;
  /** Of the repository (a nested one perhaps): the length of the path to its top, and what it says. */
  readonly top: number;
  readonly exclude: IgnoreRules | undefined;
  readonly tracked: Tracked;
  readonly personal: IgnoreRules | undefined;
  /** Inside an ignored folder. */
  readonly ignored: boolean;
}

/** The rules of one .gitignore, for paths that begin behind its folder. */
interface Frame {
  readonly rules: IgnoreRules;
  readonly from: number;
  readonly above: Frame | undefined;
}

export interface FolderMarks {
  readonly dotGit: boolean;
  readonly dotIgnore: boolean;
}

export interface IgnoreReader {
  /** The scope that the root lies in, and the path to the root ('' or with a slash at its end). */
  outside(root: string): Promise<{ readonly scope: Scope; readonly at: string }>;
  /** What holds inside a folder. `at`: its path, '' or with a slash at its end. */
  enter(scope: Scope, folder: string, at: string, marks: FolderMarks): Promise<Scope>;
}

/** What is said of one path. An ignored folder may still hold tracked files. */
export function judge(scope: Scope, at: string, isFolder: boolean): 'kept' | 'ignored' | 'tracked' {
  const fromTop = at.slice(scope.top);
  if (!scope.ignored && !matches(scope, at, fromTop, isFolder)) return 'kept';
  return scope.tracked.has(fromTop) || (isFolder && scope.tracked.hasBelow(fromTop)) ? 'tracked' : 'ignored';
}

function matches(scope: Scope, at: string, fromTop: string, isFolder: boolean): boolean {
  for (let frame = scope.rules; frame; frame = frame.above) {
    const verdict = frame.rules(at.slice(frame.from), isFolder);
    if (verdict !== undefined) return verdict;
  }
  return scope.exclude?.(fromTop, isFolder) ?? scope.personal?.(fromTop, isFolder) ?? false;
}

export function ignoreReader(env: NodeJS.ProcessEnv, ignoreCase: boolean): IgnoreReader {
  const repositories: RepositoryReader = { ignoreCase, tracked: trackedReader() };
  const reader: IgnoreReader = {
    async outside(root) {
      const personal = await personalExcludes(env, ignoreCase);
      const free = { rules: undefined, top: 0, exclude: undefined, tracked: NOTHING_TRACKED, personal, ignored: false };
      for (let top = root; top !== path.dirname(top); top = path.dirname(top)) {
        if (!(await repositoryAt(top, repositories))) continue;
        const scope = await downTo(reader, free, top, root);
        // Whoever opens an ignored folder works in it: the rules outside of it say nothing then.
        return scope ?? { scope: free, at: '' };
      }
      return { scope: free, at: '' };
    },
    async enter(scope, folder, at, { dotGit, dotIgnore }) {
      // An ignored repository is not wanted as a whole, unless it is a submodule.
      const own = dotGit && (!scope.ignored || scope.tracked.has(at.slice(scope.top, -1)));
      const repository = own ? await repositoryAt(folder, repositories) : undefined;
      const inside = repository
        ? { ...repository, rules: undefined, top: at.length, personal: scope.personal, ignored: false }
        : scope;
      if (!dotIgnore || inside.ignored) return inside;
      const text = await readSmall(path.join(folder, '.gitignore'), MAX_IGNORE_FILE, true);
      if (!text) return inside;
      const rules = parseIgnore(text.toString('utf8'), ignoreCase);
      return { ...inside, rules: { rules, from: at.length, above: inside.rules } };
    },
  };
  return reader;
}

/** From the top of a repository to the folder that holds the root; undefined when the root is ignored in it. */
async function downTo(
  reader: IgnoreReader,
  free: Scope,
  top: string,
  root: string,
): Promise<{ readonly scope: Scope; readonly at: string } | undefined> {
  let scope = free;
  let at = '';
  let folder = top;
  for (const name of path.relative(top, root).split(path.sep).filter(Boolean)) {
    scope = await reader.enter(scope, folder, at, { dotGit: folder === top, dotIgnore: true });
    if (judge(scope, at + name, true) !== 'kept') return undefined;
    at += `${name}/`;
    folder = path.join(folder, name);
  }
  return { scope, at };
}
