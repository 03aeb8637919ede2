/**
 * Starts one VS Code server (code-server) on 127.0.0.1 with settings, extensions and sockets of its own, and stops it.
 * The page it serves is a complete VS Code.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGroup } from '../process-group.mjs';
import { languageArguments } from './language.mjs';

const START_MS = 60_000;

/**
 * @param {object} options
 * @param {import('./install.mjs').VSCode} options.vscode
 * @param {string} options.root folder for all it writes; short, because unix sockets (at most 107 characters) lie below it
 * @param {NodeJS.ProcessEnv} options.env
 * @param {Record<string, unknown>} options.settings user settings, used when `root` has none yet
 * @param {string} [options.extensions] folder of installed extensions
 * @param {boolean} [options.trust] false: workspace trust is on, and a folder opens in Restricted Mode
 * @param {string} [options.locale] display language, e.g. `zh-cn`
 * @param {boolean} [options.development] allows extensions under development and test suites (and silences notifications)
 * @param {number} [options.port] 0: any
 */
export async function startServer({
  vscode,
  root,
  env,
  settings,
  extensions,
  trust = true,
  locale,
  development,
  port = 0,
}) {
  const data = path.join(root, 'data');
  const settingsFile = path.join(data, 'User/settings.json');
  mkdirSync(path.dirname(settingsFile), { recursive: true });
  const given = JSON.stringify({ 'security.workspace.trust.enabled': !trust, ...settings }, null, 2);
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, given);

  const logFile = path.join(root, 'server.log');
  const log = openSync(logFile, 'w');
  const args = [
    ...[vscode.entry, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--user-data-dir', data],
    ...['--extensions-dir', extensions ?? path.join(root, 'extensions')],
    // code-server otherwise reads and writes files in the person's home.
    ...['--config', configFile(root), '--session-socket', path.join(root, 'session.sock')],
    ...['--ignore-last-opened', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(trust ? ['--disable-workspace-trust'] : []),
    ...(development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ...(locale ? languageArguments(locale, data) : []),
  ];
  // An empty gallery keeps VS Code from asking one.
  const { child, stop, kill } = startGroup(vscode.node, args, {
    cwd: root,
    env: { EXTENSIONS_GALLERY: '{}', ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const readLog = () => readFileSync(logFile, 'utf8');
  const authority = await listening(child, readLog).catch(async (error) => {
    await stop();
    throw error;
  });

  return {
    root,
    authority,
    readLog,
    stop,
    kill,
    /** Back to the given ones; a window that is open reads them again by itself. */
    resetSettings() {
      if (readFileSync(settingsFile, 'utf8') !== given) writeFileSync(settingsFile, given);
    },
    /** The address of a window on a folder (or .code-workspace file). `payload`: pairs, in development only. */
    url(folder, payload) {
      const url = new URL(`http://${authority}/`);
      if (folder) url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
      else url.searchParams.set('ew', 'true');
      if (payload) url.searchParams.set('payload', JSON.stringify(payload));
      return url.href;
    },
    /** A path of this machine, as the page names it. */
    remote: (file) => `vscode-remote://${authority}${path.resolve(file)}`,
  };
}

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

function configFile(root) {
  const file = path.join(root, 'config.yaml');
  writeFileSync(file, 'auth: none\n');
  return file;
}

async function listening(child, readLog) {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline && child.exitCode === null; await sleep(50)) {
    const address = /HTTP server listening on http:\/\/(127\.0\.0\.1:\d+)/.exec(readLog());
    if (address) return address[1];
  }
  throw new Error(`VS Code did not start:\n${readLog()}`);
}
