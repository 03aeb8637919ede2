/** The commands about checkpoints, and about what a run came to. */
import * as vscode from 'vscode';
import { commitChanges, openChanges } from '../checkpoints/changes.ts';
import { pickCheckpoint, restore } from '../checkpoints/checkpoints.ts';
import { cleanUp } from '../checkpoints/clean-up.ts';
import type { Timeline } from '../checkpoints/timeline.ts';
import type { Session } from '../session.ts';

interface Parts {
  readonly session: Session;
  readonly timeline: Timeline;
}

export type CheckpointCommand =
  | 'createCheckpoint'
  | 'restoreCheckpoint'
  | 'undoRun'
  | 'cleanUpCheckpoints'
  | 'openChanges'
  | 'commitChanges';

export const checkpointCommands = (
  parts: Parts,
): Record<CheckpointCommand, (args: readonly unknown[]) => Promise<unknown>> => ({
  async createCheckpoint() {
    const sent = await parts.session.send({ type: 'checkpoint' });
    if (!sent.ok) return vscode.window.showWarningMessage(sent.problem);
    return vscode.window.showInformationMessage(vscode.l10n.t('A checkpoint was made.'));
  },
  /** `args[0]`: a checkpoint's id, where the panel asks for it. */
  async restoreCheckpoint([id]) {
    const named = parts.session.state()?.checkpoints.find((one) => one.id === id);
    const checkpoint = named ?? (await pickCheckpoint(parts.session));
    if (checkpoint) await restore(parts, checkpoint);
  },
  async undoRun() {
    const first = parts.session.state()?.checkpoints.find(({ when }) => when === 'before');
    if (!first)
      return vscode.window.showInformationMessage(vscode.l10n.t('This run has changed nothing that could be undone.'));
    await restore(parts, first, await parts.timeline.changedByRun());
  },
  cleanUpCheckpoints: () => cleanUp(parts.timeline),
  openChanges: () => openChanges(parts),
  commitChanges: () => commitChanges(parts),
});
