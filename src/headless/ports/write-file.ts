/**
 * Writes one approved change to disk so that at every moment, also after `kill -9`, the file is the old or the new one: a
 * synced temporary file next to the target takes its place by one rename. What was checked (folder, file, bytes) is checked
 * again right before that. A file with several names, or of an owner we cannot restore, is overwritten in place instead, with
 * both contents kept aside until it is done.
 */
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../agent/hash.ts';
import type { Applied, FileChange, Hash } from '../../agent/ports.ts';
import { codeOf } from './durable.ts';
import { failed, lockedReason, READ, REASONS, reasonOf, stale } from './file-faults.ts';
import { type HeldFolder, holdFolder, makeHeld } from './held-folder.ts';
import { moveFile, removeFile } from './move-file.ts';
import { nameOnce } from './name-once.ts';
import { overwrite, type PendingWrite, type PendingWrites } from './pending-writes.ts';

export interface WriteOptions {
  readonly pending: PendingWrites;
  /** Called after each step that a crash could follow; tests kill or fail there. */
  readonly onStep?: (step: string) => unknown;
}

interface Change {
  readonly path: string;
  readonly before: Hash | undefined;
  readonly after: Uint8Array;
}

/** Expected faults are values; nothing is left behind by a change that was not made. */
export async function writeFileChange(
  change: Pick<FileChange, 'path' | 'from' | 'before' | 'after'>,
  { pending, onStep = () => {} }: WriteOptions,
): Promise<Applied> {
  const { path: file, from, before, after } = change;
  try {
    const step = async (name: string) => void (await onStep(name));
    if (before === undefined)
      return after ? await create({ path: file, before, after }, pending, step) : { kind: 'applied' };
    if (!after) return await removeFile(file, before, step);
    if (from === undefined) return await replace({ path: file, before, after }, before, pending, step);
    const moved = await moveFile(from, file, before, step);
    if (moved.kind !== 'applied' || hashOf(after) === before) return moved;
    const changed = await replace({ path: file, before, after }, before, pending, step);
    if (changed.kind !== 'applied') await moveFile(file, from, before, step);
    return changed;
  } catch (error) {
    return failed(reasonOf(error, change.path));
  }
}

type Step = (name: string) => Promise<void>;

const applied = ({ after }: Change): Applied => ({ kind: 'applied', bytes: after });

async function create(change: Change, pending: PendingWrites, step: Step): Promise<Applied> {
  if (await lstat(change.path).catch(() => undefined)) return stale('it exists already');
  const made = await makeHeld(path.dirname(change.path));
  if (!made) return stale('a link or a file took the place of its folder');
  const write = await pending.begin(change.path);
  let done: Applied | undefined;
  try {
    await step('folders');
    const { folder } = made;
    await writeTemporary(folder.at(write.temporary), change.after, undefined, step);
    if (!(await folder.still())) return stale('its folder was replaced');
    if (!(await nameOnce(folder.at(write.temporary), folder.at(path.basename(change.path)))))
      return stale('it exists already');
    done = applied(change);
    await afterwards(async () => {
      await step('linked');
      await unlink(folder.at(write.temporary));
      await step('unlinked');
      await folder.sync();
    });
    return done;
  } finally {
    await unlink(made.folder.at(write.temporary)).catch(() => undefined);
    if (!done) await made.undo();
    await made.folder.close();
    await write.end();
  }
}

async function replace(change: Change, before: Hash, pending: PendingWrites, step: Step): Promise<Applied> {
  const folder = await holdFolder(path.dirname(change.path));
  if (!folder) return stale('its folder was replaced or removed');
  const name = path.basename(change.path);
  const target = await open(folder.at(name), READ).catch((error: unknown) => codeOf(error));
  try {
    if (target === 'ENOENT') return stale(`it was deleted${await renamedTo(folder, before)}`);
    if (target === 'ELOOP') return stale('a link took its place');
    if (typeof target === 'string') return failed(REASONS[target] ?? `it cannot be read (${target})`);
    const was = await target.stat();
    if (!was.isFile()) return failed('it is not a regular file');
    const bytes = await target.readFile();
    if (hashOf(bytes) !== before) return stale('it was changed after it was read');
    const locked = await lockedReason(folder.at(name), was);
    if (locked) return failed(locked);
    const write = await pending.begin(change.path);
    let isTorn = false;
    try {
      await step('noted');
      const unchanged = async () =>
        (await folder.still()) && isSame(was, await lstat(folder.at(name)).catch(() => undefined));
      if (was.nlink === 1 && (await byRename(folder, name, change.after, was, write, unchanged, step)))
        return applied(change);
      if (!(await unchanged())) return stale('it was changed while it was being written');
      await inPlace(folder.at(name), bytes, change.after, write, step);
      return applied(change);
    } catch (error) {
      isTorn = error instanceof TornWrite;
      if (isTorn) return failed(TORN);
      throw error;
    } finally {
      await unlink(folder.at(write.temporary)).catch(() => undefined);
      // What was kept of a torn file is needed when the next process puts it right.
      if (!isTorn) await write.end();
    }
  } finally {
    if (typeof target !== 'string') await target.close();
    await folder.close();
  }
}

/** False: owner, mode or folder do not allow it, or the file changed; nothing has happened then. */
async function byRename(
  folder: HeldFolder,
  name: string,
  after: Uint8Array,
  was: Stats,
  write: PendingWrite,
  unchanged: () => Promise<boolean>,
  step: Step,
): Promise<boolean> {
  const temporary = folder.at(write.temporary);
  try {
    await writeTemporary(temporary, after, was, step);
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(codeOf(error))) return false;
    throw error;
  }
  if (!(await unchanged())) return false;
  await step('checked');
  await rename(temporary, folder.at(name));
  await afterwards(async () => {
    await step('renamed');
    await folder.sync();
  });
  return true;
}

/** A new, synced file; like `was` in mode and owner, or EPERM. */
async function writeTemporary(file: string, bytes: Uint8Array, was: Stats | undefined, step: Step): Promise<void> {
  const handle = await open(file, 'wx', was ? 0o600 : 0o666);
  await fill(handle, bytes, async () => {
    await step('opened');
    if (!was || process.platform === 'win32') return;
    const { uid, gid } = await handle.stat();
    if (uid !== was.uid || gid !== was.gid) await handle.chown(was.uid, was.gid);
    await handle.chmod(was.mode & 0o7777);
  });
  await step('written');
}

async function fill(handle: FileHandle, bytes: Uint8Array, first = async () => {}): Promise<void> {
  try {
    await first();
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Neither the new bytes nor, after that failed, the old ones could be written. */
class TornWrite extends Error {}

const TORN =
  'the disk failed while it was written, and again while it was put back: it may be neither the old nor the new text. Its old text is kept, put back when Goalwright starts again, and in the checkpoint';

async function inPlace(
  file: string,
  before: Uint8Array,
  after: Uint8Array,
  write: PendingWrite,
  step: Step,
): Promise<void> {
  await write.keep(before, after);
  await step('kept');
  try {
    await overwrite(file, after, () => step('overwriting'));
  } catch (error) {
    await overwrite(file, before).catch(() => {
      throw new TornWrite();
    });
    throw error;
  }
  await afterwards(() => step('overwritten'));
}

/** The file is the new one by now, whatever fails here. */
const afterwards = (tidy: () => Promise<void>): Promise<void> => tidy().catch(() => undefined);

const isSame = (was: Stats, now: Stats | undefined): boolean =>
  now !== undefined &&
  was.ino === now.ino &&
  was.dev === now.dev &&
  was.size === now.size &&
  was.mtimeMs === now.mtimeMs &&
  was.ctimeMs === now.ctimeMs;

/** ": it seems to be … now", when a file of the folder has the bytes that are missed. */
async function renamedTo(folder: HeldFolder, hash: Hash): Promise<string> {
  const names = await readdir(folder.at('.')).catch(() => []);
  for (const name of names.slice(0, 200)) {
    const stats = await lstat(folder.at(name)).catch(() => undefined);
    if (!stats?.isFile() || stats.size > 1024 * 1024) continue;
    const bytes = await readFile(folder.at(name)).catch(() => undefined);
    if (bytes && hashOf(bytes) === hash) return `; ${name} in the same folder has its content now`;
  }
  return '';
}
