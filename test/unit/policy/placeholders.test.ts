/** Secrets towards the model and back: what it read it can edit around and keep, and nothing else can be made of it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../../src/agent/policy/secret.ts';
import { type Folder, folder } from '../tools/folder.ts';

const KEY = `ghp_${'a1B2'.repeat(9)}`;
const OTHER = `ghp_${'c3D4'.repeat(9)}`;
const PEM = `-----BEGIN RSA ${'PRIVATE'} KEY-----\nAAAA\nBBBB\n-----END RSA ${'PRIVATE'} KEY-----`;
const config = (key: string, port = 1) => `export const token = '${key}';\nexport const port = ${port};\n`;

const read = (ws: Folder, name: string): Promise<string> => readFile(path.join(ws.root, name), 'utf8');

describe('a secret that the model read under a name', () => {
  test('comes back with an edit, a rewrite or a patch of the same file', async () => {
    await using ws = await folder({ 'a.ts': config(KEY), 'b.ts': config(KEY), 'c.ts': config(KEY) });
    const seen = redactSecrets(config(KEY));
    expect(seen).not.toContain(KEY);
    const [line = ''] = seen.split('\n');
    expect(await ws.call('edit', { path: 'a.ts', edits: [{ old: line, new: `${line} // kept` }] })).toMatchObject({
      ok: true,
    });
    expect(await read(ws, 'a.ts')).toBe(config(KEY).replace(';', '; // kept'));
    expect(await ws.call('write', { path: 'b.ts', content: seen.replace('port = 1', 'port = 2') })).toMatchObject({
      ok: true,
    });
    expect(await read(ws, 'b.ts')).toBe(config(KEY, 2));
    const patch = `*** Begin Patch\n*** Update File: c.ts\n@@\n-${line}\n+${line} // p\n*** End Patch`;
    expect(await ws.call('patch', { patch })).toMatchObject({ ok: true });
    expect(await read(ws, 'c.ts')).toBe(config(KEY).replace(';', '; // p'));
  });

  test('of several lines keeps them, whatever their ends', async () => {
    const text = `a\n${PEM}\nb\n`;
    await using ws = await folder({ 'k.txt': text, 'crlf.txt': text.replaceAll('\n', '\r\n') });
    const seen = redactSecrets(text);
    for (const file of ['k.txt', 'crlf.txt'])
      expect(await ws.call('write', { path: file, content: seen.replace('b\n', 'c\n') }), file).toMatchObject({
        ok: true,
      });
    expect(await read(ws, 'k.txt')).toBe(text.replace('b\n', 'c\n'));
    expect(await read(ws, 'crlf.txt')).toBe(text.replace('b\n', 'c\n').replaceAll('\n', '\r\n'));
  });

  test.each(['write', 'edit'])('is not written into another file by %s', async (tool) => {
    await using ws = await folder({ 'a.ts': config(KEY), 'b.ts': config(OTHER), 'new/x.ts': 'one\n' });
    const [line = ''] = redactSecrets(config(KEY)).split('\n');
    const args = tool === 'write' ? { content: line } : { edits: [{ old: 'port', new: line }] };
    const { ok, forModel } = await ws.call(tool, { path: 'b.ts', ...args });
    expect(ok).toBe(false);
    expect(forModel).toMatch(/^Not changed: «secret:[\w-]+:\w{4}» stands for a secret that is not in b\.ts\./);
    expect((await ws.call('write', { path: 'made.ts', content: line })).ok).toBe(false);
    expect(await read(ws, 'b.ts')).toBe(config(OTHER));
  });

  test('is in no command, and in no check', async () => {
    await using ws = await folder({ 'a.ts': config(KEY) });
    const name = /«[^»]+»/.exec(redactSecrets(config(KEY)))?.[0] ?? '';
    expect((await ws.call('run', { command: `echo ${name}` })).forModel).toMatch(/^Not run: «secret:/);
  });
});

test('a text that is about such names is edited as it is', async () => {
  const text = 'It is written as «secret:github:1a2b».\n';
  await using ws = await folder({ 'docs.md': text });
  await ws.call('edit', { path: 'docs.md', edits: [{ old: 'It is', new: 'That is' }] });
  await ws.call('write', { path: 'docs.md', content: `${text}More.\n` });
  expect(await read(ws, 'docs.md')).toBe(`${text}More.\n`);
});

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const harmless = fc.oneof(
  word,
  fc.constantFrom(
    'NODE_ENV=production',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'id 123e4567-e89b-12d3-a456-426614174000',
  ),
  fc.constantFrom(
    '"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="',
  ),
);
const secret = fc.constantFrom(`token: ${KEY}`, `a ${OTHER} b`, 'DB_PASSWORD=correct-Horse-battery-9-staple');

test('what is read and written back with one more line is the same file with one more line', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(harmless, secret), { minLength: 1, maxLength: 8 }), async (lines) => {
      const text = `${lines.join('\n')}\n`;
      await using ws = await folder({ 'f.txt': text });
      await ws.call('write', { path: 'f.txt', content: `${redactSecrets(text)}one more\n` });
      expect(await read(ws, 'f.txt')).toBe(`${text}one more\n`);
    }),
    { numRuns: 40 },
  ));

test('what is no secret is shown as it is', () =>
  fc.assert(fc.property(fc.array(harmless), (lines) => redactSecrets(lines.join('\n')) === lines.join('\n'))));
