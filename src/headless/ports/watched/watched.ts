/** The watched files of a work tree, read within bounds, and their way back. Contracts: src/agent/ports.ts. */
import { constants } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../../agent/hash.ts';
import type { Watched, WatchedChange, WatchedFile, WatchedState } from '../../../agent/ports.ts';
import { within } from '../sandbox/places.ts';
import { gitPaths } from './git-paths.ts';
import { placesIn } from './places.ts';

/** Bytes of a file that are kept for an undo, and of one that are read for its hash. */
const KEPT = 512 * 1024;
const READ = 8 * 1024 * 1024;

/** `root`: real path of the work tree. */
export function nodeWatched({ root }: { readonly root: string }): Watched {
  const nameOf = (file: string): string =>
    within(file, root) ? path.relative(root, file).split(path.sep).join('/') : file;
  return {
    async read(): Promise<WatchedState> {
      const [git, places] = await Promise.all([gitPaths(root), placesIn(root)]);
      const files = new Map<string, WatchedFile>();
      for (const file of [...git.files, ...places.files]) {
        const found = await stateOf(file);
        if (found) files.set(nameOf(file), found);
      }
      return { files, cut: [...git.cut, ...places.cut].map(nameOf) };
    },

    async undo(changes) {
      const restored: string[] = [];
      const failed: { path: string; why: string }[] = [];
      for (const change of inOrder(changes)) {
        const why = await undoOne(path.resolve(root, change.path), change, root).catch((error: unknown) =>
          error instanceof Error ? error.message : String(error),
        );
        if (why === undefined) restored.push(change.path);
        else failed.push({ path: change.path, why });
      }
      return { restored, failed };
    },
  };
}

/** `undefined`: nothing that is read or run stands there. A link that hides what it leads to is told by itself. */
async function stateOf(file: string): Promise<WatchedFile | undefined> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    const target = Buffer.from(await readlink(file).catch(() => ''));
    return { kind: 'link', hash: hashOf(target), size: target.length, bytes: target };
  }
  if (!found?.isFile()) return undefined;
  const kind = found.mode & 0o111 ? 'executable' : 'file';
  if (found.size > READ) {
    const told = `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    return { kind, hash: hashOf(told), size: found.size };
  }
  const bytes = await readRegular(file);
  if (!bytes) return undefined;
  return { kind, hash: hashOf(bytes), size: bytes.length, ...(bytes.length <= KEPT && { bytes }) };
}

/** Never waits for a FIFO and follows no link that has just been put there. */
async function readRegular(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  try {
    return (await handle?.stat())?.isFile() ? await handle?.readFile() : undefined;
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

/** What a command put there goes first: it may stand where a folder was. */
const inOrder = (changes: readonly WatchedChange[]): WatchedChange[] => [
  ...changes.filter(({ before }) => !before).sort((a, b) => (a.path < b.path ? 1 : -1)),
  ...changes.filter(({ before }) => before),
];

/** `undefined`: it is as it was. Else why not. */
async function undoOne(file: string, { before, after }: WatchedChange, root: string): Promise<string | undefined> {
  const now = await stateOf(file);
  if (now?.hash !== after?.hash || now?.kind !== after?.kind) return 'it was changed again since';
  if (before && !before.bytes) return 'it was too large to be kept';
  const parent = path.dirname(file);
  if (!(await isReal(parent))) return 'its folder is now a link to another place';
  if (!before?.bytes) {
    await unlink(file);
    await removeEmpty(parent, root);
    return undefined;
  }
  await mkdir(parent, { recursive: true });
  const beside = `${file}.goalwright-undo`;
  await rm(beside, { force: true });
  if (before.kind === 'link') await symlink(Buffer.from(before.bytes).toString(), beside);
  else await writeFile(beside, before.bytes, { flag: 'wx', mode: before.kind === 'executable' ? 0o755 : 0o644 });
  await rename(beside, file);
  return undefined;
}

/** Nothing of it, as far as it exists, is a link. */
async function isReal(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((await lstat(at).catch(() => undefined)) === undefined) {
      if (at === path.dirname(at)) return false;
      continue;
    }
    return (await realpath(at).catch(() => '')) === at;
  }
}

/** Folders that held nothing else, up to the root; git's own stay. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let at = folder; at !== root && within(at, root) && !within(at, path.join(root, '.git')); at = path.dirname(at))
    if (
      !(await rmdir(at).then(
        () => true,
        () => false,
      ))
    )
      return;
}
