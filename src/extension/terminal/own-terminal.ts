/** A command that needs a real terminal, in one of the person's own: it stands there, and Enter is theirs. */
import path from 'node:path';
import * as vscode from 'vscode';
import { hasHidden } from '../../agent/policy/names.ts';
import type { Session } from '../session.ts';

const PROMPT_MS = 3000;

/** `call`: one that ended with the word that it needs a terminal. */
export async function openOwnTerminal(session: Session, call: string): Promise<void> {
  const { folder } = session;
  const found = session.events().findLast((event) => event.type === 'call.finished' && event.call === call);
  const wanted = found?.type === 'call.finished' ? found.ownTerminal : undefined;
  if (!folder || !wanted || !vscode.workspace.isTrusted) return;
  // A line break would run what stands before it.
  if (hasHidden(wanted.command)) {
    const text = vscode.l10n.t('This command has several lines or hidden characters: type it yourself.');
    void vscode.window.showWarningMessage(text);
    return;
  }
  const cwd = path.resolve(folder.uri.fsPath, wanted.cwd);
  const terminal = vscode.window.createTerminal({ cwd, isTransient: true });
  terminal.show(false);
  await isReady(terminal);
  terminal.sendText(wanted.command, false);
}

/** What is sent before the shell has its prompt stands there twice. A shell that never tells is not waited for. */
function isReady(terminal: vscode.Terminal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(late);
      told.dispose();
      resolve();
    };
    const late = setTimeout(end, PROMPT_MS);
    const told = vscode.window.onDidChangeTerminalShellIntegration((event) => event.terminal === terminal && end());
  });
}
