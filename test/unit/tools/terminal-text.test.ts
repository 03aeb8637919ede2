import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveText, terminalText } from '../../../src/headless/ports/terminal-text.ts';

function render(...chunks: string[]): string {
  const lines: string[] = [];
  const screen = terminalText((line) => lines.push(line));
  for (const chunk of chunks) screen.write(chunk);
  screen.end();
  return lines.join('\n');
}

const ESC = '\u001b';

test.for<[string, string, string]>([
  ['plain lines', 'a\nb\n', 'a\nb'],
  ['empty lines stay', '\n\na\n\n', '\n\na\n'],
  ['Windows line ends', 'a\r\nb\r\n', 'a\nb'],
  ['a tab', 'a\tb', 'a\tb'],
  ['a carriage return overwrites', 'abcdef\rXY', 'XYcdef'],
  ['erased to the end of the line', `progress 10%\r${ESC}[Kdone`, 'done'],
  ['erased as a whole', `abc${ESC}[2K\rx`, 'x'],
  ['backspaces (a spinner)', 'wait |\b/\b-\bok', 'wait ok'],
  ['colours', `${ESC}[1;31mred${ESC}[0m ${ESC}[38;5;12mblue${ESC}[m`, 'red blue'],
  ['cursor up and down', `1\n2\n3\n${ESC}[3Aone\n${ESC}[1Bthree`, 'one\n2\nthree'],
  ['to a column', `abc${ESC}[2GX`, 'aXc'],
  ['right beyond the end', `a${ESC}[3Cb`, 'a   b'],
  ['the screen cleared', `old\nold${ESC}[2J${ESC}[Hnew`, 'new'],
  [
    'a title, a link, a clipboard',
    `${ESC}]0;title\u0007a${ESC}]8;;http://x\u0007link${ESC}]8;;\u0007${ESC}]52;c;eA==${ESC}\\b`,
    'alinkb',
  ],
  ['shell integration marks', `${ESC}]633;C\u0007x${ESC}]633;D;0\u0007`, 'x'],
  ['device control and eight-bit introducers', `a${ESC}P1;2q###${ESC}\\b\u009b31mc\u009d0;t\u009cd`, 'abcd'],
  ['character sets and keypad', `${ESC}(B${ESC}=a${ESC}>`, 'a'],
  ['bells and other controls', 'a\u0007\u0001\u000eb', 'ab'],
  ['a lone escape', `a${ESC}`, 'a'],
  ['up beyond the beginning', `${ESC}[99A${ESC}[99Dx`, 'x'],
  ['absurd numbers', `a${ESC}[99999999999C${ESC}[99999999G${ESC}[Kb`.slice(0, -1), 'a'],
])('%s', ([, given, expected]) => expect(render(given)).toBe(expected));

test('a redraw far up changes only what is still open', () => {
  const many = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
  const result = render(`${many}${ESC}[99A\rXXXX`).split('\n');
  expect(result.slice(0, 60)).toEqual(many.split('\n').slice(0, 60));
  expect(result.filter((line) => line.startsWith('XXXX'))).toHaveLength(1);
  expect(result).toHaveLength(100);
});

const piece = fc.constantFrom(
  'a',
  'bc',
  '\n',
  '\r',
  '\r\n',
  '\b',
  '\t',
  ESC,
  `${ESC}[`,
  `${ESC}[31m`,
  `${ESC}[2K`,
  `${ESC}[1A`,
  `${ESC}]0;t\u0007`,
  `${ESC}]`,
  ';',
  '5',
  'A',
  '\u009b',
  '\u4f60',
  '\u{1f600}',
);

test('property: where the output is cut makes no difference', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(60), { maxLength: 6 }), (pieces, cuts) => {
      const text = pieces.join('');
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(render(...chunks)).toBe(render(text));
    }),
  );
});

test('property: no control character but the tab comes out', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 20 }), (pieces) => {
      expect(render(pieces.join('')).replace(/[\n\t\0]/g, '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('live text: colours are taken out, also when a sequence is cut in two', () => {
  let seen = '';
  const live = liveText((text) => {
    seen += text;
  });
  for (const chunk of [`a${ESC}`, '[3', `1mb${ESC}[0m`, 'c']) live(chunk);
  expect(seen).toBe('abc');
});
