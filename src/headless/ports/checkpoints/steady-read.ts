/** Reads a file as it was at one moment: one that changes while it is read is read again. */
import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hashOf } from '../../../agent/hash.ts';
import type { FileState, Hash } from '../../../agent/ports.ts';
import { codeOf } from '../durable.ts';

export interface SteadyFile {
  readonly bytes: Uint8Array;
  readonly hash: Hash;
  readonly stats: BigIntStats;
}

/** Why a file is not kept. `ENOENT`: it is not there (any more). */
export interface Unread {
  readonly why: string;
  readonly code?: string;
}

/** Never through a link, and without waiting for the other end of a pipe. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const ATTEMPTS = 4;
const CHUNK = 1024 * 1024;

export async function readSteady(file: string, most: number): Promise<SteadyFile | Unread> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // Opened anew each time: a file that is replaced by a rename is another one.
      const handle = await open(file, READ);
      try {
        const before = await handle.stat({ bigint: true });
        if (!before.isFile()) return { why: 'it is not a regular file' };
        if (before.size > most) return { why: tooLarge(before.size, most) };
        const read = await readAll(handle, Number(before.size));
        const after = await handle.stat({ bigint: true });
        if (read && versionOf(before) === versionOf(after)) return { ...read, stats: after };
      } finally {
        await handle.close();
      }
    }
    return { why: 'it changed each time while it was read' };
  } catch (error) {
    const code = codeOf(error);
    return { why: REASONS[code] ?? `it cannot be read (${code || String(error)})`, code };
  }
}

/** The same at once, at the first attempt; undefined when it needs another, or cannot be read. */
export function readSteadyNow(file: string, most: number): SteadyFile | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, READ);
    const before = fstatSync(handle, { bigint: true });
    if (!before.isFile() || before.size > most) return undefined;
    const bytes = Buffer.allocUnsafe(Number(before.size));
    if (readSync(handle, bytes) !== bytes.length) return undefined;
    const stats = fstatSync(handle, { bigint: true });
    return versionOf(before) === versionOf(stats) ? { bytes, hash: hashOf(bytes), stats } : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Undefined when the file has not the length that it said. */
async function readAll(
  handle: FileHandle,
  size: number,
): Promise<{ readonly bytes: Uint8Array; readonly hash: Hash } | undefined> {
  const bytes = Buffer.allocUnsafe(size);
  const hash = createHash('sha256');
  let done = 0;
  while (done < size) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(CHUNK, size - done), done);
    if (bytesRead === 0) return undefined;
    hash.update(bytes.subarray(done, done + bytesRead));
    done += bytesRead;
  }
  return { bytes, hash: hash.digest('hex') };
}

/** Changes with the content, whatever a program sets the file's times to: the change time is the system's own. */
export const versionOf = (stats: BigIntStats): string => `${stats.mtimeNs}:${stats.ctimeNs}:${stats.size}:${stats.ino}`;

export const fileKind = (mode: number | bigint): FileState['kind'] =>
  process.platform !== 'win32' && (Number(mode) & 0o100) !== 0 ? 'executable' : 'file';

const MB = 1024 * 1024;
export const tooLarge = (size: number | bigint, most: number): string =>
  `it is ${Math.ceil(Number(size) / MB)} MB; files over ${Math.floor(most / MB)} MB are not kept`;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is gone',
  ELOOP: 'a link took its place',
};
