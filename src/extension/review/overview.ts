/**
 * All waiting edits side by side, in one editor that only the person opens. What is accepted or rejected there is what it
 * lists: an edit that came later, or whose text has only just changed, stays open.
 */
import * as vscode from 'vscode';
import { type Asked, waitingEdits } from '../../agent/journal/edits.ts';
import type { Session } from '../session.ts';
import { sidesOf } from './diffs.ts';
import type { Sight } from './sight.ts';

type Shown = Pick<Session, 'folder' | 'runId' | 'state'>;

/** Returns what is wrong, for the person. */
type Decide = (asked: Asked, verdict: 'accept' | 'reject', reason?: string) => Promise<string | undefined>;

const keyOf = ({ call, subject }: Asked): string => `${call}/${subject.path}`;

export class Overview {
  readonly #session: Shown;
  readonly #sight: Sight;
  readonly #decide: Decide;
  /** The edits it lists: call and path, which a question asked again shares. */
  #listed: ReadonlyMap<string, string> = new Map();
  #isDeciding = false;

  constructor(session: Shown, sight: Sight, decide: Decide) {
    this.#session = session;
    this.#sight = sight;
    this.#decide = decide;
  }

  /** Its tab, as far as the editor tells what a tab is. */
  get isInFront(): boolean {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab !== undefined && isOverview(tab);
  }

  get isVisible(): boolean {
    return vscode.window.tabGroups.all.some(({ activeTab }) => activeTab && isOverview(activeTab));
  }

  async open(): Promise<string | undefined> {
    const edits = waitingEdits(this.#session.state());
    if (edits.length === 0) return vscode.l10n.t('No edit is waiting.');
    await this.#close();
    this.#listed = new Map(edits.map((asked) => [keyOf(asked), asked.call]));
    const seen = () => {
      for (const { id } of edits) this.#sight.changed(id);
    };
    seen();
    const rows = edits.flatMap((asked) => {
      const sides = sidesOf(this.#session, asked);
      return sides ? [[sides.file, sides.left, sides.right]] : [];
    });
    await vscode.commands.executeCommand('vscode.changes', titleOf(), rows);
    seen();
    return undefined;
  }

  /** Accepts what is listed and can have been seen as it is. Returns what is wrong, for the person. */
  async acceptAll(): Promise<string | undefined> {
    return this.#all('accept');
  }

  async rejectAll(reason: string): Promise<string | undefined> {
    return this.#all('reject', reason);
  }

  async #all(verdict: 'accept' | 'reject', reason?: string): Promise<string | undefined> {
    if (!this.isInFront || this.#listed.size === 0) return this.open();
    if (this.#isDeciding) return undefined;
    this.#isDeciding = true;
    try {
      const edits = waitingEdits(this.#session.state());
      const listed = edits.filter((asked) => this.#listed.has(keyOf(asked)));
      const seen = verdict === 'reject' ? listed : listed.filter(({ id }) => this.#sight.admits(id));
      if (seen.length === 0 && listed.length > 0)
        return vscode.l10n.t('That came too soon after these edits were shown. Look at them, then accept them.');
      let decided = 0;
      for (const asked of seen) if (!(await this.#decide(asked, verdict, reason))) decided++;
      if (decided === edits.length) return undefined;
      return verdict === 'accept'
        ? vscode.l10n.t(
            '{0} of {1} edits were accepted. The others are new or have changed: look at them.',
            decided,
            edits.length,
          )
        : vscode.l10n.t('{0} of {1} edits were rejected. The others are new: look at them.', decided, edits.length);
    } finally {
      this.#isDeciding = false;
    }
  }

  /** It has served its purpose once every call it lists is finished: before, its left sides are documents to be saved. */
  async tidy(): Promise<void> {
    if (this.#listed.size === 0) return;
    const state = this.#session.state();
    const calls = new Set(this.#listed.values());
    const isOpen = state?.turn?.calls.some(({ id, status }) => calls.has(id) && status !== 'finished');
    if (!isOpen || state?.status === 'ended') await this.#close();
  }

  async #close(): Promise<void> {
    this.#listed = new Map();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter(isOverview));
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }
}

const titleOf = (): string => vscode.l10n.t('Goalwright: waiting edits');

/** VS Code adds the number of files to the title, and has no public name for what such a tab shows. */
const isOverview = ({ label, input }: vscode.Tab): boolean =>
  (label === titleOf() || label.startsWith(`${titleOf()} (`)) &&
  !(input instanceof vscode.TabInputText || input instanceof vscode.TabInputTextDiff);
