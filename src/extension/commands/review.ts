/** The commands about waiting edits. */
import * as vscode from 'vscode';
import { Remark, type Remarks } from '../review/remarks.ts';
import type { Review } from '../review/review.ts';

const CURSOR_MS = 150;

interface Parts {
  readonly review: Review;
  readonly remarks: Remarks;
}

export type ReviewCommand =
  | 'acceptEdit'
  | 'rejectEdit'
  | 'nextEdit'
  | 'openDiff'
  | 'reviewAll'
  | 'acceptAll'
  | 'rejectAll'
  | 'nextHunk'
  | 'previousHunk'
  | 'acceptHunk'
  | 'rejectHunk'
  | 'addRemark'
  | 'editRemark'
  | 'saveRemark'
  | 'cancelRemark'
  | 'deleteRemark';

export function reviewCommands({
  review,
  remarks,
}: Parts): Record<ReviewCommand, (args: readonly unknown[]) => Promise<unknown>> {
  const { diffs, overview } = review;
  const on =
    (act: (remark: Remark) => unknown) =>
    async ([remark]: readonly unknown[]) => {
      if (remark instanceof Remark) complain(await act(remark));
    };
  // Where the cursor is, and what is under it, is known once the command before has done its work.
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = (act: (args: readonly unknown[]) => Promise<unknown>) => (args: readonly unknown[]) => {
    const then = () => act(args);
    last = last.then(then, then);
    return last;
  };
  return {
    acceptEdit: inOrder(async ([button]) => complain(await review.acceptInEditor(button))),
    async rejectEdit([button]) {
      const asked = diffs.inFront(button);
      if (!asked) return complain(await review.next());
      // What was remarked on its lines says why.
      const reason = asked.comments.length > 0 ? '' : await askWhy(vscode.l10n.t('Reject Edit'));
      if (reason !== undefined) complain(await review.decideInEditor(asked, 'reject', reason));
    },
    nextEdit: async () => complain(await review.next()),
    async openDiff() {
      const asked = diffs.inFront();
      return asked ? review.openDiff(asked.id) : complain(await review.next());
    },
    reviewAll: async () => complain(await overview.open()),
    acceptAll: async () => complain(await overview.acceptAll()),
    async rejectAll() {
      if (!overview.isInFront) return complain(await overview.open());
      const reason = await askWhy(vscode.l10n.t('Reject All Edits'));
      if (reason !== undefined) complain(await overview.rejectAll(reason));
    },
    nextHunk: inOrder(() => goTo('next')),
    previousHunk: inOrder(() => goTo('previous')),
    acceptHunk: inOrder(async () => complain(await review.chooseAtCursor(true))),
    rejectHunk: inOrder(async () => complain(await review.chooseAtCursor(false))),
    async addRemark([reply]) {
      if (isReply(reply)) complain(await remarks.add(reply));
    },
    editRemark: on((remark) => remarks.edit(remark)),
    saveRemark: on((remark) => remarks.save(remark)),
    cancelRemark: on((remark) => remarks.cancel(remark)),
    deleteRemark: on((remark) => remarks.remove(remark)),
  };

  async function goTo(which: 'next' | 'previous'): Promise<unknown> {
    const [multi, one] =
      which === 'next'
        ? (['goToNextChange', 'nextChange'] as const)
        : (['goToPreviousChange', 'previousChange'] as const);
    if (overview.isInFront) return vscode.commands.executeCommand(`multiDiffEditor.${multi}`);
    if (!diffs.inFront()) return complain(await review.next());
    await vscode.commands.executeCommand(`workbench.action.compareEditor.${one}`);
    return cursorMoved();
  }
}

/** The host hears of the cursor's moves one by one, the last a moment after the command that made it; there may be none. */
const cursorMoved = (): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    let timer = setTimeout(done, CURSOR_MS);
    const listener = vscode.window.onDidChangeTextEditorSelection(() => {
      clearTimeout(timer);
      timer = setTimeout(done, CURSOR_MS);
    });
  });

function complain(problem: unknown): void {
  if (typeof problem === 'string') void vscode.window.showWarningMessage(problem);
}

/** `undefined`: they thought better of it. */
const askWhy = (title: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Why? The agent is told. It may be left empty.'),
    ignoreFocusOut: true,
  });

const isReply = (value: unknown): value is vscode.CommentReply =>
  typeof value === 'object' && value !== null && 'thread' in value && 'text' in value && typeof value.text === 'string';
