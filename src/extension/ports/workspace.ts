/**
 * Files through the editor: an open document with unsaved changes is the truth, and an approved change goes through a
 * WorkspaceEdit (one undo step) and is saved. Where a document cannot hold the file's exact bytes, they are written on
 * disk as the headless program does it.
 */
import * as vscode from 'vscode';
import { decode, representable } from '../../agent/edit/text-file.ts';
import { hashOf } from '../../agent/hash.ts';
import type { Applied, FileChange, FileContent, Workspace } from '../../agent/ports.ts';
import { addressesOf, encodingOf, openDocument } from './documents.ts';

const failed = (reason: string): Applied => ({ kind: 'failed', reason });
const stale = (reason: string): Applied => ({ kind: 'stale', reason });
const UNSAVED_THERE = 'it has unsaved changes in the editor';
const GONE =
  'it is gone from disk, but the editor holds unsaved text of it. Ask the person to save it, or to close it without saving.';
const TYPED = 'its unsaved text in the editor changed after it was shown';
const UNSAVED = 'on disk, where it could not be saved; the change stands unsaved in the editor';

/** `folder`: the root as the editor spells it, which may lead through a link. */
export function editorWorkspace(disk: Workspace, folder: string = disk.root): Workspace {
  const addresses = (real: string) => addressesOf(real, { given: folder, real: disk.root });
  return {
    ...disk,
    async read(real) {
      const content = await disk.read(real);
      const at = addresses(real);
      const document = openDocument(at);
      if (!content && document?.isDirty) return { fault: GONE };
      if (!content || 'fault' in content) return content;
      const encoding = encodingOf(at);
      return {
        ...content,
        ...(encoding && { encoding }),
        ...(document?.isDirty && { unsaved: document.getText() }),
      };
    },
    encodingOf: (real) => encodingOf(addresses(real)),
    async version(real) {
      const onDisk = await disk.version(real);
      const open = openDocument(addresses(real));
      return open?.isDirty ? `${onDisk}:${open.version}` : onDisk;
    },
    async apply(change) {
      // A move goes by the disk: the editor would let extensions change other files along with it, unseen.
      if (change.from !== undefined)
        return openDocument(addresses(change.from))?.isDirty ? stale(UNSAVED_THERE) : disk.apply(change);
      const at = addresses(change.path);
      const now = await disk.read(change.path);
      if (now && 'fault' in now) return failed(now.fault);
      if ((now && hashOf(now.bytes)) !== change.before) return stale('the file changed after it was shown');
      if (!now && openDocument(at)?.isDirty) return stale(UNSAVED_THERE);
      if (!now)
        return change.after ? ((await create(at[0], change.after)) ?? outcome(disk, change)) : { kind: 'applied' };

      const open = openDocument(at);
      if (unsavedOf(open) !== change.unsaved) return stale(TYPED);
      if (!change.after) return open?.isDirty ? stale(UNSAVED_THERE) : ((await remove(at[0])) ?? { kind: 'applied' });
      const encoding = encodingOf(at);
      const fits = representable(now.bytes, encoding) === true && representable(change.after, encoding) === true;
      if (!fits) return open?.isDirty ? stale(UNSAVED_THERE) : disk.apply(change);
      return (await replace(open?.uri ?? at[0], now, change, change.after)) ?? outcome(disk, change);
    },
  };
}

const unsavedOf = (document: vscode.TextDocument | undefined): string | undefined =>
  document?.isDirty ? document.getText() : undefined;

/** `undefined`: done. Creating through the editor makes it undoable and tells its file watchers. */
async function create(uri: vscode.Uri, contents: Uint8Array): Promise<Applied | undefined> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents, overwrite: false, ignoreIfExists: false });
  return (await vscode.workspace.applyEdit(edit)) ? undefined : failed('the editor could not create it');
}

/** `undefined`: done. Through the editor, so that it can be undone there. */
async function remove(uri: vscode.Uri): Promise<Applied | undefined> {
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { recursive: false, ignoreIfNotExists: false });
  return (await vscode.workspace.applyEdit(edit)) ? undefined : failed('the editor could not delete it');
}

/** `undefined`: changed and saved. */
async function replace(
  uri: vscode.Uri,
  now: FileContent,
  change: FileChange,
  after: Uint8Array,
): Promise<Applied | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (unsavedOf(document) !== change.unsaved) return stale(TYPED);
  const was = decode(now.bytes, document.encoding);
  const is = decode(after, document.encoding);
  if ('fault' in was || 'fault' in is) return failed('it is no text');
  const before = document.getText();
  if (!document.isDirty && before !== was.text) return failed('the editor shows another text than the file has');
  if (!(await retype(document, is.text))) return failed('the editor refused the change');
  // A tab closed meanwhile takes its document object with it; the changed text lives on under the same address.
  const changed = document.isClosed ? await vscode.workspace.openTextDocument(uri) : document;
  const ours = changed.getText();
  if (!changed.isDirty || (await changed.save())) return undefined;
  // What could not be saved is taken back, unless somebody has gone on typing from it.
  const isBack = changed.getText() === ours && (await retype(changed, before));
  return failed(isBack ? 'the editor could not save it' : UNSAVED);
}

/** One undo step, of only what differs. */
async function retype(document: vscode.TextDocument, wanted: string): Promise<boolean> {
  const text = document.getText();
  if (text === wanted) return true;
  const { start, end, insert } = difference(text, wanted);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), insert);
  return vscode.workspace.applyEdit(edit);
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

/** What is on disk now: a formatter may have had its say. */
async function outcome(disk: Workspace, change: FileChange): Promise<Applied> {
  const now = await disk.read(change.path);
  if (!now || 'fault' in now) return failed('it could not be read again after saving');
  return { kind: 'applied', bytes: now.bytes };
}
