/**
 * Where downloads are kept between runs: $GOALWRIGHT_CACHE, or `goalwright` in the user's cache folder. All of it may be
 * deleted at any time.
 */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');

/** The cache folder, or a folder in it, created. */
export function cacheFolder(...names) {
  const folder = path.join(process.env.GOALWRIGHT_CACHE || path.join(base, 'goalwright'), ...names);
  mkdirSync(folder, { recursive: true });
  return path.resolve(folder);
}
