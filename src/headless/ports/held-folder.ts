/**
 * A folder held open while a file in it is written, so that nobody can put another folder, or a link, in its place between
 * the check and the write. Where /proc shows open files as folders (Linux) every name is looked up in the held folder itself;
 * elsewhere by path, and `still` tells afterwards whether the path leads to the same folder.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, syncFolder } from './durable.ts';

export interface HeldFolder {
  readonly path: string;
  /** A path to a name in this very folder, for the file system only. */
  at(name: string): string;
  /** The folder's own path still leads here, through no link. */
  still(): Promise<boolean>;
  /** Names in it are on the medium. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `real`: without links. Undefined when there is no such folder, or a link on the way to it. */
export async function holdFolder(real: string, through = real): Promise<HeldFolder | undefined> {
  const flags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
  // Windows opens no folders: there the path is all there is.
  const handle = process.platform === 'win32' ? undefined : await open(through, flags).catch(() => undefined);
  const was = await (handle ? handle.stat() : lstat(through)).catch(() => undefined);
  const pinned = handle && `/proc/self/fd/${handle.fd}`;
  const base = pinned && (await realpath(pinned).catch(() => undefined)) ? pinned : real;
  const held: HeldFolder = {
    path: real,
    at: (name) => path.join(base, name),
    async still() {
      const [now, there] = await Promise.all([
        realpath(real).catch(() => undefined),
        stat(real).catch(() => undefined),
      ]);
      return now === real && there?.ino === was?.ino && there?.dev === was?.dev;
    },
    sync: () => syncFolder(base),
    close: async () => handle?.close(),
  };
  if (was?.isDirectory() && (await held.still())) return held;
  await held.close();
  return undefined;
}

export interface MadeFolder {
  readonly folder: HeldFolder;
  /** Takes away what was made, as far as it is empty. */
  undo(): Promise<void>;
}

/** The folder, made with its missing parents, each inside the one held before. Undefined: a link or a file is in the way. */
export async function makeHeld(real: string): Promise<MadeFolder | undefined> {
  const existing = await holdFolder(real);
  if (existing) return { folder: existing, undo: async () => {} };
  if (path.dirname(real) === real) return undefined;
  const up = await makeHeld(path.dirname(real));
  if (!up) return undefined;
  const within = up.folder.at(path.basename(real));
  try {
    const made = await makeOne(within);
    const undo = async () => {
      if (made) await rmdir(real).catch(() => undefined);
      await up.undo();
    };
    const folder = await holdFolder(real, within);
    if (!folder) await undo();
    else await up.folder.sync();
    return folder && { folder, undo };
  } catch (error) {
    await up.undo();
    throw error;
  } finally {
    await up.folder.close();
  }
}

/** False when there is something of that name. */
const makeOne = (folder: string): Promise<boolean> =>
  mkdir(folder).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
