/** Desktop VS Code: whether one can be had and shown here, and how a test suite runs in it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { TEST_SETTINGS } from './settings.mjs';

const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable';

/** Can @vscode/test-electron download VS Code, and is there a screen for it? */
export async function desktopAtHand() {
  const screen = process.platform !== 'linux' || !!(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!screen) return false;
  return fetch(RELEASES, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The `code` command, when desktop VS Code is installed. */
export function desktopCommand() {
  const { status } = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return status === 0 ? 'code' : undefined;
}

/** Runs a suite in a downloaded desktop VS Code with fresh user data; the suite writes its counts to `results`. */
export async function runInDesktop({ extension, suite, folder, results }) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'gw-'));
  mkdirSync(path.join(data, 'User'));
  writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify(TEST_SETTINGS));
  try {
    await runTests({
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      launchArgs: [folder, '--user-data-dir', data, '--disable-workspace-trust', '--disable-extensions'],
      extensionTestsEnv: { GOALWRIGHT_TEST_RESULTS: results },
    });
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
