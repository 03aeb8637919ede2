/** Characters that a person cannot see but a shell or a compiler obeys are shown by their code point. */

export type Piece = { readonly text: string } | { readonly hidden: string };

/** First and last code points, both included. What a reader sees (emoji selectors, the ideographic space) is not among them. */
const RANGES: readonly (readonly [number, number, string])[] = [
  [0x00, 0x08, 'controls, all but tab and line feed'],
  [0x0b, 0x1f, 'controls'],
  [0x7f, 0xa0, 'controls, no-break space'],
  [0xad, 0xad, 'soft hyphen'],
  [0x34f, 0x34f, 'combining grapheme joiner'],
  [0x61c, 0x61c, 'Arabic letter mark'],
  [0x115f, 0x1160, 'Hangul fillers'],
  [0x17b4, 0x17b5, 'Khmer inherent vowels'],
  [0x180b, 0x180f, 'Mongolian selectors'],
  [0x2000, 0x200f, 'odd spaces, zero-width characters, direction marks'],
  [0x2028, 0x202f, 'line separators, direction overrides'],
  [0x205f, 0x206f, 'invisible operators, isolates'],
  [0x3164, 0x3164, 'Hangul filler'],
  [0xfe00, 0xfe0e, 'variation selectors'],
  [0xfeff, 0xfeff, 'byte order mark'],
  [0xffa0, 0xffa0, 'Hangul filler'],
  [0xfff0, 0xfffb, 'interlinear annotations'],
  [0xe0000, 0xe0fff, 'tags, more variation selectors'],
];

const HIDDEN = new RegExp(
  `[${RANGES.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]`,
  'gu',
);

const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ hidden: nameOf(character) });
    from = index + character.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
