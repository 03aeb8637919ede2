/**
 * The right side of a waiting edit: a virtual file whose text is the proposal's draft. Writing it stores the draft in
 * the run; the real file is never touched. It is named after the call, so a tab survives a reload of the window.
 *
 *   goalwright://<run>/<call>/<path>          the draft, as UTF-8
 *   goalwright://<run>/<call>/<path>?before   the left side of a new file: empty
 */
import * as vscode from 'vscode';
import { adoptEols, eolNear } from '../../agent/edit/lines.ts';
import { decode, encode, type TextFile } from '../../agent/edit/text-file.ts';
import type { Approval } from '../../agent/journal/state.ts';
import type { Session } from '../session.ts';

const SAVE_DELAY_MS = 250;
const SCHEME = 'goalwright';

export const draftUri = (run: string, call: string, path: string): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, authority: run, path: `/${call}/${path}` });

export class Drafts {
  readonly #session: Session;
  readonly #parts: vscode.Disposable[];
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(session: Session) {
    this.#session = session;
    this.#parts = [
      // Saved as it is typed: the document is clean on close, on reload and for hot exit.
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== SCHEME || !document.isDirty) return;
        const key = document.uri.toString();
        clearTimeout(this.#timers.get(key));
        this.#timers.set(
          key,
          setTimeout(() => void document.save(), SAVE_DELAY_MS),
        );
      }),
    ];
  }

  /** What the right side holds now is stored before a decision is made on it. */
  async settle(approval: Approval): Promise<void> {
    const document = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === SCHEME && this.approvalAt(uri)?.id === approval.id && !uri.query,
    );
    if (document?.isDirty) await document.save();
  }

  /** The latest approval of the call this address names. */
  approvalAt(uri: vscode.Uri): (Approval & { subject: { kind: 'edit' } }) | undefined {
    if (uri.authority !== this.#session.runId?.toLowerCase() && uri.authority !== this.#session.runId) return undefined;
    const call = uri.path.split('/')[1];
    const found = this.#session
      .state()
      ?.approvals.findLast((approval) => approval.call === call && approval.subject.kind === 'edit');
    return found?.subject.kind === 'edit' ? { ...found, subject: found.subject } : undefined;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const approval = this.#approval(uri);
    const size = (await this.read(uri)).length;
    const locked = uri.query !== '' || approval.status !== 'waiting';
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
    const approval = this.#approval(uri);
    if (uri.query !== '') return new Uint8Array();
    return new TextEncoder().encode((await this.#textFile(uri, approval.shown)).text);
  }

  async write(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const approval = this.#approval(uri);
    if (uri.query !== '' || approval.status !== 'waiting')
      throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('This proposal has been decided.'));
    const file = await this.#textFile(uri, approval.shown);
    const bytes = encode(adoptEols(file.text, new TextDecoder().decode(content), eolNear(file.text, 0, 0)), file);
    if ('fault' in bytes) throw vscode.FileSystemError.Unavailable(`${approval.subject.path} ${bytes.fault}`);
    const stored = await this.#session.run?.draft(approval.id, bytes);
    if (!stored?.ok) throw vscode.FileSystemError.NoPermissions(stored?.problem ?? vscode.l10n.t('No run is at work.'));
  }

  #approval(uri: vscode.Uri): NonNullable<ReturnType<Drafts['approvalAt']>> {
    const approval = this.approvalAt(uri);
    if (!approval) throw vscode.FileSystemError.FileNotFound(uri);
    return approval;
  }

  async #textFile(uri: vscode.Uri, hash: string): Promise<TextFile> {
    const bytes = await this.#session.blob(hash);
    const file = bytes && decode(bytes, await this.#encoding(uri));
    if (!file || 'fault' in file) throw vscode.FileSystemError.Unavailable(uri);
    return file;
  }

  /** The encoding of the real file, if the editor has it open. */
  async #encoding(uri: vscode.Uri): Promise<string | undefined> {
    const folder = this.#session.folder;
    const real = folder && vscode.Uri.joinPath(folder.uri, uri.path.split('/').slice(2).join('/'));
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === real?.toString())?.encoding;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const part of this.#parts) part.dispose();
  }
}
