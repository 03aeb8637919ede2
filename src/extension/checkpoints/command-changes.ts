/** What a command did to one file: looking at it, and taking it back. */
import * as vscode from 'vscode';
import { hashOf } from '../../agent/hash.ts';
import type { Change } from '../../agent/journal/event.ts';
import type { Session } from '../session.ts';
import { restore, tellRestored } from './checkpoints.ts';
import type { Timeline } from './timeline.ts';
import { wasUri } from './was.ts';

interface Parts {
  readonly session: Session;
  readonly timeline: Timeline;
}

interface Of {
  readonly checkpoint: string;
  readonly path: string;
}

/** As the run's journal tells it; `undefined`: it tells of no such change. */
function recorded(session: Session, { checkpoint, path }: Of): Change | undefined {
  for (const event of session.events()) {
    if (event.type !== 'call.finished' || event.commandChanges?.checkpoint !== checkpoint) continue;
    const change = event.commandChanges.changes.find((one) => one.path === path);
    if (change) return change;
  }
  return undefined;
}

export async function showChange({ session }: Parts, of: Of): Promise<void> {
  const { folder, runId } = session;
  const change = recorded(session, of);
  if (!folder || !runId || !change) return;
  const now = vscode.Uri.joinPath(folder.uri, of.path);
  const was = wasUri(runId, of.checkpoint, of.path, now);
  const title = vscode.l10n.t('{0}: since before the command', of.path);
  const isThere = await vscode.workspace.fs.stat(now).then(
    () => true,
    () => false,
  );
  if (change.before && isThere) await vscode.commands.executeCommand('vscode.diff', was, now, title);
  else
    await vscode.commands.executeCommand('vscode.changes', title, [
      [now, change.before ? was : undefined, isThere ? now : undefined],
    ]);
}

/** Only what the command did: a file that was changed again since then is first shown. */
export async function undoChange(parts: Parts, of: Of): Promise<void> {
  const { session, timeline } = parts;
  const { folder, runId } = session;
  const change = recorded(session, of);
  const checkpoint = session.state()?.checkpoints.find(({ id }) => id === of.checkpoint);
  const workspace = (await session.ports())?.workspace;
  if (!folder || !runId || !change || !checkpoint || !workspace) return;
  const at = await workspace.resolve(of.path);
  const content = 'fault' in at ? undefined : await workspace.read(at.real);
  const now = content && !('fault' in content) ? hashOf(content.bytes) : undefined;
  if (now !== change.after) {
    await restore(parts, checkpoint, new Set([of.path]));
    return;
  }
  const problem = await timeline.restore(runId, of.checkpoint, [of.path]);
  if (problem) void vscode.window.showWarningMessage(problem);
  else void tellRestored(parts, runId);
}
