/** Open documents of the folder's files. A file has several names: the folder's own spelling, and the one without links. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';

/** The folder as the editor spells it (`given`) and with every link resolved (`real`). */
export interface Root {
  readonly given: string;
  readonly real: string;
}

export async function rootOf(given: string): Promise<Root> {
  return { given, real: await realpath(given).catch(() => given) };
}

/** Addresses of one file, given by its real path: first the one the editor's explorer uses. */
export function addressesOf(real: string, root: Root): readonly [vscode.Uri, ...vscode.Uri[]] {
  const below = relative(root.real, real);
  const plain = vscode.Uri.file(real);
  if (below === '' || isAbsolute(below) || below.split(/[\\/]/)[0] === '..') return [plain];
  return [vscode.Uri.file(join(root.given, below)), plain];
}

/** The document that is open for a file. Of two (one under each name) the one with unsaved changes. */
export function openDocument(addresses: readonly vscode.Uri[]): vscode.TextDocument | undefined {
  const names = addresses.map(({ fsPath }) => fsPath);
  const open = vscode.workspace.textDocuments.filter(
    ({ uri, isClosed }) => uri.scheme === 'file' && !isClosed && names.includes(uri.fsPath),
  );
  return open.find(({ isDirty }) => isDirty) ?? open[0];
}

/** How the editor reads a file: as it is open, otherwise as it would open it. */
export function encodingOf(addresses: readonly [vscode.Uri, ...vscode.Uri[]]): string | undefined {
  return (
    openDocument(addresses)?.encoding ??
    vscode.workspace.getConfiguration('files', addresses[0]).get<string>('encoding')
  );
}
