/**
 * Integration tests: test/integration/*.test.ts (mocha) inside a real extension host, with Goalwright in development mode.
 *
 *   npm run test:integration [-- <part of a file name> …]
 *
 * Desktop VS Code runs them where one can be had and shown, the one installed from npm elsewhere. $GOALWRIGHT_EDITOR =
 * `desktop` or `server` decides it. The counts are written to out/integration.json.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { desktopAtHand, runInDesktop } from './vscode/desktop.mjs';
import { runInServer } from './vscode/suite-run.mjs';

const root = path.join(import.meta.dirname, '..');
const out = path.join(root, 'out/integration');
const results = path.join(root, 'out/integration.json');

const wanted = process.argv.slice(2);
const tests = globSync('test/integration/**/*.test.ts', { cwd: root }).filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
);
if (tests.length === 0) {
  console.log('no integration tests');
  process.exit(wanted.length === 0 ? 0 : 1);
}

rmSync(out, { recursive: true, force: true });
rmSync(results, { force: true });
await esbuild.build({
  absWorkingDir: root,
  entryPoints: [...tests, 'test/harness/integration-suite.ts'],
  outdir: out,
  outbase: 'test',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: 'inline',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});

const folder = mkdtempSync(path.join(os.tmpdir(), 'gw-ws-'));
const suite = { extension: root, suite: path.join(out, 'harness/integration-suite.cjs'), folder, results };
const desktop = process.env.GOALWRIGHT_EDITOR ? process.env.GOALWRIGHT_EDITOR === 'desktop' : await desktopAtHand();
try {
  await (desktop ? runInDesktop(suite) : runInServer(suite));
  const { passes, failures } = JSON.parse(readFileSync(results, 'utf8'));
  console.log(`integration: ${passes} passed, ${failures} failed`);
  process.exitCode = failures === 0 && passes > 0 ? 0 : 1;
} catch (error) {
  console.error(`integration: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
