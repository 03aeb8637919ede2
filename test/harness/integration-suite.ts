/**
 * The integration suite: runs every built test file beside it with mocha, inside the extension host. In a VS Code server
 * the host's console is not seen outside, so all output goes to the file $GOALWRIGHT_TEST_LOG there.
 */
import { appendFileSync, globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

const TEST_MS = 60_000;

export async function run(): Promise<void> {
  const { GOALWRIGHT_TEST_LOG: log, GOALWRIGHT_TEST_RESULTS: results } = process.env;
  if (!results) throw new Error('GOALWRIGHT_TEST_RESULTS is not set: start the suite with "npm run test:integration"');
  if (log) printTo(log);
  process.setSourceMapsEnabled(true);

  // Mocha keeps the console it finds when it is loaded.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_MS, color: false, reporter: 'spec' });
  for (const file of globSync('../integration/**/*.test.cjs', { cwd: __dirname }).sort())
    mocha.addFile(path.join(__dirname, file));
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  writeFileSync(results, JSON.stringify(stats));
  if (stats?.failures) throw new Error(`${stats.failures} integration tests failed`);
}

/** VS Code makes the console's methods read-only, so the object itself is replaced. */
function printTo(log: string): void {
  const print = (...values: unknown[]) => appendFileSync(log, `${format(...values)}\n`);
  const methods = Object.fromEntries(
    ['log', 'info', 'warn', 'error', 'debug'].map((name) => [name, { value: print, writable: true }]),
  );
  globalThis.console = Object.create(globalThis.console, methods);
  process.stdout.write = (chunk: string | Uint8Array) => {
    appendFileSync(log, chunk);
    return true;
  };
}
