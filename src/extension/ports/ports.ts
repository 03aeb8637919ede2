/** The engine's ports in the extension host: the Node adapters, but files go through the editor and ripgrep is its own. */
import * as vscode from 'vscode';
import type { Ports } from '../../agent/ports.ts';
import { nodePorts } from '../../headless/ports/node-ports.ts';
import type { NodeRules } from '../../headless/ports/rules.ts';
import type { NodeSecrets } from '../../headless/ports/secrets.ts';
import type { ShowCommand } from '../../headless/ports/shown-command.ts';
import { ruleSettings, sandboxSetting, secretPatternSetting } from '../settings/settings.ts';
import { EditorLanguage } from './language.ts';
import { projectTasks } from './tasks.ts';
import { editorWorkspace } from './workspace.ts';

export type EditorPorts = Ports & { readonly rules: NodeRules; readonly secrets: NodeSecrets };

/** `subscriptions`: what listens as long as the extension runs goes there. */
export async function editorPorts(
  root: string,
  storage: string,
  show: ShowCommand,
  subscriptions: vscode.Disposable[],
): Promise<EditorPorts> {
  const ports = await nodePorts(root, storage, {
    appRoot: vscode.env.appRoot,
    ownRules: ruleSettings,
    show,
    secretPatterns: secretPatternSetting,
    isSandboxOff: () => sandboxSetting() === 'off',
  });
  const language = new EditorLanguage({ given: root, real: ports.workspace.root });
  subscriptions.push(language);
  return {
    ...ports,
    ...{ workspace: editorWorkspace(ports.workspace, root), language },
    tasks: () => projectTasks(vscode.Uri.file(root)),
  };
}
