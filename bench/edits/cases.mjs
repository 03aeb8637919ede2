/** Requests with known results: a real file, a change of it, the way a model sends it, and what it gets wrong. */
import { applyHunks, changeOf, splitLines } from './change.mjs';
import { historyOf, textsOf } from './corpus.mjs';
import { PERTURBATIONS } from './perturb.mjs';
import { randomOf } from './random.mjs';
import { blocksOf, editOf, openerOf, patchOf, textsWith } from './request.mjs';

/**
 * @typedef {object} Case
 * @property {string} perturbation
 * @property {string} file
 * @property {string} text
 * @property {string | undefined} wanted undefined: only a refusal is right
 * @property {import('./request.mjs').Edit[]} edits
 * @property {string} patch
 */

/**
 * `count` of them. `others` counts draws that are no cases: see `quotesAnother`. `until`: the last commit whose changes are drawn.
 * @param {number} seed
 * @param {number} count
 * @returns {Generator<Case>}
 */
export function* casesOf(seed, count, others = { count: 0 }, until = 'HEAD') {
  const texts = textsOf(randomOf(seed), Math.max(20, Math.ceil(count / 12)));
  const history = historyOf(randomOf(seed), Math.ceil(count / 60), until);
  for (let made = 0, tries = 0; made < count; tries++) {
    // Each draw has dice of its own: a new commit changes what is drawn from history, and nothing else.
    const random = randomOf(Math.imul(seed + 1, 0x9e3779b1) + made * 1009 + tries);
    const kind = PERTURBATIONS[made % PERTURBATIONS.length];
    const file = random.chance(0.15) && history.length > 0 ? random.pick(history) : random.pick(texts);
    const drawn = kind && caseOf(random, file, kind);
    if (drawn === 'another') others.count++;
    if (!drawn || drawn === 'another') continue;
    made++;
    tries = 0;
    yield drawn;
  }
}

/**
 * @param {import('./random.mjs').Random} random
 * @param {import('./corpus.mjs').SourceText & { hunks?: import('./corpus.mjs').Hunk[] }} file
 * @param {(typeof PERTURBATIONS)[number]} kind
 * @returns {Case | 'another' | undefined}
 */
function caseOf(random, { name, text, hunks: known }, { name: perturbation, perturb, bare, blanksOnly }) {
  const change = known ? { hunks: known, wanted: applyHunks(text, known) } : changeOf(random, text);
  if (!change) return undefined;
  const blocks = blocksOf(text, change.hunks, random.int(0, 3), bare === true);
  const perturbed = perturb(random, { text, hunks: change.hunks, blocks, wanted: change.wanted });
  if (!perturbed || perturbed.wanted === perturbed.text) return undefined;
  const moved = (perturbed.hunks[0]?.from ?? 0) - (change.hunks[0]?.from ?? 0);
  if (quotesAnother(perturbed, blocks, moved)) return 'another';
  const style = random.pick(/** @type {const} */ (['lines', 'closed', 'inside']));
  const anchored = random.chance(0.4);
  const anchors = blocks
    .map((block) => (anchored ? openerOf(text, block) : ''))
    .map(perturbed.anchor ?? ((line) => line));
  const broken = (/** @type {string} */ sent) => (perturbed.breaks ? sent.replaceAll('\n', perturbed.breaks) : sent);
  const right = (/** @type {number} */ index) => editOf(blocks[index] ?? { at: 0, lines: [] }, style);
  const edits = perturbed.blocks.map((block, index) => {
    // From the same character on as it would be without the fault.
    const [plain, clean] = [editOf(blocks[index] ?? block, 'lines'), right(index)];
    const wrong = editOf(block, style === 'inside' && clean.old === plain.old ? 'lines' : style);
    // Behind its indentation, a text may be quoted rightly all the same: then new is what was asked for.
    return blanksOnly && wrong.old === right(index).old ? right(index) : wrong;
  });
  if (blanksOnly && edits.every(({ old }, index) => old === right(index).old)) return undefined;
  // Where a line went on with more than was quoted, the quote is no stale one.
  if (perturbed.wanted === undefined && edits.every(({ old }) => perturbed.text.includes(old))) return 'another';
  if (
    perturbed.wanted !== undefined &&
    edits.some(({ old }, index) => standsElsewhere(perturbed.text, old, (blocks[index]?.at ?? 0) + moved))
  )
    return 'another';
  const patch = broken(patchOf(perturbed.blocks, anchors));
  return {
    perturbation,
    file: name,
    text: perturbed.text,
    wanted: perturbed.wanted,
    edits: edits.map((edit) => ({ old: broken(edit.old), new: broken(edit.new) })),
    patch,
  };
}

/**
 * A fault may turn the quote of one place into the right quote, to the character and in whole lines, of another that is in the
 * file once. Then that place was asked for as well as one can ask: nothing is wrong with the request, and there is no case.
 * @param {import('./perturb.mjs').Perturbed} perturbed
 * @param {readonly import('./request.mjs').Block[]} meant
 * @param {number} moved by so many lines the file's own places have
 */
function quotesAnother({ text, wanted, blocks }, meant, moved) {
  const file = splitLines(text).map((line) => line.replace(/\r$/, ''));
  const places = blocks.map((block) => {
    const old = textsWith(block.lines, ' -');
    const all = [...file.keys()].filter((at) => old.every((line, offset) => file[at + offset] === line));
    return all.length === 1 ? all[0] : undefined;
  });
  return wanted === undefined
    ? places.every((place) => place !== undefined)
    : places.some((place, index) => place !== undefined && place !== (meant[index]?.at ?? 0) + moved);
}

/** The old text is there once, to the character, and on another line. @param {string} text @param {string} old @param {number} line */
function standsElsewhere(text, old, line) {
  const at = text.indexOf(old);
  return at >= 0 && text.indexOf(old, at + 1) < 0 && text.slice(0, at).split('\n').length - 1 !== line;
}
