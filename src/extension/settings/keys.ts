/** API keys: one per server, in the editor's secret storage. A key found elsewhere is offered, never taken silently. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as vscode from 'vscode';
import { keyNameOf } from '../../agent/policy/setting.ts';

export class Keys {
  readonly #secrets: vscode.SecretStorage;
  readonly onChange: vscode.Event<unknown>;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    this.onChange = secrets.onDidChange;
  }

  get(baseUrl: string): Thenable<string | undefined> {
    return this.#secrets.get(keyNameOf(baseUrl));
  }

  /** Asks for the key of one server: typed in, or taken from where one was found. */
  async ask(baseUrl: string, folder: string | undefined): Promise<void> {
    const host = new URL(baseUrl).host;
    const found = await foundKeys(folder);
    const typed = { label: vscode.l10n.t('Enter a key…'), key: undefined };
    const choice =
      found.length === 0
        ? typed
        : await vscode.window.showQuickPick([...found, typed], {
            placeHolder: vscode.l10n.t('Key for {0}', host),
            ignoreFocusOut: true,
          });
    if (!choice) return;
    const key =
      choice.key ??
      (await vscode.window.showInputBox({
        title: vscode.l10n.t('Key for {0}', host),
        prompt: vscode.l10n.t(
          'It is kept in the secret storage of this editor and sent to {0} only. Leave it empty to remove the key.',
          host,
        ),
        password: true,
        ignoreFocusOut: true,
      }));
    if (key === undefined) return;
    if (key.trim() === '') await this.#secrets.delete(keyNameOf(baseUrl));
    else await this.#secrets.store(keyNameOf(baseUrl), key.trim());
  }
}

async function foundKeys(folder: string | undefined): Promise<(vscode.QuickPickItem & { key: string | undefined })[]> {
  const fromEnvironment = process.env.OPENAI_API_KEY;
  const text = folder && vscode.workspace.isTrusted ? await readFile(join(folder, '.env'), 'utf8').catch(() => '') : '';
  const fromFile = parseEnv(text).OPENAI_API_KEY;
  return [
    ...(fromEnvironment
      ? [{ label: vscode.l10n.t('Use OPENAI_API_KEY from the environment'), key: fromEnvironment }]
      : []),
    ...(fromFile ? [{ label: vscode.l10n.t('Use OPENAI_API_KEY from this folder’s .env'), key: fromFile }] : []),
  ];
}
