/**
 * Characters that make a reviewer read something else than a program does: bidirectional controls ("Trojan Source"), blanks
 * of no width, tags and other invisible carriers of text, terminal controls, and letters that look like others (a Cyrillic
 * "а" in a Latin name). Found in what a change adds, named by code point, never removed: the person decides.
 */
import { nameOf } from './text-file.ts';

interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
}

const KINDS: readonly Kind[] = [
  { name: 'text direction controls', pattern: /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u },
  {
    name: 'invisible characters',
    pattern:
      // biome-ignore lint/suspicious/noMisleadingCharacterClass: each stands for itself
      /[\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180E\u200B\u2028\u2029\u2060-\u2065\u206A-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}]/u,
  },
  // One selector may choose the look of the sign before it (an emoji, an ideograph); more of them carry bytes.
  {
    name: 'tag characters',
    pattern:
      /[\u{E0000}-\u{E007F}]|(?<!\p{Script=Han})[\u{E0100}-\u{E01EF}]|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}][\uFE00-\uFE0F\u{E0100}-\u{E01EF}]|(?<=[\p{Script=Latin}\s])[\uFE00-\uFE0F]/u,
  },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  { name: 'control characters', pattern: /[\u0001-\u0008\u000B\u000E-\u001F\u007F-\u009F]|\r(?!\n|$)/u },
  // A joiner is part of an emoji or of Arabic and Indic words; anywhere else it only hides.
  {
    name: 'invisible joiners',
    pattern:
      // biome-ignore lint/suspicious/noMisleadingCharacterClass: each stands for itself
      /(?<![\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}\p{M}]|(?=\p{L})[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\u200C\u200D]/u,
  },
];

const WORD = /[\p{L}\p{M}\p{N}_$]+/gu;
/** Full-width letters are Latin to Unicode, and look-alikes here. */
const LATIN = /(?![\uFF21-\uFF3A\uFF41-\uFF5A])\p{Script=Latin}/u;
/** Letters that look like Latin ones in most fonts: Cyrillic, Greek (`Δx`, `αβ` and `μs` are honest names), full-width. */
const CYRILLIC = 'АВЕКМНОРСТУХЅІЈҮӀԌԚԜаекорсухѕіјүһӏԁԛԝ\u0474\u0475';
const GREEK = 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορυ';
const LOOKALIKE = new RegExp(`[${CYRILLIC}${GREEK}\\uFF21-\\uFF3A\\uFF41-\\uFF5A]`, 'u');
/** Letters of one foreign alphabet in a row: one that looks like nothing Latin (`getИмя`) and the reader is not deceived. */
const FOREIGN = /[\p{Script=Cyrillic}]+|[\p{Script=Greek}]+|[\uFF21-\uFF3A\uFF41-\uFF5A]+/gu;
/** A Greek letter that stands for itself is one of a formula: `ρ_air`, `ν0`. */
const FORMULA = /(?<![\p{L}\p{M}])[νρυ](?![\p{L}\p{M}])/gu;

/** The flags of England, Scotland and Wales are spelled with tags. */
const FLAG =
  /\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}/gu;

/** One sentence per kind that is in these lines, with the first place. */
export function hiddenCharacters(given: readonly { readonly line: number; readonly text: string }[]): string[] {
  const lines = given.map(({ line, text }) => ({ line, text: text.replace(FLAG, '') }));
  const warnings: string[] = [];
  for (const { name, pattern } of KINDS) {
    const places = lines.filter(({ text }) => pattern.test(text));
    const char = places[0] && pattern.exec(places[0].text)?.[0];
    if (places[0] && char)
      warnings.push(
        `Adds ${name} (${nameOf(char.codePointAt(0) ?? 0)} in line ${places[0].line}${others(places.length)}).`,
      );
  }
  const mixed = lines.flatMap(({ line, text }) => mixedWords(text).map((word) => ({ line, word })));
  if (mixed[0])
    warnings.push(
      `Adds names that mix look-alike letters of two alphabets (${spelled(mixed[0].word)} in line ${mixed[0].line}${others(mixed.length)}).`,
    );
  return warnings;
}

const others = (count: number): string => (count > 1 ? ` and ${count - 1} more` : '');

const mixedWords = (text: string): readonly string[] =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is what is left out
  /^[\x00-\x7f]*$/.test(text) ? [] : (text.match(WORD) ?? []).filter(isMixed);

const isMixed = (word: string): boolean =>
  LATIN.test(word) &&
  (word.replace(FORMULA, '').match(FOREIGN) ?? []).some((letters) =>
    [...letters].every((char) => LOOKALIKE.test(char)),
  );

/** The word with its look-alikes named: "p[U+0430]ypal". */
const spelled = (word: string): string =>
  [...word.slice(0, 40)]
    .map((char) => (LOOKALIKE.test(char) ? `[${nameOf(char.codePointAt(0) ?? 0)}]` : char))
    .join('');
