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

const introduces = (character: string): boolean =>
  character === ESC || (character >= '\u0080' && character <= '\u009f');

/** The sequence that begins at `at`; `undefined`: none does, and no further text can make it one. */
export function sequenceAt(text: string, at: number): Sequence | 'unfinished' | undefined {
  WHOLE.lastIndex = at;
  const found = WHOLE.exec(text);
  if (found) return { length: found[0].length, parameters: found[1] ?? '', final: found[2] ?? '' };
  BEGUN.lastIndex = at;
  return text.length - at < LIMIT && BEGUN.test(text) ? 'unfinished' : undefined;
}

/** What in terminal output would do more than colour the text, by its kind; `undefined`: nothing. */
export function actingSequence(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (!/[\p{Cc}]/u.test(character)) continue;
    if (
      character === '\n' ||
      character === '\t' ||
      (character === '\r' && /^\r*(?:\n|$)/.test(text.slice(at, at + 80)))
    )
      continue;
    const sequence = introduces(character) ? sequenceAt(text, at) : undefined;
    if (sequence === undefined || sequence === 'unfinished' || !isColour(sequence)) return kindOf(text, at);
    at += sequence.length - 1;
  }
  return undefined;
}

/** SGR, unless it conceals (8) what follows. */
export const isColour = ({ parameters, final }: Sequence): boolean =>
  final === 'm' &&
  /^[\d;:]*$/.test(parameters) &&
  !/(?:^|;)0*8(?:;|$)/.test(parameters.replace(/[34]8[;:](?:5[;:]\d*|2(?:[;:]\d*){3,4})/g, ''));

const KINDS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^(?:${ESC}\\]|\u009d)52;`), 'a write to the clipboard'],
  [new RegExp(`^(?:${ESC}\\]|\u009d)8;`), 'a link under another text'],
  [new RegExp(`^(?:${ESC}\\]|\u009d)(?:0|1|2|21);`), 'a new window title'],
  [new RegExp(`^(?:${ESC}\\]|\u009d)(?:133|633|1337);`), "a mark of the editor's own"],
  [new RegExp(`^${STRING}`), 'a string for the terminal'],
  [new RegExp(`^${CSI}`), 'a movement or an erasure'],
  [/^\r/, 'a return to the start of the line'],
];

const kindOf = (text: string, at: number): string => {
  const head = text.slice(at, at + 12);
  if (head.startsWith('\b')) return 'a backspace';
  return KINDS.find(([shape]) => shape.test(head))?.[1] ?? 'a control character';
};

/** What stands in a terminal's text, in its order. */
export interface Parts {
  plain(text: string): void;
  /** `text`: the sequence as it stands there. */
  sequence(sequence: Sequence, text: string): void;
  /** A control character that introduces nothing. */
  control(character: string): void;
}

/** Hands on one after the other. `plain`: sticky, what counts as plain. Returns the sequence at the end that is not complete yet. */
export function eachPart(text: string, plain: RegExp, parts: Parts): string {
  for (let at = 0; at < text.length; ) {
    plain.lastIndex = at;
    const found = plain.exec(text)?.[0];
    if (found) {
      parts.plain(found);
      at += found.length;
      continue;
    }
    const character = text.charAt(at);
    const sequence = introduces(character) ? sequenceAt(text, at) : undefined;
    if (sequence === 'unfinished') return text.slice(at);
    if (sequence) parts.sequence(sequence, text.slice(at, at + sequence.length));
    else parts.control(character);
    at += sequence?.length ?? 1;
  }
  return '';
}
