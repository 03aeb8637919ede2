/** What the sandbox is made of, for its tests; installs Debian's where there is none and apt may be used. */
import { installDebian, onPath } from './debian.mjs';

/** So that none of it is installed by several tests at once. Where it cannot be, and on other systems, those tests say so. */
export function installSandbox(say = console.error) {
  if (process.platform !== 'linux') return;
  for (const [program, name] of [
    ['bwrap', 'bubblewrap'],
    ['socat', 'socat'],
  ]) {
    if (!onPath(program)) installDebian(name, name, say);
  }
}
