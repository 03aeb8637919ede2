/** The diff editors of waiting edits: left the file as it is, right what is proposed. */
import * as vscode from 'vscode';
import type { Asked } from '../../agent/journal/edits.ts';
import type { Session } from '../session.ts';
import { type Drafts, draftUri, SCHEME } from './drafts.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface Sides {
  readonly title: string;
  /** Where the file is, or will be. */
  readonly file: vscode.Uri;
  /** Absent: there is no such file yet. */
  readonly left: vscode.Uri | undefined;
  /** Absent: there will be none. */
  readonly right: vscode.Uri | undefined;
}

/** `undefined`: no run is shown. */
export function sidesOf(session: Pick<Session, 'folder' | 'runId'>, asked: Asked): Sides | undefined {
  const { folder } = session;
  const draft = draftUri(session, asked);
  if (!folder || !draft) return undefined;
  const { subject } = asked;
  const { path, from, before, after } = subject;
  const at = (name: string) => vscode.Uri.joinPath(folder.uri, name);
  return {
    title: titleOf(subject),
    file: at(path),
    left: before ? at(from ?? path) : undefined,
    right: after ? draft : undefined,
  };
}

function titleOf({ path, from, before, after }: Asked['subject']): string {
  if (from) return vscode.l10n.t('{0} → {1} (Goalwright proposes to move)', from, path);
  if (!after) return vscode.l10n.t('{0} (Goalwright proposes to delete)', path);
  if (!before) return vscode.l10n.t('{0} (Goalwright proposes a new file)', path);
  return vscode.l10n.t('{0} (Goalwright proposes)', path);
}

export class Diffs {
  readonly #session: Session;
  readonly #drafts: Drafts;
  readonly #whereabouts: Whereabouts;

  constructor(session: Session, drafts: Drafts, whereabouts: Whereabouts) {
    this.#session = session;
    this.#drafts = drafts;
    this.#whereabouts = whereabouts;
  }

  /**
   * The waiting edit whose diff is the active tab: the only one that a decision in the editor can mean. `button`: what VS
   * Code says of the editor whose title bar was used.
   */
  inFront(button?: unknown): Asked | undefined {
    const asked = button instanceof vscode.Uri ? this.#drafts.approvalAt(button) : undefined;
    return asked?.status === 'waiting' ? asked : this.#waitingIn(tabOf(vscode.window.tabGroups.activeTabGroup));
  }

  /** Line of the cursor in the proposed text in front, from 1. */
  line(): number | undefined {
    const right = rightOf(tabOf(vscode.window.tabGroups.activeTabGroup))?.toString();
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === right);
    return editor && editor.selection.active.line + 1;
  }

  /** Some waiting edit can be seen. */
  get isVisible(): boolean {
    return vscode.window.tabGroups.all.some((group) => this.#waitingIn(tabOf(group)) !== undefined);
  }

  /** `focus`: the person asked for it. Otherwise the keyboard stays where it is, and what has it stays in sight. */
  async open(asked: Asked, focus: boolean): Promise<void> {
    const sides = sidesOf(this.#session, asked);
    const none = draftUri(this.#session, asked);
    if (!sides || !none) return;
    // A diff has two sides: what is not there is shown empty, and cannot be written.
    const { title, left = none.with({ query: 'before' }), right = none } = sides;
    const viewColumn = this.#columnOf(right, focus);
    const options = { preserveFocus: !focus, preview: false, ...(viewColumn && { viewColumn }) };
    await vscode.commands.executeCommand('vscode.diff', left, right, title, options);
  }

  /** The tabs of proposals that have been decided have served their purpose. */
  async close(isMeant: (asked: Asked) => boolean): Promise<void> {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => {
        const right = rightOf(tab);
        const asked = right && this.#drafts.approvalAt(right);
        return asked && isMeant(asked);
      });
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  #columnOf(right: vscode.Uri, focus: boolean): vscode.ViewColumn | undefined {
    const groups = vscode.window.tabGroups.all;
    const open = groups.find(({ tabs }) => tabs.some((tab) => rightOf(tab)?.toString() === right.toString()));
    if (focus) return open?.viewColumn;
    const { keep } = this.#whereabouts;
    if (!keep || rightOf(tabOf(keep))) return open?.viewColumn;
    const others = groups.filter(({ viewColumn }) => viewColumn !== keep.viewColumn);
    const used = others.find(({ tabs }) => tabs.some(rightOf));
    return used?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  #waitingIn(tab: vscode.Tab | undefined): Asked | undefined {
    const right = rightOf(tab);
    const asked = right && this.#drafts.approvalAt(right);
    return asked?.status === 'waiting' ? asked : undefined;
  }
}

/** The tab in front. VS Code does not name it where it shows what is no text; it is clear where there is no other. */
const tabOf = ({ activeTab, tabs }: vscode.TabGroup): vscode.Tab | undefined =>
  activeTab ?? (tabs.length === 1 ? tabs[0] : undefined);

/** The right side of a tab that shows a proposal. */
function rightOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const { input } = tab ?? {};
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME ? input.modified : undefined;
}
