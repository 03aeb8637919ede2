/**
 * Marks a model leaves where it did not write the text out ("// ... existing code ...", "Lines 12-40 omitted"), and line
 * numbers it copied from a listing. Written to a file they destroy code, so they are recognised and answered, never applied.
 */

const DOTS = String.raw`(?:\.{3}|…)`;
const NOUN =
  '(?:code|implementation|contents?|methods?|functions?|imports?|lines?|logic|file|body|section|entries|items|tests?|cases)';
/** Two words at least: `...existing` alone is JavaScript's spread. */
const LEFT_OUT = `(?:the\\s+)?(?:(?:existing|remaining|unchanged|previous|other|same)\\s+${NOUN}|rest\\s+of\\b|rest\\s+(?:is|stays|remains)\\b)`;
/** Opening and closing of comments, and brackets that some put around the mark. */
const OPEN = String.raw`^\s*(?:\/\/|\/\*+|\*|#+|--|;+|%+|<!--|\{\s*\/\*|"""|\(|\[)?\s*`;
const CLOSE = String.raw`\s*(?:\*\/\s*\}?|-->|"""|\)|\])?\s*$`;

/** Certain enough to refuse a whole new file for. */
const CERTAIN = [
  new RegExp(`${OPEN}${DOTS}\\s*\\(?\\s*${LEFT_OUT}\\b.*$`, 'i'),
  new RegExp(`${OPEN}${DOTS}\\s+(?:unchanged|omitted|the rest|same as (?:before|above))\\b.*$`, 'i'),
  new RegExp(`${OPEN}\\(?\\s*${LEFT_OUT}\\b.{0,60}${DOTS}${CLOSE}`, 'i'),
  new RegExp(
    `${OPEN}(?:${DOTS}\\s*)?lines?\\s+\\d+\\s*(?:-|–|to)\\s*\\d+\\s+(?:were |are )?(?:omitted|unchanged|elided|not shown).*$`,
    'i',
  ),
];
/** A line of nothing but dots, or a body of nothing but dots: in an old text that was not found it is a mark, elsewhere it may be code. */
const LIKELY = [new RegExp(`${OPEN}${DOTS}${CLOSE}`), /\{\s*(?:\.{3}|…|\/\*\s*(?:\.{3}|…)?\s*\*\/)\s*\}/];

export interface Mark {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The first line that stands for text left out. `likely`: also lines that may be code. `isKnown`: a line the file has. */
export function elisionIn(text: string, likely = false, isKnown?: (line: string) => boolean): Mark | undefined {
  const rules = likely ? [...CERTAIN, ...LIKELY] : CERTAIN;
  const lines = text.split('\n');
  const index = lines.findIndex(
    (line) => line.length < 300 && rules.some((rule) => rule.test(line)) && !isKnown?.(line.trim()),
  );
  return index < 0 ? undefined : { line: index + 1, text: (lines[index] ?? '').trim() };
}

/** True when each line of the text (blank ones aside) starts with its number, as a listing shows it. */
export function hasGutter(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const numbers = lines.map((line) => /^\s*(\d{1,7})(?:\s*[|:→\t]|\s{2,})/.exec(line)?.[1]);
  return (
    lines.length > 0 &&
    numbers.every(
      (number, index) => number !== undefined && (index === 0 || Number(number) > Number(numbers[index - 1])),
    )
  );
}
