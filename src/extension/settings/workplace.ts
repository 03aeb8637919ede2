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

/** Of a trusted folder. `problems`: what else the person has to know. Settings count as they are at each moment, also in the middle of a run; the environment as it is now. */
export async function workplace(
  { uri }: vscode.WorkspaceFolder,
  log: (line: string) => void,
  problems: readonly string[],
): Promise<Workplace> {
  const { switches, notes, name, role, debug } = await configured(uri.fsPath, true);
  const news = [...notes, ...problems].filter((note) => !seen.has(note));
  for (const note of news) seen.add(note);
  if (news.length > 0) void vscode.window.showInformationMessage(news.map(inWords).join(' '));
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
