/**
 * What a model is told when its old text is not in the file, or is there several times: the reason where it can be named,
 * then the place in the file that is most like it, with line numbers, so that the next try is right.
 */
import { asData } from '../policy/frame.ts';
import { elisionIn, hasGutter } from './elision.ts';

export function ambiguous(lines: readonly number[], more: boolean): string {
  return `old is in the file ${times(lines, more)}. Add lines around it until it is there once.`;
}

/** "2 times (lines 3, 40)". `more`: than these. */
export const times = (lines: readonly number[], more: boolean): string =>
  `${more ? 'more than ' : ''}${lines.length} times (lines ${lines.join(', ')}${more ? ', …' : ''})`;

/** `lines`: the file's. `old`, `wanted`: the edit's, with `\n` endings. */
export function missing(lines: readonly string[], old: string, wanted: string): string {
  if (hasGutter(old))
    return `old starts with line numbers, which are not in the file. Send it without them.${nearest(lines, withoutGutter(old))}`;
  const mark = elisionIn(old, true);
  if (mark) {
    return `old line ${mark.line} (${clip(mark.text)}) stands for text left out, which is never matched. Send the text in full, or several edits of a few lines each.`;
  }
  if (old.trim() === '') return `old is only blanks. Add lines around it (the file has lines 1-${lines.length}).`;
  if (wanted.trim().length > 10 && lines.join('\n').includes(wanted)) {
    return `old is not in the file, but new already is (line ${lineOf(lines, wanted)}): this edit seems to be done.`;
  }
  return `old is not in the file.${nearest(lines, old)}`;
}

const SHOWN = 12;

/** The file's lines most like `old`, numbered, and how the first one that differs does. */
function nearest(lines: readonly string[], old: string): string {
  const wanted = old.replace(/^\n+|\n+$/g, '').split('\n');
  const first = bestStart(lines, wanted);
  if (first === undefined) return ` Nothing in it is similar. Read the file again (lines 1-${lines.length}).`;
  const from = Math.max(0, first - 1);
  const to = Math.min(lines.length, first + wanted.length + 1, from + SHOWN);
  const shown = lines.slice(from, to).map((line, index) => `${from + index + 1}: ${clip(line)}`);
  return ` The nearest lines are:\n${asData(shown.join('\n'))}${difference(lines, wanted, first)}`;
}

function difference(lines: readonly string[], wanted: readonly string[], first: number): string {
  const index = wanted.findIndex((line, at) => line.trim() !== (lines[first + at] ?? '').trim());
  if (index < 0)
    return '\nThey differ from old only in indentation, in a way that leaves open how to indent new. Copy them as they are.';
  const line = lines[first + index];
  const model = wanted[index] ?? '';
  if (line === undefined) return `\nold has more lines than the file from there.`;
  const how = howLines(line, model);
  return `\nFirst difference, line ${first + index + 1}: ${how}old has: ${clip(model)}`;
}

function howLines(file: string, model: string): string {
  if (typewriter(file) === typewriter(model))
    return (
      'quotes, dashes or special blanks are other characters (file: ' +
      `${foreign(file) || 'plain'}; old: ${foreign(model) || 'plain'}). `
    );
  if (squeeze(file) === squeeze(model)) return 'only blanks inside the line differ. ';
  if (file.trim().toLowerCase() === model.trim().toLowerCase()) return 'only upper and lower case differ. ';
  return '';
}

/** Characters that word processors and models put for plain ones. */
const TYPOGRAPHIC: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B\u2032]/g, "'"],
  [/[\u201C\u201D\u201E\u201F\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' '],
  [/\u2026/g, '...'],
];

const typewriter = (line: string): string =>
  TYPOGRAPHIC.reduce((text, [from, to]) => text.replace(from, to), line).trim();

const foreign = (line: string): string =>
  [...new Set(TYPOGRAPHIC.flatMap(([from]) => line.match(from) ?? []))]
    .map((char) => `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ');

const squeeze = (line: string): string => typewriter(line).replace(/\s+/g, '');

/** Lines that agree vote for the start they would give; where none agrees, the longest line looks for its like. */
function bestStart(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const places = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const key = squeeze(line).toLowerCase();
    const known = places.get(key);
    if (!known) places.set(key, [index]);
    else if (known.length < 20) known.push(index);
  }
  const votes = new Map<number, number>();
  for (const [index, line] of wanted.slice(0, 200).entries()) {
    const key = squeeze(line).toLowerCase();
    const found = key === '' ? [] : (places.get(key) ?? []);
    for (const place of found)
      votes.set(place - index, (votes.get(place - index) ?? 0) + Math.min(key.length, 40) / found.length);
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return best ? Math.max(0, best[0]) : mostSimilar(lines, wanted);
}

/** Below this share of common letter pairs two lines have nothing to do with each other. */
const SIMILAR = 0.5;
const MAX_COMPARED = 20_000;

function mostSimilar(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const key = wanted.reduce((longest, line) => (line.trim().length > longest.trim().length ? line : longest), '');
  const pairs = pairsOf(key);
  let best: { readonly index: number; readonly score: number } = { index: -1, score: SIMILAR };
  for (const [index, line] of lines.slice(0, MAX_COMPARED).entries()) {
    const score = likeness(pairs, pairsOf(line));
    if (score > best.score) best = { index, score };
  }
  return best.index < 0 ? undefined : Math.max(0, best.index - wanted.indexOf(key));
}

function pairsOf(line: string): ReadonlySet<string> {
  const text = line.trim().slice(0, 300);
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

/** Dice's coefficient. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const pair of a) if (b.has(pair)) common++;
  return a.size + b.size === 0 ? 0 : (2 * common) / (a.size + b.size);
}

const withoutGutter = (old: string): string => old.replace(/^\s*\d{1,7}\s*(?:[|:→\t] ?|\s)/gm, '');

function lineOf(lines: readonly string[], text: string): number {
  const whole = lines.join('\n');
  return whole.slice(0, whole.indexOf(text)).split('\n').length;
}

const clip = (line: string): string => (line.length > 160 ? `${line.slice(0, 160)}…` : line);
