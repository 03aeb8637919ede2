/**
 * Lines with their own endings. A model writes `\n`; a replacement adopts what its place uses: a line that stays keeps its
 * ending, a new line takes its neighbour's. So a mixed file stays mixed exactly where it was.
 */
import { diffArrays } from 'diff';

export type Eol = '' | '\n' | '\r\n';

export interface Line {
  readonly text: string;
  /** '' only for a last line without one. */
  readonly eol: Eol;
}

/** Joined again (text + eol) they are the text. No line follows a final ending. A lone `\r` is a character like any other. */
export function linesOf(text: string): Line[] {
  if (text === '') return [];
  const parts = text.split('\n');
  const last = parts.pop() ?? '';
  const lines = parts.map(
    (part): Line => (part.endsWith('\r') ? { text: part.slice(0, -1), eol: '\r\n' } : { text: part, eol: '\n' }),
  );
  return last === '' ? lines : [...lines, { text: last, eol: '' }];
}

export const toLf = (text: string): string => text.replaceAll('\r\n', '\n');

/** A file of the old Mac, whose only line breaks are lone `\r`s: it is edited as if they were `\n`s. */
export const isMac = (text: string): boolean => text.includes('\r') && !text.includes('\n');
export const fromMac = (text: string): string => text.replace(/\r\n?/g, '\n');
export const toMac = (text: string): string => text.replaceAll('\n', '\r');

/** True when all line endings are the same, or there is none. Here a lone `\r` is an ending: an editor changes it to another. */
export function hasOneEol(text: string): boolean {
  if (!text.includes('\r')) return true;
  const seen = new Set<string>();
  for (const [eol] of text.matchAll(/\r\n|\n|\r/g)) {
    if (seen.add(eol).size > 1 || eol === '\r') return false;
  }
  return true;
}

/** What a line break at this range should be: the ending after it, else the one before it, else `\n`. */
export function eolNear(text: string, start: number, end: number): Eol {
  const next = text.indexOf('\n', end);
  const at = next >= 0 ? next : text.lastIndexOf('\n', start - 1);
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/**
 * `replacement` with the endings of the text it replaces: `\n` and `\r\n` in it both mean "a line break here".
 * `near`: for breaks that have no neighbour in `old`.
 */
export function adoptEols(old: string, replacement: string, near: Eol): string {
  const plain = toLf(replacement);
  if (near === '\n' && !old.includes('\r')) return plain;
  const wanted = linesOf(plain);
  const kept = linesOf(old);
  const kinds = new Set(kept.map((line) => line.eol).filter((eol) => eol !== ''));
  if (kinds.size < 2) {
    const only = [...kinds][0] ?? near;
    return wanted.map((line) => line.text + adopt(line.eol, only)).join('');
  }
  return alignEols(kept, wanted, near);
}

/** Bounds the alignment of huge rewrites: beyond it every line counts as new. */
const MAX_ALIGN = 2000;

function alignEols(kept: readonly Line[], wanted: readonly Line[], near: Eol): string {
  let last: Eol = kept[0]?.eol || near;
  /** Endings of lines just taken out: the lines put in their place take them one by one. */
  let freed: Eol[] = [];
  let from = 0;
  let to = 0;
  let result = '';
  for (const { added, removed, count } of parts(kept, wanted)) {
    if (removed) {
      freed = kept.slice(from, from + count).map((line) => line.eol);
      from += count;
      continue;
    }
    for (const line of wanted.slice(to, to + count)) {
      last = (added ? freed.shift() : kept[from++]?.eol) || last;
      result += line.text + adopt(line.eol, last);
    }
    to += count;
    freed = [];
  }
  return result;
}

interface Part {
  readonly added: boolean;
  readonly removed: boolean;
  readonly count: number;
}

/** What stays, goes and comes; common lines at both ends are cut off first, so that one changed line is one changed line. */
function parts(kept: readonly Line[], wanted: readonly Line[]): Part[] {
  const shorter = Math.min(kept.length, wanted.length);
  let head = 0;
  while (head < shorter && kept[head]?.text === wanted[head]?.text) head++;
  let tail = 0;
  while (tail < shorter - head && kept.at(-1 - tail)?.text === wanted.at(-1 - tail)?.text) tail++;
  const stay = (count: number): Part => ({ added: false, removed: false, count });
  const [old, put] = [kept, wanted].map((lines) => lines.slice(head, lines.length - tail).map((line) => line.text));
  const middle = diffArrays(old ?? [], put ?? [], { maxEditLength: MAX_ALIGN }) ?? [
    { added: false, removed: true, count: old?.length ?? 0 },
    { added: true, removed: false, count: put?.length ?? 0 },
  ];
  return [stay(head), ...middle, stay(tail)];
}

const adopt = (wanted: Eol, place: Eol): Eol => (wanted === '' ? '' : place);
