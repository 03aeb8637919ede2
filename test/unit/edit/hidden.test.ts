import { expect, test } from 'vitest';
import { hiddenCharacters } from '../../../src/agent/edit/hidden.ts';

const warned = (...texts: readonly string[]): string[] =>
  hiddenCharacters(texts.map((text, index) => ({ line: index + 1, text })));

test.each([
  ['p\u0430ypal', 'p[U+0430]ypal'],
  ['const us\u0435r = 1;', 'us[U+0435]r'],
  ['\u0421lass', '[U+0421]lass'],
  ['is_\u0430dmin', 'is_[U+0430]dmin'],
  ['\u0440\u0430\u0443_pal', '[U+0440][U+0430][U+0443]_pal'],
  ['g\u043E\u043Egle', 'g[U+043E][U+043E]gle'],
  ['g\u03BFogle', 'g[U+03BF]ogle'],
  ['\u0391dmin', '[U+0391]dmin'],
  ['\uFF41dmin', '[U+FF41]dmin'],
])('a name with a look-alike in it is named: %s', (text, spelled) => {
  expect(warned('plain', text)).toEqual([
    `Adds names that mix look-alike letters of two alphabets (${spelled} in line 2).`,
  ]);
});

test.each([
  ['Cyrillic', 'Привет, мир! // рост сор оса'],
  ['Greek', 'Καλημέρα κόσμε, ΑΒΓ ΤΟ'],
  ['Chinese and Japanese', '你好，世界 変数名 カタカナ ＡＢＣ'],
  ['words beside each other', 'USB-адрес, the word рост, 3-х, IP адрес'],
  ['a name whose other alphabet is plain to see', 'getИмя user_имя testПривет'],
  ['formulas', 'Δx αβ μs σ2 ρ_air ν0 λmax Σx πr x_ν'],
  ['accents', 'café naïve Ærø straße œuvre'],
  ['a combining accent', 'cafe\u0301'],
])('honest text is not warned of: %s', (_, text) => expect(warned(text)).toEqual([]));

test('several places are counted, the first is named', () => {
  expect(warned('\u0430b', 'x', 'b\u0430 c\u0430')).toEqual([
    'Adds names that mix look-alike letters of two alphabets ([U+0430]b in line 1 and 2 more).',
  ]);
});

test.each([
  ['text direction controls', 'if (admin\u202E) {', 'U+202E'],
  ['text direction controls', 'x\u2067', 'U+2067'],
  ['invisible characters', 'a\u200Bb', 'U+200B'],
  ['invisible characters', '\u3164', 'U+3164'],
  ['tag characters', 'x\u{E0041}', 'U+E0041'],
  ['control characters', '\u001B[2J', 'U+001B'],
  ['control characters', 'a\rb', 'U+000D'],
  ['invisible joiners', 'a\u200Db', 'U+200D'],
])('%s are named by code point', (name, text, point) => {
  expect(warned(text)).toEqual([`Adds ${name} (${point} in line 1).`]);
});

test('an emoji, an Arabic and an Indic word keep their joiners; a line its ending', () => {
  expect(warned('👩\u200D💻', 'می\u200Cخواهم', 'क्\u200Dष', 'plain\r')).toEqual([]);
});
