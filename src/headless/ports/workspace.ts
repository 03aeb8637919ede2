/** The work tree on plain Node: paths as they really are, regular files only, changes applied atomically. */
import { constants, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_BYTES } from '../../agent/edit/text-file.ts';
import type { Applied, FileContent, PathFault, ResolvedPath, Workspace } from '../../agent/ports.ts';
import { codeOf, unless } from './durable.ts';
import { ignoredBelow } from './ignored.ts';
import { defaultLedger, pendingWrites } from './pending-writes.ts';
import { type Root, resolvePath } from './resolve-path.ts';
import { namedIn } from './sandbox/named.ts';
import { type WriteOptions, writeFileChange } from './write-file.ts';

export interface WorkspaceOptions {
  /** Folder for the notes of writes in progress; recovered here at start. */
  readonly ledger?: string;
  readonly onStep?: WriteOptions['onStep'];
}

/** Rejects when the root cannot be resolved. */
export async function nodeWorkspace(
  root: string,
  { ledger = defaultLedger(), onStep }: WorkspaceOptions = {},
): Promise<Workspace> {
  const roots = { given: path.resolve(root), real: await realpath(root) };
  const pending = await pendingWrites(ledger);
  const oneAtATime = perFile();
  return {
    root: roots.real,
    resolve: (given) => resolve(roots, given),
    read,
    version,
    list: (real) => list(roots.real, real),
    names: (folder) => names(roots.real, folder),
    async firstNamed(folders, isWanted) {
      const isHidden = ignoredBelow(roots.real);
      const wanted = (relative: string): boolean => isWanted(relative) || isHidden(relative);
      const { found, cut } = await namedIn(roots.real, { folders, isWanted: wanted, most: 1 });
      return { ...(found[0] && { path: found[0].path, hidden: isHidden(found[0].path) }), cut };
    },
    apply: (change) =>
      oneAtATime(change.from ?? change.path, () => writeFileChange(change, { pending, ...(onStep && { onStep }) })),
  };
}

/** Hidden is what either of its paths says: a link does not get around the file that hides its target. */
async function resolve(roots: Root, given: string): Promise<ResolvedPath | PathFault> {
  const found = await resolvePath(roots, given);
  if ('fault' in found) return found;
  const isHidden = ignoredBelow(roots.real);
  return [found.relative, found.lexical].some((form) => form && isHidden(form)) ? { ...found, hidden: true } : found;
}

/** Two changes of one file never overlap: the second sees what the first made of it. */
function perFile(): (file: string, write: () => Promise<Applied>) => Promise<Applied> {
  const last = new Map<string, Promise<Applied>>();
  return async (file, write) => {
    const mine = (last.get(file) ?? Promise.resolve()).then(write);
    last.set(file, mine);
    try {
      return await mine;
    } finally {
      if (last.get(file) === mine) last.delete(file);
    }
  };
}

/** What a change cannot leave as it was: when it was written, how large it is, and which file it is. */
async function version(real: string): Promise<string | undefined> {
  const stats = await unless(stat(real, { bigint: true }), 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP');
  return stats && `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}

/** Opened without following a link and without waiting for a pipe; what it is, is asked of what was opened. */
async function read(real: string): Promise<FileContent | undefined | { readonly fault: string }> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    const file = await open(real, flags);
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) return { fault: 'It is a folder.' };
      if (!stats.isFile()) return { fault: 'It is a device, pipe or socket, not a regular file.' };
      if (stats.size > MAX_BYTES)
        return { fault: `It is ${Math.round(stats.size / 1024 / 1024)} MB; 50 MB is the limit.` };
      return { bytes: await file.readFile(), mode: stats.mode & 0o7777 };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    return { fault: FAULTS[code] ?? `It cannot be read (${code || String(error)}).` };
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'It cannot be read: permission denied.',
  EPERM: 'It cannot be read: permission denied.',
  EISDIR: 'It is a folder.',
  ELOOP: 'A link took its place after it was resolved.',
  ENOTDIR: 'Its folder is a file.',
  ENXIO: 'It is a device, pipe or socket, not a regular file.',
};

async function list(root: string, real: string): Promise<readonly string[]> {
  const isHidden = ignoredBelow(root);
  const all = await readdir(real, { withFileTypes: true }).catch(() => []);
  const nameOf = (name: string): string => path.relative(root, path.join(real, name)).split(path.sep).join('/');
  const entries = all.filter(({ name }) => !isHidden(nameOf(name)));
  const names = await Promise.all(
    entries.map(async (entry) => ((await isFolder(real, entry)) ? `${entry.name}/` : entry.name)),
  );
  return names.sort((a, b) => (a < b ? -1 : 1));
}

async function names(root: string, folder: string): Promise<readonly string[] | undefined> {
  try {
    const relative = path.relative(root, await realpath(folder));
    return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)
      ? undefined
      : await readdir(folder);
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? [] : undefined;
  }
}

const isFolder = async (parent: string, entry: Dirent): Promise<boolean> =>
  entry.isSymbolicLink()
    ? stat(path.join(parent, entry.name)).then(
        (stats) => stats.isDirectory(),
        () => false,
      )
    : entry.isDirectory();
