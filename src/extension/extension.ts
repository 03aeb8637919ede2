/**
 * Activation: registers what VS Code must know at once and nothing more. The engine, the SDK and everything else load
 * with the first use.
 */
import * as vscode from 'vscode';
import type { App } from './engine.ts';
import { UNFINISHED } from './unfinished.ts';

const COMMANDS = [
  'runGoal',
  'stop',
  'askFirst',
  'explainPolicy',
  'newGoal',
  'runs',
  'setApiKey',
  'selectModel',
  'acceptEdit',
  'rejectEdit',
  'nextEdit',
  'openDiff',
  'reviewAll',
  'acceptAll',
  'rejectAll',
  'nextHunk',
  'previousHunk',
  'acceptHunk',
  'rejectHunk',
  'addRemark',
  'editRemark',
  'saveRemark',
  'cancelRemark',
  'deleteRemark',
  'openLog',
  'createCheckpoint',
  'restoreCheckpoint',
  'undoRun',
  'cleanUpCheckpoints',
  'openChanges',
  'commitChanges',
  'showTerminal',
] as const;
export type CommandName = (typeof COMMANDS)[number];

let app: Promise<App> | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const load = (): Promise<App> => {
    app ??= import('./engine.ts').then((engine) => engine.createApp(context, changed));
    return app;
  };
  context.subscriptions.push(
    changed,
    ...COMMANDS.map((name) =>
      vscode.commands.registerCommand(`goalwright.${name}`, async (...args: unknown[]) =>
        (await load()).command(name, args),
      ),
    ),
    vscode.window.registerWebviewViewProvider('goalwright.panel', {
      resolveWebviewView: async (view) => (await load()).showPanel(view),
    }),
    // Right sides of waiting edits. VS Code asks for them on its own after a reload, so this must stand at once.
    vscode.workspace.registerFileSystemProvider(
      'goalwright',
      {
        onDidChangeFile: changed.event,
        watch: () => ({ dispose() {} }),
        stat: async (uri) => (await load()).drafts.stat(uri),
        readFile: async (uri) => (await load()).drafts.read(uri),
        writeFile: async (uri, content) => (await load()).drafts.write(uri, content),
        readDirectory: () => [],
        createDirectory: refuse,
        delete: refuse,
        rename: refuse,
      },
      { isCaseSensitive: true },
    ),
    { dispose: () => void app?.then((loaded) => loaded.dispose()) },
  );
  // What was at work goes on, and what waits for the person is told, also where no view of ours is open.
  if (context.workspaceState.get(UNFINISHED) === true) void load();
}

/** Lets go of the run and its lock; what is unfinished can be resumed. */
export async function deactivate(): Promise<void> {
  await (await app)?.dispose();
}

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('Proposals can only be edited.'));
}
