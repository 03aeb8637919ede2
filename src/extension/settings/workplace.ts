/** What holds for the runs of a folder, from the settings, the environment and the folder's `.env` together. */
import * as vscode from 'vscode';
import type { Rights } from '../../agent/policy/decide.ts';
import { strictest } from '../../agent/policy/switches.ts';
import { configured } from '../../headless/ports/switches.ts';
import { inWords } from '../words.ts';
import { agentSettings, switchSettings } from './settings.ts';

export interface Workplace {
  readonly agent: { readonly name: string; readonly role: string };
  readonly rights: Rights;
}

/** Notes the person has seen in this window. */
const seen = new Set<string>();

/** Of a trusted folder. `problems`: what is wrong with rules and patterns. Settings count as they are at each moment, also in the middle of a run; the environment as it is now. */
export async function workplace(
  { uri }: vscode.WorkspaceFolder,
  problems: readonly string[],
  log: (line: string) => void,
): Promise<Workplace> {
  const { switches, notes, name, role, debug } = await configured(uri.fsPath, true);
  const [news, wrong] = [notes, problems].map((all) => all.filter((one) => !seen.has(one)).map(inWords));
  for (const note of [...notes, ...problems]) seen.add(note);
  if (news?.length) void vscode.window.showInformationMessage(news.join(' '));
  if (wrong?.length) void vscode.window.showWarningMessage(vscode.l10n.t('This does not count: {0}', wrong.join(' ')));
  return {
    agent: agentSettings({ name, role }),
    rights: {
      trusted: true,
      ...(debug && { log }),
      get switches() {
        return strictest(switches, switchSettings());
      },
    },
  };
}
