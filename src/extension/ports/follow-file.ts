/** A document after its file was changed on disk: the editor reads it again a moment later. */
import * as vscode from 'vscode';

/** Resolves when the document says what its file says, or keeps to what somebody typed, or after so many milliseconds. */
export async function followed(document: vscode.TextDocument, ms: number, signal: AbortSignal): Promise<void> {
  const onDisk = await vscode.workspace.fs.readFile(document.uri).then(
    (bytes) => vscode.workspace.decode(bytes, { encoding: document.encoding }),
    () => undefined,
  );
  const isThere = () => onDisk === undefined || document.isDirty || plain(document.getText()) === plain(onDisk);
  if (isThere() || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      changed.dispose();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const changed = vscode.workspace.onDidChangeTextDocument(() => isThere() && end());
    signal.addEventListener('abort', end);
  });
}

/** A document knows one line ending and no mark at its beginning. */
const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
