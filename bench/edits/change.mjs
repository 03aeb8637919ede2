/** Changes of the kinds that are asked of an agent, made of a file's own lines and words: where, and what the file is then. */

import { hunksOf } from './corpus.mjs';

/** @typedef {import('./corpus.mjs').Hunk} Hunk */
/** @typedef {import('./random.mjs').Random} Random */

const WORD = /[A-Za-z_][A-Za-z0-9_]{2,}/g;

/** @param {string} line */
export const indentOf = (line) => /^[ \t]*/.exec(line)?.[0] ?? '';
/** @param {string} line */
export const isBlank = (line) => line.trim() === '';

/** Lines without their breaks; no line follows a final break. @param {string} text */
export const splitLines = (text) => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

/** @param {string} text @param {readonly Hunk[]} hunks sorted, apart from each other */
export function applyHunks(text, hunks) {
  const lines = splitLines(text);
  for (const { from, to, put } of hunks.toReversed()) lines.splice(from, to - from, ...put);
  return lines.join('\n') + (text.endsWith('\n') ? '\n' : '');
}

/** One to a few places of a file that change together, or undefined where the draw made nothing. @param {Random} random @param {string} text */
export function changeOf(random, text) {
  const lines = splitLines(text);
  const kind = random.pick(KINDS);
  const places = kind === rename ? 1 : random.pick([1, 1, 1, 2, 3]);
  const drawn = Array.from({ length: places }, () => kind(random, lines)).flat();
  const hunks = drawn.toSorted((a, b) => a.from - b.from);
  const apart = hunks.every((hunk, index) => index === 0 || hunk.from > (hunks[index - 1]?.to ?? 0));
  const wanted = applyHunks(text, hunks);
  // A blank last line and a final break are the same characters.
  const isPlain = text.endsWith('\n') === wanted.endsWith('\n');
  return hunks.length > 0 && apart && isPlain && wanted !== text ? { hunks: hunksOf(text, wanted), wanted } : undefined;
}

/** A place with something in it. @param {Random} random @param {readonly string[]} lines */
function placeIn(random, lines) {
  for (let tries = 0; tries < 20; tries++) {
    const index = random.int(0, lines.length - 1);
    if (!isBlank(lines[index] ?? '')) return index;
  }
  return undefined;
}

/** The line with one of its words replaced. @param {Random} random @param {string} line @param {readonly string[]} lines */
function reworded(random, line, lines) {
  const words = line.match(WORD) ?? [];
  if (words.length === 0) return line;
  const others = (random.pick(lines).match(WORD) ?? []).filter((word) => !words.includes(word));
  const other = others.length > 0 ? random.pick(others) : `${random.pick(words)}2`;
  const word = random.pick(words);
  return line.replace(new RegExp(`\\b${word}\\b`), other);
}

/** New lines, as the file could have them, indented for this place. @param {Random} random @param {readonly string[]} lines @param {string} indent @param {number} count */
function newLines(random, lines, indent, count) {
  const from = random.int(0, Math.max(0, lines.length - count));
  const taken = lines.slice(from, from + count).map((line) => reworded(random, line, lines));
  const outer = taken.filter((line) => !isBlank(line)).map(indentOf);
  const less = outer.toSorted((a, b) => a.length - b.length)[0] ?? '';
  return taken.map((line) =>
    isBlank(line) ? '' : indent + (line.startsWith(less) ? line.slice(less.length) : line.trim()),
  );
}

/** @typedef {(random: Random, lines: readonly string[]) => Hunk[]} Kind */

/** @type {Kind} */
function statement(random, lines) {
  const at = placeIn(random, lines);
  return at === undefined ? [] : [{ from: at, to: at + 1, put: [reworded(random, lines[at] ?? '', lines)] }];
}

/** @type {Kind} */
function rewrite(random, lines) {
  const at = placeIn(random, lines);
  if (at === undefined) return [];
  const to = Math.min(lines.length, at + random.int(1, 5));
  return [{ from: at, to, put: newLines(random, lines, indentOf(lines[at] ?? ''), random.int(1, 6)) }];
}

/** @type {Kind} */
function insert(random, lines) {
  const at = placeIn(random, lines);
  if (at === undefined) return [];
  return [{ from: at, to: at, put: newLines(random, lines, indentOf(lines[at] ?? ''), random.int(1, 5)) }];
}

/** @type {Kind} */
function remove(random, lines) {
  const at = placeIn(random, lines);
  return at === undefined || lines.length < 12
    ? []
    : [{ from: at, to: Math.min(lines.length - 1, at + random.int(1, 4)), put: [] }];
}

/** One word in all lines of a block. @type {Kind} */
function rename(random, lines) {
  const at = placeIn(random, lines);
  if (at === undefined) return [];
  const word = random.pick((lines[at] ?? '').match(WORD) ?? ['']);
  if (word === '') return [];
  const pattern = new RegExp(`\\b${word}\\b`, 'g');
  /** @type {Hunk[]} */
  const hunks = [];
  for (const [offset, line] of lines.slice(at, at + 25).entries()) {
    if (hunks.length > 3 || !line.includes(word)) continue;
    const put = line.replace(pattern, `${word}Next`);
    if (put === line) continue;
    const last = hunks.at(-1);
    if (last?.to === at + offset) {
      last.to += 1;
      last.put.push(put);
    } else hunks.push({ from: at + offset, to: at + offset + 1, put: [put] });
  }
  return hunks;
}

/** What is indented deeper under a line, several lines of it other ones. @type {Kind} */
function body(random, lines) {
  const openers = [...lines.keys()].filter(
    (index) =>
      /[{:([>]\s*$/.test(lines[index] ?? '') &&
      indentOf(lines[index + 1] ?? '').length > indentOf(lines[index] ?? '').length,
  );
  if (openers.length === 0) return [];
  const from = random.pick(openers) + 1;
  const depth = indentOf(lines[from] ?? '').length;
  let to = from;
  while (to < lines.length && to < from + 25 && (isBlank(lines[to] ?? '') || indentOf(lines[to] ?? '').length >= depth))
    to++;
  while (to > from + 1 && isBlank(lines[to - 1] ?? '')) to--;
  const put = lines.slice(from, to).flatMap((line) => {
    if (isBlank(line) || random.chance(0.5)) return [line];
    return random.chance(0.2) ? [line, ...newLines(random, lines, indentOf(line), 1)] : [reworded(random, line, lines)];
  });
  return [{ from, to, put }];
}

/** Lines put into a block of their own, one level deeper. @type {Kind} */
function wrap(random, lines) {
  const at = placeIn(random, lines);
  if (at === undefined) return [];
  const indent = indentOf(lines[at] ?? '');
  const to = Math.min(lines.length, at + random.int(1, 4));
  const inside = lines.slice(at, to);
  const level = lines.some((line) => line.startsWith('\t'))
    ? '\t'
    : lines.some((line) => /^ {2}\S/.test(line))
      ? '  '
      : '    ';
  const put = [`${indent}if (ready) {`, ...inside.map((line) => (isBlank(line) ? line : level + line)), `${indent}}`];
  return [{ from: at, to, put }];
}

const KINDS = [statement, statement, rewrite, insert, remove, rename, body, wrap];
