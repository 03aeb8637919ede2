/** What menus and keys go by. `diff` and `overview` are about the tab in front. */
import * as vscode from 'vscode';
import { waitingEdits } from '../../agent/journal/edits.ts';
import type { Faults } from '../faults.ts';
import type { Session } from '../session.ts';
import type { Review } from './review.ts';

export function keepContexts(session: Session, { diffs, overview }: Review, faults: Faults): vscode.Disposable {
  const known = new Map<string, boolean>();
  const keep = () => {
    const state = session.state();
    const running = state !== undefined && state.run !== '' && state.status !== 'ended' && session.run !== undefined;
    const edits = running ? waitingEdits(state).length : 0;
    const now = {
      running,
      waitingEdit: edits > 0,
      severalEdits: edits > 1,
      diff: edits > 0 && diffs.inFront() !== undefined,
      overview: edits > 0 && overview.isInFront,
    };
    for (const [name, value] of Object.entries(now)) {
      if (known.get(name) === value) continue;
      known.set(name, value);
      faults.watch(vscode.commands.executeCommand('setContext', `goalwright.${name}`, value));
    }
  };
  keep();
  return vscode.Disposable.from(
    session.onEvent(({ event }) => /^(approval|run)\./.test(event.type) && keep()),
    session.onChange(keep),
    vscode.window.tabGroups.onDidChangeTabs(keep),
    vscode.window.tabGroups.onDidChangeTabGroups(keep),
  );
}
