/** The loaded extension: makes the parts and wires them. No logic lives here. */
import * as vscode from 'vscode';
import { restore } from './checkpoints/checkpoints.ts';
import { Timeline } from './checkpoints/timeline.ts';
import { provideWas } from './checkpoints/was.ts';
import { checkpointCommands } from './commands/checkpoints.ts';
import { runCommands } from './commands/commands.ts';
import { reviewCommands } from './commands/review.ts';
import type { CommandName } from './extension.ts';
import { Faults } from './faults.ts';
import { ModeSign } from './mode-sign.ts';
import { Panel } from './panel/panel.ts';
import { keepContexts } from './review/contexts.ts';
import { Drafts } from './review/drafts.ts';
import { Remarks } from './review/remarks.ts';
import { Review } from './review/review.ts';
import { Signs } from './review/signs.ts';
import { openRunLog } from './run-log.ts';
import { Session } from './session.ts';
import { Keys } from './settings/keys.ts';
import { Models } from './settings/models.ts';
import { Terminals } from './terminal/terminals.ts';

export interface App {
  readonly drafts: Drafts;
  command(name: CommandName, args: readonly unknown[]): Promise<unknown>;
  showPanel(view: vscode.WebviewView): void;
  dispose(): Promise<void>;
}

/** `rightSides`: tells the editor of a right side that is no longer what it was. */
export async function createApp(
  context: vscode.ExtensionContext,
  rightSides: vscode.EventEmitter<vscode.FileChangeEvent[]>,
): Promise<App> {
  const log = vscode.window.createOutputChannel('Goalwright', { log: true });
  const faults = new Faults(log);
  const keys = new Keys(context.secrets);
  const models = new Models(context.extensionUri, keys);
  const terminals = new Terminals(async () => (await session.ports())?.shell.jobs);
  const session: Session = new Session(context, models, faults, terminals.show);
  const drafts = new Drafts(session, rightSides, faults);
  const review = new Review(session, drafts, faults);
  const remarks = new Remarks(session, drafts, faults);
  const timeline = new Timeline(session);
  const panel = new Panel(context.extensionUri, { session, review, timeline, terminals, models, faults });
  const commands: Record<CommandName, (args: readonly unknown[]) => Promise<unknown>> = {
    ...runCommands({ session, whereabouts: review.whereabouts, panel, models, keys, log }),
    ...reviewCommands({ review, remarks }),
    ...checkpointCommands({ session, timeline }),
    showTerminal: async () => terminals.reveal(),
  };
  panel.onCommand = (name, args = []) => faults.show(commands[name](args));
  panel.onTakeBack = async (seq) => {
    await session.leave();
    const checkpoint = timeline.at(seq);
    if (checkpoint) return restore({ session, timeline }, checkpoint);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('No checkpoint is from before that: the files cannot be taken back. Go back without them.'),
    );
    return false;
  };
  const signs = new Signs({ session, review, panel, faults });
  const contexts = keepContexts(session, review, faults);
  const showing = [terminals, new ModeSign(session), drafts, review, remarks, panel, signs, contexts];
  const parts = [openRunLog(session, log), timeline, provideWas(timeline), ...showing, log];
  await session.restore();
  return {
    drafts,
    command: (name, args) => commands[name](args),
    showPanel: (view) => panel.show(view),
    async dispose() {
      await session.letGo();
      for (const part of parts) part.dispose();
    },
  };
}
