/** A tab behind the others, for language services that look only at files with one; without the focus, and gone again after use. */
import * as vscode from 'vscode';

export const tabOf = (uri: vscode.Uri): vscode.Tab | undefined =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());

/** Runs `work` while the file has a tab. One that was there before, or that the person has taken over, stays. */
export async function withTab<T>(uri: vscode.Uri, work: () => Promise<T>): Promise<T> {
  if (tabOf(uri)) return work();
  // Where there is no other, it cannot stand behind one: that it is in front then means nothing.
  const isAlone = vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0);
  await vscode.commands
    .executeCommand('vscode.open', uri, { background: true, preserveFocus: true, preview: false })
    .then(undefined, () => undefined);
  try {
    return await work();
  } finally {
    const tab = tabOf(uri);
    const isTheirs = tab && (tab.isDirty || tab.isPinned || (!isAlone && isInFront(uri)));
    if (tab && !isTheirs) await vscode.window.tabGroups.close(tab, true).then(undefined, () => undefined);
  }
}

const isInFront = (uri: vscode.Uri): boolean =>
  vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();
