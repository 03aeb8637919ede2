/**
 * An old text as whole lines that differ from the file's in blanks or Unicode composition only. Lines that stay keep the
 * file's own characters; only new ones are written, indented by the rule that the old ones show.
 */
import { diffArrays } from 'diff';
import { toLf } from './lines.ts';
import type { Edit } from './locate.ts';
import { type LinePair, reindentRule } from './reindent.ts';
import type { Source } from './source.ts';

export interface LineMatch {
  /** From 1. */
  readonly line: number;
  /** Offsets in the source's `lf` text. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** What old and file differ in. */
  readonly but: string;
}

/** How lines are compared: two are the same when their keys are. */
export interface Rung {
  readonly key: (line: string) => string;
  readonly but: string;
}

const INDENTATION: Rung = { key: (line) => line.trim(), but: 'indentation' };

/** From the strictest on; the first that fits anywhere decides. */
export const LADDER: readonly Rung[] = [
  { key: (line) => line.trimEnd(), but: 'trailing blanks' },
  INDENTATION,
  { key: (line) => line.trim().normalize('NFC'), but: 'Unicode composition (NFC/NFD)' },
];

/** The one place where the lines of `old` are, or all of them (from 1) when there are several. */
export function findLines(source: Source, edit: Edit): LineMatch | { readonly places: readonly number[] } | undefined {
  const [shortest, longer] = readings(edit);
  for (const { key, but } of LADDER) {
    const lines = source.lines.map(key);
    const places = placesOf(shortest.old.map(key), lines);
    const [place] = places;
    if (place === undefined) continue;
    if (places.length > 1) return { places: places.map((index) => index + 1) };
    const reading = longer?.old.every((line, index) => key(line) === lines[place + index]) ? longer : shortest;
    const match = replaceLines(source, reading, place, but);
    if (match) return match;
  }
  return undefined;
}

/**
 * One line of old that was found behind the indentation of `line` (from 1), to become several: when these are not indented for
 * that place yet, they are taken as relative to old.
 */
export function relativeLines(source: Source, edit: Edit, line: number): LineMatch | undefined {
  const there = source.lines[line - 1] ?? '';
  const indent = /^[ \t]*/.exec(there)?.[0] ?? '';
  const following = toLf(edit.new).split('\n').slice(1);
  if (edit.old.trim() !== there.trim() || following.every((text) => text.trim() === '' || text.startsWith(indent)))
    return undefined;
  const [reading, other] = readings(edit);
  return reading.old.length === 1 && !other ? replaceLines(source, reading, line - 1, INDENTATION.but) : undefined;
}

/** Indices from which the lines are there; blank lines alone are nowhere. */
export function placesOf(wanted: readonly string[], lines: readonly string[]): readonly number[] {
  const places: number[] = [];
  if (wanted.every((line) => line === '')) return places;
  for (let first = 0; first + wanted.length <= lines.length; first++) {
    if (wanted.every((line, index) => lines[first + index] === line)) places.push(first);
  }
  return places;
}

/** An edit as lines to find and lines to put there. */
interface Reading {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/**
 * A final break in both only closes the last line. In old alone it either closes the line too, and the break stays, or (second
 * reading, preferred where it fits) it reaches into a blank line.
 */
function readings(edit: Edit): readonly [Reading, Reading?] {
  const old = toLf(edit.old).split('\n');
  const put = toLf(edit.new).split('\n');
  const open = { old, new: put };
  if (old.length < 2 || old.at(-1) !== '') return [open];
  const closed = old.slice(0, -1);
  return put.at(-1) === '' ? [{ old: closed, new: put.slice(0, -1) }] : [{ old: closed, new: put }, open];
}

/** Undefined where the indentation of a new line cannot be told. */
function replaceLines(source: Source, reading: Reading, first: number, but: string): LineMatch | undefined {
  const file = source.lines.slice(first, first + reading.old.length);
  const pairs = reading.old.map((line, index): LinePair => ({ model: line, file: file[index] ?? '' }));
  const text = merge(reading, file, pairs);
  if (text === undefined) return undefined;
  const from = source.lineStart(first);
  const to = from + file.join('\n').length;
  // Lines that go altogether take their break along.
  const gone = reading.new.length === 0 && first + file.length < source.lines.length ? 1 : 0;
  return { line: first + 1, from, to: to + gone, text, but };
}

function merge({ old, new: put }: Reading, file: readonly string[], pairs: readonly LinePair[]): string | undefined {
  const follow = followFile(pairs);
  if (!follow) return undefined;
  // Nothing is no blank line that could stay.
  if (put.join('') === '' && put.length < 2) return '';
  const result: string[] = [];
  let from = 0;
  const same = (a: string, b: string) => a.trimEnd() === b.trimEnd();
  for (const { added, removed, count, value } of diffArrays([...old], [...put], { comparator: same })) {
    if (added) {
      for (const line of value) {
        const followed = follow(line);
        if (followed === undefined) return undefined;
        result.push(followed);
      }
      continue;
    }
    if (!removed) result.push(...file.slice(from, from + count));
    from += count;
  }
  return result.join('\n');
}

/** A new line as the file would have it, told from the lines that the model gave for lines of the file. */
export function followFile(pairs: readonly LinePair[]): ((line: string) => string | undefined) | undefined {
  const reindent = reindentRule(pairs.filter(({ model }) => model.trim() !== ''));
  // A model that adds blanks at line ends of old adds them to new as well.
  const sloppy = pairs.some(({ model, file }) => /[ \t]$/.test(model) && !/[ \t]$/.test(file));
  return reindent && ((line) => (sloppy ? reindent(line)?.trimEnd() : reindent(line)));
}
