/** Goalwright: Runs. The runs of this folder in a quick pick: Enter opens one, its buttons rename, go back in, export and delete it. */
import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/journal/event.ts';
import { type ExportFormat, exportRun } from '../../agent/journal/export.ts';
import type { RunInfo } from '../../agent/journal/runs.ts';
import type { Session } from '../session.ts';
import { inWords } from '../words.ts';

interface Item extends vscode.QuickPickItem {
  readonly info: RunInfo;
}

interface Button extends vscode.QuickInputButton {
  act(session: Session, info: RunInfo): Promise<string | undefined>;
}

/** Resolves when the list is closed. */
export async function showRuns(session: Session): Promise<void> {
  const chosen = await choose(session);
  if (!chosen) return;
  const problem = await chosen.act();
  if (problem) void vscode.window.showWarningMessage(problem);
}

/** What the person wants with which run; `undefined` when they closed the list. */
function choose(session: Session): Promise<{ act(): Promise<string | undefined> } | undefined> {
  const list = vscode.window.createQuickPick<Item>();
  list.title = vscode.l10n.t('Runs in this folder');
  list.placeholder = vscode.l10n.t('Choose a run to open it');
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.busy = true;
  const buttons = buttonsOf();
  const filled = session.runs().then((infos) => {
    list.items = infos.map((info) => itemOf(info, info.id === session.runId, buttons));
    if (infos.length === 0) list.placeholder = vscode.l10n.t('There are no runs in this folder yet');
    list.busy = false;
  });
  return new Promise((resolve, reject) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (!item) return;
      resolve({ act: () => open(session, item.info) });
      list.hide();
    });
    list.onDidTriggerItemButton(({ item, button }) => {
      const pressed = buttons.find((one) => one === button);
      if (!pressed) return;
      resolve({ act: () => pressed.act(session, item.info) });
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    filled.catch((error: unknown) => {
      reject(error);
      list.hide();
    });
    list.show();
  });
}

const buttonsOf = (): readonly Button[] => [
  { iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Rename'), act: rename },
  {
    iconPath: new vscode.ThemeIcon('discard'),
    tooltip: vscode.l10n.t('Go back to an earlier message, in a new run'),
    act: goBack,
  },
  { iconPath: new vscode.ThemeIcon('export'), tooltip: vscode.l10n.t('Export'), act: exportAs },
  { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Delete'), act: remove },
];

function itemOf(info: RunInfo, isShown: boolean, buttons: readonly Button[]): Item {
  const { id, title, changedAt, cost, unpriced, forkedFrom, problem } = info;
  const when = changedAt === undefined ? '' : new Date(changedAt).toLocaleString(vscode.env.language);
  const price = unpriced ? vscode.l10n.t('price not known') : `$${cost.toFixed(2)}`;
  const details = [
    when,
    price,
    ...(forkedFrom ? [vscode.l10n.t('fork of {0}', forkedFrom)] : []),
    ...(problem ? [inWords(problem)] : []),
  ];
  return {
    info,
    label: `$(${iconOf(info)}) ${title || id}`,
    description: [statusOf(info), ...(isShown ? [vscode.l10n.t('shown now')] : [])].join(' · '),
    detail: details.filter((part) => part !== '').join(' · '),
    buttons: [...buttons],
  };
}

function iconOf({ status, outcome }: RunInfo): string {
  if (status === 'damaged') return 'warning';
  return outcome === 'done' ? 'pass' : outcome ? 'circle-slash' : 'debug-pause';
}

function statusOf({ status, outcome }: RunInfo): string {
  if (status === 'damaged') return vscode.l10n.t('damaged');
  switch (outcome) {
    case 'done':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'limit':
      return vscode.l10n.t('stopped at a limit');
    case undefined:
      return vscode.l10n.t('unfinished');
    default:
      return outcome satisfies never;
  }
}

/** The run at work would be interrupted: a command it is running ends, and nobody knows what came of it. */
async function mayInterrupt(session: Session): Promise<boolean> {
  if (!session.isBusy) return true;
  const yes = vscode.l10n.t('Interrupt');
  const text = vscode.l10n.t('Interrupt the goal that is being worked on?');
  const detail = vscode.l10n.t('It goes on when you open it again.');
  return (await vscode.window.showWarningMessage(text, { modal: true, detail }, yes)) === yes;
}

async function open(session: Session, { id }: RunInfo): Promise<undefined> {
  if (id !== session.runId && (await mayInterrupt(session))) await session.open(id);
  await vscode.commands.executeCommand('goalwright.panel.focus');
}

async function rename(session: Session, { id, title }: RunInfo): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({ title: vscode.l10n.t('Rename'), value: title, ignoreFocusOut: true });
  return name === undefined ? undefined : session.rename(id, name);
}

/** Places where the person spoke, the latest first; their words can be changed. */
async function goBack(session: Session, { id, title }: RunInfo): Promise<string | undefined> {
  const run = await session.read(id);
  const places = (run?.events ?? []).flatMap((event) => {
    const text = spoken(event);
    return text === undefined
      ? []
      : [{ label: text, description: new Date(event.at).toLocaleString(vscode.env.language), text, seq: event.seq }];
  });
  const place = await vscode.window.showQuickPick(places.reverse(), {
    title,
    placeHolder: vscode.l10n.t('Go back to just before which message?'),
  });
  if (!place) return undefined;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Say it again, or say something else'),
    value: place.text,
    ignoreFocusOut: true,
  });
  if (!text?.trim() || !(await mayInterrupt(session))) return undefined;
  const problem = await session.fork(id, place.seq, text);
  if (!problem) await vscode.commands.executeCommand('goalwright.panel.focus');
  return problem;
}

function spoken(event: RunEvent): string | undefined {
  if (event.type === 'run.created') return event.goal;
  return event.type === 'person.said' || event.type === 'question.answered' ? event.text : undefined;
}

/** As a document without a name: the person looks at it and saves it where they want, or does not. */
async function exportAs(session: Session, { id }: RunInfo): Promise<string | undefined> {
  const formats: readonly (vscode.QuickPickItem & { readonly format: ExportFormat; readonly language: string })[] = [
    { label: 'Markdown', description: vscode.l10n.t('for people'), format: 'md', language: 'markdown' },
    { label: 'JSON', description: vscode.l10n.t('for programs'), format: 'json', language: 'json' },
  ];
  const title = vscode.l10n.t('Export, without secrets and without the contents of files');
  const chosen = await vscode.window.showQuickPick(formats, { title });
  const run = chosen && (await session.read(id));
  if (!chosen || !run) return undefined;
  await (await session.ports())?.secrets?.refresh();
  const content = exportRun(run, chosen.format, session.redact);
  const document = await vscode.workspace.openTextDocument({ content, language: chosen.language });
  await vscode.window.showTextDocument(document);
  return undefined;
}

async function remove(session: Session, { id, title }: RunInfo): Promise<string | undefined> {
  const yes = vscode.l10n.t('Move to Trash');
  const text = vscode.l10n.t('Move the run "{0}" to the trash?', title || id);
  const detail = vscode.l10n.t('The files it changed stay as they are.');
  if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, yes)) !== yes) return undefined;
  return session.delete(id);
}
