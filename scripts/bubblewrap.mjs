/** Finds bubblewrap for the tests of the sandbox; installs Debian's where there is none and apt may be used. */
import { installDebian, onPath } from './debian.mjs';

/** Path of bwrap; `undefined` on another system than Linux, or where it cannot be installed: those tests then say so. */
export function bubblewrapPath(say = console.error) {
  if (process.platform !== 'linux') return undefined;
  const found = onPath('bwrap');
  if (found) return found;
  if (!installDebian('bubblewrap', 'bubblewrap', say)) return undefined;
  return onPath('bwrap');
}
