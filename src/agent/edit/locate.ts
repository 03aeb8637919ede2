/**
 * Where a model's old texts are in a file. All are located on the original text, each must be there exactly once, and all
 * apply or none. The ladder: exact (line endings aside); then whole lines but for trailing blanks; then but for indentation,
 * with the new lines re-indented; then but for Unicode composition. Anything looser is shown to the model, never applied.
 */
import { elisionIn } from './elision.ts';
import { toLf } from './lines.ts';
import { findLines, type LineMatch, relativeLines } from './match-lines.ts';
import { ambiguous, missing } from './near-miss.ts';
import { Source } from './source.ts';
import { applySpans, failed, type Located, type NotLocated, type Span, spanOf } from './spans.ts';

export interface Edit {
  readonly old: string;
  readonly new: string;
}

export function locate(text: string, edits: readonly Edit[]): Located | NotLocated {
  const source = new Source(text);
  const found = edits.map((edit, index) => place(source, edit, index, edits.length > 1 ? `edit ${index + 1}: ` : ''));
  const failures = found.filter((result) => typeof result === 'string');
  if (failures.length > 0) return failed(failures);
  return applySpans(
    source,
    found.filter((result) => typeof result !== 'string'),
    'edit',
  );
}

/** Where one edit goes, or why it goes nowhere. */
function place(source: Source, edit: Edit, index: number, name: string): Span | string {
  const old = toLf(edit.old);
  if (old === '') return `${name}old is empty. Give the text to replace, or use write to set the whole file.`;
  if (old === toLf(edit.new)) return `${name}old and new are the same.`;
  const mark = elisionIn(toLf(edit.new), false, (line) => source.hasLine(line));
  if (mark) {
    return `${name}new line ${mark.line} (${mark.text}) stands for text left out; it would be written as it is. Write the text out, or edit only the lines that change.`;
  }
  const exact = source.occurrences(old);
  if (exact.lines.length > 1) return name + ambiguous(exact.lines, exact.more);
  const notFound = () => name + missing(source.lines, old, toLf(edit.new));
  if (exact.start === undefined) {
    const lines = byLines(source, edit, index, name);
    return lines === undefined || lines === 'open' ? notFound() : lines;
  }
  const end = exact.start + old.length;
  const literal = spanOf(source, index, exact.start, end, edit.new);
  if (!source.isIndentation(exact.start)) return literal;
  // From the middle of an indentation on, text is exact by accident: so it is when old has the rest of it, or none anywhere.
  const leaves = old.endsWith('\n') && edit.new === '';
  if (leaves || /^[ \t]/.test(old) || (old.trim().includes('\n') && !/^[ \t]/m.test(old))) {
    const lines = byLines(source, edit, index, name);
    return lines === 'open' ? notFound() : (lines ?? literal);
  }
  const line = exact.lines[0] ?? 1;
  const lines = relativeLines(source, edit, line);
  if (lines === 'open' || /^[ \t]+\S/.test(edit.new)) return name + twoLevels(line, source.lines[line - 1] ?? '');
  return lines ? spanOfLines(source, index, name, lines) : literal;
}

/** As whole lines, as findLines says; undefined where they are not. */
function byLines(source: Source, edit: Edit, index: number, name: string): Span | string | undefined {
  const lines = findLines(source, edit);
  if (!lines || lines === 'open') return lines;
  return 'places' in lines ? name + ambiguous(lines.places, false) : spanOfLines(source, index, name, lines);
}

function spanOfLines(source: Source, index: number, name: string, lines: LineMatch): Span {
  const note = `${name}line ${lines.line} was matched but for ${lines.but}; new lines follow the file.`;
  return { ...spanOf(source, index, lines.from, lines.to, lines.text), note };
}

const twoLevels = (line: number, text: string): string =>
  `old starts behind the indentation of line ${line}, and it cannot be told how new is to be indented. Send the whole lines of both, as the file has them:\n${line}: ${text.slice(0, 160)}`;
