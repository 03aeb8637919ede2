/** Builds for production and packs goalwright.vsix. What goes into it: .vscodeignore. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';

const root = path.join(import.meta.dirname, '..');
const vsix = path.join(root, 'goalwright.vsix');

execFileSync(process.execPath, ['esbuild.mjs', '--production'], { cwd: root, stdio: 'inherit' });
// The bundles hold all they need, so no dependency is packed.
await createVSIX({
  cwd: root,
  packagePath: vsix,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
console.log(`${vsix}: ${(statSync(vsix).size / 1024).toFixed(0)} KB`);
