/** The mode of the run at work in the status bar, where it is not the one that asks for everything; a click brings that back. */
import * as vscode from 'vscode';
import type { Mode } from '../agent/journal/event.ts';
import type { Session } from './session.ts';

export class ModeSign {
  readonly #session: Session;
  readonly #item = vscode.window.createStatusBarItem('goalwright.mode', vscode.StatusBarAlignment.Left);
  readonly #listeners: readonly vscode.Disposable[];

  constructor(session: Session) {
    this.#session = session;
    this.#item.name = vscode.l10n.t('Goalwright: mode');
    this.#item.command = 'goalwright.askFirst';
    this.#listeners = [
      this.#item,
      session.onEvent(({ event }) => /^(run|mode)\./.test(event.type) && this.#show()),
      session.onChange(() => this.#show()),
    ];
    this.#show();
  }

  #show(): void {
    const state = this.#session.isBusy ? this.#session.state() : undefined;
    const text = state && TEXTS[state.mode]();
    if (!text) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(shield) ${text}`;
    this.#item.accessibilityInformation = { label: text, role: 'button' };
    this.#item.tooltip = vscode.l10n.t('Ask before edits and commands again');
    this.#item.backgroundColor =
      state.mode === 'continuous' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    for (const part of this.#listeners) part.dispose();
  }
}

const TEXTS: Readonly<Record<Mode, () => string | undefined>> = {
  ask: () => undefined,
  autoEdit: () => vscode.l10n.t('Goalwright edits freely'),
  continuous: () => vscode.l10n.t('Goalwright goes on unasked'),
  readOnly: () => vscode.l10n.t('Goalwright only reads'),
};
