import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rebase } from '../../../src/agent/edit/proposal.ts';
import { hashOf } from '../../../src/agent/hash.ts';
import { decideAll, mapMode } from '../../../src/agent/policy/decide.ts';
import type { Applied, FileChange, FileContent, Workspace } from '../../../src/agent/ports.ts';
import { edit } from '../../../src/agent/tools/edit.ts';
import { patch } from '../../../src/agent/tools/patch.ts';
import type { PerformContext, Prepared, Tool, ToolContext } from '../../../src/agent/tools/tool.ts';
import { write } from '../../../src/agent/tools/write.ts';
import { content, file, onlyProposal } from './texts.ts';

type Act = Extract<Prepared, { kind: 'act' }>;

const files = new Map<string, FileContent>();
let changes: FileChange[] = [];
let applied: ((change: FileChange) => Applied) | undefined;

const workspace: Workspace = {
  root: '/ws',
  resolve: async (given) =>
    given.includes('\0')
      ? { fault: 'The path holds a NUL character.' }
      : {
          ...file(given),
          exists: files.has(given),
          kind: given === 'src' ? 'directory' : files.has(given) ? 'file' : undefined,
        },
  read: async (real) =>
    real.endsWith('huge') ? { fault: 'It is 60 MB; 50 MB is the limit.' } : files.get(real.slice('/ws/'.length)),
  version: async () => undefined,
  list: async () => ['user-service.ts', 'other.ts', 'lib/'],
  apply: async (change) => {
    changes.push(change);
    return applied?.(change) ?? { kind: 'applied', ...(change.after && { bytes: change.after }) };
  },
};

const nothing = async () => ({ fault: 'not here' });
const context: ToolContext = {
  workspace,
  search: { grep: nothing, files: nothing },
  shell: {
    name: 'sh',
    run: async () => ({ end: { kind: 'stopped' }, output: '', omitted: { bytes: 0, lines: 0 }, durationMs: 0 }),
  },
  mode: 'ask',
  hidden: [],
  look: async () => ({ understood: { parts: [], doubts: [], denials: [], touches: [] } }),
};

const prepare = async (tool: Tool, args: unknown): Promise<Act> => {
  const prepared = await tool.prepare(args, context);
  if (prepared.kind !== 'act') throw new Error(JSON.stringify(prepared));
  return prepared;
};
const perform = (prepared: Act, more: Partial<PerformContext> = {}) =>
  prepared.perform({ signal: new AbortController().signal, onOutput: () => {}, ...more });
const accepted = async (tool: Tool, args: unknown, bytes: Uint8Array) => {
  const prepared = await prepare(tool, args);
  const proposal = onlyProposal(prepared.effect);
  return perform(prepared, { decided: [{ proposal, remarks: '', verdict: { kind: 'accept', bytes } }] });
};
const change = { path: 'a.js', edits: [{ old: 'b', new: 'B\nC' }] };

beforeEach(() => {
  files.clear();
  files.set('a.js', content('a\nb\n'));
  changes = [];
  applied = undefined;
});

test('the schemas are small', () => {
  const size = ({ name, description, args }: Tool) => {
    const { $schema, ...parameters } = z.toJSONSchema(args);
    return JSON.stringify({ name, description, parameters }).length;
  };
  expect(size(edit)).toBeLessThanOrEqual(550);
  expect(size(write)).toBeLessThanOrEqual(300);
});

test('what is prepared is what is shown, intended and written', async () => {
  const prepared = await prepare(edit, change);
  expect(prepared).toMatchObject({
    actions: [{ kind: 'edit', path: { relative: 'a.js' } }],
    title: 'Edit a.js (+2 −1)',
    effect: { kind: 'edit', proposals: [{ path: 'a.js', added: 2, removed: 1 }] },
  });
  expect(changes).toEqual([]);
  expect(await perform(prepared)).toEqual({
    ok: true,
    title: 'Wrote a.js (+2 −1).',
    forModel: 'Wrote a.js (+2 −1).',
    changes: [{ path: 'a.js', before: hashOf('a\nb\n'), after: hashOf('a\nB\nC\n') }],
  });
  expect(changes).toEqual([{ path: '/ws/a.js', before: hashOf('a\nb\n'), after: Buffer.from('a\nB\nC\n') }]);
});

test('a new file is created', async () => {
  const prepared = await prepare(write, { path: 'new/b.js', content: 'x\n' });
  expect(prepared.title).toBe('Create new/b.js (+1 −0)');
  expect((await perform(prepared)).forModel).toBe('Created new/b.js (+1 −0).');
  expect(changes).toMatchObject([{ before: undefined }]);
});

test('what the person changed is told as a patch of the proposal', async () => {
  const result = await accepted(edit, change, Buffer.from('a\nB\nD\n'));
  expect(result.forModel).toBe(
    'Wrote a.js (+2 −1).\nThe person changed your text before accepting it:\n--- a.js\n+++ a.js\n@@ -2,2 +2,2 @@\n B\n-C\n+D',
  );
  expect(changes).toMatchObject([{ after: Buffer.from('a\nB\nD\n') }]);
});

test('what the editor changed on saving is told', async () => {
  const formatted = Buffer.from('a;\nB\nC\n');
  applied = () => ({ kind: 'applied', hash: hashOf(formatted), bytes: formatted });
  const result = await perform(await prepare(edit, change));
  expect(result.forModel).toContain(
    'on saving (formatter); the file now differs by:\n--- a.js\n+++ a.js\n@@ -1,2 +1,2 @@\n-a\n+a;',
  );
  expect(result.changes).toEqual([{ path: 'a.js', before: hashOf('a\nb\n'), after: hashOf(formatted) }]);
});

test('a tolerant match is told', async () => {
  files.set('a.js', content('f() {\n\ta();\n}\n'));
  const result = await perform(
    await prepare(edit, { path: 'a.js', edits: [{ old: '    a();\n}', new: '    b();\n}' }] }),
  );
  expect(result.forModel).toContain('line 2 was matched but for indentation');
  expect(Buffer.from(changes[0]?.after ?? []).toString()).toBe('f() {\n\tb();\n}\n');
});

describe('not written', () => {
  test.each([
    [
      'stale',
      { kind: 'stale', reason: 'it was deleted' } as const,
      'a.js was NOT changed: it was deleted. Read it again',
    ],
    [
      'failed',
      { kind: 'failed', reason: 'it is read-only (mode 0444)' } as const,
      'a.js was NOT changed: it is read-only (mode 0444). Do not retry',
    ],
  ])('%s', async (_, result, message) => {
    applied = () => result;
    const answer = await perform(await prepare(edit, change));
    expect(answer).toMatchObject({ ok: false, forModel: expect.stringContaining(message) });
    expect(answer.changes).toBeUndefined();
  });

  test.each([
    ['changed meanwhile', content('a\nb\nc\n'), 'it was changed meanwhile'],
    ['deleted meanwhile', undefined, 'it was deleted meanwhile'],
    ['typed in meanwhile', content('a\nb\n', { unsaved: 'a\nb\nmine' }), 'the person is typing in it'],
  ])('%s', async (_, now, message) => {
    const prepared = await prepare(edit, change);
    files.delete('a.js');
    if (now) files.set('a.js', now);
    expect(await perform(prepared)).toMatchObject({ ok: false, forModel: expect.stringContaining(message) });
    expect(changes).toEqual([]);
  });

  test('unsaved text was discarded meanwhile', async () => {
    files.set('a.js', content('a\nb\n', { unsaved: 'a\nb\nmine\n' }));
    const prepared = await prepare(edit, change);
    files.set('a.js', content('a\nb\n'));
    expect(await perform(prepared)).toMatchObject({ ok: false });
    expect(changes).toEqual([]);
  });

  test('the person took every change out', async () =>
    expect(await accepted(edit, change, Buffer.from('a\nb\n'))).toMatchObject({
      ok: false,
    }));

  test('the run was stopped', async () => {
    expect(await perform(await prepare(edit, change), { signal: AbortSignal.abort() })).toMatchObject({ ok: false });
    expect(changes).toEqual([]);
  });
});

test('unsaved text is saved only with the text that was approved', async () => {
  files.set('a.js', content('a\nb\n', { unsaved: 'a\nb\nmine\n' }));
  await perform(await prepare(edit, change));
  expect(changes).toMatchObject([
    { unsaved: 'a\nb\nmine\n', before: hashOf('a\nb\n'), after: Buffer.from('a\nB\nC\nmine\n') },
  ]);
});

test.each(['autoEdit', 'continuous'] as const)(
  'in mode %s too the person is asked before their unsaved text is saved',
  async (mode) => {
    files.set('a.js', content('a\nb\n', { unsaved: 'a\nb\nmine\n' }));
    const decision = decideAll((await prepare(edit, change)).actions, { mode, trusted: true });
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'unsaved', always: true });
    expect(mapMode(decision, mode)).toEqual({ kind: 'ask' });
  },
);

test('unsaved text stays when a later file of the same call cannot be written', async () => {
  files.set('a.js', content('a\nb\n', { unsaved: 'a\nb\nmine\n' }));
  files.set('b.js', content('b\n'));
  applied = ({ path, after }) =>
    path.endsWith('b.js')
      ? { kind: 'failed', reason: 'the disk is full' }
      : { kind: 'applied', ...(after && { bytes: after }) };
  const text = [
    '*** Begin Patch',
    '*** Update File: a.js',
    '-b',
    '+B',
    '*** Update File: b.js',
    '-b',
    '+B',
    '*** End Patch',
  ];
  const result = await perform(await prepare(patch, { patch: text.join('\n') }));
  expect(result).toMatchObject({ ok: false, forModel: expect.stringContaining('the disk is full') });
  expect(result.changes).toEqual([{ path: 'a.js', before: hashOf('a\nb\n'), after: hashOf('a\nb\nmine\n') }]);
  expect(changes.at(-1)).toMatchObject({ path: '/ws/a.js', after: Buffer.from('a\nb\nmine\n') });
});

test('a new file is made in the encoding the host names', async () => {
  const host = { ...context, workspace: { ...workspace, encodingOf: () => 'gbk' } };
  const prepared = await write.prepare({ path: 'new.txt', content: '你好\n' }, host);
  if (prepared.kind !== 'act') throw new Error(JSON.stringify(prepared));
  const { after } = onlyProposal(prepared.effect);
  expect(Buffer.from(after ?? '').toString('hex')).toBe('c4e3bac30a');
});

test('a merged proposal is performed on the file it was merged with', async () => {
  files.set('a.js', content('a\nb\n3\n4\n5\n'));
  const prepared = await prepare(edit, change);
  files.set('a.js', content('a\nb\n3\n4\nfive\n'));
  const merged = rebase(onlyProposal(prepared.effect), files.get('a.js'));
  if (merged.kind !== 'merged') throw new Error('no merge');
  const { proposal } = merged;
  const verdict = { kind: 'accept', bytes: proposal.after } as const;
  expect(await perform(prepared, { decided: [{ proposal, remarks: '', verdict }] })).toMatchObject({
    ok: true,
  });
  expect(changes).toMatchObject([
    { before: hashOf('a\nb\n3\n4\nfive\n'), after: Buffer.from('a\nB\nC\n3\n4\nfive\n') },
  ]);
});

describe('refused with the next step', () => {
  test('a path that cannot be', async () =>
    expect(await edit.prepare({ ...change, path: 'a\0' }, context)).toMatchObject({ kind: 'refusal' }));

  test.each([
    ['a folder', edit, { ...change, path: 'src' }, 'is a folder'],
    ['a folder by its spelling', write, { path: 'new/', content: '' }, 'is a folder'],
    [
      'no such file, another one is like it',
      edit,
      { ...change, path: 'src/userService.ts' },
      'There is user-service.ts. Use write',
    ],
    ['no such file', edit, { ...change, path: 'src/xyzzy.ts' }, 'does not exist. Use write to create it.'],
    ['too large', edit, { ...change, path: 'huge' }, '50 MB is the limit'],
    ['no match', edit, { path: 'a.js', edits: [{ old: 'zzz', new: 'y' }] }, 'old is not in the file'],
    ['no change', write, { path: 'a.js', content: 'a\nb\n' }, 'exactly this content already'],
  ])('%s', async (_, tool, args, message) => {
    const prepared = await prepare(tool, args);
    // What a file holds, or that it exists, is told only where reading it is allowed.
    expect(prepared).toMatchObject({ actions: [{ kind: 'read' }], effect: { kind: 'none' } });
    const result = await perform(prepared);
    expect(result).toMatchObject({ ok: false, forModel: expect.stringContaining(message) });
    expect(result.forModel).toMatch(/^Not changed: /);
    expect(changes).toEqual([]);
  });
});
