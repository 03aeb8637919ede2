/**
 * What models get wrong when they quote a file. Each takes a right request apart and says what the file should become all the
 * same: `wanted`, or undefined where only a refusal is right. A perturbation that leaves all old lines as they are is none.
 */
import {
  deeper,
  oldOnlyIndented,
  oneLineIndented,
  otherBlanks,
  otherWidth,
  shallower,
  trailingBlanks,
  trailingBlanksInFile,
} from './perturb-blanks.mjs';
import {
  blankLinesAdded,
  blankLinesOmitted,
  composition,
  crlfFile,
  crlfRequest,
  elision,
  elisionInNew,
  lineNumbers,
  quotes,
  repeated,
  stale,
  wrongLine,
} from './perturb-text.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./request.mjs').Block} Block */
/** @typedef {import('./request.mjs').Mark} Mark */
/** @typedef {import('./corpus.mjs').Hunk} Hunk */
/** @typedef {{ text: string, hunks: readonly Hunk[], blocks: readonly Block[], wanted: string | undefined }} Request */
/** @typedef {Request & { breaks?: '\r\n', anchor?: (line: string) => string }} Perturbed `breaks`: of the request; `anchor`: what becomes of a line named by `@@` */
/** @typedef {(random: Random, request: Request) => Perturbed | undefined} Perturbation */

/**
 * `bare`: the request has only the changed lines. `blanksOnly`: an old text that is the same after it is no wrong one.
 * @type {readonly { name: string, perturb: Perturbation, bare?: true, blanksOnly?: true }[]}
 */
export const PERTURBATIONS = [
  { name: 'none', perturb: (_, request) => request },
  { name: 'too little context', perturb: (_, request) => request, bare: true },
  { name: 'indented deeper', perturb: deeper, blanksOnly: true },
  { name: 'indented less', perturb: shallower, blanksOnly: true },
  { name: 'tabs for spaces, spaces for tabs', perturb: otherBlanks, blanksOnly: true },
  { name: 'other indentation width', perturb: otherWidth, blanksOnly: true },
  { name: 'old indented wrongly, new rightly', perturb: oldOnlyIndented, blanksOnly: true },
  { name: 'one line indented wrongly', perturb: oneLineIndented, blanksOnly: true },
  { name: 'trailing blanks in the request', perturb: trailingBlanks, blanksOnly: true },
  { name: 'trailing blanks in the file', perturb: trailingBlanksInFile },
  { name: 'CRLF in the file', perturb: crlfFile },
  { name: 'CRLF in the request', perturb: crlfRequest },
  { name: 'typographic quotes and dashes', perturb: quotes },
  { name: 'lines left out of old and new', perturb: elision },
  { name: 'lines left out of new', perturb: elisionInNew },
  { name: 'line numbers', perturb: lineNumbers },
  { name: 'the block is there twice', perturb: repeated },
  { name: 'the block is there twice, too little context', perturb: repeated, bare: true },
  { name: 'a wrong line in old', perturb: wrongLine },
  { name: 'stale', perturb: stale },
  { name: 'stale, too little context', perturb: stale, bare: true },
  { name: 'blank lines omitted', perturb: blankLinesOmitted },
  { name: 'blank lines added', perturb: blankLinesAdded },
  { name: 'composed letters (NFC for NFD)', perturb: composition },
];
