/**
 * Opens VS Code on a fresh copy of the example workspace with Goalwright in it, ready to run a goal.
 *
 *   npm start [-- --folder DIR] [--browser] [--port N] [--no-open]
 *
 * --folder   a folder to work in: opened as it is; an empty or new one gets the example
 * --browser  VS Code in the browser, even where the desktop one is installed
 * --port     its port; otherwise a free one
 * --no-open  print the address and leave the opening to you
 *
 * VS Code starts with settings and data of its own, which are deleted at the end; the workspace stays. Ctrl-C ends it all.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createExample } from './example.mjs';
import { endOnSignal, startGroup } from './process-group.mjs';
import { desktopCommand } from './vscode/desktop.mjs';
import { personsEnvironment } from './vscode/environment.mjs';
import { installExtensions } from './vscode/extensions.mjs';
import { installVSCode } from './vscode/install.mjs';
import { startServer } from './vscode/server.mjs';
import { QUIET_SETTINGS } from './vscode/settings.mjs';

const root = path.join(import.meta.dirname, '..');
/** Opens Goalwright's view with the window. */
const OPENER = path.join(import.meta.dirname, 'opener');
const { values: options } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '0' },
    browser: { type: 'boolean' },
    'no-open': { type: 'boolean' },
  },
});

/** What is to be stopped at the end, once it runs. */
let running;
endOnSignal(async () => {
  console.log('\nstopping VS Code …');
  await running?.stop();
});

const folder = await workspace();
const own = mkdtempSync(path.join(os.tmpdir(), 'gw-'));
process.once('exit', () => rmSync(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
const command = options.browser ? undefined : desktopCommand();
running = command ? startDesktop(command) : await startInBrowser();

async function workspace() {
  const chosen = options.folder
    ? path.resolve(options.folder)
    : mkdtempSync(path.join(os.tmpdir(), 'goalwright-example-'));
  if (!existsSync(chosen) || readdirSync(chosen).length === 0) await createExample(chosen);
  return chosen;
}

/** The work tree itself is the extension: "Developer: Reload Window" shows the next build. */
function startDesktop(code) {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  mkdirSync(path.join(own, 'User'));
  writeFileSync(path.join(own, 'User/settings.json'), JSON.stringify(QUIET_SETTINGS, null, 2));
  const args = [
    ...['--new-window', '--disable-workspace-trust', '--user-data-dir', own, `--extensionDevelopmentPath=${root}`],
    `--extensionDevelopmentPath=${OPENER}`,
    // Without it the command starts VS Code outside its process group and ends.
    '--verbose',
    folder,
  ];
  const { child, stop } = startGroup(code, args, {
    env: personsEnvironment(),
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  child.once('exit', (status) => process.exit(status ?? 0));
  console.log(`\nVS Code opens on ${folder}\nCtrl-C ends it.`);
  return { stop };
}

async function startInBrowser() {
  execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: root, stdio: 'inherit' });
  const vscode = await installVSCode(console.log);
  const env = personsEnvironment();
  const extensions = path.join(own, 'extensions');
  installExtensions({
    vscode,
    env,
    folder: extensions,
    data: path.join(own, 'data'),
    vsix: [path.join(root, 'goalwright.vsix')],
    unpacked: [OPENER],
  });
  const server = await startServer({
    ...{ vscode, root: own, env, extensions, settings: QUIET_SETTINGS },
    port: Number(options.port),
  });
  const url = server.url(folder);
  console.log(`\nVS Code with Goalwright, on ${folder}:\n\n    ${url}\n\nCtrl-C ends it.`);
  if (!options['no-open']) openInBrowser(url);
  return server;
}

function openInBrowser(url) {
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!screen) return;
  const [opener, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open'];
  // The address is printed: no browser that opens by itself is no failure.
  spawn(opener, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
