import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Choices, choicesOf, choose } from '../../../src/agent/edit/choice.ts';
import type { HunkChoice } from '../../../src/agent/protocol.ts';

/** Texts of few different lines and mixed endings, so that a difference can be read in many ways. */
const line = fc.tuple(
  fc.constantFrom('a', 'b', 'c', '', '}', '-x', '+y', '\\ z'),
  fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'),
);
const lines = (maxLength: number) =>
  fc.array(line, { maxLength }).map((all) => all.map((parts) => parts.join('')).join(''));
const text = fc.tuple(lines(50), fc.constantFrom('', '', '', 'end')).map((parts) => parts.join(''));

const edits = fc.array(fc.tuple(fc.nat(60), fc.nat(3), lines(3)), { maxLength: 6 });
function edited(before: string, changes: readonly (readonly [number, number, string])[]): string {
  const all = before.split(/(?<=\n)/);
  for (const [at, take, put] of changes) all.splice(at, take, put);
  return all.join('');
}
const pair = fc.tuple(text, edits).map(([before, changes]) => [before, edited(before, changes)] as const);

const states = ({ hunks }: Choices): string => hunks.map(({ state }) => state).join(' ');
const all = (before: string, proposed: string, draft: string): readonly HunkChoice[] => {
  const { hunks, truncated } = choicesOf(before, proposed, draft);
  expect(truncated).toBe(false);
  return hunks;
};

/** Taken as wished, one after the other; states are watched on the way. */
function chosen(before: string, proposed: string, wishes: readonly boolean[]): string {
  let draft = proposed;
  const expected = all(before, proposed, proposed).map(() => 'proposed');
  for (const [index, wish] of wishes.slice(0, expected.length).entries()) {
    draft = choose(before, proposed, draft, index, wish) ?? 'no such hunk';
    expected[index] = wish ? 'proposed' : 'rejected';
    expect(states(choicesOf(before, proposed, draft))).toBe(expected.join(' '));
  }
  return draft;
}

const wishes = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });

/** The lines of one side of a hunk, as text. */
function side(hunk: HunkChoice, mark: '-' | '+'): string {
  let result = '';
  let mine = false;
  for (const one of hunk.lines) {
    if (one.startsWith('\\ No')) {
      if (mine) result = result.slice(0, -1);
    } else {
      mine = one.startsWith(mark) || one.startsWith(' ');
      if (mine) result += `${one.slice(1)}\n`;
    }
  }
  return result;
}

/** An independent way to put hunks into a text: by counting lines. `from` is what the hunk's place holds now. */
function rebuilt(before: string, hunks: readonly HunkChoice[], wanted: readonly boolean[]): string {
  const old = before.split(/(?<=\n)/);
  let result = '';
  let at = 0;
  for (const [index, hunk] of hunks.entries()) {
    const start = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    expect(start).toBeGreaterThanOrEqual(at);
    expect(old.slice(start, start + hunk.oldLines).join('')).toBe(side(hunk, '-'));
    result += old.slice(at, start).join('') + side(hunk, wanted[index] ? '+' : '-');
    at = start + hunk.oldLines;
  }
  return result + old.slice(at).join('');
}

test('any choice gives what a patch of the chosen hunks gives, and changes no other state', () => {
  fc.assert(
    fc.property(pair, wishes, ([before, proposed], wanted) => {
      const draft = chosen(before, proposed, wanted);
      expect(draft).toBe(rebuilt(before, all(before, proposed, draft), wanted));
      expect(draft).toBe(rebuilt(before, all(before, proposed, proposed), wanted));
    }),
    { numRuns: 3000 },
  );
});

test('the order of choosing does not matter; none is the file, all is the proposal', () => {
  fc.assert(
    fc.property(pair, wishes, fc.array(fc.nat(100), { maxLength: 30 }), ([before, proposed], wanted, order) => {
      const count = all(before, proposed, proposed).length;
      let draft = chosen(before, proposed, wanted);
      const now = wanted.slice(0, count);
      for (const one of order) {
        if (count === 0) break;
        const index = one % count;
        now[index] = !now[index];
        draft = choose(before, proposed, draft, index, now[index] ?? false) ?? '';
      }
      expect(draft).toBe(chosen(before, proposed, now));
      expect(
        chosen(
          before,
          proposed,
          now.map(() => false),
        ),
      ).toBe(before);
      for (let index = 0; index < count; index++) draft = choose(before, proposed, draft, index, true) ?? '';
      expect(draft).toBe(proposed);
    }),
    { numRuns: 1000 },
  );
});

test('a draft edited by hand in any way is told apart from the file byte by byte, and can be put back', () => {
  fc.assert(
    fc.property(pair, edits, wishes, ([before, proposed], changes, wanted) => {
      let draft = edited(chosen(before, proposed, wanted), changes);
      const hunks = all(before, proposed, draft);
      expect(
        rebuilt(
          before,
          hunks,
          hunks.map(({ state }) => state !== 'rejected'),
        ),
      ).toBe(draft);
      for (let round = 0; draft !== before && round < 100; round++) {
        const index = all(before, proposed, draft).findIndex(({ state }) => state !== 'rejected');
        draft = choose(before, proposed, draft, index, false) ?? 'no such hunk';
      }
      expect(draft).toBe(before);
    }),
    { numRuns: 3000 },
  );
});

/** Every line is told apart by its number: what a hand did can be read in one way only. */
const distinct = fc
  .tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.array(fc.tuple(fc.nat(60), fc.nat(3), fc.nat(3)), { maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(60), fc.nat(3), fc.nat(3)), { maxLength: 4 }),
    wishes,
  )
  .map(([size, first, second, wanted]) => {
    const named = (name: string, changes: typeof first) =>
      changes.map(
        ([at, take, put], change) =>
          [at, take, Array.from({ length: put }, (_, index) => `${name} ${change} ${index}\n`).join('')] as const,
      );
    const before = Array.from({ length: size }, (_, index) => `line ${index}\n`).join('');
    const proposed = edited(before, named('proposed', first));
    return { before, proposed, draft: edited(chosen(before, proposed, wanted), named('own', second)) };
  });

test('choosing one hunk of a draft edited by hand leaves all others as they were', () => {
  fc.assert(
    fc.property(distinct, fc.nat(30), fc.boolean(), ({ before, proposed, draft }, pick, accept) => {
      const hunks = all(before, proposed, draft);
      fc.pre(hunks.length > 0);
      const index = pick % hunks.length;
      const hunk = hunks[index];
      const then = choose(before, proposed, draft, index, accept) ?? '';
      const now = all(before, proposed, then);
      const outside = (list: readonly HunkChoice[], last: number) =>
        [...list.slice(0, index), ...list.slice(last)].map(({ state, oldStart, lines: shown }) => [
          state,
          oldStart,
          shown.filter((one) => !one.startsWith(' ')),
        ]);
      const gone = hunk?.state === 'own' && !accept ? -1 : 0;
      const more = now.length - hunks.length;
      // An edit that reached over several hunks gives all of them back.
      if (hunk?.state === 'edited') expect(more).toBeGreaterThanOrEqual(0);
      else expect(more).toBe(gone);
      expect(outside(now, index + 1 + more).map(([state]) => state)).toEqual(
        outside(hunks, index + 1).map(([state]) => state),
      );
      if (hunk?.state === 'own') return;
      for (const one of now.slice(index, index + 1 + more)) expect(one.state).toBe(accept ? 'proposed' : 'rejected');
    }),
    { numRuns: 3000 },
  );
});

test('git applies a hunk, and takes it back, as choosing does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'choice-'));
  const name = join(folder, 'a');
  const git = (content: string, { lines: shown, oldLines, newLines, newStart }: HunkChoice, ...more: string[]) => {
    const head = `@@ -${newStart + (oldLines === 0 ? 0 : newLines === 0 ? 1 : 0)},${oldLines} +${newStart},${newLines} @@`;
    writeFileSync(name, content);
    const patch = ['--- a/a', '+++ b/a', head, ...shown, ''].join('\n');
    const options = ['apply', '--unidiff-zero', '--whitespace=nowarn', ...more];
    const { status, stderr } = spawnSync('git', options, { cwd: folder, input: patch, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return readFileSync(name, 'utf8');
  };
  try {
    fc.assert(
      fc.property(pair, fc.nat(20), ([before, proposed], pick) => {
        const hunks = all(before, proposed, proposed);
        const index = pick % Math.max(1, hunks.length);
        const hunk = hunks[index];
        // Git deletes a file that becomes empty, and starts one from none.
        fc.pre(hunk !== undefined && before !== '' && proposed !== '');
        const without = choose(before, proposed, proposed, index, false) ?? '';
        fc.pre(without !== '');
        expect(git(proposed, hunk, '-R')).toBe(without);
        const left = all(before, proposed, without)[index];
        expect(left && git(without, left)).toBe(proposed);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

const numbered = (count: number, name = 'line'): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1}\n`);
const with_ = (all: readonly string[], changes: Readonly<Record<number, string>>): string =>
  all.map((one, index) => changes[index + 1] ?? one).join('');

test('the four states, as a card shows them', () => {
  const before = numbered(40);
  const proposed = with_(before, { 5: 'five\n', 8: 'eight\n', 20: 'twenty\n', 30: '' });
  const draft = with_(before, { 5: 'five\n', 8: 'eight\n', 12: 'mine\n', 30: 'thirty\n' });
  const { hunks, truncated } = choicesOf(before.join(''), proposed, draft);
  expect(truncated).toBe(false);
  expect(hunks).toEqual([
    {
      state: 'proposed',
      oldStart: 2,
      oldLines: 9,
      newStart: 2,
      newLines: 9,
      lines: [
        ' line 2',
        ' line 3',
        ' line 4',
        '-line 5',
        '+five',
        ' line 6',
        ' line 7',
        '-line 8',
        '+eight',
        ' line 9',
        ' line 10',
      ],
    },
    {
      state: 'own',
      oldStart: 11,
      oldLines: 5,
      newStart: 11,
      newLines: 5,
      lines: [' line 11', '-line 12', '+mine', ' line 13', ' line 14', ' line 15'],
    },
    {
      state: 'rejected',
      oldStart: 17,
      oldLines: 7,
      newStart: 17,
      newLines: 7,
      lines: [' line 17', ' line 18', ' line 19', '-line 20', '+twenty', ' line 21', ' line 22', ' line 23'],
    },
    {
      state: 'edited',
      oldStart: 27,
      oldLines: 7,
      newStart: 27,
      newLines: 7,
      lines: [' line 27', ' line 28', ' line 29', '-line 30', '+thirty', ' line 31', ' line 32', ' line 33'],
    },
  ]);
  const texts = [before.join(''), proposed, draft] as const;
  expect(choose(...texts, 1, false)).toBe(draft.replace('mine\n', 'line 12\n'));
  expect(choose(...texts, 1, true)).toBe(draft);
  expect(choose(...texts, 2, true)).toBe(draft.replace('line 20\n', 'twenty\n'));
  expect(choose(...texts, 3, true)).toBe(draft.replace('thirty\n', ''));
  expect(choose(...texts, 3, false)).toBe(draft.replace('thirty\n', 'line 30\n'));
  expect(choose(...texts, 4, false)).toBeUndefined();
  expect(choose(...texts, -1, false)).toBeUndefined();
});

test('endings, and the lack of a last one, survive byte by byte', () => {
  const before = 'a\r\nb\nc\r\nd\ne\r\nf\ng';
  const proposed = 'A\r\nb\nc\r\nd\ne\r\nf\nG\r\n';
  const left = choose(before, proposed, proposed, 0, false);
  expect(left).toBe('a\r\nb\nc\r\nd\ne\r\nf\nG\r\n');
  expect(choose(before, proposed, left ?? '', 1, false)).toBe(before);
  expect(choicesOf(before, proposed, proposed).hunks[1]).toMatchObject({
    lines: [' e\r', ' f', '-g', '\\ No newline at end of file', '+G\r'],
  });
});

test('a new file is one hunk; left out, nothing is left of it', () => {
  const { hunks } = choicesOf('', 'a\nb', 'a\nb');
  expect(hunks).toEqual([
    {
      state: 'proposed',
      oldStart: 0,
      oldLines: 0,
      newStart: 1,
      newLines: 2,
      lines: ['+a', '+b', '\\ No newline at end of file'],
    },
  ]);
  expect(choose('', 'a\nb', 'a\nb', 0, false)).toBe('');
  expect(states(choicesOf('', 'a\nb', ''))).toBe('rejected');
  expect(states(choicesOf('', 'a\nb', 'a\nx\nb'))).toBe('edited');
  expect(choicesOf('a\n', 'a\n', 'a\n')).toEqual({ hunks: [], truncated: false });
  expect(states(choicesOf('a\n', 'a\n', 'b\n'))).toBe('own');
});

test('a long paste between two hunks is one change of its own, with a hunk on either side untouched', () => {
  const before = numbered(200);
  const proposed = with_(before, { 20: 'twenty\n', 100: '', 180: '' });
  const draft = proposed.replace('line 60\n', `line 60\n${numbered(1500, 'pasted').join('')}`);
  expect(states(choicesOf(before.join(''), proposed, draft))).toBe('proposed own proposed proposed');
  const two = draft.replace('line 140\n', `line 140\n${numbered(30, 'more').join('')}`);
  expect(choicesOf(before.join(''), proposed, two).hunks.at(-1)?.state).toBe('proposed');
});

test('what is very large is compared at once, shown in part, and chosen from as it is shown', () => {
  const before = numbered(60_000);
  const rewritten = [...before.slice(0, 5_000), ...numbered(50_000, 'new'), ...before.slice(55_000)];
  const proposed = with_(rewritten, { 10: 'ten\n', 59000: 'last\n' });
  const start = performance.now();
  const { hunks, truncated } = choicesOf(before.join(''), proposed, proposed);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(truncated).toBe(true);
  expect(hunks.map(({ state }) => state)).toEqual(['proposed']);
  expect(hunks.flatMap(({ lines: shown }) => shown)).toHaveLength(2000);
  expect(choose(before.join(''), proposed, proposed, 0, false)).toBe(before.join(''));
  const shuffled = before.toSorted((a, b) => (a.slice(-4) < b.slice(-4) ? -1 : 1)).join('');
  const again = performance.now();
  const mixed = choicesOf(before.join(''), shuffled, `${shuffled.slice(0, 300_000)}x${shuffled.slice(300_000)}`);
  expect(performance.now() - again).toBeLessThan(4000);
  expect(mixed.hunks[0]?.state).toBe('edited');
});

test('a line of megabytes is cut for showing, not for choosing', () => {
  const before = `first\n${'x'.repeat(5_000_000)}\nlast\n`;
  const proposed = before.replace('x\n', 'y\n');
  const { hunks, truncated } = choicesOf(before, proposed, proposed);
  expect(truncated).toBe(true);
  expect(JSON.stringify(hunks).length).toBeLessThan(5000);
  expect(choose(before, proposed, proposed, 0, false)).toBe(before);
});
