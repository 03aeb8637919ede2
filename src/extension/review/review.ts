/** Review of waiting edits in VS Code: opens the diff, decides from the editor, keeps title buttons, badge and hunks right. */
import * as vscode from 'vscode';
import { hunksOf } from '../../agent/edit/hunks.ts';
import { decode } from '../../agent/edit/text-file.ts';
import type { Sent } from '../../agent/index.ts';
import { type Approval, waiting } from '../../agent/journal/state.ts';
import type { HunkView, RunCommand } from '../../agent/protocol.ts';
import type { Session } from '../session.ts';
import { type Drafts, draftUri } from './drafts.ts';

export interface ProposalView {
  readonly approval: string;
  readonly shown: string;
  readonly hunks: HunkView[];
  readonly truncated: boolean;
}

export class Review {
  readonly #session: Session;
  readonly #drafts: Drafts;
  readonly #parts: vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<ProposalView>();
  /** The hunks of a waiting edit are new or have changed. */
  readonly onProposal = this.#changed.event;

  constructor(session: Session, drafts: Drafts) {
    this.#session = session;
    this.#drafts = drafts;
    this.#parts = [
      session.onEvent(({ event }) => {
        if (event.type === 'approval.requested' && event.subject.kind === 'edit') void this.#opened(event.approval);
        if (event.type === 'proposal.drafted') void this.#publish(event.approval);
        // Not before the write: the diff's left side is the document that is being changed and saved.
        if (event.type === 'call.finished') void this.#close([event.call]);
        if (event.type === 'run.ended')
          void this.#close(this.#session.state()?.approvals.map(({ call }) => call) ?? []);
        if (/^(approval|run)\./.test(event.type)) void this.#setContext();
      }),
      session.onChange(() => void this.#setContext()),
    ];
    void this.#setContext();
  }

  /** The waiting edit an editor command means: that of the active diff, otherwise the only or oldest one. */
  target(): Approval | undefined {
    const state = this.#session.state();
    const edits = state ? waiting(state).filter(({ subject }) => subject.kind === 'edit') : [];
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const active =
      input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'goalwright'
        ? this.#drafts.approvalAt(input.modified)?.id
        : undefined;
    return edits.find(({ id }) => id === active) ?? edits[0];
  }

  /** A decision from any place. What the right side of an edit holds counts, also what was typed a moment ago. */
  async decide(command: Extract<RunCommand, { type: 'decide' }>): Promise<Sent> {
    const find = () => this.#session.state()?.approvals.find(({ id }) => id === command.approval);
    const before = find();
    if (before?.subject.kind === 'edit') await this.#drafts.settle(before);
    const after = find();
    // The person's own typing is no surprise to them; any other change is.
    const shown = before && after && before.shown === command.shown ? after.shown : command.shown;
    return this.#session.send({ ...command, shown });
  }

  async decideInEditor(verdict: 'accept' | 'reject', reason?: string): Promise<Sent> {
    const approval = this.target();
    if (!approval) return { ok: false, problem: vscode.l10n.t('No edit is waiting.') };
    const { id, nonce, shown } = approval;
    return this.decide({ type: 'decide', approval: id, nonce, shown, verdict, ...(reason && { reason }) });
  }

  /** Left the file, right the writable draft. The keyboard focus stays where it is unless the person asked for the diff. */
  async openDiff(id: string, preserveFocus: boolean): Promise<void> {
    const { folder, runId } = this.#session;
    const approval = this.#session.state()?.approvals.find((one) => one.id === id);
    if (!folder || !runId || approval?.subject.kind !== 'edit') return;
    const { path, before } = approval.subject;
    const right = draftUri(runId, approval.call, path);
    const left = before ? vscode.Uri.joinPath(folder.uri, path) : right.with({ query: 'before' });
    const title = vscode.l10n.t('{0} (Goalwright proposes)', path);
    await vscode.commands.executeCommand('vscode.diff', left, right, title, { preserveFocus, preview: false });
  }

  async proposal(id: string): Promise<ProposalView | undefined> {
    const approval = this.#session.state()?.approvals.find((one) => one.id === id);
    if (approval?.subject.kind !== 'edit' || approval.status !== 'waiting') return undefined;
    const text = async (hash: string | undefined) => {
      const bytes = hash === undefined ? undefined : await this.#session.blob(hash);
      const file = bytes && decode(bytes);
      return file && 'text' in file ? file.text : '';
    };
    const { hunks, truncated } = hunksOf(await text(approval.subject.before), await text(approval.shown));
    return { approval: id, shown: approval.shown, hunks: [...hunks], truncated };
  }

  async #opened(id: string): Promise<void> {
    await this.#publish(id);
    await this.openDiff(id, true);
  }

  async #publish(id: string): Promise<void> {
    const proposal = await this.proposal(id);
    if (proposal) this.#changed.fire(proposal);
  }

  /** The tabs of proposals that have been decided have served their purpose. */
  async #close(calls: readonly string[]): Promise<void> {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputTextDiff &&
          input.modified.scheme === 'goalwright' &&
          calls.includes(input.modified.path.split('/')[1] ?? ''),
      );
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  async #setContext(): Promise<void> {
    const state = this.#session.state();
    const running =
      state !== undefined && state.run !== '' && state.status !== 'ended' && this.#session.run !== undefined;
    await vscode.commands.executeCommand('setContext', 'goalwright.running', running);
    await vscode.commands.executeCommand(
      'setContext',
      'goalwright.waitingEdit',
      running && waiting(state).some(({ subject }) => subject.kind === 'edit'),
    );
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }
}
