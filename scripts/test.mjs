/**
 * All checks, in the order in which a failure is cheapest to find; the first stage that fails ends the run. The last line
 * is `N passed, N failed`, summed over all tests that ran.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const out = (name) => path.join(root, 'out', name);
const vitestTo = (file) => ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];

/** npm scripts; `counts`: where the stage's test runner leaves its JSON report. */
const STAGES = [
  { script: 'typecheck' },
  { script: 'lint' },
  { script: 'test:unit', args: vitestTo(out('unit.json')), counts: out('unit.json') },
  { script: 'package' },
  { script: 'test:integration', counts: out('integration.json') },
  { script: 'test:e2e', args: vitestTo(out('e2e.json')), counts: out('e2e.json') },
];

/** The counts of a vitest or mocha report; a stage that found no tests leaves none. */
function countsOf(file) {
  if (!file || !existsSync(file)) return { passed: 0, failed: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: report.numPassedTests ?? report.passes,
    failed: report.numFailedTests ?? report.failures,
  };
}

const env = { ...process.env, GOALWRIGHT_VSIX: path.join(root, 'goalwright.vsix') };
const total = { passed: 0, failed: 0 };
const timings = [];
let broken;

for (const { script, args = [], counts } of STAGES) {
  console.log(`\n=== ${script}`);
  if (counts) rmSync(counts, { force: true });
  const start = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', script, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  timings.push(`${script} ${((Date.now() - start) / 1000).toFixed(0)} s`);
  const { passed, failed } = countsOf(counts);
  total.passed += passed;
  total.failed += failed;
  if (status !== 0) {
    broken = script;
    break;
  }
}

console.log(`\n${timings.join(', ')}`);
if (broken) console.log(`stage "${broken}" failed: run it alone with "npm run ${broken}"`);
// A stage can also fail outside a test.
if (broken && total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = broken ? 1 : 0;
