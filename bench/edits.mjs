/**
 * How well edits are applied that models get slightly wrong: thousands of real changes of real files, each sent with one of the
 * faults that models make. Exit code 1 when one of the project's editors makes another text of a file than was wanted.
 *
 *   npm run bench:edits [-- --seed N] [-- --count N] [-- --show N]      without a seed: a fresh one, printed
 */
import { structuredPatch } from 'diff';
import { EDITORS, judge } from './edits/judge.mjs';

/** @param {string} name @param {number} otherwise */
function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isInteger(value)) throw new Error(`--${name} needs a whole number`);
  return value;
}

const seed = option('seed', Math.trunc(Math.random() * 2 ** 31));
const count = option('count', 4800);
const start = performance.now();
const { rows, wrong, unhelped, total, others } = judge(seed, count);

const TITLES = { edit: 'edit', patch: 'patch', exact: 'exact match', first: 'first match' };
const cells = (
  /** @type {{ right: number, refused: number, unhelped: number, wrong: number }} */ {
    right,
    refused,
    unhelped: bare,
    wrong: bad,
  },
) => `${right} / ${refused + bare} / ${bad}`;
/** @type {Record<string, { right: number, refused: number, unhelped: number, wrong: number }>} */
const sums = Object.fromEntries(EDITORS.map((name) => [name, { right: 0, refused: 0, unhelped: 0, wrong: 0 }]));
const table = [['right / refused / wrong', ...EDITORS.map((name) => TITLES[name])]];
for (const [name, row] of rows) {
  table.push([name, ...EDITORS.map((editor) => cells(row[editor] ?? sums[editor]))]);
  for (const editor of EDITORS)
    for (const key of /** @type {const} */ (['right', 'refused', 'unhelped', 'wrong']))
      sums[editor][key] += row[editor]?.[key] ?? 0;
}
table.push(['all', ...EDITORS.map((editor) => cells(sums[editor]))]);
const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
for (const [index, row] of table.entries()) {
  console.log(
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`,
  );
  if (index === 0)
    console.log(
      `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`,
    );
}
console.log(
  `\nseed ${seed}: ${total} changes, each by every editor, in ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
console.log(`left out, since the wrong quote of one place is the right quote of another: ${others}`);
console.log(`refused without line numbers or the nearest lines: ${unhelped.length}`);

const shown = option('show', 3);
for (const { editor, message } of unhelped.slice(0, shown)) console.log(`\n${editor} refused without help: ${message}`);
for (const { editor, case: one, made } of wrong.slice(0, shown)) {
  console.log(`\nWRONG: ${editor}, ${one.perturbation}, ${one.file}`);
  console.log(
    editor === 'edit' ? one.edits.map(({ old, new: put }) => `<<<<\n${old}\n====\n${put}\n>>>>`).join('\n') : one.patch,
  );
  console.log(
    one.wanted === undefined ? 'wanted: a refusal. Made of the file:' : 'made (-) where this was wanted (+):',
  );
  for (const hunk of structuredPatch('', '', one.wanted === undefined ? one.text : made, one.wanted ?? made, '', '', {
    context: 2,
  }).hunks)
    console.log(hunk.lines.join('\n'));
}
if (wrong.length > 0) {
  console.log(`\n${wrong.length} edits were applied wrongly`);
  process.exitCode = 1;
}
