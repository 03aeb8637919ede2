import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addedLines, countChanges, hunksOf, patchText } from '../../../src/agent/edit/hunks.ts';
import type { HunkView } from '../../../src/agent/protocol.ts';

/** Texts of few different lines, so that repeated blocks and all endings are common. */
const text = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '', '}', '-x', '+y', '\\ z'), fc.constantFrom('\n', '\n', '\r\n')), {
    maxLength: 60,
  })
  .chain((lines) => fc.tuple(fc.constant(lines.map((line) => line.join('')).join('')), fc.constantFrom('', '', 'end')))
  .map((parts) => parts.join(''));

/** A change of `text` here and there, so that there are several hunks. */
const pair = fc
  .tuple(text, fc.array(fc.tuple(fc.nat(80), fc.nat(3), text), { maxLength: 4 }))
  .map(([before, changes]) => {
    const lines = before.split('\n');
    for (const [at, take, put] of changes) lines.splice(at, take, ...put.split('\n').slice(0, 3));
    return [before, lines.join('\n')] as const;
  });

/** The lines of one side of a hunk, as text. */
function side(hunk: HunkView, mark: '-' | '+'): string {
  let result = '';
  let mine = false;
  for (const line of hunk.lines) {
    if (line.startsWith('\\')) {
      if (mine) result = result.slice(0, -1);
    } else {
      mine = line.startsWith(mark) || line.startsWith(' ');
      if (mine) result += `${line.slice(1)}\n`;
    }
  }
  return result;
}

/** An independent, line-counting way to put hunks of `hunksOf` into `before`. */
function rebuild(before: string, hunks: readonly HunkView[], accepted: readonly boolean[]): string {
  const lines = before.split(/(?<=\n)/);
  let result = '';
  let line = 0;
  for (const [index, hunk] of hunks.entries()) {
    const start = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    result += lines.slice(line, start).join('');
    result += side(hunk, accepted[index] ? '+' : '-');
    line = start + hunk.oldLines;
  }
  return result + lines.slice(line).join('');
}

test('all hunks accepted give the new text, none the old one', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      const { hunks, added, removed, truncated } = hunksOf(before, after);
      expect(truncated).toBe(false);
      const all = (accepted: boolean) => hunks.map(() => accepted);
      expect(rebuild(before, hunks, all(true))).toBe(after);
      expect(rebuild(before, hunks, all(false))).toBe(before);
      expect({ added, removed }).toEqual(countChanges(before, after));
    }),
    { numRuns: 2000 },
  );
});

test('added lines are named by their number in the new text', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      const lines = after.split(/(?<=\n)/);
      for (const { line, text: added } of addedLines(before, after))
        expect(lines[line - 1]?.replace(/\r?\n?$/, '')).toBe(added);
      expect(addedLines(before, after)).toHaveLength(countChanges(before, after).added);
    }),
  );
});

test('an ordinary change is one hunk with three lines of context', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join('');
  expect(hunksOf(before, before.replace('line 10\n', 'line ten\nand more\n'))).toEqual({
    hunks: [
      {
        oldStart: 7,
        oldLines: 7,
        newStart: 7,
        newLines: 8,
        lines: [
          ' line 7',
          ' line 8',
          ' line 9',
          '-line 10',
          '+line ten',
          '+and more',
          ' line 11',
          ' line 12',
          ' line 13',
        ],
      },
    ],
    added: 2,
    removed: 1,
    truncated: false,
  });
});

test('a new file starts at line 0 of nothing; a missing final newline is said', () => {
  expect(hunksOf('', 'a\nb').hunks).toEqual([
    { oldStart: 0, oldLines: 0, newStart: 1, newLines: 2, lines: ['+a', '+b', '\\ No newline at end of file'] },
  ]);
});

test('a patch for the model is small and cut at a line end', () => {
  expect(patchText('a.txt', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n')).toBe(
    '--- a.txt\n+++ a.txt\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c',
  );
  expect(patchText('a.txt', 'a', 'a')).toBe('');
  expect(patchText('a.txt', 'a\r\n', 'a\n')).toBe('(only line endings of a.txt differ)');
  const long = patchText('a.txt', '', 'some line\n'.repeat(1000), 500);
  expect(long.length).toBeLessThan(540);
  expect(long).toMatch(/\n\+some line\n\(9\d\d more lines\)$/);
});

test('a rewrite beyond the bound is one hunk, shown in part, and applies as a whole', () => {
  const before = Array.from({ length: 9000 }, (_, index) => `old ${index}\n`).join('');
  const after = Array.from({ length: 9000 }, (_, index) => `new ${index}\n`).join('');
  const start = performance.now();
  const view = hunksOf(`same\n${before}same`, `same\n${after}same`);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(view).toMatchObject({ added: 9000, removed: 9000, truncated: true });
  expect(view.hunks).toHaveLength(1);
  expect(view.hunks[0]?.lines).toHaveLength(2000);
  expect(view.hunks[0]?.lines[0]).toBe(' same');
});

test('one changed line of 40 MB is found at once', () => {
  const before = 'a line of a large file, again and again\n'.repeat(1_000_000);
  const after = `${before.slice(0, 20_000_000)}X${before.slice(20_000_000)}`;
  expect(hunksOf(before, after)).toMatchObject({ added: 1, removed: 1, truncated: false });
});
