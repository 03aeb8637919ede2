/** Counts what each editor made of each case. */
import { casesOf } from './cases.mjs';
import { byEdits, byPatch, exactly, firstMatch } from './editors.mjs';

/** @typedef {'right' | 'refused' | 'unhelped' | 'wrong'} Verdict */
/** @typedef {{ editor: string, case: import('./cases.mjs').Case, made: string }} Wrong */
/** @typedef {{ rows: Map<string, Record<string, Record<Verdict, number>>>, wrong: Wrong[], unhelped: { editor: string, message: string }[], total: number, others: number }} Tally */

export const EDITORS = /** @type {const} */ (['edit', 'patch', 'exact', 'first']);

/** @param {import('./cases.mjs').Case} one */
const outcomes = ({ text, edits, patch }) => ({
  edit: byEdits(text, edits),
  patch: byPatch(text, patch),
  exact: exactly(text, edits),
  first: firstMatch(text, edits),
});

/** Line numbers, or the lines it could have meant. @param {string} message */
const helps = (message) => /\blines? \d+|^\d+: /im.test(message);

/** @param {number} seed @param {number} count @param {string} [until] the last commit whose changes are drawn @returns {Tally} */
export function judge(seed, count, until) {
  /** @type {Tally} */
  const tally = { rows: new Map(), wrong: [], unhelped: [], total: 0, others: 0 };
  const others = { count: 0 };
  for (const one of casesOf(seed, count, others, until)) {
    tally.total++;
    const row =
      tally.rows.get(one.perturbation) ??
      Object.fromEntries(EDITORS.map((name) => [name, { right: 0, refused: 0, unhelped: 0, wrong: 0 }]));
    tally.rows.set(one.perturbation, row);
    for (const [editor, outcome] of Object.entries(outcomes(one))) {
      const ours = editor === 'edit' || editor === 'patch';
      const counts = row[editor];
      if (!counts) continue;
      if ('refusal' in outcome) {
        const help = !ours || helps(outcome.refusal);
        counts[help ? 'refused' : 'unhelped']++;
        if (!help) tally.unhelped.push({ editor, message: outcome.refusal });
      } else if (outcome.text === one.wanted) counts.right++;
      else {
        counts.wrong++;
        if (ours) tally.wrong.push({ editor, case: one, made: outcome.text });
      }
    }
  }
  return { ...tally, others: others.count };
}
