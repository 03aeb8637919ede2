/** Every row of area `edit` in test/cases: run here, or named with the test that runs it. */
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { rebase } from '../../../src/agent/edit/proposal.ts';
import { decideAll } from '../../../src/agent/policy/decide.ts';
import type { Workspace } from '../../../src/agent/ports.ts';
import { remove } from '../../../src/agent/tools/delete.ts';
import { edit } from '../../../src/agent/tools/edit.ts';
import type { Prepared, ToolContext, ToolResult } from '../../../src/agent/tools/tool.ts';
import { write } from '../../../src/agent/tools/write.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';
import { onlyProposal } from './texts.ts';

const Row = z.object({
  id: z.string(),
  area: z.string(),
  expect: z.string(),
  input: z.record(z.string(), z.unknown()).optional(),
});
const rows = async (name: string) =>
  (await readFile(path.join(import.meta.dirname, '../../cases', name), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)))
    .filter(({ area }) => area === 'edit');
const ROWS = [...(await rows('fault-cases.jsonl')), ...(await rows('security-cases.jsonl'))];

/** What is not a matter of proposing and writing one file. */
const ELSEWHERE: Record<string, string> = {
  'ed-applyedit-false': 'src/extension/ports/workspace.ts, integration tests',
  'ed-undo': 'integration tests in the editor',
  'ed-multi-atomic': 'test/unit/run/edits.test.ts: a call of several files',
  'ed-checkpoint-restore': 'test/unit/run/checkpoint.test.ts, test/unit/checkpoints',
  'edit-approval-reuse': 'src/agent/run: a nonce is used once',
};

type Act = Extract<Prepared, { kind: 'act' }>;
let root: string;
let workspace: Workspace;
const bases: string[] = [];
const at = (name: string) => path.join(root, name);

beforeEach(async () => {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'cases-')));
  bases.push(base);
  root = path.join(base, 'ws');
  await mkdir(root);
  workspace = await nodeWorkspace(root, { ledger: path.join(base, 'ledger') });
});
afterAll(() => Promise.all(bases.map((base) => rm(base, { recursive: true, force: true }))));

const nothing = async () => ({ fault: 'not here' });
const context = (): ToolContext => ({
  workspace,
  search: { grep: nothing, files: nothing },
  shell: {
    name: 'sh',
    run: async () => ({ end: { kind: 'stopped' }, output: '', omitted: { bytes: 0, lines: 0 }, durationMs: 0 }),
  },
  mode: 'ask',
  hidden: [],
  look: async () => ({ understood: { parts: [], doubts: [], denials: [], touches: [] } }),
});
async function prepare(name: string, old: string, put: string): Promise<Act> {
  const prepared = await edit.prepare({ path: name, edits: [{ old, new: put }] }, context());
  if (prepared.kind !== 'act') throw new Error(JSON.stringify(prepared));
  return prepared;
}
const perform = (prepared: Act): Promise<ToolResult> =>
  prepared.perform({ signal: new AbortController().signal, onOutput: () => {} });
const change = async (name: string, old: string, put: string): Promise<ToolResult> =>
  perform(await prepare(name, old, put));
/** Writes a file, edits it and returns the bytes. */
async function edited(file: string | Uint8Array, old: string, put: string): Promise<Buffer> {
  await writeFile(at('f'), file);
  expect(await change('f', old, put)).toMatchObject({ ok: true });
  return readFile(at('f'));
}
async function refused(file: string | Uint8Array, old: string, put: string, reason: string): Promise<void> {
  await writeFile(at('f'), file);
  expect(await change('f', old, put)).toMatchObject({ ok: false, forModel: expect.stringContaining(reason) });
  expect(await readFile(at('f'))).toEqual(Buffer.from(file));
}
const text = (input: Record<string, unknown> | undefined, name: string): string => z.string().parse(input?.[name]);

type Input = Record<string, unknown> | undefined;
const RUN: Record<string, (input: Input) => Promise<unknown>> = {
  // security-cases
  'edit-nomatch': (input) => refused(text(input, 'file'), text(input, 'old'), 'new', 'not in the file'),
  'edit-noop': (input) => refused(text(input, 'file'), text(input, 'old'), text(input, 'new'), 'the same'),
  'edit-regex-chars': async (input) =>
    expect(`${await edited(text(input, 'file'), text(input, 'old'), text(input, 'new'))}`).toBe(text(input, 'new')),
  'edit-crlf': async (input) =>
    expect(`${await edited(text(input, 'file'), text(input, 'old'), text(input, 'new'))}`).toBe('a\r\nc\r\n'),
  'edit-bom': async (input) =>
    expect(`${await edited(text(input, 'file'), text(input, 'old'), text(input, 'new'))}`).toBe('\uFEFFb'),
  'edit-utf16': async (input) =>
    expect((await edited(Buffer.from(text(input, 'hex'), 'hex'), 'b', 'c')).toString('hex')).toBe('fffe61006300'),
  'edit-no-final-newline': async (input) =>
    expect(`${await edited(text(input, 'file'), text(input, 'old'), text(input, 'new'))}`).toBe('b'),
  'edit-exec-bit': () => modeKept(),
  'edit-stale-hash': () => changedBetween(),
  'edit-approval-content-binding': async () => {
    await writeFile(at('f'), 'a');
    const { effect } = await prepare('f', 'a', 'b');
    const { real, after, afterHash } = onlyProposal(effect);
    const other = { path: real, before: afterHash, after };
    expect(await workspace.apply(other)).toMatchObject({ kind: 'stale' });
  },
  'edit-create-exists': async () => {
    const prepared = await write.prepare({ path: 'f', content: 'new' }, context());
    await writeFile(at('f'), 'mine');
    if (prepared.kind !== 'act') throw new Error(prepared.kind);
    expect(await perform(prepared)).toMatchObject({ ok: false });
    expect(await workspace.apply({ path: at('f'), before: undefined, after: Buffer.from('new') })).toMatchObject({
      kind: 'stale',
    });
    expect(await readFile(at('f'), 'utf8')).toBe('mine');
  },
  'edit-ok-simple': async (input) => {
    await writeFile(at('f'), text(input, 'file'));
    expect(await prepare('f', text(input, 'old'), text(input, 'new'))).toMatchObject({
      actions: [{ kind: 'edit' }],
      effect: { proposals: [{ warnings: [] }] },
    });
    expect(`${await edited(text(input, 'file'), text(input, 'old'), text(input, 'new'))}`).toBe('a bar b');
  },

  // fault-cases
  'ed-mode': () => modeKept(),
  'ed-hardlink': async () => {
    await writeFile(at('f'), 'a');
    await link(at('f'), at('g'));
    const prepared = await prepare('f', 'a', 'b');
    expect(prepared.effect).toMatchObject({ proposals: [{ warnings: [expect.stringContaining('2 names')] }] });
    await perform(prepared);
    expect([await readFile(at('g'), 'utf8'), (await stat(at('f'))).nlink]).toEqual(['b', 2]);
  },
  'ed-utf16': async () =>
    expect(await edited(Buffer.from('\uFEFFä\r\nb\n', 'utf16le'), 'b', 'c\nd')).toEqual(
      Buffer.from('\uFEFFä\r\nc\nd\n', 'utf16le'),
    ),
  'ed-no-eof-newline': async () => expect(`${await edited('a\nb', 'b\n', 'c\n')}`).toBe('a\nc'),
  'ed-huge': async () => {
    await writeFile(at('f'), 'a');
    await truncate(at('f'), 60 * 1024 * 1024);
    expect(await change('f', 'a', 'b')).toMatchObject({
      ok: false,
      forModel: expect.stringContaining('50 MB is the limit'),
    });
  },
  'ed-dirty-conflict': async () => {
    await writeFile(at('f'), 'a\nb\n');
    workspace = withEditor('a\nmine\n');
    expect(await change('f', 'b', 'c')).toMatchObject({
      ok: false,
      forModel: expect.stringContaining('not in the file'),
    });
  },
  'ed-user-types-during-approval': async () => {
    await writeFile(at('f'), 'a\nb\n3\n4\n');
    const disk = workspace;
    const prepared = await prepare('f', 'b', 'c');
    let typed = 'a\nb\n3\nmine\n';
    workspace = withEditor(() => typed);
    const again = await prepare('f', 'b', 'c');
    typed = 'a\nb\n3\nmine too\n';
    expect(await perform(again)).toMatchObject({ ok: false, forModel: expect.stringContaining('typing') });
    const now = await workspace.read(at('f'));
    if (!now || 'fault' in now) throw new Error('unreadable');
    expect(rebase(onlyProposal(prepared.effect), now)).toMatchObject({
      kind: 'merged',
      proposal: { after: Buffer.from('a\nc\n3\nmine too\n'), savesUnsaved: true },
    });
    workspace = disk;
  },
  'ed-external-change': () => changedBetween(),
  'ed-deleted-between': async () => {
    await writeFile(at('f'), 'a');
    const prepared = await prepare('f', 'a', 'b');
    await unlink(at('f'));
    expect(await perform(prepared)).toMatchObject({ ok: false, forModel: expect.stringContaining('deleted') });
    expect(await readdir(root)).toEqual([]);
  },
  'ed-renamed-between': async () => {
    await writeFile(at('f'), 'a');
    const prepared = await prepare('f', 'a', 'b');
    await rename(at('f'), at('g'));
    expect(await perform(prepared)).toMatchObject({ ok: false });
    const { real, beforeHash, after } = onlyProposal(prepared.effect);
    expect(await workspace.apply({ path: real, before: beforeHash, after })).toMatchObject({
      kind: 'stale',
      reason: expect.stringContaining('g in the same folder'),
    });
  },
  'ed-two-tools-same-file': async () => {
    await writeFile(at('f'), 'a b');
    const both = await Promise.all([prepare('f', 'a', 'x'), prepare('f', 'b', 'y')]);
    const results = await Promise.all(both.map(perform));
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(['x b', 'a y']).toContain(await readFile(at('f'), 'utf8'));
  },
  'ed-nonatomic-search': () => refused('a\nb\na\n', 'a', 'x', '2 times (lines 1, 3)'),
  'ed-unicode-normal': async () => {
    expect(`${await edited('cafe\u0301 a\n', 'cafe\u0301 a', 'x')}`).toBe('x\n');
    await writeFile(at('f'), 'cafe\u0301 a\nb\n');
    expect(await change('f', 'café a\nb', 'café a\nc')).toMatchObject({
      ok: true,
      forModel: expect.stringContaining('NFC/NFD'),
    });
    expect(await readFile(at('f'), 'utf8')).toBe('cafe\u0301 a\nc\n');
  },
  'ed-notebook': async () => {
    await writeFile(at('n.ipynb'), '{"cells": []}');
    expect(await change('n.ipynb', '[]', '[')).toMatchObject({
      ok: false,
      forModel: expect.stringContaining('valid JSON'),
    });
  },
  'edit-delete-dir': async (input) => {
    const folder = text(input, 'path');
    await mkdir(at(`${folder}/deep`), { recursive: true });
    for (const name of ['a', 'b', 'deep/c']) await writeFile(at(`${folder}/${name}`), 'one\n');
    const prepared = await remove.prepare({ paths: [folder] }, context());
    expect(prepared).toMatchObject({ title: 'Delete 3 files', actions: [{ kind: 'delete' }, {}, {}] });
    if (prepared.kind !== 'act') throw new Error(prepared.kind);
    expect(decideAll(prepared.actions, { mode: 'continuous', trusted: true })).toMatchObject({
      verdict: input?.op === 'delete' ? 'ask' : 'deny',
      always: true,
    });
  },
  'edit-lockfile-hash': async (input) =>
    expect(await warningsOf(text(input, 'path'), '{\n}\n', `{\n  "resolved": "${text(input, 'new')}"\n}\n`)).toEqual([
      'Changes where packages come from, or their check sums (line 2).',
    ]),
  'edit-scripts-change': async (input) =>
    expect(await warningsOf(text(input, 'path'), '{\n}\n', `{\n${text(input, 'new')}\n}\n`)).toEqual([
      'Adds a script that runs by itself when packages are installed or published (line 2).',
    ]),
  'edit-secret-in-new': async (input) =>
    expect(await warningsOf('a.ts', 'x\n', `x\nconst key = '${text(input, 'new')}';\n`)).toEqual([
      'Adds what looks like a key or a password (line 2).',
    ]),
  'ed-cross-device': async () => {
    const seen: string[] = [];
    workspace = await nodeWorkspace(root, {
      ledger: at('../ledger'),
      onStep: async () => seen.push(...(await readdir(root))),
    });
    await edited('a', 'a', 'b');
    expect(seen.some((name) => name.endsWith('.tmp'))).toBe(true);
  },
  'ed-atomic-kill': async () => {
    // Every step with a killed process: workspace.test.ts. Here: what a step leaves is a whole file.
    const seen = new Set<string>();
    workspace = await nodeWorkspace(root, {
      ledger: at('../ledger'),
      onStep: async () => seen.add(await readFile(at('f'), 'utf8')),
    });
    await edited('old', 'old', 'new');
    expect([...seen]).toEqual(['old', 'new']);
  },
};

async function warningsOf(name: string, before: string, after: string): Promise<readonly string[]> {
  await writeFile(at(name), before);
  const prepared = await write.prepare({ path: name, content: after }, context());
  if (prepared.kind !== 'act') throw new Error(prepared.kind);
  return onlyProposal(prepared.effect).warnings;
}

async function modeKept(): Promise<void> {
  await writeFile(at('f'), 'a');
  await chmod(at('f'), 0o755);
  await change('f', 'a', 'b');
  expect([await readFile(at('f'), 'utf8'), (await stat(at('f'))).mode & 0o777]).toEqual(['b', 0o755]);
}

async function changedBetween(): Promise<void> {
  await writeFile(at('f'), 'a');
  const prepared = await prepare('f', 'a', 'b');
  await writeFile(at('f'), 'a by git checkout');
  expect(await perform(prepared)).toMatchObject({
    ok: false,
    forModel: expect.stringMatching(/NOT changed: .* Read it again/),
  });
  expect(await readFile(at('f'), 'utf8')).toBe('a by git checkout');
}

/** The disk with an editor in front of it that holds unsaved text. */
function withEditor(unsaved: string | (() => string)): Workspace {
  const disk = workspace;
  return {
    ...disk,
    read: async (real) => {
      const now = await disk.read(real);
      return now && !('fault' in now) ? { ...now, unsaved: typeof unsaved === 'string' ? unsaved : unsaved() } : now;
    },
  };
}

test.each(ROWS.filter(({ id }) => id in RUN))('$id: $expect', async ({ id, input }) => {
  await RUN[id]?.(input);
});

test('every row runs here or is named with where it belongs, and no other is', () => {
  expect([...Object.keys(RUN), ...Object.keys(ELSEWHERE)].sort()).toEqual(ROWS.map(({ id }) => id).sort());
});
