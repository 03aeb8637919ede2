import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merge3 } from '../../../src/agent/edit/merge.ts';
import { isCurrent, propose, rebase, type Wanted } from '../../../src/agent/edit/proposal.ts';
import { hashOf } from '../../../src/agent/hash.ts';
import type { FileContent, ResolvedPath } from '../../../src/agent/ports.ts';
import { content, file } from './texts.ts';

const proposed = (wanted: Wanted, now: FileContent | undefined, path: ResolvedPath = file()) => {
  const result = propose(path, now, wanted);
  if (result.kind === 'refusal') throw new Error(result.forModel);
  return result;
};
const refused = (wanted: Wanted, now: FileContent | undefined, path: ResolvedPath = file()): string => {
  const result = propose(path, now, wanted);
  if (result.kind !== 'refusal') throw new Error(`proposed: ${Buffer.from(result.after)}`);
  return result.forModel;
};
const edit = (old: string, put: string): Wanted => ({ edits: [{ old, new: put }] });
const text = ({ after }: { after: Uint8Array }) => Buffer.from(after).toString();

test('a proposal names the bytes it was made from and the bytes it makes', () => {
  const now = content('a\nb\n');
  expect(proposed(edit('b', 'B\nC'), now)).toMatchObject({
    path: 'src/a.ts',
    real: '/ws/src/a.ts',
    before: now.bytes,
    beforeHash: hashOf('a\nb\n'),
    after: Buffer.from('a\nB\nC\n'),
    afterHash: hashOf('a\nB\nC\n'),
    added: 2,
    removed: 1,
    savesUnsaved: false,
    warnings: [],
  });
});

describe('new files', () => {
  test('have no before', () =>
    expect(proposed({ text: 'a\r\nb' }, undefined)).toMatchObject({
      before: undefined,
      beforeHash: undefined,
      after: Buffer.from('a\r\nb'),
      added: 2,
      removed: 0,
    }));
  test('may be empty', () =>
    expect(proposed({ text: '' }, undefined)).toMatchObject({ added: 0, removed: 0, afterHash: hashOf('') }));
  test('are not made by edits', () => expect(refused(edit('a', 'b'), undefined)).toContain('does not exist'));
});

describe('refusals', () => {
  test('write of the same content', () =>
    expect(refused({ text: 'a\nb\n' }, content('a\r\nb\r\n'))).toContain('exactly this content already'));
  test('a binary file', () => expect(refused({ text: 'a' }, content(Buffer.from([1, 0, 2])))).toContain('binary'));
  test('a character the encoding lacks', () =>
    expect(refused(edit('a', '漢'), content('a', { encoding: 'iso88591' }))).toContain('U+6F22'));
  test('an elision in a whole file', () =>
    expect(refused({ text: 'f();\n// ... rest of the file unchanged ...\n' }, content('a'))).toContain(
      'content line 2',
    ));
  test('a notebook that would break', () => {
    const notebook = content('{"cells": [], "nbformat": 4}');
    expect(refused(edit('[]', '[}'), notebook, file('n.ipynb'))).toContain('not be valid JSON');
    expect(refused({ text: '[]' }, notebook, file('n.ipynb'))).toContain('"cells"');
    expect(text(proposed(edit('[]', '[{}]'), notebook, file('n.ipynb')))).toBe('{"cells": [{}], "nbformat": 4}');
  });
});

describe('unsaved text of an editor', () => {
  const now = content('a\nb\nc\n', { unsaved: 'a\nmine\nc\n' });
  test('is the base, and a yes saves it', () =>
    expect(proposed(edit('c', 'C'), now)).toMatchObject({
      after: Buffer.from('a\nmine\nC\n'),
      beforeHash: hashOf('a\nb\nc\n'),
      savesUnsaved: true,
      unsaved: 'a\nmine\nc\n',
      warnings: [],
    }));
  test('where it differs from what the model knew, the model is shown it', () =>
    expect(refused(edit('b', 'B'), now)).toContain('not in the file'));
  test('replaced, it is said', () =>
    expect(proposed({ text: 'new\n' }, now).warnings).toEqual(['Replaces 1 of your own unsaved lines.']));
  test('with mixed endings on disk nothing can be kept', () =>
    expect(refused(edit('c', 'C'), content('a\r\nc\n', { unsaved: 'a\nc\n' }))).toContain('mixed line endings'));
  test('keeps encoding and BOM of the disk', () =>
    expect([...proposed(edit('b', 'é'), content(Buffer.from('\uFEFFa', 'utf16le'), { unsaved: 'b' })).after]).toEqual([
      0xff, 0xfe, 0xe9, 0,
    ]));
});

describe('warnings', () => {
  const warned = (put: string) => proposed(edit('x', put), content('x\n')).warnings;
  test.each([
    ['if (a\u202e) {', 'text direction controls (U+202E in line 1)'],
    ['a\u200bb', 'invisible characters (U+200B'],
    ['a\u{e0041}', 'tag characters (U+E0041'],
    ['a\u200db', 'invisible joiners (U+200D'],
    ['\u001b[2K', 'control characters (U+001B'],
    ['p\u0430ypal()', 'p[U+0430]ypal in line 1'],
    ['ＡdminA', 'look-alike'],
  ])('%j', (put, warning) => expect(warned(put).join()).toContain(warning));
  test.each([
    'naïve Ünïcödé 漢字',
    'Привет, мир',
    'Δx = 3 * μs',
    '👩‍👩‍👧 👍🏽 ❤️',
    'می‌خواهم',
    'क्‍ष',
    '\tcode();',
    "'한국어'",
  ])('%s: nothing to warn of', (put) => expect(warned(put)).toEqual([]));
  test('only what is new counts', () =>
    expect(proposed(edit('x', 'y'), content('a\u200bb\nx\n')).warnings).toEqual([]));
  test('hard links, links and mixed endings', () => {
    const linked = { ...file('real.ts', 2), given: 'link.ts', lexical: 'link.ts' };
    expect(proposed(edit('a', 'b'), content('a\r\nc\n'), linked).warnings).toEqual([
      'Link: link.ts leads to /ws/real.ts.',
      'Link: the file has 2 names (hard links); all of them change.',
      'Mixed line endings are kept: written on disk, outside the undo of the editor.',
    ]);
  });
});

describe('rebase', () => {
  const before = content('1\n2\n3\n4\n5\n6\n7\n');
  const proposal = proposed(edit('2', 'two'), before);
  test('the same file: the same proposal', () => {
    expect(isCurrent(proposal, before)).toBe(true);
  });
  test('another place changed: both changes', () => {
    const now = content('1\n2\n3\n4\n5\nsix\n7\n');
    expect(isCurrent(proposal, now)).toBe(false);
    const result = rebase(proposal, now);
    if (result.kind === 'conflict') throw new Error(result.reason);
    expect(text(result.proposal)).toBe('1\ntwo\n3\n4\n5\nsix\n7\n');
    expect(result.proposal).toMatchObject({ beforeHash: hashOf(now.bytes), added: 1, removed: 1 });
  });
  test('line endings converted meanwhile: nothing is guessed', () =>
    expect(rebase(proposal, content('1\r\n2\r\n3\r\n'))).toMatchObject({ kind: 'conflict' }));
  test('the person typed elsewhere in the editor: both, and a yes saves it', () => {
    const result = rebase(proposal, { ...before, unsaved: '1\n2\n3\n4\n5\n6\n7\nmine\n' });
    expect(result).toMatchObject({ kind: 'merged', proposal: { savesUnsaved: true, beforeHash: proposal.beforeHash } });
  });
  test('the person discarded unsaved text: it does not come back', () => {
    const dirty = proposed(edit('6', 'six'), { ...before, unsaved: '1\nmine\n2\n3\n4\n5\n6\n7\n' });
    const result = rebase(dirty, before);
    if (result.kind === 'conflict') throw new Error(result.reason);
    expect(text(result.proposal)).toBe('1\n2\n3\n4\n5\nsix\n7\n');
    expect(result.proposal.savesUnsaved).toBe(false);
  });
  test.each([
    ['the same place', content('1\nzwei\n3\n4\n5\n6\n7\n'), 'in the same place'],
    ['deleted', undefined, 'deleted'],
    ['done already', content('1\ntwo\n3\n4\n5\n6\n7\n'), 'already'],
    ['no text any more', content(Buffer.from([0])), 'no longer text'],
  ])('%s: conflict', (_, now, reason) =>
    expect(rebase(proposal, now)).toEqual({ kind: 'conflict', reason: expect.stringContaining(reason) }),
  );
  test('created meanwhile: conflict', () =>
    expect(rebase(proposed({ text: 'a' }, undefined), content('b'))).toMatchObject({ kind: 'conflict' }));
});

test('a clean merge of changes far apart holds both, whatever the text', () => {
  const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n'), { maxLength: 20 });
  fc.assert(
    fc.property(lines, lines, lines, lines, lines, (head, middle, tail, ours, theirs) => {
      const wall = Array.from({ length: 4 }, (_, index) => `wall ${index}\n`);
      const join = (first: string[], last: string[]) =>
        [...head, ...first, ...wall, ...middle, ...wall.map((line) => `2${line}`), ...last, ...tail].join('');
      const [base, a, b] = [join(['x\n'], ['y\n']), join(ours, ['y\n']), join(['x\n'], theirs)];
      expect(merge3(base, a, b)).toBe(join(ours, theirs));
      expect(merge3(base, b, a)).toBe(join(ours, theirs));
    }),
    { numRuns: 1000 },
  );
});

test('a merge that would take too long is none', () => {
  const same = (count: number, mark: string) =>
    Array.from({ length: count }, (_, index) => `${index % 3 ? 'same' : mark}\n`).join('');
  const start = performance.now();
  expect(merge3(same(9000, 'a'), same(9000, 'b'), same(9001, 'c'))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1000);
});
