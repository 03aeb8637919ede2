/** What a run came to, for the person: all its changes side by side, and a commit of them. */
import * as vscode from 'vscode';
import { commitMessage } from '../../agent/git-message.ts';
import type { Difference } from '../../agent/ports.ts';
import type { Session } from '../session.ts';
import { inWords } from '../words.ts';
import type { Timeline } from './timeline.ts';
import { wasUri } from './was.ts';

interface Parts {
  readonly session: Session;
  readonly timeline: Timeline;
}

interface Changes {
  /** The checkpoint before the run's first effect. */
  readonly since: string;
  readonly differences: readonly Difference[];
}

/** What differs now from before the run, of the files that the run changed. `undefined`: nothing; that has been said. */
async function changesOf({ session, timeline }: Parts): Promise<Changes | undefined> {
  const first = session.state()?.checkpoints.find(({ when }) => when === 'before');
  const nothing = () => void vscode.window.showInformationMessage(vscode.l10n.t('This run has changed nothing.'));
  if (!first) return nothing();
  const [found, ours] = await Promise.all([timeline.differences(first.id), timeline.changedByRun()]);
  if ('problem' in found) return void vscode.window.showWarningMessage(inWords(found.problem));
  const differences = found.filter(({ path }) => ours.has(path));
  return differences.length > 0 ? { since: first.id, differences } : nothing();
}

export async function openChanges(parts: Parts): Promise<void> {
  const { folder, runId } = parts.session;
  const changes = folder && runId && (await changesOf(parts));
  if (!changes) return;
  const sides = changes.differences.map(({ path, before, after }) => {
    const now = vscode.Uri.joinPath(folder.uri, path);
    return [now, before && wasUri(runId, changes.since, path, now), after && now];
  });
  await vscode.commands.executeCommand('vscode.changes', vscode.l10n.t('Changes of this run'), sides);
}

/** Which files, with which message: both are the person's to change before anything is committed. */
export async function commitChanges(parts: Parts): Promise<void> {
  const { session } = parts;
  const git = (await session.ports())?.git;
  const state = session.state();
  if (!git || !state) return void vscode.window.showWarningMessage(vscode.l10n.t('No git was found on this computer.'));
  const repository = await git.repository();
  if ('none' in repository) return void vscode.window.showWarningMessage(inWords(repository.none));
  const changes = await changesOf(parts);
  if (!changes) return;
  const all = changes.differences.map(({ path }) => path);
  const takes = await git.names({ kind: 'commit', message: '', paths: all }, new AbortController().signal);
  if ('fault' in takes) return void vscode.window.showErrorMessage(inWords(takes.fault));
  if (takes.names.length === 0)
    return void vscode.window.showInformationMessage(vscode.l10n.t('git ignores every file that this run changed.'));
  const items = takes.names.map((label) => ({ label, picked: true }));
  const files = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Commit Changes (1/2): which files?'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (!files || files.length === 0) return;
  const paths = files.map(({ label }) => label);
  const [subject = '', ...body] = commitMessage(state, paths, session.redact).split('\n');
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Commit Changes (2/2): the message'),
    value: subject,
    ...(body.length > 0 && { prompt: body.join('\n').trim() }),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A message is needed.') : undefined),
  });
  if (!typed?.trim()) return;
  const message = [typed.trim(), ...body].join('\n').trimEnd();
  const done = await git.run({ kind: 'commit', message, paths }, new AbortController().signal);
  if ('fault' in done) void vscode.window.showErrorMessage(inWords(done.fault));
  else
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Committed: {0}. Hooks of the repository were not run, and the commit is not signed.',
        typed.trim(),
      ),
    );
}
