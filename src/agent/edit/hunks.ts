/**
 * The difference of two texts as unified hunks, by `diff`. Only the changed core is compared (common head and tail are cut off
 * at line ends first), and the edit distance is bounded instead of the time, so that a replay sees the same hunks; beyond the
 * bound the core is one hunk. Lines end at `\n`; a `\r` before it belongs to the line, so endings survive byte by byte.
 */
import { type StructuredPatchHunk, structuredPatch } from 'diff';
import type { HunkView } from '../protocol.ts';
import { toLf } from './lines.ts';

export interface Hunks {
  /** A last line without newline is followed by "\ No newline at end of file", as in any unified diff. */
  readonly hunks: readonly HunkView[];
  /** Lines, of the whole difference. */
  readonly added: number;
  readonly removed: number;
  /** Hunks or lines are left out of `hunks`. */
  readonly truncated: boolean;
}

const CONTEXT = 3;
const MAX_DISTANCE = 2000;
const MAX_LINES = 2000;

/** What a card shows. At most `maxLines` lines in all. */
export function hunksOf(before: string, after: string, maxLines = MAX_LINES): Hunks {
  const { hunks } = difference(before, after, CONTEXT);
  const shown: HunkView[] = [];
  let room = maxLines;
  for (const hunk of hunks) {
    if (room <= 0) break;
    shown.push({ ...numbered(hunk), lines: hunk.lines.slice(0, room) });
    room -= hunk.lines.length;
  }
  return { hunks: shown, ...tally(hunks), truncated: room < 0 || shown.length < hunks.length };
}

/** A small unified patch for the model, cut at a line end, endings left out of it. '' when the texts are equal. */
export function patchText(path: string, before: string, after: string, maxChars = 2000): string {
  const { hunks } = difference(toLf(before), toLf(after), 1);
  if (hunks.length === 0) return before === after ? '' : `(only line endings of ${path} differ)`;
  const lines = hunks.flatMap((hunk) => {
    const { oldStart, oldLines, newStart, newLines } = numbered(hunk);
    return [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...hunk.lines.map(clip)];
  });
  let text = `--- ${path}\n+++ ${path}`;
  for (const [index, line] of lines.entries()) {
    if (text.length + line.length > maxChars) return `${text}\n(${lines.length - index} more lines)`;
    text += `\n${line}`;
  }
  return text;
}

/** Lines that `after` has and `before` has not, with their numbers in `after`, without their ending. */
export function addedLines(before: string, after: string): { readonly line: number; readonly text: string }[] {
  return difference(before, after, 0).hunks.flatMap((hunk) =>
    hunk.lines
      .filter((line) => line.startsWith('+'))
      .map((line, index) => ({ line: hunk.newStart + index, text: line.slice(1).replace(/\r$/, '') })),
  );
}

export const countChanges = (before: string, after: string) => tally(difference(before, after, 0).hunks);

interface Difference {
  readonly hunks: readonly StructuredPatchHunk[];
  readonly head: { readonly text: string; readonly lines: number };
  /** The part of `before` between head and tail. */
  readonly core: string;
  readonly tail: string;
}

function difference(before: string, after: string, context: number): Difference {
  if (before === after) return { hunks: [], head: { text: before, lines: 0 }, core: '', tail: '' };
  const { start, end } = coreOf(before, after);
  const from = back(before, start, context);
  const to = forward(before, before.length - end, context);
  const core = before.slice(from, to);
  const newCore = after.slice(from, after.length - (before.length - to));
  const head = { text: before.slice(0, from), lines: count(before.slice(0, from), '\n') };
  const patch = structuredPatch('', '', core, newCore, undefined, undefined, { context, maxEditLength: MAX_DISTANCE });
  const hunks = patch?.hunks ?? [wholeHunk(core, newCore, start - from, to - (before.length - end))];
  return { hunks: hunks.map((hunk) => moved(hunk, head.lines)), head, core, tail: before.slice(to) };
}

/** Characters that both texts share at the start and at the end, cut back to line starts. */
function coreOf(before: string, after: string): { start: number; end: number } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  start = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  const next = before.indexOf('\n', before.length - end);
  return { start, end: next < 0 ? 0 : before.length - next - 1 };
}

function back(text: string, position: number, lines: number): number {
  let at = position;
  for (let line = 0; line < lines && at > 0; line++) at = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
  return at;
}

function forward(text: string, position: number, lines: number): number {
  let at = position;
  for (let line = 0; line < lines && at < text.length; line++) {
    const next = text.indexOf('\n', at);
    at = next < 0 ? text.length : next + 1;
  }
  return at;
}

/** The hunk that takes all of the old core out and puts all of the new one in, between `lead` and `trail` common characters. */
function wholeHunk(core: string, newCore: string, lead: number, trail: number): StructuredPatchHunk {
  const head = marked(' ', core.slice(0, lead));
  const tail = marked(' ', core.slice(core.length - trail));
  const removed = marked('-', core.slice(lead, core.length - trail));
  const added = marked('+', newCore.slice(lead, newCore.length - trail));
  const lines = [...head, ...removed, ...added, ...tail];
  const size = (mark: string) => lines.filter((line) => line.startsWith(mark) || line.startsWith(' ')).length;
  return { oldStart: 1, oldLines: size('-'), newStart: 1, newLines: size('+'), lines };
}

function marked(mark: string, text: string): string[] {
  const lines = text.split('\n').map((line) => mark + line);
  if (text.endsWith('\n') || text === '') return lines.slice(0, -1);
  return [...lines, '\\ No newline at end of file'];
}

const moved = (hunk: StructuredPatchHunk, lines: number): StructuredPatchHunk => ({
  ...hunk,
  oldStart: hunk.oldStart + lines,
  newStart: hunk.newStart + lines,
});

/** As unified diffs number a hunk: an empty side names the line before it. */
const numbered = (hunk: StructuredPatchHunk): HunkView => ({
  oldStart: hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart,
  oldLines: hunk.oldLines,
  newStart: hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart,
  newLines: hunk.newLines,
  lines: hunk.lines,
});

function tally(hunks: readonly StructuredPatchHunk[]): { readonly added: number; readonly removed: number } {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return {
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

const clip = (line: string): string => (line.length > 300 ? `${line.slice(0, 300)}…` : line);

const count = (text: string, part: string): number => text.split(part).length - 1;
