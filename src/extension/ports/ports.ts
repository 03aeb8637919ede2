/** The engine's ports in the extension host: the Node adapters, but files go through the editor and ripgrep is its own. */
import * as vscode from 'vscode';
import type { Ports } from '../../agent/ports.ts';
import { nodePorts } from '../../headless/ports/node-ports.ts';
import { editorWorkspace } from './workspace.ts';

export async function editorPorts(root: string, storage: string): Promise<Ports> {
  const ports = await nodePorts(root, storage, { appRoot: vscode.env.appRoot });
  return { ...ports, workspace: editorWorkspace(ports.workspace, root) };
}
