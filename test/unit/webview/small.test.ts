/** The panel's small pure parts: arming, meters, visible characters, blocks of growing text, one-line subjects, icons. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LimitName } from '../../../src/agent/journal/event.ts';
import { isArmed } from '../../../src/webview/arming.ts';
import { meters, nextBound } from '../../../src/webview/fold/meters.ts';
import { GLYPHS } from '../../../src/webview/look/icons.ts';
import { subjectOf } from '../../../src/webview/text/arguments.ts';
import { blocksOf } from '../../../src/webview/text/blocks.ts';
import { inWords } from '../../../src/webview/text/sentences.ts';
import { piecesOf } from '../../../src/webview/text/visible.ts';

test.each([
  ['pointer', 499, { placedAt: 0, changedAt: 0 }, false],
  ['pointer', 500, { placedAt: 0, changedAt: 0 }, true],
  ['pointer', 800, { placedAt: 400, changedAt: 0 }, false],
  ['pointer', 800, { placedAt: 0, changedAt: 400 }, false],
  ['key', 800, { placedAt: 400, changedAt: 0 }, true],
  ['key', 800, { placedAt: 0, changedAt: 400 }, false],
] as const)('wv-clickjack: a %s after %d ms, seen %o: counts %s', (by, now, sight, counts) =>
  expect(isArmed(sight, now, by)).toBe(counts),
);

const spent = { steps: 40, input: 900, output: 100, cached: 0, cost: 0.5, unpriced: false, activeMs: 90_000 };

test('a meter warns from four fifths of its limit, and is full at it', () => {
  const levels = meters({ limits: { steps: 50, tokens: 1000, cost: 1 }, spent }).map(({ level }) => level);
  expect(levels).toEqual(['near', 'full', 'calm']);
});

test('time is counted only where it is limited', () => {
  const names = (limits: { minutes?: number }) => meters({ limits, spent }).map(({ name }) => name);
  expect(names({})).not.toContain('minutes');
  expect(names({ minutes: 30 })).toContain('minutes');
});

test('a day’s meter counts all runs of the day, warns from four fifths on, and is shown only where it is limited', () => {
  const day = { since: 0, steps: 40, tokens: 0, cost: 0, minutes: 0, ownFrom: { ...spent, steps: 0 } };
  const [meter] = meters({ limits: { daySteps: 100 }, spent, day }).filter(({ name }) => name === 'daySteps');
  expect(meter).toMatchObject({ used: 80, max: 100, level: 'near' });
  expect(meters({ limits: {}, spent, day }).map(({ name }) => name)).toEqual(['steps', 'tokens', 'cost']);
});

test('the offered bound is always beyond what is used', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LimitName.options),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 2e6, noNaN: true }),
      (name, max, used) => nextBound(name, used, max) > used,
    ),
  );
});

test('no text is lost or changed when hidden characters are named', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const back = piecesOf(text).map((piece) =>
        'text' in piece ? piece.text : String.fromCodePoint(Number.parseInt(piece.hidden.slice(2), 16)),
      );
      expect(back.join('')).toBe(text);
    }),
  );
});

test.each(['\u202e', '\u200b', '\u2066', '\u00ad', '\r', '\u001b', '\u{e0041}', '\ufeff', '\u00a0'])(
  '%j is named',
  (character) =>
    expect(piecesOf(`rm ${character}x`)).toContainEqual({ hidden: expect.stringMatching(/^U\+[0-9A-F]{4,}$/) }),
);

test.each(['npm test\n\techo 你好', 'é 👍🏽 ❤️', '　全角'])('%j is left alone', (text) =>
  expect(piecesOf(text)).toEqual([{ text }]),
);

test('blocks of growing text add up to the text, and finished ones never change', () => {
  const text = 'One\n\n```js\nlet a;\n\nlet b;\n```\n\n- x\n\n  more of x\n\nEnd';
  expect(blocksOf(text)).toEqual(['One\n\n', '```js\nlet a;\n\nlet b;\n```\n\n', '- x\n\n  more of x\n\n', 'End']);
  for (let length = 1; length < text.length; length++) {
    const blocks = blocksOf(text.slice(0, length));
    expect(blocks.join('')).toBe(text.slice(0, length));
    expect(blocksOf(text).slice(0, blocks.length - 1)).toEqual(blocks.slice(0, -1));
  }
});

test.each([
  ['The person skipped it.', 'You skipped it.'],
  ['It needs t8 (Publish (all)), which is blocked.', 'It needs “Publish (all)”, which is: blocked'],
  ['It needs t8 (Publish), which is nonsense.', 'It needs t8 (Publish), which is nonsense.'],
  ['exit 1', 'exit 1'],
])('the engine’s %j is shown as %j', (text, shown) => expect(inWords(text)).toBe(shown));

test.each([
  ['{"path":"a.js"}', 'a.js'],
  ['{"paths":["a.js","b.js"]}', 'a.js, b.js'],
  ['{"files":1,"command":"npm test\\nrm x"}', 'npm test'],
  ['{"paths":[{"path":"a.js"},{"path":"b.js"}]}', 'a.js, b.js'],
  ['not json', ''],
  ['null', ''],
])('%s is about %j', (json, subject) => expect(subjectOf(json)).toBe(subject));

test('every icon is the glyph of that name in the codicon font that is shipped', () => {
  const css = readFileSync(new URL('../../../node_modules/@vscode/codicons/dist/codicon.css', import.meta.url), 'utf8');
  for (const [name, glyph] of Object.entries(GLYPHS)) {
    const [, code] = new RegExp(`\\.codicon-${name}:before \\{ content: "\\\\([0-9a-f]+)"`).exec(css) ?? [];
    expect([name, code]).toEqual([name, glyph.charCodeAt(0).toString(16)]);
  }
});
