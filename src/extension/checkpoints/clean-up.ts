/** Gives disk space back: the checkpoints of older runs of this folder are forgotten, never those of the run at work. */
import * as vscode from 'vscode';
import { inWords } from '../words.ts';
import type { Timeline } from './timeline.ts';

const MEGABYTE = 1024 * 1024;

export async function cleanUp(timeline: Timeline): Promise<void> {
  const usage = await timeline.usage();
  if (!usage || usage.snapshots === 0)
    return void vscode.window.showInformationMessage(vscode.l10n.t('There are no checkpoints to clean up.'));
  const size = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
  const keeps = [
    { label: vscode.l10n.t('Keep those of the last 10 runs'), runs: 10 },
    { label: vscode.l10n.t('Keep those of the last run'), runs: 1 },
    { label: vscode.l10n.t('Keep none'), runs: 0 },
  ];
  const title = vscode.l10n.t('{0} checkpoints of this folder take {1} MB', usage.snapshots, size(usage.bytes));
  const keep = await vscode.window.showQuickPick(keeps, { title });
  if (!keep) return;
  const done = await timeline.keep(keep.runs);
  if ('fault' in done) return void vscode.window.showErrorMessage(inWords(done.fault));
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} MB were freed.', size(done.freed)));
}
