/**
 * A model often gets the code right and its indentation wrong. When all lines of its old text differ from the file's in the
 * same way, its new lines can be indented as the file is; where two ways explain the old lines and differ on a new one, or none
 * does, nobody can tell, and nothing is applied.
 */

/** One line as the model wrote it and as the file has it; neither is blank. */
export interface LinePair {
  readonly model: string;
  readonly file: string;
}

export const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/** The stars of a comment stand one space behind its opening: `levelOf` is without that space. */
const isStar = (line: string): boolean => /^(?:\t*|(?: {2})*) \*(?:[ \t/]|$)/.test(line);
const levelOf = (line: string): string => (isStar(line) ? indentOf(line).slice(0, -1) : indentOf(line));

/** The model's new lines as the file would have them. A blank line has no indentation. */
export function reindent(pairs: readonly LinePair[], lines: readonly string[]): readonly string[] | undefined {
  const blanks = pairs.every(({ model, file }) => isStar(model) === isStar(file)) ? levelOf : indentOf;
  const indents = pairs.map(({ model, file }): Indents => ({ model: blanks(model), file: blanks(file) }));
  const explains = (rule: IndentRule | undefined): rule is IndentRule =>
    rule !== undefined && indents.every(({ model, file }) => rule(model) === file);
  const regular = [shift(indents), linear(indents)].filter(explains);
  const rules = regular.length > 0 ? regular : [seen(indents)].filter(explains);
  const [first, ...others] = rules.map((rule) => lines.map((line) => moved(line, blanks(line), rule)));
  const result = first?.filter((line) => line !== undefined);
  const agreed = others.every((other) => other.every((line, index) => line === first?.[index]));
  return agreed && result?.length === lines.length ? result : undefined;
}

function moved(line: string, level: string, rule: IndentRule): string | undefined {
  if (line.trim() === '') return '';
  const indent = rule(level);
  return indent === undefined ? undefined : indent + line.slice(level.length);
}

interface Indents {
  readonly model: string;
  readonly file: string;
}

/** Undefined: the rule does not say. */
type IndentRule = (indent: string) => string | undefined;

const isMixed = (indent: string): boolean => indent.includes(' ') && indent.includes('\t');

/** The file has the same text more, or less, in front of every line. */
function shift(indents: readonly Indents[]): IndentRule | undefined {
  const first = indents[0];
  if (!first) return (indent) => indent;
  if (first.file.endsWith(first.model)) {
    const more = first.file.slice(0, first.file.length - first.model.length);
    // Spaces behind the file's tabs: the model counts in other blanks, and how many of them are a tab is not known.
    const known = more === '' || indents.some(({ file }) => isMixed(file));
    return (indent) => (!known && isMixed(more + indent) ? undefined : more + indent);
  }
  if (!first.model.endsWith(first.file)) return undefined;
  const less = first.model.slice(0, first.model.length - first.file.length);
  return (indent) => (indent.startsWith(less) ? indent.slice(less.length) : undefined);
}

/** n of the model's blanks are m of the file's (4 spaces for a tab, 2 spaces for 4), from some level on. */
function linear(indents: readonly Indents[]): IndentRule | undefined {
  const [blank = ' ', ...others] = new Set(indents.map(({ model }) => model).join(''));
  const [put = ' ', ...mixed] = new Set(indents.map(({ file }) => file).join(''));
  if (others.length > 0 || mixed.length > 0) return undefined;
  const sorted = indents.toSorted((a, b) => a.model.length - b.model.length);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (!low || !high || high.model === '') return undefined;
  const flat = low.model === high.model;
  const [m, f] = flat ? [0, 0] : [low.model.length, low.file.length];
  const slope = (high.file.length - f) / (high.model.length - m);
  if (slope <= 0) return undefined;
  const unit = indents.reduce((all, { model }) => divisor(all, model.length - m), 0);
  return (indent) => {
    const size = f + (indent.length - m) * slope;
    // Between the levels stand comments (` *`) and what is aligned with something: they keep their offset, which is not known.
    const level =
      (indent.length - m) % unit === 0 &&
      (!flat || blank !== put || indent === high.model) &&
      [...indent].every((each) => each === blank);
    return level && Number.isInteger(size) && size >= 0 ? put.repeat(size) : undefined;
  };
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** No arithmetic: only indents that were seen, each as one thing, the deeper ones as the deeper ones. */
function seen(indents: readonly Indents[]): IndentRule | undefined {
  const known = new Map(indents.map(({ model, file }) => [model, file]));
  const sorted = [...known].sort(([a], [b]) => a.length - b.length).map(([, file]) => file.length);
  return sorted.every((size, index) => index === 0 || size > (sorted[index - 1] ?? 0))
    ? (indent) => known.get(indent)
    : undefined;
}
