/**
 * End-to-end tests: packs Goalwright and drives it in a real VS Code.
 *
 *   npm run test:e2e [-- <part of a file name> | -t <part of a test name> …]     HEADED=1 shows the browser
 *
 * $GOALWRIGHT_VSIX names a package to test instead of packing one.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const run = (script, ...args) => {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

if (!process.env.GOALWRIGHT_VSIX) run('scripts/package.mjs');
run('node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.e2e.config.ts', ...process.argv.slice(2));
