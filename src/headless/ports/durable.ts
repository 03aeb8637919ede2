/**
 * Files that are either wholly there or not at all, and stay after a power cut: content is synced before a name points at
 * it, and the folder that holds the name is synced after it. Everything is the person's alone (0600, 0700).
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The result, or `undefined` when it fails with one of these codes; other errors stay errors. */
export async function unless<T>(promise: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Makes a folder and its missing parents. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
}

/** What platforms and file systems say that cannot sync a folder: their names are durable by other means, or never. */
const NO_FOLDER_SYNC = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'] as const;

/** Names made or changed in a folder are on the medium when this resolves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await unless(open(folder, 'r'), ...NO_FOLDER_SYNC);
  if (!handle) return;
  try {
    await unless(handle.sync(), ...NO_FOLDER_SYNC);
  } finally {
    await handle.close();
  }
}

/** Writes a new file and syncs it; EEXIST when there is one. Nothing is left behind when it fails. */
export async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', FILE_MODE);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await unlink(file).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

/** A name beside `file` that nobody else uses. */
const beside = (file: string): string => path.join(path.dirname(file), `.tmp-${randomBytes(9).toString('base64url')}`);

/** Puts a whole, synced file in the place of whatever is there, by one rename. */
export async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = beside(file);
  await writeNew(temporary, bytes);
  try {
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/**
 * Creates a file with its whole content in one step; false when there is one already. By a hard link, so that nobody ever
 * sees it half-written; on a file system without links by exclusive creation, where a reader may see it while it grows.
 */
export async function createOnce(file: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = beside(file);
  await writeNew(temporary, bytes);
  try {
    await link(temporary, file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(code)) throw error;
    return (
      (await unless(
        writeNew(file, bytes).then(() => true),
        'EEXIST',
      )) ?? false
    );
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncFolder(path.dirname(file));
  return true;
}
