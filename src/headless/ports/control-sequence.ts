/** Control sequences of a terminal (ECMA-48): what they are, and whether one that was cut off may still be completed. */

const ESC = '\u001b';
/** CSI: parameters and the letter that says what is done. */
const CSI = `(?:${ESC}\\[|\u009b)`;
/** OSC, DCS, APC, PM, SOS: strings with an end of their own. */
const STRING = `(?:${ESC}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])`;

const WHOLE = new RegExp(
  [
    `${CSI}([\\x30-\\x3f]*)[\\x20-\\x2f]*([\\x40-\\x7e])`,
    `${STRING}[^\u0007${ESC}\u009c]*(?:\u0007|\u009c|${ESC}\\\\)`,
    `${ESC}[\\x20-\\x2f]*[\\x30-\\x5a\\x5c\\x60-\\x7e]`,
  ].join('|'),
  'y',
);
const BEGUN = new RegExp(`${CSI}[\\x20-\\x3f]*$|${STRING}[^\u0007\u009c]*$|${ESC}[\\x20-\\x2f]*$`, 'y');

/** An unfinished sequence longer than this is none. */
const LIMIT = 64 * 1024;

export interface Sequence {
  readonly length: number;
  /** Of a CSI sequence; '' for any other. */
  readonly parameters: string;
  readonly final: string;
}

export const introduces = (character: string): boolean =>
  character === ESC || (character >= '\u0080' && character <= '\u009f');

/** The sequence that begins at `at`; `undefined`: none does, and no further text can make it one. */
export function sequenceAt(text: string, at: number): Sequence | 'unfinished' | undefined {
  WHOLE.lastIndex = at;
  const found = WHOLE.exec(text);
  if (found) return { length: found[0].length, parameters: found[1] ?? '', final: found[2] ?? '' };
  BEGUN.lastIndex = at;
  return text.length - at < LIMIT && BEGUN.test(text) ? 'unfinished' : undefined;
}
