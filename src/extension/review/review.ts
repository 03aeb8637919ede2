/** Review of waiting edits in VS Code: opens the diff, decides from the editor, keeps title buttons, badge and hunks right. */
import * as vscode from 'vscode';
import { choicesOf } from '../../agent/edit/choice.ts';
import type { Sent } from '../../agent/index.ts';
import { type Approval, waiting } from '../../agent/journal/state.ts';
import type { HunkChoice, RunCommand } from '../../agent/protocol.ts';
import type { Faults } from '../faults.ts';
import type { Session } from '../session.ts';
import { type Drafts, draftUri } from './drafts.ts';
import { Sight } from './sight.ts';

export interface ProposalView {
  readonly approval: string;
  readonly shown: string;
  readonly hunks: HunkChoice[];
  readonly truncated: boolean;
}

export class Review {
  readonly #session: Session;
  readonly #drafts: Drafts;
  readonly #sight = new Sight();
  /** Accepted in the editor, on its way to the run. */
  readonly #deciding = new Set<string>();
  readonly #parts: vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<ProposalView>();
  /** The hunks of a waiting edit are new or have changed. */
  readonly onProposal = this.#changed.event;

  constructor(session: Session, drafts: Drafts, faults: Faults) {
    this.#session = session;
    this.#drafts = drafts;
    this.#parts = [
      session.onEvent(({ event }) => {
        if (event.type === 'approval.requested' && event.subject.kind === 'edit')
          faults.watch(this.#opened(event.approval));
        if (event.type === 'proposal.drafted') faults.watch(this.publish(event.approval));
        if (event.type === 'approval.decided' || event.type === 'approval.voided') this.#sight.forget(event.approval);
        // Not before the write: the diff's left side is the document that is being changed and saved.
        if (event.type === 'call.finished') faults.watch(this.#close([event.call]));
        if (event.type === 'run.ended')
          faults.watch(this.#close(this.#session.state()?.approvals.map(({ call }) => call) ?? []));
        if (/^(approval|run)\./.test(event.type)) faults.watch(this.#setContext());
      }),
      drafts.onRewritten((approval) => this.#sight.changed(approval)),
      session.onChange(() => faults.watch(this.#setContext())),
    ];
    faults.watch(this.#setContext());
  }

  /** The waiting edit whose diff is the active tab: the only one that a decision in the editor can mean. */
  inFront(): Approval | undefined {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (!(input instanceof vscode.TabInputTextDiff) || input.modified.scheme !== 'goalwright') return undefined;
    const approval = this.#drafts.approvalAt(input.modified);
    return approval?.status === 'waiting' ? approval : undefined;
  }

  /** Opens the diff of the edit that waits. Returns what is wrong, for the person. */
  async bring(): Promise<string | undefined> {
    const state = this.#session.state();
    const edit = state && waiting(state).find(({ subject }) => subject.kind === 'edit');
    if (!edit) return vscode.l10n.t('No edit is waiting.');
    await this.openDiff(edit.id, false);
    return undefined;
  }

  /** Accepts what is in front and can have been seen; what is not in front is brought there. Returns what is wrong. */
  async acceptInEditor(): Promise<string | undefined> {
    const approval = this.inFront();
    if (!approval) return this.bring();
    if (this.#deciding.has(approval.id)) return undefined;
    if (!this.#sight.admits(approval.id))
      return vscode.l10n.t('That came too soon after this edit was shown. Look at it, then accept it.');
    this.#deciding.add(approval.id);
    try {
      return await this.decided(approval, 'accept');
    } finally {
      this.#deciding.delete(approval.id);
    }
  }

  /** Decides on an approval as it was when the person was asked. Returns what is wrong. */
  async decided(
    { id, nonce, shown }: Approval,
    verdict: 'accept' | 'reject',
    reason?: string,
  ): Promise<string | undefined> {
    const command = { type: 'decide', approval: id, nonce, shown, verdict, ...(reason && { reason }) } as const;
    const sent = await this.decide(command);
    return sent.ok ? undefined : sent.problem;
  }

  /** A decision from any place. What the right side of an edit holds counts, also what was typed a moment ago. */
  async decide(command: Extract<RunCommand, { type: 'decide' }>): Promise<Sent> {
    const find = () => this.#session.state()?.approvals.find(({ id }) => id === command.approval);
    const before = find();
    const isSettled = before?.subject.kind !== 'edit' || (await this.#drafts.settle(before));
    if (!isSettled && command.verdict === 'accept')
      return { ok: false, problem: vscode.l10n.t('What you typed could not be stored, so nothing was accepted.') };
    const after = find();
    // The person's own typing is no surprise to them; any other change is.
    const shown = before && after && before.shown === command.shown ? after.shown : command.shown;
    return this.#session.send({ ...command, shown });
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
    this.#sight.changed(id);
    await vscode.commands.executeCommand('vscode.diff', left, right, title, { preserveFocus, preview: false });
    this.#sight.changed(id);
  }

  async proposal(id: string): Promise<ProposalView | undefined> {
    const approval = this.#session.state()?.approvals.find((one) => one.id === id);
    if (approval?.subject.kind !== 'edit' || approval.status !== 'waiting') return undefined;
    const { subject } = approval;
    const text = async (hash: string | undefined) => (hash && (await this.#drafts.textOf(subject, hash))?.text) || '';
    const { hunks, truncated } = choicesOf(
      await text(subject.before),
      await text(subject.after),
      await text(subject.after && approval.shown),
    );
    return { approval: id, shown: approval.shown, hunks: [...hunks], truncated };
  }

  /** Takes a hunk as proposed, or leaves it out. Returns what is wrong, for the person. */
  async choose(id: string, shown: string, hunk: number, accept: boolean): Promise<string | undefined> {
    const approval = this.#session.state()?.approvals.find((one) => one.id === id);
    if (approval?.subject.kind !== 'edit' || approval.shown !== shown)
      return vscode.l10n.t('The proposal changed after it was shown. Look at it again.');
    return this.#drafts.choose({ ...approval, subject: approval.subject }, hunk, accept);
  }

  /** All waiting edits side by side, in the editor. Returns what is wrong, for the person. */
  async reviewAll(): Promise<string | undefined> {
    return this.bring();
  }

  /** A run that is brought back tells its whole past: only what still waits is opened. */
  async #opened(id: string): Promise<void> {
    if (!this.#isWaiting(id)) return;
    this.#sight.changed(id);
    await this.publish(id);
    if (this.#isWaiting(id)) await this.openDiff(id, true);
  }

  #isWaiting(id: string): boolean {
    return this.#session.state()?.approvals.some((one) => one.id === id && one.status === 'waiting') ?? false;
  }

  /** Tells the panel the hunks of a waiting edit, again if need be. */
  async publish(id: string): Promise<void> {
    const proposal = await this.proposal(id);
    if (proposal && this.#isWaiting(id)) this.#changed.fire(proposal);
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
