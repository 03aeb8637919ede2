/**
 * Where a model's old texts are in a file. All are located on the original text, each must be there exactly once, and all
 * apply or none. The ladder: exact (line endings aside); then whole lines but for trailing blanks; then but for indentation,
 * with the new lines re-indented; then but for Unicode composition. Anything looser is shown to the model, never applied.
 */
import { elisionIn } from './elision.ts';
import { toLf } from './lines.ts';
import { findLines, relativeLines } from './match-lines.ts';
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
  const mark = elisionIn(edit.new);
  if (mark && !source.includes(mark.text)) {
    return `${name}new line ${mark.line} (${mark.text}) stands for text left out; it would be written as it is. Write the text out, or edit only the lines that change.`;
  }
  const exact = source.occurrences(old);
  if (exact.lines.length > 1) return name + ambiguous(exact.lines, exact.more);
  const literal =
    exact.start === undefined ? undefined : spanOf(source, index, exact.start, exact.start + old.length, edit.new);
  const inside = exact.start !== undefined && source.isIndentation(exact.start);
  if (literal && !inside) return literal;
  // From the middle of an indentation on, text is exact by accident: so it is when old has the rest of it, or none anywhere.
  const doubtful = /^[ \t]/.test(old) || (old.trim().includes('\n') && !/^[ \t]/m.test(old));
  const lines = doubtful || !literal ? findLines(source, edit) : relativeLines(source, edit, exact.lines[0] ?? 1);
  if (lines && 'places' in lines) return name + ambiguous(lines.places, false);
  if (!lines) return literal ?? name + missing(source.lines, old, toLf(edit.new));
  const note = `${name}line ${lines.line} was matched but for ${lines.but}; new lines follow the file.`;
  return { ...spanOf(source, index, lines.from, lines.to, lines.text), note };
}
