/**
 * Checkpoints for the person: a list of them, what differs from one, and going back to it file by file. Nothing is restored
 * that was not listed first, and every restore can be undone.
 */
import * as vscode from 'vscode';
import type { Checkpoint, RunState } from '../../agent/journal/state.ts';
import type { Difference } from '../../agent/ports.ts';
import { taskOf } from '../../agent/queue/queue.ts';
import type { Session } from '../session.ts';
import { inWords } from '../words.ts';
import type { Timeline } from './timeline.ts';
import { wasUri } from './was.ts';

interface Parts {
  readonly session: Session;
  readonly timeline: Timeline;
}

interface Item extends vscode.QuickPickItem {
  readonly difference: Difference;
}

/** What a checkpoint is called, for the person. */
function nameOf(state: RunState, { when, task, command }: Checkpoint): string {
  const found = task === undefined ? undefined : taskOf(state.queue, task);
  const title = found?.id === 't1' ? vscode.l10n.t('the whole goal') : vscode.l10n.t('“{0}”', found?.title ?? '');
  switch (when) {
    case 'before':
      return vscode.l10n.t('Before {0}', title);
    case 'during':
      return command ? vscode.l10n.t('Before the command {0}', command) : vscode.l10n.t('During {0}', title);
    case 'after':
      return vscode.l10n.t('After {0}', title);
    case 'demand':
      return vscode.l10n.t('Made by you');
    case 'restore':
      return vscode.l10n.t('Before a restore');
    default:
      return when satisfies never;
  }
}

/** Which checkpoint? The newest first. */
export async function pickCheckpoint(session: Session): Promise<Checkpoint | undefined> {
  const state = session.state();
  if (!state || state.checkpoints.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This run has no checkpoints.'));
    return undefined;
  }
  const at = new Map(session.events().map((event) => [event.seq, event.at]));
  const items = state.checkpoints.toReversed().map((checkpoint) => ({
    label: nameOf(state, checkpoint),
    description: new Date(at.get(checkpoint.seq) ?? 0).toLocaleTimeString(vscode.env.language),
    checkpoint,
  }));
  const title = vscode.l10n.t('Restore Checkpoint');
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.checkpoint;
}

/**
 * Shows what differs from a checkpoint and restores what the person leaves checked. `ours`: checked at first; absent: all.
 * False: it was given up, or did not succeed, which has been said.
 */
export async function restore(
  { session, timeline }: Parts,
  checkpoint: Checkpoint,
  ours?: ReadonlySet<string>,
): Promise<boolean> {
  const { folder, runId } = session;
  const state = session.state();
  if (!folder || !runId || !state) return false;
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Comparing files…') },
    () => timeline.differences(checkpoint.id),
  );
  if ('problem' in found) return warn(inWords(found.problem));
  const name = nameOf(state, checkpoint);
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing differs from the checkpoint: {0}', name));
    return true;
  }
  const sides = ({ path, before, after }: Difference): [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined] => {
    const now = vscode.Uri.joinPath(folder.uri, path);
    return [now, before && wasUri(runId, checkpoint.id, path, now), after && now];
  };
  const picked = await pickFiles(name, found, ours, (differences) =>
    vscode.commands.executeCommand(
      'vscode.changes',
      vscode.l10n.t('Since the checkpoint: {0}', name),
      differences.map(sides),
    ),
  );
  if (!picked || picked.length === 0) return false;
  const paths = picked.map(({ path }) => path);
  const problem = await timeline.restore(runId, checkpoint.id, paths);
  if (problem) return warn(problem);
  // A notification may stay for hours: nobody waits for it.
  void tellRestored({ session, timeline }, runId);
  return true;
}

function warn(text: string): false {
  void vscode.window.showWarningMessage(text);
  return false;
}

/** What came of the last restore, with the way back. */
export async function tellRestored({ session, timeline }: Parts, run: string): Promise<void> {
  const event = session.events().findLast(({ type }) => type === 'checkpoint.restored');
  if (event?.type !== 'checkpoint.restored') return;
  const undo = vscode.l10n.t('Undo');
  const { changes, failed } = event;
  if (failed.length > 0) {
    const list = failed.map(({ path, why }) => `${path}: ${inWords(why)}`).join('\n');
    void vscode.window.showWarningMessage(vscode.l10n.t('Not restored: {0}', list));
  }
  if (changes.length === 0) return;
  const text = vscode.l10n.t('{0} files were restored.', changes.length);
  if ((await vscode.window.showInformationMessage(text, undo)) !== undo) return;
  const paths = changes.map(({ path }) => path);
  const problem = await timeline.restore(run, event.undo, paths);
  if (problem) warn(problem);
  else void vscode.window.showInformationMessage(vscode.l10n.t('The restore was undone.'));
}

/** A list with check marks; its buttons show the differences. */
function pickFiles(
  name: string,
  differences: readonly Difference[],
  ours: ReadonlySet<string> | undefined,
  show: (differences: readonly Difference[]) => Thenable<unknown>,
): Promise<readonly Difference[] | undefined> {
  const diff = { iconPath: new vscode.ThemeIcon('diff'), tooltip: vscode.l10n.t('Show the difference') };
  const all = { iconPath: new vscode.ThemeIcon('diff-multiple'), tooltip: vscode.l10n.t('Show all differences') };
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Restore: {0}', name);
  pick.placeholder = vscode.l10n.t('Checked files become what they were then. Enter restores them.');
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.buttons = [all];
  pick.items = differences.map((difference) => ({
    label: difference.path,
    description: becomes(difference),
    ...(ours && !ours.has(difference.path) && { detail: vscode.l10n.t('Not changed by this run') }),
    buttons: [diff],
    difference,
  }));
  pick.selectedItems = pick.items.filter(({ label }) => ours?.has(label) ?? true);
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => show([item.difference]));
    pick.onDidTriggerButton(() => show(differences));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.map(({ difference }) => difference));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function becomes({ before, after }: Difference): string {
  if (!before) return vscode.l10n.t('is deleted: it did not exist then');
  return after ? vscode.l10n.t('goes back to its old text') : vscode.l10n.t('comes back: it was deleted since');
}
