/** What a command prints can colour and redraw its own lines in a person's terminal, and nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeOutput } from '../../../src/agent/policy/safe-output.ts';

const shown = (...parts: string[]) => parts.map(safeOutput()).join('');

describe('output for a terminal', () => {
  it.each([
    ['lines', 'a\nb\n', 'a\r\nb\r\n'],
    ['a progress bar', '10%\r\u001b[K20%\n', '10%\r\u001b[K20%\r\n'],
    ['colours', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['up within its own lines', 'a\nb\n\u001b[2Ac', 'a\r\nb\r\n\u001b[2Ac'],
    ['several bars that are redrawn', 'a\nb\n\u001b[2F\u001b[1Ec', 'a\r\nb\r\n\u001b[2F\u001b[1Ec'],
  ])('keeps %s', (_, text, safe) => expect(shown(text)).toBe(safe));

  it.each([
    ['the clipboard', '\u001b]52;c;aGk=\u0007', ''],
    ['the title', '\u001b]0;root\u001b\\', ''],
    ['a link under another text', '\u001b]8;;https://evil.example\u0007safe\u001b]8;;\u0007', 'safe'],
    ["the editor's own marks", '\u001b]633;D;0\u0007', ''],
    ['hidden text', '\u001b[8mrm -rf\u001b[0m', 'rm -rf\u001b[0m'],
    ['questions to the terminal', '\u001b[6n\u001b[c\u001b[>q', ''],
    ['another screen, the mouse, pasting', '\u001b[?1049h\u001b[?1000h\u001b[?2004h', ''],
    ['the whole screen', '\u001b[2J\u001b[H\u001b[3J', ''],
    ['any place on the screen', '\u001b[1;1Hfake', 'fake'],
    ['above its first line', '\u001b[5Afake', 'fake'],
    ['above its first line, in steps', 'a\n\u001b[A\u001b[A\u001b[Ab', 'a\r\n\u001b[1Ab'],
    ['the line before its first one', '\u001b[Fb', '\rb'],
    ['saving the place and coming back', '\u001b7\u001b8\u001b[s\u001b[u', ''],
    ['control characters', 'a\u0000\u0007\u000b\u000e\u0085b', 'ab'],
    ['strings of devices', '\u001bPq#0\u001b\\\u001b_x\u001b\\', ''],
  ])('leaves out what reaches %s', (_, text, safe) => expect(shown(text)).toBe(safe));

  it('is the same however it is cut', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b[2A',
        '\u001b[3B',
        '\u001b]52;c;x\u0007',
        '\n',
        '\r',
        '\u001b[K',
        '\u009b1A',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(200), { maxLength: 6 }), (pieces, cuts) => {
        const text = pieces.join('');
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const parts = places.slice(1).map((to, index) => text.slice(places[index], to));
        expect(shown(...parts)).toBe(shown(text));
      }),
    );
  });

  it('never goes above where it began', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', 'a', '\r', '\u001b[A', '\u001b[F', '\u001b[B', '\u001b[E'),
      fc.nat(30).map((count) => `\u001b[${count}A`),
      fc.nat(30).map((count) => `\u001b[${count}B`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        let row = 0;
        let last = 0;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
        for (const [, count, final] of shown(...pieces).matchAll(/\u001b\[(\d*)([ABEF])|\n/g)) {
          if (final === undefined) last = Math.max(last, ++row);
          else if (final === 'A' || final === 'F') row -= Number(count);
          // A terminal may have no line below.
          else row = Math.min(last, row + Number(count));
          expect(row).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
