/** The engine's ports in the extension host: the Node adapters, but files go through the editor and ripgrep is its own. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Ports } from '../../agent/ports.ts';
import { nodePorts } from '../../headless/ports/node-ports.ts';
import { editorWorkspace } from './workspace.ts';

export async function editorPorts(root: string, storage: string): Promise<Ports> {
  const ports = await nodePorts(root, storage, await editorRipgrep());
  return { ...ports, workspace: editorWorkspace(ports.workspace) };
}

/** VS Code ships ripgrep under its own folder; where, depends on its version. */
async function editorRipgrep(): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  const platform = `${process.platform}-${process.arch}`;
  const folders = ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) => [
    join(modules, '@vscode', 'ripgrep-universal', 'bin', platform),
    join(modules, '@vscode', `ripgrep-${platform}`, 'bin'),
    join(modules, '@vscode', 'ripgrep', 'bin'),
  ]);
  for (const folder of folders) {
    const path = join(vscode.env.appRoot, folder, name);
    if (await access(path).then(() => true, () => false)) return path;
  }
  return undefined;
}
