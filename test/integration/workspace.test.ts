/** Files through the real editor: exact bytes, one undo step, unsaved text, formatters, and what a document cannot hold. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import iconv from 'iconv-lite';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { hashOf } from '../../src/agent/hash.ts';
import type { Applied, Workspace } from '../../src/agent/ports.ts';
import { editorWorkspace } from '../../src/extension/ports/workspace.ts';
import { nodeWorkspace } from '../../src/headless/ports/workspace.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the workspace in the editor', () => {
  let root: string;
  let workspace: Workspace;
  let count = 0;

  before(async () => {
    root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    workspace = editorWorkspace(await nodeWorkspace(root));
  });
  afterEach(() =>
    vscode.commands
      .executeCommand('workbench.action.revertAndCloseActiveEditor')
      .then(() => vscode.commands.executeCommand('workbench.action.closeAllEditors')),
  );

  const file = async (content: Uint8Array | string, name = 'txt'): Promise<string> => {
    const at = path.join(workspace.root, `file-${++count}.${name}`);
    await writeFile(at, content);
    return at;
  };
  const change = async (at: string, after: Uint8Array | string, more: { unsaved?: string } = {}): Promise<Applied> => {
    const before = await readFile(at).catch(() => undefined);
    return workspace.apply({
      path: at,
      before: before && hashOf(before),
      after: typeof after === 'string' ? bytes(after) : after,
      ...(more.unsaved !== undefined && { unsaved: more.unsaved }),
    });
  };

  it('writes exactly the approved bytes and saves them, in one undo step', async () => {
    const at = await file('one\ntwo\nthree\n');
    const document = await vscode.workspace.openTextDocument(at);
    await vscode.window.showTextDocument(document);
    const applied = await change(at, 'ONE\ntwo\nTHREE\nfour\n');
    assert.equal(applied.kind, 'applied');
    assert.equal(await readFile(at, 'utf8'), 'ONE\ntwo\nTHREE\nfour\n');
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'one\ntwo\nthree\n');
  });

  for (const [name, before, after] of [
    ['CRLF with a byte order mark', '\ufeffa\r\nb\r\n', '\ufeffa\r\nB\r\n'],
    ['no final newline', 'a\nb', 'a\nc'],
    ['mixed line endings', 'a\r\nb\nc\r\n', 'a\r\nB\nc\r\n'],
    ['an emptied file', 'a\n', ''],
    ['a first line that is empty', '\na\n', '\nb\n'],
    ['characters beyond the basic plane', 'x 😀 y\n', 'x 😁 y\n'],
  ] as const) {
    it(`keeps every other byte: ${name}`, async () => {
      const at = await file(before);
      assert.equal((await change(at, after)).kind, 'applied');
      assert.deepEqual(await readFile(at), Buffer.from(after));
    });
  }

  it('keeps the mode of an executable file', async () => {
    const at = await file('#!/bin/sh\n', 'sh');
    await chmod(at, 0o755);
    await change(at, '#!/bin/sh\necho hi\n');
    assert.equal((await stat(at)).mode & 0o777, 0o755);
  });

  it('creates a file with its folders, and never over one that appeared', async () => {
    const at = path.join(workspace.root, `new-${++count}`, 'deep', 'a.txt');
    assert.equal((await change(at, 'hi\n')).kind, 'applied');
    assert.equal(await readFile(at, 'utf8'), 'hi\n');
    const again = await workspace.apply({ path: at, before: undefined, after: bytes('no') });
    assert.equal(again.kind, 'stale');
    assert.equal(await readFile(at, 'utf8'), 'hi\n');
  });

  it('reads the unsaved text of an open editor, and overwrites it only as approved', async () => {
    const at = await file('one\n');
    const document = await vscode.workspace.openTextDocument(at);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), 'mine\n');
    await vscode.workspace.applyEdit(edit);
    const content = await workspace.read(at);
    assert.ok(content && !('fault' in content));
    assert.equal(content.unsaved, 'one\nmine\n');

    assert.equal((await change(at, 'two\n')).kind, 'stale');
    assert.equal(await readFile(at, 'utf8'), 'one\n');
    assert.equal(document.getText(), 'one\nmine\n');

    const applied = await change(at, 'two\nmine\n', { unsaved: 'one\nmine\n' });
    assert.equal(applied.kind, 'applied');
    assert.equal(await readFile(at, 'utf8'), 'two\nmine\n');
  });

  it('leaves the unsaved text of a file that is gone from disk, and says so', async () => {
    const at = await file('one\n');
    const document = await vscode.workspace.openTextDocument(at);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((builder) => builder.insert(new vscode.Position(1, 0), 'mine\n'));
    await unlink(at);
    const read = await workspace.read(at);
    assert.match(read && 'fault' in read ? read.fault : '', /unsaved text/);
    assert.equal((await change(at, 'new\n')).kind, 'stale');
    assert.equal(document.getText(), 'one\nmine\n');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('refuses what changed on disk after it was shown', async () => {
    const at = await file('one\n');
    const applied = await workspace.apply({
      path: at,
      before: hashOf('other'),
      after: bytes('two\n'),
    });
    assert.equal(applied.kind, 'stale');
    assert.equal(await readFile(at, 'utf8'), 'one\n');
  });

  it('tells what a formatter made of it on saving', async () => {
    const settings = vscode.workspace.getConfiguration('files');
    await settings.update('trimTrailingWhitespace', true, vscode.ConfigurationTarget.Global);
    try {
      const at = await file('one\n');
      const applied = await change(at, 'two   \n');
      assert.ok(applied.kind === 'applied');
      assert.equal(new TextDecoder().decode(applied.bytes), 'two\n');
    } finally {
      await settings.update('trimTrailingWhitespace', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('does not touch a folder in the way', async () => {
    const at = path.join(workspace.root, `folder-${++count}`);
    await mkdir(at);
    assert.notEqual((await workspace.apply({ path: at, before: undefined, after: bytes('x') })).kind, 'applied');
  });

  it('finds a document that is open under the spelling of a folder reached through a link', async () => {
    const link = path.join(os.tmpdir(), `gw-link-${process.pid}-${++count}`);
    await symlink(workspace.root, link);
    const linked = editorWorkspace(await nodeWorkspace(link), link);
    const at = await file('one\n');
    const uri = vscode.Uri.file(path.join(link, path.basename(at)));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(1, 0), 'mine\n');
    await vscode.workspace.applyEdit(edit);
    const content = await linked.read(at);
    assert.ok(content && !('fault' in content));
    assert.equal(content.unsaved, 'one\nmine\n');
    const applied = await linked.apply({
      path: at,
      before: hashOf('one\n'),
      after: bytes('two\nmine\n'),
      unsaved: 'one\nmine\n',
    });
    assert.equal(applied.kind, 'applied');
    assert.equal(document.getText(), 'two\nmine\n');
    assert.equal(document.isDirty, false);
    assert.equal(await readFile(at, 'utf8'), 'two\nmine\n');
  });

  it('keeps the bytes of a file in the encoding of the settings', async () => {
    const settings = vscode.workspace.getConfiguration('files');
    await settings.update('encoding', 'gbk', vscode.ConfigurationTarget.Global);
    try {
      const at = await file(iconv.encode('名字：甲\n', 'gbk'));
      const content = await workspace.read(at);
      assert.ok(content && !('fault' in content));
      assert.equal(content.encoding, 'gbk');
      const after = iconv.encode('名字：乙\n', 'gbk');
      assert.equal((await change(at, after)).kind, 'applied');
      assert.deepEqual(await readFile(at), Buffer.from(after));
    } finally {
      await settings.update('encoding', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  describe('when saving fails', () => {
    let meddle: (document: vscode.TextDocument) => Promise<void>;
    const saving = async (at: string): Promise<Applied> => {
      const listener = vscode.workspace.onWillSaveTextDocument((event) => event.waitUntil(meddle(event.document)));
      try {
        return await change(at, 'two\n');
      } finally {
        listener.dispose();
      }
    };

    it('takes the change back, so that nothing stands in the editor that was reported as not done', async () => {
      const at = await file('one\n');
      const document = await vscode.workspace.openTextDocument(at);
      await vscode.window.showTextDocument(document);
      meddle = () => writeFile(at, 'somebody else was faster\n');
      const applied = await saving(at);
      assert.deepEqual(applied, { kind: 'failed', reason: 'the editor could not save it' });
      assert.equal(document.getText(), 'one\n');
      assert.equal(await readFile(at, 'utf8'), 'somebody else was faster\n');
    });

    it('says that the change stands unsaved when somebody has gone on typing from it', async () => {
      const at = await file('one\n');
      const document = await vscode.workspace.openTextDocument(at);
      await vscode.window.showTextDocument(document);
      meddle = async () => {
        await writeFile(at, 'somebody else was faster\n');
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(1, 0), 'three\n');
        await vscode.workspace.applyEdit(edit);
      };
      const applied = await saving(at);
      assert.ok(applied.kind === 'failed');
      assert.match(applied.reason, /the change stands unsaved in the editor/);
      assert.equal(document.getText(), 'two\nthree\n');
    });
  });
});
