/** Ids nobody can guess (80 random bits) that sort by the time they were made, so that a list of runs does too. */
import { randomBytes } from 'node:crypto';
import type { Ids } from '../../agent/ports.ts';

/** Lower-case letters and digits only: also a folder name on a file system that ignores case. */
export const randomIds: Ids = {
  next: () => Date.now().toString(36).padStart(9, '0') + randomBytes(10).toString('hex'),
};
