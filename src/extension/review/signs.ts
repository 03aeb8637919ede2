/** Signs outside the panel that something waits for the person: an entry in the status bar, and a notification. */
import * as vscode from 'vscode';
import { waitingEdits } from '../../agent/journal/edits.ts';
import type { Subject } from '../../agent/journal/event.ts';
import { isAsking, type RunState, waiting } from '../../agent/journal/state.ts';
import type { Faults } from '../faults.ts';
import type { Session } from '../session.ts';
import { notificationSetting } from '../settings/settings.ts';
import type { Review } from './review.ts';

/** By then a diff that opens by itself is there. */
const NOTICE_MS = 1000;

interface Parts {
  readonly session: Session;
  readonly review: Review;
  readonly panel: { readonly isVisible: boolean };
  readonly faults: Faults;
}

export class Signs {
  readonly #parts: Parts;
  readonly #item = vscode.window.createStatusBarItem('goalwright.waiting', vscode.StatusBarAlignment.Left);
  readonly #listeners: vscode.Disposable[];
  /** Questions that the person was told of, or saw come up. */
  #told = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#item.name = 'Goalwright';
    this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.#listeners = [
      this.#item,
      parts.session.onEvent(({ event }) => /^(approval|question|run)\./.test(event.type) && this.#follow()),
      parts.session.onChange(() => this.#follow()),
    ];
    this.#follow();
  }

  #follow(): void {
    const state = this.#open();
    const what = state && whatWaits(state);
    if (!what) {
      this.#item.hide();
      return;
    }
    const { icon, text, command } = what;
    this.#item.text = `$(${icon}) ${text}`;
    this.#item.accessibilityInformation = { label: text, role: 'button' };
    this.#item.tooltip = vscode.l10n.t('Show what waits for you');
    this.#item.command = command;
    this.#item.show();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#parts.faults.watch(this.#notify());
    }, NOTICE_MS);
  }

  /** Once for each question, however many come up together, and only where nothing else shows them. */
  async #notify(): Promise<void> {
    const state = this.#open();
    const what = state && whatWaits(state);
    if (!what) return;
    const ids = [
      ...waiting(state).map(({ id }) => id),
      ...(isAsking(state) && state.question ? [state.question.id] : []),
    ].map((id) => `${state.run}/${id}`);
    const isNew = ids.some((id) => !this.#told.has(id));
    this.#told = new Set(ids);
    const { panel, review } = this.#parts;
    const isSeen = panel.isVisible || review.diffs.isVisible || review.overview.isVisible;
    if (!isNew || isSeen || !notificationSetting()) return;
    const show = vscode.l10n.t('Show');
    if ((await vscode.window.showInformationMessage(what.text, show)) === show)
      await vscode.commands.executeCommand('goalwright.panel.focus');
  }

  #open(): RunState | undefined {
    const { session } = this.#parts;
    const state = session.state();
    return session.run && state?.status !== 'ended' ? state : undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const part of this.#listeners) part.dispose();
  }
}

interface What {
  readonly icon: string;
  readonly text: string;
  readonly command: string;
}

function whatWaits(state: RunState): What | undefined {
  const command = 'goalwright.panel.focus';
  const edits = waitingEdits(state).length;
  if (edits > 0) {
    const text =
      edits === 1 ? vscode.l10n.t('Goalwright: 1 edit waits') : vscode.l10n.t('Goalwright: {0} edits wait', edits);
    return { icon: 'diff', text, command: 'goalwright.nextEdit' };
  }
  const [approval] = waiting(state);
  if (approval) return { ...waitingSign(approval.subject.kind), command };
  return isAsking(state)
    ? { icon: 'question', text: vscode.l10n.t('Goalwright: a question waits'), command }
    : undefined;
}

/** Edits are counted apart. */
function waitingSign(kind: Subject['kind']): Omit<What, 'command'> {
  switch (kind) {
    case 'edit':
      return { icon: 'diff', text: vscode.l10n.t('Goalwright: 1 edit waits') };
    case 'command':
      return { icon: 'terminal', text: vscode.l10n.t('Goalwright: a command waits') };
    case 'read':
      return { icon: 'eye', text: vscode.l10n.t('Goalwright: a guarded file waits') };
    case 'watched':
      return { icon: 'warning', text: vscode.l10n.t('Goalwright: changes of a command wait') };
    case 'weakened':
      return { icon: 'warning', text: vscode.l10n.t('Goalwright: weakened tests wait') };
    default:
      return kind satisfies never;
  }
}
