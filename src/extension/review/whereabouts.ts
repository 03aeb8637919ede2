/**
 * Where the person was last: at the text of an editor of their own, or elsewhere. A diff that opens by itself leaves that
 * editor in place: VS Code would keep the focus where it is, but an editor that another one covers has none any more.
 */
import * as vscode from 'vscode';
import { SCHEME } from './drafts.ts';

const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;

export class Whereabouts {
  readonly #part: vscode.Disposable;
  #isAtText = false;

  constructor() {
    this.#part = vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
      if (kind === Keyboard || kind === Mouse) this.#isAtText = textEditor.document.uri.scheme !== SCHEME;
    });
  }

  /** They did something that no editor is needed for. */
  left(): void {
    this.#isAtText = false;
  }

  /** The group whose editor must not be covered. */
  get keep(): vscode.TabGroup | undefined {
    return this.#isAtText ? vscode.window.tabGroups.activeTabGroup : undefined;
  }

  dispose(): void {
    this.#part.dispose();
  }
}
