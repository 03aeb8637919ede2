/**
 * Makes one file what it was before, if it still is what the change made of it. Asked for right before each write, in a folder
 * that is held open: no link on the way is followed, and nothing else that stands in its place is ever written over.
 */
import { constants } from 'node:fs';
import { chmod, lstat, open, readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../../agent/hash.ts';
import type { Difference, FileState } from '../../../agent/ports.ts';
import { codeOf } from '../durable.ts';
import { type HeldFolder, holdFolder, makeHeld } from '../held-folder.ts';
import { nameOnce } from '../name-once.ts';
import type { PendingWrites } from '../pending-writes.ts';
import { writeFileChange } from '../write-file.ts';
import { fileKind, readSteady } from './steady-read.ts';
import { isSameState } from './tree.ts';

/** What a change is taken back to. */
export interface Wish {
  readonly change: Difference;
  /** Content (of a link: its target) and mode of `before`, as far as the snapshot has it. */
  readonly was: { readonly bytes: Uint8Array; readonly mode: number | undefined } | undefined;
}

/** Why it was left alone; undefined: the file is its `before` now. */
export type Outcome = string | undefined;

const CHANGED = 'it was changed since';

/** `real`: the file's path, its root resolved. The file goes only when it still is what the change made. */
export async function takeAway(real: string, { change: { after } }: Wish): Promise<Outcome> {
  const folder = await holdFolder(path.dirname(real));
  if (!folder) return (await exists(real)) ? IN_THE_WAY : undefined;
  try {
    const name = path.basename(real);
    const now = await stateOf(folder, name);
    if (now === undefined) return undefined;
    if (typeof now === 'string') return now;
    if (!after || !isSameState(now, after)) return CHANGED;
    await unlink(folder.at(name));
    await folder.sync();
    return undefined;
  } finally {
    await folder.close();
  }
}

/** Removes a folder if it is empty. False when it stays. */
export async function removeEmpty(real: string): Promise<boolean> {
  const above = await holdFolder(path.dirname(real));
  try {
    if (!above) return false;
    await rmdir(above.at(path.basename(real)));
    return true;
  } catch {
    return false;
  } finally {
    await above?.close();
  }
}

/** Makes a folder that is missing, with its mode. Its parent is there. */
export async function makeFolderAgain(real: string, mode: number | undefined): Promise<void> {
  if (await exists(real)) return;
  const made = await makeHeld(real);
  if (!made) return;
  if (mode !== undefined && process.platform !== 'win32') await chmod(made.folder.at('.'), mode | 0o700);
  await made.folder.close();
}

/** Writes what the file was before. Its folder is there. */
export async function putBack(real: string, wish: Wish, pending: PendingWrites): Promise<Outcome> {
  const { before, after } = wish.change;
  if (!before || !wish.was) return 'there is nothing to put back';
  const folder = await holdFolder(path.dirname(real));
  if (!folder) return IN_THE_WAY;
  try {
    const name = path.basename(real);
    const now = await stateOf(folder, name);
    if (typeof now === 'string') return now;
    if (now && isSameState(now, before)) return undefined;
    if (now ? !after || !isSameState(now, after) : after) return now ? CHANGED : 'it was deleted since';
    const { bytes, mode } = wish.was;
    if (now && now.kind !== 'link' && before.kind !== 'link') {
      const current = (await lstat(folder.at(name))).mode & 0o777;
      const wanted = rewrittenMode(before.kind, mode, current);
      if (now.hash !== before.hash) return await rewrite(folder, real, now, bytes, { current, wanted }, pending);
      await setMode(folder.at(name), wanted);
      return undefined;
    }
    return await place(folder, real, { kind: before.kind, bytes, mode: mode ?? NEW_MODES[before.kind] }, now, pending);
  } finally {
    await folder.close();
  }
}

const IN_THE_WAY = 'a link or a file is in the place of its folder';

/** What is there now; a text when it is nothing that a snapshot holds. */
async function stateOf(folder: HeldFolder, name: string): Promise<FileState | string | undefined> {
  const file = folder.at(name);
  const stats = await lstat(file).catch(codeOf);
  if (stats === 'ENOENT') return undefined;
  if (typeof stats === 'string') return `it cannot be read (${stats})`;
  if (stats.isSymbolicLink()) {
    const target = await readlink(file, { encoding: 'buffer' });
    return { hash: hashOf(target), size: target.length, kind: 'link' };
  }
  if (stats.isDirectory()) return 'a folder is in its place';
  const read = await readSteady(file, Number.MAX_SAFE_INTEGER);
  if ('why' in read) return read.code === 'ENOENT' ? undefined : read.why;
  return { hash: read.hash, size: read.bytes.length, kind: fileKind(read.stats.mode) };
}

/** A file over a file: as any approved change. A read-only one is made writable for it. */
async function rewrite(
  folder: HeldFolder,
  real: string,
  now: FileState,
  bytes: Uint8Array,
  { current, wanted }: { readonly current: number; readonly wanted: number },
  pending: PendingWrites,
): Promise<Outcome> {
  const file = folder.at(path.basename(real));
  if ((current & 0o222) === 0) await setMode(file, current | 0o200);
  const applied = await writeFileChange({ path: real, before: now.hash, after: bytes }, { pending });
  await setMode(file, applied.kind === 'applied' ? wanted : current).catch(() => undefined);
  return applied.kind === 'applied' ? undefined : applied.reason;
}

const NEW_MODES = { file: 0o644, executable: 0o755, link: 0o777 } as const;

/** As it was, but others may not read or write what they may not now: nobody knows whether the person took that away. */
function rewrittenMode(kind: FileState['kind'], was: number | undefined, now: number): number {
  if (was !== undefined) return (was & 0o711) | (was & now & 0o066);
  return kind === 'executable' ? now | 0o100 : now & ~0o111;
}

interface Leaf {
  readonly kind: FileState['kind'];
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** A file or link where nothing is, or in the place of a link (or of a file, when it is a link). */
async function place(
  folder: HeldFolder,
  real: string,
  leaf: Leaf,
  now: FileState | undefined,
  pending: PendingWrites,
): Promise<Outcome> {
  const name = path.basename(real);
  const write = await pending.begin(real);
  const temporary = folder.at(write.temporary);
  try {
    if (leaf.kind === 'link') await symlink(Buffer.from(leaf.bytes), temporary);
    else await writeWhole(temporary, leaf);
    if (!(await folder.still())) return IN_THE_WAY;
    const before = await stateOf(folder, name);
    if (typeof before === 'string' || !isSame(before, now)) return CHANGED;
    if (now) await rename(temporary, folder.at(name));
    else if (!(await nameOnce(temporary, folder.at(name)))) return CHANGED;
    await folder.sync();
    return undefined;
  } finally {
    await unlink(temporary).catch(() => undefined);
    await write.end();
  }
}

async function writeWhole(file: string, { bytes, mode }: Leaf): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    if (process.platform !== 'win32') await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function setMode(file: string, mode: number): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

const isSame = (one: FileState | undefined, other: FileState | undefined): boolean =>
  one && other ? isSameState(one, other) : one === other;

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
