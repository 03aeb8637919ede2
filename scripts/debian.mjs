/** Debian's packages, for what a check needs and the npm registry does not have. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** True when it was installed; false where apt may not be used. Throws when apt fails. `what`: for the person. */
export function installDebian(name, what, say, more = '') {
  const mayInstall = process.platform === 'linux' && process.getuid() === 0 && onPath('apt-get');
  if (!mayInstall) return false;
  say(`no ${what} found: installing Debian's (apt-get install ${name})${more} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed (${status}):\n${stdout}${stderr}`);
  }
  return true;
}

/** Where a program is, by the PATH. */
export const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(isExecutable);

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
