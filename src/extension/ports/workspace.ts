/**
 * Files through the editor: an open document with unsaved changes is the truth, and an approved change goes through a
 * WorkspaceEdit (one undo step) and is saved. Where a document cannot hold the file's exact bytes, they are written on
 * disk as the headless program does it.
 */
import * as vscode from 'vscode';
import { decode, representable, sameBytes } from '../../agent/edit/text-file.ts';
import { hashOf } from '../../agent/hash.ts';
import type { Applied, FileChange, FileContent, Workspace } from '../../agent/ports.ts';

const failed = (reason: string): Applied => ({ kind: 'failed', reason });
const stale = (reason: string): Applied => ({ kind: 'stale', reason });

export function editorWorkspace(disk: Workspace): Workspace {
  return {
    ...disk,
    async read(real) {
      const content = await disk.read(real);
      if (!content || 'fault' in content) return content;
      const document = openDocument(real);
      return {
        ...content,
        ...(document && { encoding: document.encoding }),
        ...(document?.isDirty && { unsaved: document.getText() }),
      };
    },
    async apply(change) {
      const uri = vscode.Uri.file(change.path);
      const now = await disk.read(change.path);
      if (now && 'fault' in now) return failed(now.fault);
      if ((now && hashOf(now.bytes)) !== change.before) return stale('the file changed after it was shown');
      if (!now) return settle(disk, change, await create(uri, change.after));

      const open = openDocument(change.path);
      const unsaved = open?.isDirty ? open.getText() : undefined;
      if (unsaved !== change.unsaved) return stale('its unsaved text in the editor changed after it was shown');
      const encoding = open?.encoding;
      const fits = representable(now.bytes, encoding) === true && representable(change.after, encoding) === true;
      if (!fits) return open?.isDirty ? stale('it has unsaved changes in the editor') : disk.apply(change);
      return settle(disk, change, await replace(uri, now, change.after, encoding));
    },
  };
}

const openDocument = (real: string): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(({ uri, isClosed }) => uri.scheme === 'file' && uri.fsPath === real && !isClosed);

/** `undefined`: done. Creating through the editor makes it undoable and tells its file watchers. */
async function create(uri: vscode.Uri, contents: Uint8Array): Promise<string | undefined> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents, overwrite: false, ignoreIfExists: false });
  return (await vscode.workspace.applyEdit(edit)) ? undefined : 'the editor could not create it';
}

async function replace(
  uri: vscode.Uri,
  now: FileContent,
  after: Uint8Array,
  encoding: string | undefined,
): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const was = decode(now.bytes, encoding);
  const is = decode(after, encoding);
  if ('fault' in was || 'fault' in is) return 'it is no text';
  if (!document.isDirty && document.getText() !== was.text) return 'the editor shows another text than the file has';
  const text = document.getText();
  const { start, end, insert } = difference(text, is.text);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), insert);
  if (insert !== text.slice(start, end) && !(await vscode.workspace.applyEdit(edit)))
    return 'the editor refused the change';
  // A tab closed meanwhile takes its document object with it; the changed text lives on under the same address.
  const changed = document.isClosed ? await vscode.workspace.openTextDocument(uri) : document;
  return !changed.isDirty || (await changed.save()) ? undefined : 'the editor could not save it';
}

/** The one range that differs, never in the middle of a line ending or of a surrogate pair. */
function difference(before: string, after: string): { start: number; end: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  start = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  const lineEnd = before.indexOf('\n', before.length - tail);
  tail = lineEnd < 0 ? 0 : before.length - lineEnd - 1;
  return { start, end: before.length - tail, insert: after.slice(start, after.length - tail) };
}

async function settle(disk: Workspace, change: FileChange, problem: string | undefined): Promise<Applied> {
  if (problem) return failed(problem);
  const now = await disk.read(change.path);
  if (!now || 'fault' in now) return failed('it could not be read again after saving');
  return {
    kind: 'applied',
    hash: sameBytes(now.bytes, change.after) ? hashOf(change.after) : hashOf(now.bytes),
    bytes: now.bytes,
  };
}
