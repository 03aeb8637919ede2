/**
 * New lines as the file would have them, where the model's old lines differ from the file's in blanks. It is only done where
 * the old lines leave no doubt how: that new was written with the same wrong blanks as old must be seen, not hoped for.
 */
import { indentOf, reindent } from './reindent.ts';

/** A line that stays, goes or comes, as the model wrote it; for one that is there, the file's line. */
export interface LineChange {
  readonly mark: ' ' | '-' | '+';
  readonly model: string;
  /** '' for a new line. */
  readonly file: string;
}

/** Brackets, operators and words that others follow one level deeper, and marks of a list. */
const OPENS =
  /[{([:><=,+\-*/%|&?.\\]\s*$|\b(?:then|do|else|try|begin|finally|return)\s*$|^\s*(?:[-*+]|\d+[.)]|(?:if|else|elif|unless|while|until|for|case|when|switch|def|class|module|function|with|try)\b)/;
const CONTINUES = /^\s*[.?:&|+*/%=<>-]/;

/** The second line is likely to be deeper than the first. */
export const goesOn = (first: string, second: string): boolean => OPENS.test(first) || CONTINUES.test(second);

const isBlank = (line: string): boolean => line.trim() === '';
const endsBlank = (line: string): boolean => /\S[ \t]+$/.test(line);
const isShifted = ({ model, file }: LineChange): boolean => !isBlank(model) && indentOf(model) !== indentOf(file);

const tailOf = (line: string): string => /[ \t]*$/.exec(line)?.[0] ?? '';

/** True when the model added blanks at the end of this line. */
export const isSloppy = (model: string, file: string): boolean => tailOf(model).length > tailOf(file).length;

/**
 * The new lines, in order; undefined where nobody can tell. `keepsBlanks`: the file has lines that end with blanks. `adds`: the
 * model is known to add some.
 */
export function followFile(
  changes: readonly LineChange[],
  keepsBlanks: boolean,
  adds = false,
): readonly string[] | undefined {
  const there = changes.filter(({ mark }) => mark !== '+');
  const added = changes.filter(({ mark }) => mark === '+').map(({ model }) => model);
  // A model that adds blanks at line ends of old adds them to new as well; unless they mean something in this file.
  const sloppy = adds || there.some(({ model, file }) => isSloppy(model, file));
  if (sloppy && keepsBlanks && added.some(endsBlank)) return undefined;
  const lines = sloppy ? added.map((line) => line.trimEnd()) : added;
  if (!there.some(isShifted)) return lines;
  const pairs = there.filter(({ model }) => !isBlank(model));
  if (!isTelling(pairs)) return undefined;
  if (added.every(isBlank)) return reindent(pairs, lines);
  return isSure(changes, pairs) ? reindent(pairs, lines) : undefined;
}

const hasWord = ({ model }: LineChange): boolean => /[\p{L}\p{N}]/u.test(model);

/**
 * Brackets alone are found, one level deeper, in many places; and so is a single line. One line off among right ones is a slip
 * in that line, and says nothing of the others.
 */
function isTelling(pairs: readonly LineChange[]): boolean {
  const worded = pairs.filter(hasWord);
  if (worded.length === 0 || (worded.length === 1 && pairs.some(isOtherLevel))) return false;
  const shifted = pairs.filter(isShifted);
  return shifted.length > 1 || pairs.length === 1 || !shifted.every(ofSameBlanks);
}

function isSure(changes: readonly LineChange[], pairs: readonly LineChange[]): boolean {
  const runs = runsOf(changes);
  if (runs.some(isDoubtful)) return false;
  // What stays stands in old and new alike, with blanks other than the file's in both; but the first line may be quoted from
  // behind its indentation on.
  const [first] = pairs;
  const proves = (change: LineChange) =>
    change.mark === ' ' && hasWord(change) && (change !== first || indentOf(change.model) !== '');
  return (
    pairs.filter(isShifted).some(proves) || runs.every((run) => isLevel(run) || (pairs.length === 1 && isRelative(run)))
  );
}

const ofSameBlanks = ({ model, file }: LineChange): boolean => new Set(indentOf(model) + indentOf(file)).size < 2;
const isOtherLevel = (change: LineChange): boolean =>
  isShifted(change) && ofSameBlanks(change) && indentOf(change.model) !== '';

/** Lines that go and come in one place. */
interface Run {
  /** The first solid line that goes; where none goes, the ones beside. */
  readonly near: readonly LineChange[];
  /** The solid lines that come. */
  readonly put: readonly string[];
  /** The solid lines that go. */
  readonly gone: readonly LineChange[];
}

function runsOf(changes: readonly LineChange[]): readonly Run[] {
  const solid = changes.filter(({ model }) => !isBlank(model));
  const runs: Run[] = [];
  for (let from = 0; from < solid.length; from++) {
    if (solid[from]?.mark === ' ') continue;
    const stays = solid.findIndex(({ mark }, index) => index > from && mark === ' ');
    const to = stays < 0 ? solid.length : stays;
    const run = solid.slice(from, to);
    const gone = run.filter(({ mark }) => mark === '-');
    const put = run.filter(({ mark }) => mark === '+').map(({ model }) => model);
    const beside = [...solid.slice(Math.max(0, from - 1), from), ...solid.slice(to, to + 1)];
    runs.push({ near: gone.length > 0 ? gone.slice(0, 1) : beside, put, gone });
    from = to;
  }
  return runs;
}

/** New begins at another level than old, and at the file's: it may be right as it is. */
function isDoubtful({ near, put: [first] }: Run): boolean {
  const indent = indentOf(first ?? '');
  return (
    first !== undefined &&
    near.every(({ model }) => indentOf(model) !== indent) &&
    near.some(({ file }) => indentOf(file) === indent)
  );
}

/** All that goes and all that comes stands at one level. */
const isLevel = ({ put, gone }: Run): boolean =>
  put.length === 0 ||
  (gone.length > 0 && new Set([...gone.map(({ model }) => model), ...put].map(indentOf)).size === 1);

const OPENING = /[{([:>=,]\s*$/;

/** The second line stands under the first one, as if that had no indentation, which it has in the file. */
function isRelative({ gone: [old], put: [first = '', second = ''] }: Run): boolean {
  return (
    old !== undefined &&
    indentOf(old.model) === '' &&
    indentOf(first) === '' &&
    OPENING.test(first) &&
    /^\s+[^\s)\]}]/.test(second) &&
    !second.startsWith(indentOf(old.file))
  );
}
