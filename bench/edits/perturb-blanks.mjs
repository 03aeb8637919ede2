/** Faults in blanks only: indentation, line ends, and what the file has of them. */
import { applyHunks, indentOf, isBlank, splitLines } from './change.mjs';
import { textsWith } from './request.mjs';

/** @typedef {import('./perturb.mjs').Random} Random */
/** @typedef {import('./perturb.mjs').Block} Block */
/** @typedef {import('./perturb.mjs').Mark} Mark */
/** @typedef {import('./perturb.mjs').Hunk} Hunk */
/** @typedef {import('./perturb.mjs').Request} Request */
/** @typedef {import('./perturb.mjs').Perturbed} Perturbed */
/** @typedef {import('./perturb.mjs').Perturbation} Perturbation */

/** The lines of blocks as one line function makes them, for blocks of which an old line becomes another. @param {Request} request @param {(line: string, mark: Mark) => string} change @returns {Perturbed | undefined} */
export function eachLine(request, change) {
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const lines = block.lines.map((mark) => ({ ...mark, text: change(mark.text, mark) }));
    if (textsWith(lines, ' -').join('\n') === textsWith(block.lines, ' -').join('\n')) return block;
    changed = true;
    return { ...block, lines };
  });
  return changed ? { ...request, blocks } : undefined;
}

/** @param {(line: string) => string} change */
const filled = (change) => (/** @type {string} */ line) => (isBlank(line) ? line : change(line));

/** @type {Perturbation} */
export const deeper = (random, request) => {
  const more = random.pick(['  ', '    ', '\t']);
  return eachLine(
    request,
    filled((line) => more + line),
  );
};

/** @type {Perturbation} */
export const shallower = (_, request) => {
  const all = request.blocks.flatMap(({ lines }) => lines.map(({ text }) => text)).filter((line) => !isBlank(line));
  const less = all
    .map(indentOf)
    .reduce((least, indent) => (least.startsWith(indent) ? indent : least), indentOf(all[0] ?? ''));
  if (less === '' || !all.every((line) => line.startsWith(less))) return undefined;
  return eachLine(
    request,
    filled((line) => line.slice(less.length)),
  );
};

/** @type {Perturbation} */
export const otherBlanks = (random, request) => {
  const width = random.pick([2, 4]);
  const tabs = request.text.includes('\n\t');
  // Tabs with spaces behind them have no one place among spaces.
  const all = request.blocks.flatMap(({ lines }) => lines.map(({ text }) => indentOf(text)));
  if (all.some((indent) => /\t {2}| \t/.test(indent))) return undefined;
  const convert = (/** @type {string} */ indent) =>
    tabs ? indent.replaceAll('\t', ' '.repeat(width)) : indent.replaceAll(' '.repeat(unitOf(request.text)), '\t');
  return eachLine(
    request,
    filled((line) => convert(indentOf(line)) + line.slice(indentOf(line).length)),
  );
};

/** @param {string} text */
const unitOf = (text) => (/^ {2}\S/m.test(text) ? 2 : 4);

/** Two spaces for four, or four for two; what is not on a level, as the stars of a comment, keeps its offset. @type {Perturbation} */
export const otherWidth = (_, request) => {
  if (request.text.includes('\n\t')) return undefined;
  const [from, to] = unitOf(request.text) === 2 ? [2, 4] : [4, 2];
  const width = (/** @type {string} */ line) => {
    const { length } = indentOf(line);
    return Math.floor(length / from) * to + (length % from);
  };
  const all = request.blocks.flatMap(({ lines }) => lines.map(({ text }) => text)).filter((line) => !isBlank(line));
  // What stands between the levels has no place in another width.
  if (all.some((line) => indentOf(line).length % from > (/^\s*\*(?:\s|\/|$)/.test(line) ? 1 : 0))) return undefined;
  return eachLine(
    request,
    filled((line) => ' '.repeat(width(line)) + line.slice(indentOf(line).length)),
  );
};

/** @type {Perturbation} */
export const oldOnlyIndented = (random, request) => {
  const more = random.pick(['  ', '    ']);
  const less = random.chance(0.5);
  const made = split(request, (line) =>
    isBlank(line) ? line : less ? line.replace(/^(?: {2,4}|\t)/, '') : more + line,
  );
  // Old at the level of new, where it was not, is how one asks for another change.
  const isLevel = (/** @type {Block} */ { lines }) => levelOf(lines, ' -') === levelOf(lines, ' +');
  const isOther = made?.blocks.some((block, index) => isLevel(block) && !isLevel(request.blocks[index] ?? block));
  return isOther ? undefined : made;
};

/** @param {readonly Mark[]} lines @param {string} marks */
const levelOf = (lines, marks) => indentOf(textsWith(lines, marks).find((line) => !isBlank(line)) ?? '');

/** Old and new differ in what was only quoted: each context line goes and comes. @param {Request} request @param {(line: string) => string} change @returns {Perturbed | undefined} */
export function split(request, change) {
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const old = textsWith(block.lines, ' -').map((text) => ({ mark: /** @type {const} */ ('-'), text: change(text) }));
    const put = textsWith(block.lines, ' +').map((text) => ({ mark: /** @type {const} */ ('+'), text }));
    if (textsWith(old, '-').join('\n') === textsWith(block.lines, ' -').join('\n')) return block;
    changed = true;
    return { ...block, lines: [...old, ...put] };
  });
  return changed ? { ...request, blocks } : undefined;
}

/** @type {Perturbation} */
export const oneLineIndented = (random, request) => {
  const victim = random.int(0, 6);
  let at = -1;
  return eachLine(request, (line, { mark }) => {
    if (mark === '+' || isBlank(line)) return line;
    at += 1;
    return at === victim ? `${random.pick([' ', '  '])}${line}` : line;
  });
};

/** @type {Perturbation} */
export const trailingBlanks = (random, request) =>
  eachLine(request, (line) => (random.chance(0.6) ? `${line}${random.pick([' ', '  ', '\t'])}` : line));

/** @type {Perturbation} */
export const trailingBlanksInFile = (random, request) => {
  // What follows a text in its last line is not quoted, and stays.
  const blocks = request.blocks.map(({ at, lines }) => [at, at + textsWith(lines, ' -').length - 1]);
  const inBlock = (/** @type {number} */ index) => blocks.some(([from = 0, to = 0]) => index >= from && index < to);
  // A line that goes in one place and comes in another may count as one that stays, blanks included, or not.
  const comes = new Set(request.hunks.flatMap(({ put }) => put));
  const lines = splitLines(request.text).map((line, index) =>
    inBlock(index) && !comes.has(line) && random.chance(0.5) ? `${line}${random.pick([' ', '   ', '\t'])}` : line,
  );
  return inFile(request, lines);
};

/** The file has these lines in truth. @param {Request} request @param {readonly string[]} lines @returns {Perturbed | undefined} */
export function inFile(request, lines) {
  const text = lines.join('\n') + (request.text.endsWith('\n') ? '\n' : '');
  return text === request.text ? undefined : { ...request, text, wanted: applyHunks(text, request.hunks) };
}
