/** Review of waiting edits in VS Code: shows one after the other, decides from the editor, keeps the panel's hunks right. */
import * as vscode from 'vscode';
import { type Choices, choicesOf } from '../../agent/edit/choice.ts';
import type { Sent } from '../../agent/index.ts';
import { type Asked, isEdit, waitingEdits } from '../../agent/journal/edits.ts';
import { type Approval, approvalOf } from '../../agent/journal/state.ts';
import type { HunkChoice, RunCommand } from '../../agent/protocol.ts';
import type { Faults } from '../faults.ts';
import type { Happened, Session } from '../session.ts';
import { Diffs } from './diffs.ts';
import type { Drafts } from './drafts.ts';
import { bounded, hunkAt } from './hunks.ts';
import { Overview } from './overview.ts';
import { Sight } from './sight.ts';
import { Whereabouts } from './whereabouts.ts';

export interface ProposalView {
  readonly approval: string;
  readonly shown: string;
  readonly hunks: HunkChoice[];
  readonly truncated: boolean;
}

export class Review {
  readonly whereabouts = new Whereabouts();
  readonly diffs: Diffs;
  readonly overview: Overview;
  readonly #session: Session;
  readonly #drafts: Drafts;
  readonly #sight = new Sight();
  /** Decided on in their diff, on the way to the run. */
  readonly #deciding = new Set<string>();
  /** `<run>/<approval>` of the edit whose diff was the last to open by itself. */
  #opened: string | undefined;
  readonly #parts: vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<ProposalView>();
  /** The hunks of a waiting edit are new or have changed. */
  readonly onProposal = this.#changed.event;

  constructor(session: Session, drafts: Drafts, faults: Faults) {
    this.#session = session;
    this.#drafts = drafts;
    this.diffs = new Diffs(session, drafts, this.whereabouts);
    this.overview = new Overview(session, this.#sight, (asked, verdict, reason) =>
      this.#decided(asked, verdict, reason),
    );
    this.#parts = [
      this.whereabouts,
      this.#changed,
      session.onEvent((happened) => faults.watch(this.#follow(happened))),
      drafts.onRewritten((approval) => this.#sight.changed(approval)),
    ];
  }

  async #follow({ event }: Happened): Promise<void> {
    switch (event.type) {
      case 'approval.requested':
        return event.subject.kind === 'edit' ? this.#asked(event.approval) : undefined;
      case 'proposal.drafted':
        return this.publish(event.approval);
      case 'approval.voided':
        return this.#sight.forget(event.approval);
      case 'approval.decided':
        this.#sight.forget(event.approval);
        await this.#openFirst(this.#deciding.has(event.approval));
        return this.diffs.close(({ id, status }) => id === event.approval && status === 'rejected');
      case 'call.finished':
        // Not before the write: the diff's left side is the document that is being changed and saved.
        await this.diffs.close(({ call }) => call === event.call);
        return this.overview.tidy();
      case 'run.ended':
        await this.diffs.close(() => true);
        return this.overview.tidy();
    }
  }

  /** A run that is brought back tells its whole past: only what still waits is opened. */
  async #asked(id: string): Promise<void> {
    if (!this.#waiting(id)) return;
    this.#sight.changed(id);
    await this.publish(id);
    await this.#openFirst(false);
  }

  /** One diff at a time opens by itself, and not over the list of them all. */
  async #openFirst(focus: boolean): Promise<void> {
    const [first] = waitingEdits(this.#session.state());
    const key = `${this.#session.runId}/${first?.id}`;
    if (!first || key === this.#opened || this.overview.isInFront) return;
    this.#opened = key;
    await this.#open(first, focus);
  }

  async #open(asked: Asked, focus: boolean): Promise<void> {
    this.#sight.changed(asked.id);
    await this.diffs.open(asked, focus);
    this.#sight.changed(asked.id);
  }

  /** The person asked for the diff of this edit. */
  async openDiff(id: string): Promise<void> {
    const approval = this.#find(id);
    if (approval && isEdit(approval)) await this.#open(approval, true);
  }

  /** Opens the waiting edit after the one in front, or the first. Returns what is wrong, for the person. */
  async next(): Promise<string | undefined> {
    const edits = waitingEdits(this.#session.state());
    const at = edits.findIndex(({ id }) => id === this.diffs.inFront()?.id);
    const next = edits[(at + 1) % edits.length];
    if (!next) return vscode.l10n.t('No edit is waiting.');
    await this.#open(next, true);
    return undefined;
  }

  /** Accepts what is in front and can have been seen; what is not in front is brought there. Returns what is wrong. */
  async acceptInEditor(button: unknown): Promise<string | undefined> {
    const asked = this.diffs.inFront(button);
    if (!asked) return this.next();
    if (this.#deciding.has(asked.id)) return undefined;
    if (!this.#sight.admits(asked.id))
      return vscode.l10n.t('That came too soon after this edit was shown. Look at it, then accept it.');
    return this.decideInEditor(asked, 'accept');
  }

  /** A decision on what the person sees in its diff: the next one takes its place, with the keyboard. */
  async decideInEditor(asked: Asked, verdict: 'accept' | 'reject', reason?: string): Promise<string | undefined> {
    if (this.#deciding.has(asked.id)) return undefined;
    this.#deciding.add(asked.id);
    try {
      return await this.#decided(asked, verdict, reason);
    } finally {
      this.#deciding.delete(asked.id);
    }
  }

  /** Decides on an approval as it was when the person was asked. Returns what is wrong. */
  async #decided(
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
    const before = this.#find(command.approval);
    const isSettled = before?.subject.kind !== 'edit' || (await this.#drafts.settle(before));
    if (!isSettled && command.verdict === 'accept')
      return { ok: false, problem: vscode.l10n.t('What you typed could not be stored, so nothing was accepted.') };
    const after = this.#find(command.approval);
    // The person's own typing is no surprise to them; any other change is.
    const shown = before && after && before.shown === command.shown ? after.shown : command.shown;
    return this.#session.send({ ...command, shown });
  }

  /** `undefined`: it is not waiting, or its texts are in a run that another window works on. */
  async proposal(id: string): Promise<ProposalView | undefined> {
    const asked = this.#waiting(id);
    const choices = asked && (await this.#choices(asked));
    if (!choices) return undefined;
    const { hunks, isCut } = bounded(choices.hunks);
    return { approval: id, shown: asked.shown, hunks, truncated: choices.truncated || isCut };
  }

  async #choices({ subject, shown }: Asked, maxLines?: number): Promise<Choices | undefined> {
    const hashes = [subject.before, subject.after, subject.after && shown];
    const [before = '', proposed = '', draft = ''] = await Promise.all(
      hashes.map(async (hash) => (hash && (await this.#drafts.textOf(subject, hash))?.text) || ''),
    );
    const [some] = hashes.filter((hash) => hash !== undefined);
    if (some !== undefined && !(await this.#session.blob(some))) return undefined;
    return choicesOf(before, proposed, draft, maxLines);
  }

  /** Tells the panel the hunks of a waiting edit, again if need be. */
  async publish(id: string): Promise<void> {
    const proposal = await this.proposal(id);
    if (proposal && this.#waiting(id)) this.#changed.fire(proposal);
  }

  /** Takes a hunk as proposed, or leaves it out. Returns what is wrong, for the person. */
  async choose(id: string, shown: string, hunk: number, accept: boolean): Promise<string | undefined> {
    const asked = this.#waiting(id);
    if (asked?.shown !== shown) return vscode.l10n.t('The proposal changed after it was shown. Look at it again.');
    return this.#drafts.choose(asked, hunk, accept);
  }

  /** The same for the hunk at the cursor, in the diff that is in front. */
  async chooseAtCursor(accept: boolean): Promise<string | undefined> {
    const asked = this.diffs.inFront();
    if (!asked) return this.next();
    if (!(await this.#drafts.settle(asked))) return vscode.l10n.t('What you typed could not be stored.');
    const line = this.diffs.line();
    const now = this.#waiting(asked.id);
    // Of all hunks, not of those that a card can show.
    const choices = now?.subject.after && (await this.#choices(now, Number.POSITIVE_INFINITY));
    const hunk = choices && line !== undefined ? hunkAt(choices.hunks, line) : undefined;
    if (!now || hunk === undefined) return vscode.l10n.t('There is no change at the cursor.');
    return this.choose(now.id, now.shown, hunk, accept);
  }

  #find(id: string): Approval | undefined {
    const state = this.#session.state();
    return state && approvalOf(state, id);
  }

  #waiting(id: string): Asked | undefined {
    const approval = this.#find(id);
    return approval?.status === 'waiting' && isEdit(approval) ? approval : undefined;
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }
}
