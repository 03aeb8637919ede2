/**
 * Which part of a file the `@@` lines of a patch name: each is a line of the file, and the chunk belongs into the block that
 * it opens (the lines indented deeper, up to what closes them) or, where nothing is in there, to what follows.
 */

export interface Scope {
  /** Index of the line that `@@` names; -1 for the whole file. */
  readonly line: number;
  /** Index of the last line of its block. */
  readonly last: number;
}

/** The scopes that the anchors, outermost first, leave open: several where the innermost is there several times. */
export function scopesOf(
  lines: readonly string[],
  anchors: readonly string[],
): readonly Scope[] | { readonly unknown: string } {
  let scopes: readonly Scope[] = [{ line: -1, last: lines.length - 1 }];
  for (const anchor of anchors) {
    const places = placesOf(lines, anchor);
    const inside = places.filter((index) => scopes.some(({ line, last }) => index > line && index <= last));
    const first = Math.min(...scopes.map(({ line }) => line));
    const open = inside.length > 0 ? inside : places.filter((index) => index > first);
    if (open.length === 0) return { unknown: anchor };
    scopes = open.map((line) => ({ line, last: blockEnd(lines, line) }));
  }
  return scopes;
}

/** Of these places of `length` lines each, the ones that touch a scope, and the others that come after one. */
export function inScope(
  places: readonly number[],
  length: number,
  scopes: readonly Scope[],
): { readonly inside: readonly number[]; readonly after: readonly number[] } {
  const touches = (place: number) =>
    scopes.some(({ line, last }) => place + length > line && place <= (last === line ? line + 1 : last));
  const first = Math.min(...scopes.map(({ line }) => line));
  return { inside: places.filter(touches), after: places.filter((place) => place > first && !touches(place)) };
}

/** True when the anchor is the whole line, blanks around it aside. */
export const isLine = (line: string, anchor: string): boolean => keyOf(line) === keyOf(anchor);

const keyOf = (line: string): string => line.trim().normalize('NFC');

/** Whole lines; where there is none, lines that begin with it: models leave out the colon, the brace, the parameters. */
function placesOf(lines: readonly string[], anchor: string): readonly number[] {
  const wanted = keyOf(anchor);
  const open = /[\p{L}\p{N}_$]$/u.test(wanted) ? /^(?![\p{L}\p{N}_$])/u : /^/;
  const find = (fits: (line: string) => boolean) =>
    [...lines.keys()].filter((index) => fits(keyOf(lines[index] ?? '')));
  const whole = find((line) => line === wanted);
  return whole.length > 0 ? whole : find((line) => line.startsWith(wanted) && open.test(line.slice(wanted.length)));
}

const depth = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0;

function blockEnd(lines: readonly string[], opener: number): number {
  const outside = depth(lines[opener] ?? '');
  let last = opener;
  for (let index = opener + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    if (depth(line) < outside || (depth(line) === outside && !/^\s*[)\]}{]/.test(line))) break;
    last = index;
  }
  return last;
}
