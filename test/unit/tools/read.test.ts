import { rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { read } from '../../../src/agent/tools/read.ts';
import { folder, lines } from './folder.ts';

const text = async (files: Record<string, string | Uint8Array>, ...paths: string[]): Promise<string> => {
  await using ws = await folder(files);
  return (await ws.call('read', { paths })).forModel;
};

test('a whole file: its text under one line', async () => {
  expect(await text({ 'a.ts': 'one\ntwo\n' }, 'a.ts')).toBe('=== a.ts (2 lines)\none\ntwo');
});

test('several files and ranges in one call, in the order they were asked for', async () => {
  expect(await text({ a: lines(5), b: 'x' }, 'a:2-3', 'b', 'a:5', 'a:4-')).toBe(
    [
      '=== a (lines 2-3 of 5)\nline 2\nline 3\n',
      '=== b (1 line)\nx\n',
      '=== a (lines 5-5 of 5)\nline 5\n',
      '=== a (lines 4-5 of 5)\nline 4\nline 5',
    ].join('\n'),
  );
});

test('a range beyond the end says how long the file is', async () => {
  expect(await text({ a: lines(5) }, 'a:9-12')).toBe('=== a (5 lines, none from 9 on)');
});

test('a file that is really called like a range is meant as such', async () => {
  expect(await text({ 'a:2-3': 'literal' }, 'a:2-3')).toBe('=== a:2-3 (1 line)\nliteral');
});

test('line numbers only when they are asked for', async () => {
  await using ws = await folder({ a: lines(3) });
  expect((await ws.call('read', { paths: ['a:2-3'], numbers: true })).forModel).toBe(
    '=== a (lines 2-3 of 3)\n2\tline 2\n3\tline 3',
  );
});

test('a long file is cut at the end of a line within 40 KB, and the next call is named', async () => {
  const result = await text({ a: lines(10_000) }, 'a');
  const [, last, first, end] =
    /lines 1-(\d+) of 10000[\s\S]*\[lines (\d+)-10000 left out; read a:(\d+)-10000\]$/.exec(result) ?? [];
  expect(Number(first)).toBe(Number(last) + 1);
  expect(end).toBe(first);
  expect(result).toContain(`\nline ${last}\n`);
  expect(Buffer.byteLength(result)).toBeLessThan(40 * 1024 + 200);
  expect(Buffer.byteLength(result)).toBeGreaterThan(40 * 1024 - 200);
});

test('the named next calls together give the whole file', async () => {
  await using ws = await folder({ a: lines(10_000) });
  let all = '';
  for (let next: string | undefined = 'a'; next !== undefined; ) {
    const { forModel } = await ws.call('read', { paths: [next] });
    all += `${forModel.slice(forModel.indexOf('\n') + 1).replace(/\[lines .*\]$/, '')}`;
    next = /read (a:\d+-\d+)\]$/.exec(forModel)?.[1];
  }
  expect(`${all}\n`).toBe(lines(10_000));
});

test('one line longer than the limit shows its beginning and says so', async () => {
  const result = await text({ a: `${'x'.repeat(1_000_000)}\nend\n` }, 'a');
  expect(result).toMatch(/^=== a \(line 1 of 2\)\nx{10240}\n\[this line has 1000000 characters/);
});

test('a call that is full names what to read next', async () => {
  const big = lines(5000, () => 'x'.repeat(50));
  const result = await text({ a: big, b: big, c: big, d: big, e: 'last' }, 'a', 'b', 'c', 'd', 'e');
  expect(result).toContain('=== e (not shown: this call is full; read it next)');
});

test('a folder is listed', async () => {
  expect(await text({ 'src/a.ts': '', 'src/lib/b.ts': '', '.env': '' }, 'src', '.')).toBe(
    '=== src (folder, 2 names)\na.ts\nlib/\n\n=== . (folder, 2 names)\n.env\nsrc/',
  );
});

test('binary data is named, not shown', async () => {
  expect(await text({ 'a.png': Uint8Array.of(0x89, 0x50, 0, 1, 2) }, 'a.png')).toBe(
    '=== a.png (is a binary file, 5 bytes; not shown)',
  );
});

test('an empty file', async () => expect(await text({ a: '' }, 'a')).toBe('=== a (empty)'));

test('other encodings and line endings read as plain text', async () => {
  const result = await text(
    { a: Buffer.from('\ufeffgr\u00fc\u00df\r\ndich', 'utf16le'), b: '\ufeffx\r\ny\r\n' },
    'a',
    'b',
  );
  expect(result).toBe('=== a (2 lines)\ngr\u00fc\u00df\ndich\n\n=== b (2 lines)\nx\ny');
});

test('what does not exist is named with what is alike; the rest is still shown', async () => {
  await using ws = await folder({ 'src/user-service.ts': 'x' });
  const result = await ws.call('read', { paths: ['src/userService.js', 'src/user-service.ts'] });
  expect(result).toMatchObject({
    ok: true,
    forModel:
      '=== src/userService.js (does not exist. There is user-service.ts.)\n\n=== src/user-service.ts (1 line)\nx',
  });
  expect(await ws.call('read', { paths: ['nothing'] })).toMatchObject({ ok: false });
});

test('unsaved text of an open editor is the truth', async () => {
  await using ws = await folder({ a: 'on disk' });
  const { workspace } = ws.context;
  const dirty = { ...workspace, read: async () => ({ bytes: Buffer.from('on disk'), unsaved: 'typed', mode: 0o644 }) };
  const prepared = await read.prepare({ paths: ['a'] }, { ...ws.context, workspace: dirty });
  if (prepared.kind !== 'act') throw new Error('not prepared');
  const { forModel } = await prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined });
  expect(forModel).toBe('=== a (1 line, with unsaved changes of the editor)\ntyped');
});

test('secrets, git and what is outside are refused, with what to do instead', async () => {
  await using ws = await folder({ '.env': 'KEY=1', 'a.key': 'k', '.git/config': 'g', 'ok.txt': 'fine' });
  for (const name of ['.env', 'a.key', '.git/config', '/etc/hostname']) {
    const result = await ws.call('read', { paths: ['ok.txt', name] });
    expect(result, name).toMatchObject({ ok: false });
    expect(result.forModel, name).toMatch(/^Refused by policy \([a-z-]+\), nothing was done: /);
    expect(result.forModel, name).not.toMatch(/KEY=1|fine/);
  }
});

test('a pipe or a device is never opened', async () => {
  await using ws = await folder();
  await ws.call('run', { command: 'mkfifo pipe' });
  expect(await ws.call('read', { paths: ['pipe'] })).toMatchObject({
    ok: false,
    forModel: expect.stringContaining('special-file'),
  });
});

test('a path that was judged and then became a link is not followed', async () => {
  await using ws = await folder({ 'src/a': 'inside', 'other/a': 'moved' });
  const prepared = await ws.prepare('read', { paths: ['src/a'] });
  if (prepared.kind !== 'act') throw new Error('not prepared');
  await rename(path.join(ws.root, 'src'), path.join(ws.root, 'old'));
  await symlink('other', path.join(ws.root, 'src'));
  const { ok, forModel } = await prepared.perform({ signal: AbortSignal.any([]), onOutput: () => undefined });
  expect(ok).toBe(false);
  expect(forModel).toBe('=== src/a ("src/a" no longer leads where it did when it was judged.)');
});

test('names with hidden characters are written out', async () => {
  expect(await text({ 'a\u202eb': 'x' }, 'a\u202eb')).toBe('=== a\\u{202e}b (1 line)\nx');
});
