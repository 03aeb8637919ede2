/**
 * What a git command in a shell, which switches nothing off, could be made to start by the repository it would work on (by its
 * settings, by those of the repositories it tracks, by a folder that only looks like a repository), and what it could show.
 */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gitlinksIn, pathsIn } from '../checkpoints/git-index.ts';
import { ignoredBelow } from '../ignored.ts';
import { startsIn } from './config.ts';
import { type GitPlace, gitOutput, namesIn } from './process.ts';
import { repositoryOf } from './repository.ts';

/** Repositories that are looked into, one within the other. */
const MOST = 20;
/** Paths that are judged before something else gets its turn. */
const AT_ONCE = 500;
/** How long a history is looked through. */
const HISTORY_MS = 5_000;

/** `place.cwd`: the folder, real, at or below `root`. The sentence's end; `undefined`: nothing. */
export async function startsAt(place: GitPlace, root: string, signal: AbortSignal): Promise<string | undefined> {
  // Git takes such a folder for a repository of its own, settings and all.
  for (const folder of upTo(place.cwd, root))
    if ((await isThere(path.join(folder, 'HEAD'))) && (await isThere(path.join(folder, 'objects'))))
      return 'what a repository without a work tree names';
  const waiting = [place.cwd];
  for (let looked = 0; waiting.length > 0; looked++) {
    if (looked >= MOST) return 'one of the many repositories inside it';
    const found = await inside({ ...place, cwd: waiting.shift() ?? '' }, signal);
    if (typeof found === 'string') return found;
    waiting.push(...found);
  }
  return undefined;
}

const UNREADABLE = 'something that cannot be read';

/** The repositories that it tracks and that are there, or what it starts. */
async function inside(place: GitPlace, signal: AbortSignal): Promise<readonly string[] | string> {
  const repository = await repositoryOf(place, signal);
  if ('none' in repository) return repository.isNowhere ? [] : 'a repository that is not of this folder';
  const own = await startsIn(place, signal);
  if (own !== undefined) return own;
  const { top } = repository;
  const index = await indexOf(place, signal);
  const links = index && (await gitlinksIn(...index));
  if (!links) return UNREADABLE;
  const there = await Promise.all(
    links.map(async (link) => ((await isThere(path.join(top, link, '.git'))) ? [path.join(top, link)] : [])),
  );
  return there.flat();
}

/** Its folder, and the bytes of its hashes. */
async function indexOf(place: GitPlace, signal: AbortSignal): Promise<readonly [string, 20 | 32] | undefined> {
  const found = await gitOutput(place, ['rev-parse', '--absolute-git-dir', '--show-object-format'], signal);
  if ('fault' in found) return undefined;
  const [folder = '', format = ''] = found.output.split(/\r?\n/);
  return [folder, format === 'sha256' ? 32 : 20];
}

/** See `Git.holds`. */
export async function closedIn(
  place: GitPlace,
  root: string,
  { isOpen, past }: { readonly isOpen: (relative: string) => boolean; readonly past: boolean },
  signal: AbortSignal,
): Promise<string | undefined> {
  const repository = await repositoryOf(place, signal);
  if ('none' in repository) return undefined;
  const index = await indexOf(place, signal);
  const tracked = index && (await pathsIn(...index));
  if (!tracked) return UNREADABLE;
  const before = past ? await everAdded(place, repository.top, signal) : [];
  if (!before) return 'what a history too long to look through holds';
  const paths = [...tracked, ...before];
  const isHidden = ignoredBelow(root);
  const relativeOf = relativeTo(root, repository.top);
  for (const [at, name] of paths.entries()) {
    // Of a large repository this takes a second.
    if (at % AT_ONCE === 0) await setImmediate();
    const relative = relativeOf(name);
    if (relative === undefined || isHidden(relative) || !isOpen(relative)) return name;
  }
  return undefined;
}

/** The last answer for each work tree, as long as no branch, tag or stash changes. */
const histories = new Map<string, { readonly refs: string; readonly paths: readonly string[] }>();

/** Paths that any commit of any branch, tag or stash added; `undefined`: too many, or it takes too long. */
async function everAdded(place: GitPlace, top: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const refs = await gitOutput(place, ['rev-parse', '--all', 'HEAD'], signal);
  // Without a commit there is no past.
  if ('fault' in refs) return [];
  const known = histories.get(top);
  if (known?.refs === refs.output) return known.paths;
  const args = [
    'log',
    '--all',
    'HEAD',
    '-m',
    '--name-only',
    '--diff-filter=A',
    '--no-renames',
    '--format=',
    '-z',
    '--',
  ];
  const log = await gitOutput({ ...place, timeoutMs: HISTORY_MS }, args, signal);
  if ('fault' in log || log.cut || refs.cut) return undefined;
  const paths = [...new Set(namesIn(log.output).map((name) => name.replace(/^\n+/, '')))].filter((name) => name !== '');
  histories.set(top, { refs: refs.output, paths });
  return paths;
}

/** Of a path below `top`: relative to the root with `/`; undefined where that is outside. */
function relativeTo(root: string, top: string): (name: string) => string | undefined {
  const slashed = (from: string, to: string): string => path.relative(from, to).split(path.sep).join('/');
  const above = slashed(top, root);
  if (above === '') return (name) => name;
  // One of the two is within the other.
  if (above.startsWith('..')) return (name) => `${slashed(root, top)}/${name}`;
  return (name) => (name.startsWith(`${above}/`) ? name.slice(above.length + 1) : undefined);
}

function upTo(folder: string, root: string): readonly string[] {
  const parent = path.dirname(folder);
  return folder === root || parent === folder ? [folder] : [folder, ...upTo(parent, root)];
}

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );
