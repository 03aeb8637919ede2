/** What the editor's language services say about a file: counted when they have spoken about it as it is, and are done. */
import assert from 'node:assert/strict';
import { realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { EditorLanguage } from '../../src/extension/ports/language.ts';

const never = new AbortController().signal;
const error = (message: string, line = 0) =>
  Object.assign(new vscode.Diagnostic(new vscode.Range(line, 0, line, 1), message), { source: 'demo' });
const warning = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), 'Hm', vscode.DiagnosticSeverity.Warning);

describe('errors in the editor', () => {
  let root: string;
  let count = 0;
  let language: EditorLanguage;
  let said: vscode.DiagnosticCollection;
  let speaking: vscode.Disposable[];

  before(async () => {
    root = await realpath(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
  });
  beforeEach(() => {
    language = new EditorLanguage(
      { given: root, real: root },
      { hidden: 1_500, first: 1_500, quiet: 400, whole: 6_000, file: 3_000 },
    );
    said = vscode.languages.createDiagnosticCollection('demo');
    speaking = [];
  });
  afterEach(() => {
    for (const one of [...speaking, said, language]) one.dispose();
  });

  const file = async (text: string): Promise<string> => {
    const at = path.join(root, `demo-${++count}.demo`);
    await writeFile(at, text);
    return at;
  };

  /** A language service: looks at a document when it is opened or changed, and speaks after a while. */
  const speak = (look: (text: string) => readonly vscode.Diagnostic[], after: number): void => {
    const later = (document: vscode.TextDocument) => {
      if (!document.fileName.endsWith('.demo')) return;
      const text = document.getText();
      setTimeout(() => said.set(document.uri, look(text)), after);
    };
    speaking.push(
      vscode.workspace.onDidOpenTextDocument(later),
      vscode.workspace.onDidChangeTextDocument(({ document }) => later(document)),
    );
  };
  const bad = (text: string) =>
    text.split('\n').flatMap((line, i) => (line.includes('bad') ? [error('It is bad.\nVery.', i)] : []));

  it('opens the file without an editor, waits for the service, and counts errors only', async () => {
    speak((text) => [warning, ...bad(text)], 300);
    const at = await file('good\nbad\nbad\n');
    assert.deepEqual(await language.errors(at, never), { count: 2, first: 'line 2: demo: It is bad.' });
    assert.equal(vscode.window.visibleTextEditors.length, 0);
  });

  it('a file without errors has none, once somebody has looked', async () => {
    speak(bad, 200);
    assert.deepEqual(await language.errors(await file('good\n'), never), { count: 0, first: '' });
  });

  it('nothing is known of a file that nobody ever looks at', async () => {
    assert.equal(await language.errors(await file('bad\n'), never), undefined);
  });

  it('waits for the last of several services', async () => {
    speak(() => [], 100);
    speak(bad, 400);
    assert.equal((await language.errors(await file('bad\n'), never))?.count, 1);
  });

  it('does not take what was said before the file changed, in the editor or on disk', async () => {
    speak(bad, 500);
    const at = await file('good\n');
    assert.equal((await language.errors(at, never))?.count, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(vscode.Uri.file(at), new vscode.Position(0, 0), 'bad\n');
    await vscode.workspace.applyEdit(edit);
    assert.equal((await language.errors(at, never))?.count, 1);
    await vscode.workspace.openTextDocument(at).then((document) => document.save());
    await writeFile(at, 'bad\nbad\nbad\n');
    assert.equal((await language.errors(at, never))?.count, 3);
  });

  it('asked again about what it knows, it answers without waiting for a word that will not come', async () => {
    const patience = { hidden: 3_600_000, first: 3_600_000, quiet: 400, whole: 6_000, file: 3_000 };
    const patient = new EditorLanguage({ given: root, real: root }, patience);
    speaking.push(patient);
    speak(bad, 100);
    const at = await file('bad\n');
    assert.equal((await patient.errors(at, never))?.count, 1);
    assert.equal((await patient.errors(at, never))?.count, 1);
  });

  it('ends at once when the run is stopped, and knows nothing of a file that is not there', async () => {
    const stop = new AbortController();
    const asked = language.errors(await file('bad\n'), stop.signal);
    stop.abort();
    assert.equal(await asked, undefined);
    assert.equal(await language.errors(path.join(root, 'missing.demo'), never), undefined);
  });

  it('TypeScript looks only at what has a tab: it gets one behind the others, and nothing is left of it', async () => {
    const ts = new EditorLanguage({ given: root, real: root });
    speaking.push(ts);
    const front = await vscode.workspace.openTextDocument(await file('in front'));
    await vscode.window.showTextDocument(front);
    const at = path.join(root, 'typed.ts');
    await writeFile(at, 'export const a: number = "x";\n');
    assert.deepEqual(await ts.errors(at, never), {
      count: 1,
      first: "line 1: ts: Type 'string' is not assignable to type 'number'.",
    });
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    assert.deepEqual(tabs(), [path.basename(front.fileName)]);
    assert.equal(vscode.window.activeTextEditor?.document, front);
    // What was taken back with the tab is no news.
    assert.equal((await ts.errors(at, never))?.count, 1);
    await writeFile(at, 'export const a: number = 1;\n');
    assert.equal((await ts.errors(at, never))?.count, 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('tells what is new after a change: neither what was there, nor what only moved', async () => {
    speak((text) => bad(text), 100);
    const at = await file('bad\ngood\n');
    await vscode.workspace.openTextDocument(at);
    const watch = await language.watch(at, never);
    assert.ok(watch);
    await writeFile(at, 'good\nbad\nbad\n');
    assert.deepEqual(await watch.news(never), ['line 3: demo: It is bad.']);
  });

  it('does not watch a file that no service speaks of', async () => {
    assert.equal(await language.watch(await file('good\n'), never), undefined);
  });
});
