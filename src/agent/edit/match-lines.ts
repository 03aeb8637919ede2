/**
 * An old text as whole lines that differ from the file's in blanks or Unicode composition only. Lines that stay keep the
 * file's own characters; only new ones are written, indented by the rule that the old ones show.
 */
import { diffArrays } from 'diff';
import { followFile, goesOn, isSloppy, type LineChange } from './follow-file.ts';
import { toLf } from './lines.ts';
import type { Edit } from './locate.ts';
import { indentOf } from './reindent.ts';
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

/** A line that ends the block before it. */
const CLOSES = /^\s*(?:[)\]}>]|<\/|end\b|fi\b|done\b|esac\b)/;

type Places = { readonly places: readonly number[] };

/**
 * The one place where the lines of `old` are, or all of them (from 1) when there are several. 'open': they are there, and it
 * cannot be told how new is to be indented. Blank lines around old and new alike, which often only set the text off, are left
 * out where the file has none there.
 */
export function findLines(source: Source, edit: Edit): LineMatch | Places | 'open' | undefined {
  const found = climb(source, edit);
  const bare = found ? undefined : withoutMargins(edit);
  const match = bare ? climb(source, bare, 'blank lines around it') : found;
  const isTwin =
    bare && typeof match === 'object' && 'line' in match && source.hasTwin(toLf(bare.old).split('\n'), match.line - 1);
  return isTwin ? undefined : match;
}

function climb(source: Source, edit: Edit, name?: string): LineMatch | Places | 'open' | undefined {
  const [shortest, longer] = readings(edit);
  // What follows a final break is no blank line.
  const count = source.lines.at(-1) === '' ? source.lines.length - 1 : source.lines.length;
  let isThere = false;
  for (const { key, but } of LADDER) {
    const lines = source.lines.map(key);
    const places = placesOf(shortest.old.map(key), lines.slice(0, count));
    const [place] = places;
    if (place === undefined) continue;
    // Quoted from behind its indentation on, a text may be any of those that differ in it.
    const rung = /^\S/.test(shortest.old[0] ?? '') ? INDENTATION.key : key;
    const all = placesOf(shortest.old.map(rung), source.lines.slice(0, count).map(rung));
    const many = places.length > 1 ? places : all;
    if (many.length > 1) return { places: many.map((index) => index + 1) };
    const reading = longer?.old.every((line, index) => key(line) === lines[place + index]) ? longer : shortest;
    const match = replaceLines(source, reading, place, name ?? but);
    if (match) return match;
    isThere = true;
  }
  return isThere ? 'open' : undefined;
}

/** Undefined where old and new do not both begin, or both end, with blank lines. */
function withoutMargins(edit: Edit): Edit | undefined {
  const [old, put] = [edit.old, edit.new].map((text) => toLf(text).split('\n'));
  if (!old || !put) return undefined;
  const margin = (lines: readonly string[]) => lines.findIndex((line) => line.trim() !== '');
  const top = Math.min(margin(old), margin(put));
  const bottom = Math.min(margin(old.toReversed()), margin(put.toReversed()));
  if (top < 0 || bottom < 0 || top + bottom === 0) return undefined;
  const inner = (lines: readonly string[]) => lines.slice(top, lines.length - bottom).join('\n');
  return { old: inner(old), new: inner(put) };
}

/**
 * One line of old that was found behind the indentation of `line` (from 1), to become several: when these are not indented for
 * that place yet, they are relative to old. 'open': that cannot be told. Undefined: they are right as they are.
 */
export function relativeLines(source: Source, edit: Edit, line: number): LineMatch | 'open' | undefined {
  const there = source.lines[line - 1] ?? '';
  const indent = indentOf(there);
  const [first = '', ...others] = toLf(edit.new).split('\n');
  const following = others.filter((text) => text.trim() !== '');
  if (edit.old.trim() !== there.trim()) return undefined;
  const [second] = following;
  // Under what opens a block, or goes on, a line is deeper: not so here, if that is right as it is.
  if (following.every((text) => text.startsWith(indent)))
    return second !== undefined && indentOf(second) === indent && goesOn(first, second) ? 'open' : undefined;
  const [reading, other] = readings(edit);
  return (reading.old.length === 1 && !other && replaceLines(source, reading, line - 1, INDENTATION.but)) || 'open';
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
  /** Old goes, its last break stays. */
  readonly isNothing?: boolean;
}

/**
 * A final break in both only closes the last line. In old alone it either closes the line too, and the break stays, or (second
 * reading, preferred where it fits) it reaches into a blank line.
 */
function readings(edit: Edit): readonly [Reading, Reading?] {
  const old = toLf(edit.old).split('\n');
  const put = toLf(edit.new).split('\n');
  const open = { old, new: put, isNothing: edit.new === '' };
  if (old.length < 2 || old.at(-1) !== '') return [open];
  const closed = old.slice(0, -1);
  return put.at(-1) === '' ? [{ old: closed, new: put.slice(0, -1) }] : [{ old: closed, new: put }, open];
}

/** Undefined where the indentation of a new line cannot be told. */
function replaceLines(source: Source, reading: Reading, first: number, but: string): LineMatch | undefined {
  const file = source.lines.slice(first, first + reading.old.length);
  if (standsFree(source, reading, first)) return undefined;
  const text = merge(reading, file, source.endsBlank);
  if (text === undefined || source.hasRival(reading.old, first)) return undefined;
  const from = source.lineStart(first);
  const to = from + file.join('\n').length;
  // Lines that go altogether take their break along.
  const gone = reading.new.length === 0 && first + file.length < source.lines.length ? 1 : 0;
  return { line: first + 1, from, to: to + gone, text, but };
}

/**
 * One line, quoted from behind its indentation on, is to become several, and what comes after it in the file is less indented and
 * closes nothing: the new lines could belong to either.
 */
function standsFree(source: Source, { old, new: put }: Reading, first: number): boolean {
  if (old.length !== 1 || put.length < 2 || !/^\S/.test(old[0] ?? '')) return false;
  const next = source.lines.slice(first + 1).find((line) => line.trim() !== '');
  return next !== undefined && indentOf(next).length < indentOf(source.lines[first] ?? '').length && !CLOSES.test(next);
}

function merge(reading: Reading, file: readonly string[], endsBlank: boolean): string | undefined {
  // Nothing is no blank line that could stay.
  if (reading.isNothing) return aligned({ ...reading, new: [] }, file, endsBlank);
  return aligned(reading, file, endsBlank) ?? behindIndentation(reading, file, endsBlank);
}

function aligned(
  { old, new: put }: Reading,
  file: readonly string[],
  endsBlank: boolean,
  adds = false,
): string | undefined {
  const changes: LineChange[] = [];
  let from = 0;
  for (const { added, removed, value } of differences(old, put)) {
    const mark = added ? '+' : removed ? '-' : ' ';
    for (const model of value) changes.push({ mark, model, file: added ? '' : (file[from++] ?? '') });
  }
  const lines = followFile(changes, endsBlank, adds);
  if (!lines || isTwoWays(changes, lines)) return undefined;
  const added = lines.values();
  return changes
    .flatMap((change) => (change.mark === '-' ? [] : [change.mark === '+' ? added.next().value : change.file]))
    .join('\n');
}

/** True where lines that are the same to the model do not come out the same: which of them stays, and how it is, is open. */
function isTwoWays(changes: readonly LineChange[], lines: readonly string[]): boolean {
  const added = lines.values();
  const all = changes.map(({ mark, model, file }) => ({
    mark,
    model: model.trimEnd(),
    is: mark === '+' ? (added.next().value ?? '') : file,
  }));
  const moving = all.filter(({ mark }) => mark !== ' ');
  return all.some(
    (one) => one.mark !== '-' && moving.some((other) => other.model === one.model && other.is !== one.is),
  );
}

/** Blanks at line ends are only overlooked where more lines stay by that: blank lines are not all alike. */
function differences(old: readonly string[], put: readonly string[]) {
  const exact = diffArrays([...old], [...put]);
  const loose = diffArrays([...old], [...put], {
    comparator: (a, b) => a === b || (a.trim() !== '' && a.trimEnd() === b.trimEnd()),
  });
  const kept = (parts: typeof exact) =>
    parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.count), 0);
  return kept(loose) > kept(exact) ? loose : exact;
}

/** Old and new start behind the indentation of their first line: it tells nothing, and keeps what the file has. */
function behindIndentation(
  { old, new: put }: Reading,
  file: readonly string[],
  endsBlank: boolean,
): string | undefined {
  const [first = '', ...rest] = old;
  const [line = '', ...following] = put;
  const [there = '', ...others] = file;
  const solid = rest.filter((text) => text.trim() !== '');
  if (solid.length < 2 || !/^\S/.test(first) || !/^\S/.test(line) || !/^\s/.test(there)) return undefined;
  const sloppy = old.some((text, index) => isSloppy(text, file[index] ?? ''));
  if (sloppy && endsBlank && /[ \t]$/.test(line)) return undefined;
  const tail = aligned({ old: rest, new: following }, others, endsBlank, sloppy);
  const head = first.trimEnd() === line.trimEnd() ? there : indentOf(there) + (sloppy ? line.trimEnd() : line);
  if (following.length === 0) return head;
  return tail === undefined ? undefined : `${head}\n${tail}`;
}
