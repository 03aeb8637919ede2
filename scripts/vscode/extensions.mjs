/** Fills a folder with extensions that a VS Code server then has installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {object} options
 * @param {import('./install.mjs').VSCode} options.vscode
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.folder the extensions folder
 * @param {string} options.data any user data folder
 * @param {readonly string[]} options.vsix packages to install
 * @param {readonly string[]} [options.unpacked] extension folders to link; seen only in a folder no server used yet
 */
export function installExtensions({ vscode, env, folder, data, vsix, unpacked = [] }) {
  mkdirSync(folder, { recursive: true });
  for (const source of unpacked) {
    const { publisher, name, version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
    const link = path.join(folder, `${publisher}.${name}-${version}`);
    if (!existsSync(link)) symlinkSync(path.resolve(source), link, 'dir');
  }
  for (const file of vsix) {
    const args = [
      '--user-data-dir',
      data,
      '--extensions-dir',
      folder,
      '--install-extension',
      path.resolve(file),
      '--force',
    ];
    const { status, stdout, stderr } = spawnSync(vscode.node, [vscode.entry, ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`installing ${file} failed (${status}):\n${stdout}${stderr}`);
  }
}
