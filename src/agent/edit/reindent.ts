/**
 * A model often gets the code right and its indentation wrong. When all lines of its old text differ from the file's in the
 * same way, its new lines can be indented as the file is; when they do not, nobody can tell, and nothing is applied.
 */

/** One line as the model wrote it and as the file has it; neither is blank. */
export interface LinePair {
  readonly model: string;
  readonly file: string;
}

/** A line of the model's as the file would have it, or undefined when the rule does not say. */
export type Reindent = (line: string) => string | undefined;

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/** The rule that explains every pair: a constant shift, a constant ratio (2 spaces : 1 tab), or what each indent was seen as. */
export function reindentRule(pairs: readonly LinePair[]): Reindent | undefined {
  const indents = pairs.map(({ model, file }): Indents => ({ model: indentOf(model), file: indentOf(file) }));
  const rules = [shift(indents), ratio(indents), seen(indents)];
  const rule = rules.find((candidate) => candidate && indents.every(({ model, file }) => candidate(model) === file));
  return (
    rule &&
    ((line) => {
      if (line.trim() === '') return '';
      const indent = rule(indentOf(line));
      return indent === undefined ? undefined : indent + line.trimStart();
    })
  );
}

interface Indents {
  readonly model: string;
  readonly file: string;
}

type IndentRule = (indent: string) => string | undefined;

/** The file has the same text more, or less, in front of every line. */
function shift(indents: readonly Indents[]): IndentRule | undefined {
  const first = indents[0];
  if (!first) return (indent) => indent;
  if (first.file.endsWith(first.model)) {
    const more = first.file.slice(0, first.file.length - first.model.length);
    return (indent) => more + indent;
  }
  if (!first.model.endsWith(first.file)) return undefined;
  const less = first.model.slice(0, first.model.length - first.file.length);
  return (indent) => (indent.startsWith(less) ? indent.slice(less.length) : undefined);
}

/** n of the model's blanks are m of the file's: 4 spaces for a tab, 2 spaces for 4. */
function ratio(indents: readonly Indents[]): IndentRule | undefined {
  const sample = indents.find(({ model, file }) => model !== '' && file !== '');
  const from = sample?.model[0];
  const to = sample?.file[0];
  if (!sample || !from || !to) return undefined;
  return (indent) => {
    const size = (indent.length * sample.file.length) / sample.model.length;
    return [...indent].every((blank) => blank === from) && Number.isInteger(size) ? to.repeat(size) : undefined;
  };
}

/** No arithmetic: only indents that were seen, each as one thing. */
function seen(indents: readonly Indents[]): IndentRule {
  const known = new Map(indents.map(({ model, file }) => [model, file]));
  return (indent) => known.get(indent);
}
