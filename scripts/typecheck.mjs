/** Type-checks every layer against its own tsconfig, two at a time. Exit code 1 when one of them fails. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const LAYERS = ['src/agent', 'src/webview', 'src/headless', 'src/extension', 'test'];
const PARALLEL = 2;

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

/** A layer without a single file yet is an error of tsc's (TS18003), not of ours. */
const NO_INPUTS = /error TS18003/;

async function check(layer) {
  const start = performance.now();
  const { failed, output } = await new Promise((resolve) => {
    execFile(
      process.execPath,
      [compiler, '-p', layer, '--pretty', String(!!process.stdout.isTTY)],
      { cwd: root },
      (error, out, err) => resolve({ failed: !!error && !NO_INPUTS.test(out), output: `${out}${err}` }),
    );
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${failed ? 'FAIL' : 'ok  '} ${layer} (${seconds} s)`);
  if (failed) console.log(output.trimEnd());
  return !failed;
}

const waiting = [...LAYERS];
const results = [];
await Promise.all(
  Array.from({ length: PARALLEL }, async () => {
    for (let layer = waiting.shift(); layer; layer = waiting.shift()) results.push(await check(layer));
  }),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
