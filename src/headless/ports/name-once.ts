/** A second name for a file, never over anything. */
import { constants, copyFile, link, lstat, open, readlink, symlink } from 'node:fs/promises';
import { codeOf } from './durable.ts';

/** What a file system answers that has no hard links, or none here. */
const NO_LINKS: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** A copy where names cannot be added, whose one flaw is that a reader may see it grow. False: something has that name. */
export async function nameOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(codeOf(error))) throw error;
  }
  return copyOnce(from, to);
}

/** The way without hard links. */
export async function copyOnce(from: string, to: string): Promise<boolean> {
  try {
    if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to);
    else {
      await copyFile(from, to, constants.COPYFILE_EXCL);
      await syncFile(to);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    // Windows does not sync what is open for reading.
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
