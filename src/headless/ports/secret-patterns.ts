/**
 * The person's own patterns for secrets. They are matched by RE2's algorithm (`re2js`), whose time grows with the text alone:
 * no pattern can be catastrophic, so none has to be guessed to be. What RE2 does not know (look-around, back references) is
 * reported, and such a pattern does not count.
 */
import { RE2JS } from 're2js';
import type { Find } from '../../agent/policy/known-secrets.ts';

const MAX_PATTERNS = 50;
const MAX_CHARS = 500;
/** What is shorter is no secret: a pattern that finds it would take words apart. */
const SHORTEST = 4;

export interface Patterns {
  readonly find: Find;
  /** A sentence each. */
  readonly problems: readonly string[];
}

/** With a group, what the first one holds is the secret. */
export function compile(written: readonly unknown[]): Patterns {
  const problems: string[] = [];
  if (written.length > MAX_PATTERNS) problems.push(`Only the first ${MAX_PATTERNS} patterns for secrets count.`);
  const compiled = written.slice(0, MAX_PATTERNS).flatMap((one, index) => {
    const made = compileOne(one);
    if (!('fault' in made)) return [made];
    problems.push(`Pattern ${index + 1} for secrets does not count: ${made.fault}.`);
    return [];
  });
  return { problems, find: (text) => withoutOverlap(compiled.flatMap((pattern) => placesOf(pattern, text))) };
}

function compileOne(written: unknown): RE2JS | { readonly fault: string } {
  if (typeof written !== 'string' || written === '') return { fault: 'it is no text' };
  if (written.length > MAX_CHARS) return { fault: `it is longer than ${MAX_CHARS} characters` };
  try {
    const pattern = RE2JS.compile(written, RE2JS.MULTILINE);
    return pattern.matches('') ? { fault: 'it also stands for nothing at all' } : pattern;
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

type Place = ReturnType<Find>[number];

function placesOf(pattern: RE2JS, text: string): readonly Place[] {
  const places: Place[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
    const place = { from: matcher.start(group), to: matcher.end(group) };
    if (place.to - place.from >= SHORTEST) places.push(place);
  }
  return places;
}

/** The first of those that overlap, and the longest of those that begin together. */
function withoutOverlap(places: readonly Place[]): readonly Place[] {
  let end = 0;
  return [...places]
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from, to }) => {
      const isFree = from >= end;
      if (isFree) end = to;
      return isFree;
    });
}
