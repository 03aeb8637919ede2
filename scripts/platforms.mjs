/**
 * Completes package-lock.json: a registry that does not list a tool's binaries for other platforms makes npm leave them
 * out, and `npm ci` then refuses the lock file everywhere. Run it after an install that changed the lock file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.join(import.meta.dirname, '../package-lock.json');
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(gnu|musl)\w*|-\w+)?$/;
const LIBC = { gnu: 'glibc', musl: 'musl' };

const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const [at, { dev, license, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = [`node_modules/${name}`, `${at}/node_modules/${name}`].some((place) => place in lock.packages);
    const platform = PLATFORM.exec(name);
    if (known || !platform) continue;
    const [, os, cpu, libc] = platform;
    lock.packages[`node_modules/${name}`] = {
      ...{ version, cpu: [cpu], dev, license, optional: true, os: [os] },
      libc: libc && cpu !== 'arm' ? [LIBC[libc]] : undefined,
    };
    console.log(`${name}@${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
