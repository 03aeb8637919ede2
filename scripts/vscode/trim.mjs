/** Parts of code-server that neither a test nor the demo uses, removed after the install (807 MB become 375 MB). */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const here = `${process.platform}-${process.arch}`;

const MODULES = [
  '@github/copilot-sdk-linux-x64',
  '@github/copilot-sdk-linux-arm64',
  '@github/copilot-sdk-linuxmusl-x64',
  '@microsoft/mxc-sdk',
  '@parcel/watcher-linux-x64-musl',
  '@vscode/windows-process-tree',
  'cpu-features',
];
const EXTENSIONS = [
  'copilot',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.vscode-js-profile-table',
  'ms-vscode.js-debug-companion',
  'tunnel-forwarding',
];

/** @param {{ vscode: string, compiled: readonly string[] }} where VS Code's folder; modules compiled on this machine */
export function trim({ vscode, compiled }) {
  const remove = (...names) => rmSync(path.join(vscode, ...names), { recursive: true, force: true });
  for (const name of MODULES) remove('node_modules', name);
  for (const name of EXTENSIONS) remove('extensions', name);
  keepOnly(path.join(vscode, 'node_modules/@vscode/ripgrep-universal/bin'), here);
  keepOnly(path.join(vscode, 'node_modules/node-pty/prebuilds'), here);
  for (const name of compiled) {
    remove('node_modules', name, 'build/Release/obj.target');
    remove('node_modules', name, 'build/Release/.deps');
  }
}

function keepOnly(folder, kept) {
  if (!existsSync(path.join(folder, kept))) return;
  for (const name of readdirSync(folder)) {
    if (name !== kept) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
