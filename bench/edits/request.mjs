/** A change as a model would send it: old and new texts with a little context, or a patch. */
import { indentOf, splitLines } from './change.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {{ mark: ' ' | '-' | '+', text: string }} Mark a line that stays, goes or comes */
/** @typedef {{ at: number, lines: Mark[] }} Block `at`: index of its first line in the file */
/** @typedef {{ old: string, new: string }} Edit */

/** @param {readonly Mark[]} lines @param {string} marks */
export const textsWith = (lines, marks) => lines.filter(({ mark }) => marks.includes(mark)).map(({ text }) => text);

/**
 * The changed places with lines around them: as many as it takes for the old lines to be there once, and `more`; `bare`: none.
 * @param {string} text @param {readonly import('./corpus.mjs').Hunk[]} hunks @param {number} more @param {boolean} bare
 */
export function blocksOf(text, hunks, more, bare) {
  const lines = splitLines(text);
  const whole = `\n${lines.join('\n')}\n`;
  /** @type {{ from: number, to: number }[]} */
  const ranges = [];
  for (const { from, to } of hunks) {
    let around = 0;
    const range = () => ({ from: Math.max(0, from - around), to: Math.min(lines.length, to + around) });
    const isOnce = () => {
      const { from: first, to: last } = range();
      if (first === last) return false;
      const old = `\n${lines.slice(first, last).join('\n')}\n`;
      return whole.indexOf(old) === whole.lastIndexOf(old);
    };
    if (bare) around = from === to ? 1 : 0;
    else {
      while (around < 6 && !isOnce()) around++;
      around += more;
    }
    const next = range();
    const last = ranges.at(-1);
    if (last && next.from <= last.to) last.to = next.to;
    else ranges.push(next);
  }
  return ranges.map(({ from, to }) => blockOf(lines, from, to, hunks));
}

/** @param {readonly string[]} lines @param {number} from @param {number} to @param {readonly import('./corpus.mjs').Hunk[]} hunks @returns {Block} */
function blockOf(lines, from, to, hunks) {
  /** @type {Mark[]} */
  const marked = [];
  let at = from;
  /** @param {number} end @param {' ' | '-'} mark */
  const take = (end, mark) => {
    for (; at < end; at++) marked.push({ mark, text: lines[at] ?? '' });
  };
  for (const hunk of hunks.filter((each) => each.from >= from && each.to <= to)) {
    take(hunk.from, ' ');
    take(hunk.to, '-');
    marked.push(...hunk.put.map((text) => /** @type {Mark} */ ({ mark: '+', text })));
  }
  take(to, ' ');
  return { at: from, lines: marked };
}

/** @typedef {'lines' | 'closed' | 'inside'} Style whole lines, with the last break or without; or from the first line's text on */

/** @param {Block} block @param {Style} style @returns {Edit} */
export function editOf({ lines }, style) {
  const old = textsWith(lines, ' -');
  const put = textsWith(lines, ' +');
  const join = (/** @type {string[]} */ texts) => texts.join('\n');
  // Lines that go altogether take a break along.
  if (style === 'closed' || put.length === 0 || put.at(-1) === '')
    return { old: `${join(old)}\n`, new: put.length > 0 ? `${join(put)}\n` : '' };
  const indent = indentOf(old[0] ?? '');
  const inside =
    style === 'inside' && indent !== '' && put[0]?.startsWith(indent) && !/^[ \t]/.test(put[0].slice(indent.length));
  return inside
    ? { old: join(old).slice(indent.length), new: join(put).slice(indent.length) }
    : { old: join(old), new: join(put) };
}

/** @param {readonly Block[]} blocks @param {readonly string[]} anchors one `@@` line for each block, '' for none */
export const patchOf = (blocks, anchors) =>
  [
    '*** Begin Patch',
    '*** Update File: file',
    ...blocks.flatMap(({ lines }, index) => [
      anchors[index] ? `@@ ${anchors[index]}` : '@@',
      ...lines.map(({ mark, text }) => mark + text),
    ]),
    '*** End Patch',
  ].join('\n');

/** The line that a block stands under: the nearest one above it that is indented less. @param {string} text @param {Block} block */
export function openerOf(text, { at, lines }) {
  const file = splitLines(text);
  const depth = indentOf(textsWith(lines, ' -').find((line) => line.trim() !== '') ?? '').length;
  const opener = file.slice(0, at).findLast((line) => line.trim() !== '' && indentOf(line).length < depth);
  return opener?.trim() ?? '';
}
