/** What each command of the palette does. */
import * as vscode from 'vscode';
import { explanationText } from '../../agent/run/explain.ts';
import type { CommandName } from '../extension.ts';
import type { Panel } from '../panel/panel.ts';
import type { Whereabouts } from '../review/whereabouts.ts';
import type { Session } from '../session.ts';
import type { Keys } from '../settings/keys.ts';
import type { Models } from '../settings/models.ts';
import { modelSettings } from '../settings/settings.ts';
import type { CheckpointCommand } from './checkpoints.ts';
import { showRuns } from './history.ts';
import type { ReviewCommand } from './review.ts';

interface Parts {
  readonly session: Session;
  readonly whereabouts: Whereabouts;
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
  whereabouts,
  panel,
  models,
  keys,
  log,
}: Parts): Record<Exclude<CommandName, CheckpointCommand | ReviewCommand | 'showTerminal'>, () => Promise<unknown>> {
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
      whereabouts.left();
      await vscode.commands.executeCommand('goalwright.panel.focus');
      await complain(await session.start(goal.trim()));
    },
    async askFirst() {
      const sent = await session.send({ type: 'mode', mode: 'ask' });
      await complain(sent.ok ? undefined : sent.problem);
    },
    async explainPolicy() {
      if (!session.folder || !vscode.workspace.isTrusted) return session.folder ? undefined : openFolder();
      const command = await vscode.window.showInputBox({
        title: vscode.l10n.t('Explain Policy'),
        prompt: vscode.l10n.t('A command: you are told what would become of it, by which rule and why. It is not run.'),
      });
      const found = command?.trim() ? await session.explain(command) : undefined;
      if (found)
        await vscode.window.showInformationMessage(command ?? '', { modal: true, detail: explanationText(found) });
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
    async openLog() {
      log.show(true);
    },
  };
}
