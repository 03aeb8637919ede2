/** Finds a Chromium for Playwright; installs Debian's where there is none and apt may be used. */
import path from 'node:path';
import { installDebian, isExecutable } from './debian.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chromium, $CHROMIUM_PATH first. Throws with the remedy when there is none and none can be installed. */
export function chromiumPath(say = console.error) {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isExecutable(given)) return given;
    throw new Error(`CHROMIUM_PATH names ${given}, which is not an executable file`);
  }
  const found =
    find() ?? (installDebian('chromium', 'Chromium', say, ', this takes about a minute') ? find() : undefined);
  if (found) return found;
  throw new Error('no Chromium found: install one (Debian, Ubuntu: apt-get install chromium) or set CHROMIUM_PATH');
}

/** What a Chromium in a container or under root needs to start, and to look the same everywhere. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-device-scale-factor=1',
];

function find() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return [...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))), ...ELSEWHERE].find(
    isExecutable,
  );
}
