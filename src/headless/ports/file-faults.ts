/** What a change of a file comes to when it cannot be made, and what is asked before it is. */
import { constants, type Stats } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Applied } from '../../agent/ports.ts';
import { codeOf } from './durable.ts';

export const stale = (reason: string): Applied => ({ kind: 'stale', reason });
export const failed = (reason: string): Applied => ({ kind: 'failed', reason });

/** Not blocking: nobody waits for the other end of a pipe. */
export const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Why it must not be written: a rename would not ask. */
export async function lockedReason(file: string, { mode }: Stats): Promise<string | undefined> {
  if ((mode & 0o222) === 0)
    return `it is read-only (mode ${(mode & 0o777).toString(8).padStart(4, '0')}); ask the person before changing its mode`;
  return access(file, constants.W_OK).then(
    () => undefined,
    () => 'you have no permission to write it',
  );
}

export const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it (the file may be locked or immutable)',
  EBUSY: 'another program holds it open',
  ENOTDIR: 'its folder is a file',
  ENAMETOOLONG: 'its name is too long',
  EISDIR: 'it is a folder',
};

export const reasonOf = (error: unknown, file: string): string =>
  REASONS[codeOf(error)] ??
  `${path.basename(file)} could not be written (${error instanceof Error ? error.message : String(error)})`;
