/** What each command of the palette does. */
import * as vscode from 'vscode';
import type { CommandName } from '../extension.ts';
import type { Panel } from '../panel/panel.ts';
import type { Review } from '../review/review.ts';
import type { Session } from '../session.ts';
import type { Keys } from '../settings/keys.ts';
import type { Models } from '../settings/models.ts';
import { modelSettings } from '../settings/settings.ts';
import type { CheckpointCommand } from './checkpoints.ts';
import { showRuns } from './history.ts';

interface Parts {
  readonly session: Session;
  readonly review: Review;
  readonly panel: Panel;
  readonly models: Models;
  readonly keys: Keys;
  readonly log: vscode.LogOutputChannel;
}

/** Goalwright works inside a folder, so one is asked for. */
async function openFolder(): Promise<unknown> {
  const open = vscode.l10n.t('Open Folder');
  const problem = vscode.l10n.t('Open a folder first: Goalwright works inside one.');
  if ((await vscode.window.showWarningMessage(problem, open)) === open)
    return vscode.commands.executeCommand('vscode.openFolder');
}

export function runCommands({
  session,
  review,
  panel,
  models,
  keys,
  log,
}: Parts): Record<Exclude<CommandName, CheckpointCommand>, () => Promise<unknown>> {
  const complain = (problem: string | undefined) => (problem ? vscode.window.showWarningMessage(problem) : undefined);
  return {
    async runGoal() {
      if (!session.folder) return openFolder();
      const goal = await vscode.window.showInputBox({
        title: vscode.l10n.t('Run Goal'),
        prompt: vscode.l10n.t('What do you want to reach? Every change is shown to you before it is made.'),
        value:
          (session.folder &&
            vscode.workspace.isTrusted &&
            (await models.recordings.suggestion(session.folder.uri).catch(() => undefined))) ||
          '',
        ignoreFocusOut: true,
      });
      if (!goal?.trim()) return;
      await vscode.commands.executeCommand('goalwright.panel.focus');
      await complain(await session.start(goal.trim()));
    },
    async stop() {
      const sent = await session.send({ type: 'stop' });
      await complain(sent.ok ? undefined : sent.problem);
    },
    async newGoal() {
      session.clear();
      await panel.focusGoal();
    },
    runs: () => (session.folder ? showRuns(session) : openFolder()),
    setApiKey: () => keys.ask(modelSettings().baseUrl, session.folder?.uri.fsPath),
    selectModel: () => models.select(),
    async acceptEdit() {
      await complain(await review.acceptInEditor());
    },
    async rejectEdit() {
      const approval = review.inFront();
      if (!approval) return complain(await review.bring());
      const reason = await vscode.window.showInputBox({
        title: vscode.l10n.t('Reject Edit'),
        prompt: vscode.l10n.t('Why? The agent is told. It may be left empty.'),
        ignoreFocusOut: true,
      });
      if (reason === undefined) return;
      await complain(await review.decided(approval, 'reject', reason));
    },
    async openDiff() {
      const approval = review.inFront();
      await (approval ? review.openDiff(approval.id, false) : review.bring());
    },
    async openLog() {
      log.show(true);
    },
  };
}
