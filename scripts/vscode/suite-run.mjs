/**
 * Runs a test suite in the extension host of a VS Code server, as @vscode/test-electron does in a desktop one.
 *
 * VS Code for the web takes the extension and the suite from the page's address and calls `codeAutomationExit` in the page
 * at the end. It reports success even when the extension host was killed, so only the suite's own results count.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from '../chromium.mjs';
import { endOnSignal } from '../process-group.mjs';
import { isolatedEnvironment } from './environment.mjs';
import { installVSCode } from './install.mjs';
import { startServer } from './server.mjs';
import { TEST_SETTINGS } from './settings.mjs';

const SUITE_MS = 15 * 60_000;
const POLL_MS = 100;
const HOST_GONE = /Extension Host Process exited with code: (\S+), signal: (\w+)/;

/**
 * @param {object} options
 * @param {string} options.extension folder of the extension under development
 * @param {string} options.suite file that exports run()
 * @param {string} options.folder the workspace
 * @param {string} options.results file the suite writes at its end
 */
export async function runInServer({ extension, suite, folder, results }) {
  endOnSignal();
  const vscode = await installVSCode();
  const root = mkdtempSync(path.join(os.tmpdir(), 'gw-'));
  const log = path.join(root, 'suite.log');
  writeFileSync(log, '');
  const server = await startServer({
    vscode,
    root,
    env: { ...isolatedEnvironment(root), GOALWRIGHT_TEST_RESULTS: results, GOALWRIGHT_TEST_LOG: log },
    settings: TEST_SETTINGS,
    development: true,
  });
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    headless: !process.env.HEADED,
    args: CHROMIUM_ARGS,
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    const ended = suiteEnd(page, server, log);
    await page.exposeFunction('codeAutomationLog', () => {});
    await page.goto(
      server.url(folder, [
        ['extensionDevelopmentPath', server.remote(extension)],
        ['extensionTestsPath', server.remote(suite)],
      ]),
    );
    await ended;
    if (!existsSync(results)) throw new Error('the extension host ended before the suite did');
  } catch (error) {
    const kept = path.join(path.dirname(results), 'failures');
    mkdirSync(kept, { recursive: true });
    writeFileSync(path.join(kept, 'integration.log'), server.readLog());
    await page.screenshot({ path: path.join(kept, 'integration.png') }).catch(() => {});
    throw new Error(`${error.message} (server log and picture: ${kept})`, { cause: error });
  } finally {
    await browser.close();
    await server.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Copies what the suite prints to stdout until it ends; rejects when it cannot end any more. */
function suiteEnd(page, server, log) {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + SUITE_MS;
    let shown = 0;
    let gone = 0;
    const show = () => {
      const bytes = readFileSync(log);
      process.stdout.write(bytes.subarray(shown));
      shown = bytes.length;
    };
    const poll = setInterval(() => {
      show();
      const exit = HOST_GONE.exec(server.readLog());
      if (exit) gone ||= Date.now();
      // A host that ended in good order has a moment to report so.
      if (gone && Date.now() > gone + 5000)
        end(new Error(`the extension host ended (code ${exit[1]}, signal ${exit[2]})`));
      if (Date.now() > deadline) end(new Error(`no result after ${SUITE_MS / 60_000} minutes`));
    }, POLL_MS);
    const end = (error) => {
      clearInterval(poll);
      show();
      error ? reject(error) : resolve();
    };
    page.on('crash', () => end(new Error('the browser page crashed')));
    page.exposeFunction('codeAutomationExit', () => end()).catch(end);
  });
}
