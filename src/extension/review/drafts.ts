/**
 * The right side of a waiting edit: a virtual file whose text is the proposal's draft. Writing it stores the draft in
 * the run; the real file is never touched. It is named after the call, so a tab survives a reload of the window, and has
 * the path of the file, or VS Code would take its change for a renaming.
 *
 *   goalwright://<run>.<call>/<path>          the draft, as UTF-8 with its mark, which wins over `files.encoding`
 *   goalwright://<run>.<call>/<path>?before   the left side of a new file: empty
 *
 * The right side of a deletion is empty too; what is no text is handed out as it is. Neither can be written, nor can a text
 * with line ends that no document keeps.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { choose } from '../../agent/edit/choice.ts';
import { adoptEols, eolNear } from '../../agent/edit/lines.ts';
import { decode, encode, type TextFile } from '../../agent/edit/text-file.ts';
import { hashOf } from '../../agent/hash.ts';
import { type Asked, isEdit } from '../../agent/journal/edits.ts';
import { type Approval, approvalOf } from '../../agent/journal/state.ts';
import type { Faults } from '../faults.ts';
import { addressesOf, encodingOf, rootOf } from '../ports/documents.ts';
import type { Happened, Session } from '../session.ts';

const SAVE_DELAY_MS = 250;
export const SCHEME = 'goalwright';

const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** `undefined`: no run is shown. */
export function draftUri(
  { folder, runId }: Pick<Session, 'folder' | 'runId'>,
  { call, subject }: Pick<Asked, 'call' | 'subject'>,
): vscode.Uri | undefined {
  if (!folder || !runId) return undefined;
  const { path } = vscode.Uri.joinPath(folder.uri, subject.path);
  return vscode.Uri.from({ scheme: SCHEME, authority: `${runId}.${call}`.toLowerCase(), path });
}

export class Drafts {
  readonly #session: Session;
  readonly #parts: vscode.Disposable[];
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #rewritten = new vscode.EventEmitter<string>();
  readonly #rightSides: vscode.EventEmitter<vscode.FileChangeEvent[]>;
  readonly #faults: Faults;
  /** What the person's own saving makes of an approval, while it is stored. */
  readonly #writing = new Map<string, string>();
  /** The text of a waiting edit was changed by somebody else than the person at its right side. */
  readonly onRewritten = this.#rewritten.event;

  constructor(session: Session, rightSides: vscode.EventEmitter<vscode.FileChangeEvent[]>, faults: Faults) {
    this.#session = session;
    this.#rightSides = rightSides;
    this.#faults = faults;
    this.#parts = [
      this.#rewritten,
      session.onEvent((happened) => this.#follow(happened)),
      // Saved as it is typed: the document is clean on close, on reload and for hot exit.
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== SCHEME || !document.isDirty) return;
        const key = document.uri.toString();
        clearTimeout(this.#timers.get(key));
        this.#timers.set(
          key,
          setTimeout(() => {
            this.#timers.delete(key);
            faults.show(document.save());
          }, SAVE_DELAY_MS),
        );
      }),
    ];
  }

  /** What the right side holds now is stored before a decision is made on it. False: it could not be. */
  async settle(approval: Approval): Promise<boolean> {
    const document = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === SCHEME && this.approvalAt(uri)?.id === approval.id && !uri.query,
    );
    if (!document?.isDirty) return true;
    try {
      return (await document.save()) && !document.isDirty;
    } catch (error) {
      this.#faults.note(error);
      return false;
    }
  }

  /** The text of a proposal in the encoding of the file it changes or makes. `undefined`: it is no text. */
  async textOf({ path, from }: Asked['subject'], hash: string): Promise<TextFile | undefined> {
    const bytes = await this.#session.blob(hash);
    const file = bytes && decode(bytes, await this.#encoding(from ?? path));
    return file && 'text' in file ? file : undefined;
  }

  /** Stores the draft with one of its hunks taken or left out. Returns what is wrong, for the person. */
  async choose({ id, subject, shown }: Asked, hunk: number, accept: boolean): Promise<string | undefined> {
    const [before, proposed, draft] = await Promise.all(
      [subject.before, subject.after, shown].map((hash) => (hash ? this.textOf(subject, hash) : undefined)),
    );
    const chosen = draft && choose(before?.text ?? '', proposed?.text ?? '', draft.text, hunk, accept);
    if (draft === undefined || chosen === undefined)
      return vscode.l10n.t('The proposal changed after it was shown. Look at it again.');
    const bytes = encode(chosen, draft);
    if ('fault' in bytes) return `${subject.path} ${bytes.fault}`;
    const stored = await this.#session.draft(id, bytes);
    return stored.ok ? undefined : stored.problem;
  }

  /** The editor reads a right side again when it is not what it was: asked again after a merge, drafted elsewhere, decided. */
  #follow({ event, state }: Happened): void {
    const isRewritten = event.type === 'proposal.drafted' && this.#writing.get(event.approval) !== event.after;
    if (isRewritten || /^approval\./.test(event.type))
      this.#refresh('approval' in event ? approvalOf(state, event.approval) : undefined);
    if (isRewritten) this.#rewritten.fire(event.approval);
  }

  #refresh(approval: Approval | undefined): void {
    const uri = approval && isEdit(approval) && draftUri(this.#session, approval);
    if (uri) this.#rightSides.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** The latest approval of the call this address names. */
  approvalAt(uri: vscode.Uri): Asked | undefined {
    const named = uri.with({ query: '' }).toString();
    return this.#session
      .state()
      ?.approvals.filter(isEdit)
      .findLast((asked) => draftUri(this.#session, asked)?.toString() === named);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const approval = this.#approval(uri);
    const { content, isWritable } = await this.#content(uri, approval);
    const size = content.length;
    const locked = !isWritable || approval.status !== 'waiting';
    const mtime = this.#session.state()?.at ?? 0;
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime,
      size,
      ...(locked && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async read(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#content(uri, this.#approval(uri))).content;
  }

  async #content(uri: vscode.Uri, { subject, shown }: Asked): Promise<{ content: Uint8Array; isWritable: boolean }> {
    if (uri.query !== '' || !subject.after) return { content: new Uint8Array(), isWritable: false };
    const file = await this.textOf(subject, shown);
    // A document would make line ends of its own out of lone CRs: such a text is decided on, not edited.
    if (file)
      return { content: Buffer.concat([MARK, Buffer.from(file.text)]), isWritable: !/\r(?!\n)/.test(file.text) };
    const content = await this.#session.blob(shown);
    if (!content) throw vscode.FileSystemError.Unavailable(uri);
    return { content, isWritable: false };
  }

  async write(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const approval = this.#approval(uri);
    if (uri.query !== '' || approval.status !== 'waiting' || !approval.subject.after)
      throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('This proposal has been decided.'));
    const file = await this.#textFile(uri, approval);
    const bytes = encode(adoptEols(file.text, utf8(content), eolNear(file.text, 0, 0)), file);
    if ('fault' in bytes) throw vscode.FileSystemError.Unavailable(`${approval.subject.path} ${bytes.fault}`);
    this.#writing.set(approval.id, hashOf(bytes));
    try {
      const stored = await this.#session.draft(approval.id, bytes);
      if (!stored.ok) throw vscode.FileSystemError.NoPermissions(stored.problem);
    } finally {
      this.#writing.delete(approval.id);
    }
  }

  #approval(uri: vscode.Uri): Asked {
    const approval = this.approvalAt(uri);
    if (!approval) throw vscode.FileSystemError.FileNotFound(uri);
    return approval;
  }

  async #textFile(uri: vscode.Uri, { subject, shown }: Asked): Promise<TextFile> {
    const file = await this.textOf(subject, shown);
    if (!file) throw vscode.FileSystemError.Unavailable(uri);
    return file;
  }

  async #encoding(path: string): Promise<string | undefined> {
    const { folder } = this.#session;
    if (!folder) return undefined;
    const root = await rootOf(folder.uri.fsPath);
    return encodingOf(addressesOf(join(root.real, path), root));
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const part of this.#parts) part.dispose();
  }
}

/** The editor may have been told to save in another encoding; its bytes must not be taken for UTF-8 then. */
function utf8(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw vscode.FileSystemError.Unavailable(vscode.l10n.t('A proposal is stored as UTF-8. Choose that encoding.'));
  }
}
