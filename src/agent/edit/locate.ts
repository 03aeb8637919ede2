/**
 * Where a model's old texts are in a file. All are located on the original text, each must be there exactly once, and all
 * apply or none. The ladder: exact (line endings aside); then whole lines but for trailing blanks; then but for indentation,
 * with the new lines re-indented; then but for Unicode composition. Anything looser is shown to the model, never applied.
 */
import { elisionIn } from './elision.ts';
import { adoptEols, eolNear, toLf } from './lines.ts';
import { findLines, relativeLines } from './match-lines.ts';
import { ambiguous, missing } from './near-miss.ts';
import { Source } from './source.ts';

export interface Edit {
  readonly old: string;
  readonly new: string;
}

export interface Located {
  readonly kind: 'located';
  /** The whole text with all edits in it. */
  readonly text: string;
  /** What was not taken literally, for the model: "edit 2: line 12 was matched but for indentation". */
  readonly notes: readonly string[];
}

/** The reason with line numbers and the nearest text, for the model; at most MAX_MESSAGE characters. */
export interface NotLocated {
  readonly kind: 'failed';
  readonly message: string;
}

const MAX_MESSAGE = 4000;

export function locate(text: string, edits: readonly Edit[]): Located | NotLocated {
  const source = new Source(text);
  const found = edits.map((edit, index) => place(source, edit, edits.length > 1 ? `edit ${index + 1}: ` : ''));
  const failures = found.flatMap((result) => (typeof result === 'string' ? [result] : []));
  if (failures.length > 0) return failed(failures);
  const spans = found.filter((result) => typeof result !== 'string').sort((a, b) => a.start - b.start || a.end - b.end);
  const clash = spans.findIndex((span, index) => span.start < (spans[index - 1]?.end ?? 0));
  if (clash > 0) return failed([overlap(source, edits, spans, clash)]);
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + span.replacement;
    at = span.end;
  }
  result += text.slice(at);
  if (result === text)
    return failed(['The edits change nothing: old and new are the same (line endings are kept as they are).']);
  return { kind: 'located', text: result, notes: spans.flatMap((span) => span.note ?? []) };
}

interface Span {
  readonly edit: Edit;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly note?: string;
}

const failed = (messages: readonly string[]): NotLocated => {
  const text = messages.join('\n');
  return { kind: 'failed', message: text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text };
};

/** Where one edit goes, or why it goes nowhere. */
function place(source: Source, edit: Edit, name: string): Span | string {
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
    exact.start === undefined ? undefined : spanOf(source, edit, exact.start, exact.start + old.length, edit.new);
  const inside = exact.start !== undefined && source.isIndentation(exact.start);
  if (literal && !inside) return literal;
  // From the middle of an indentation on, text is exact by accident: so it is when old has the rest of it, or none anywhere.
  const doubtful = /^[ \t]/.test(old) || (old.trim().includes('\n') && !/^[ \t]/m.test(old));
  const lines = doubtful || !literal ? findLines(source, edit) : relativeLines(source, edit, exact.lines[0] ?? 1);
  if (lines && 'places' in lines) return name + ambiguous(lines.places, false);
  if (!lines) return literal ?? name + missing(source.lines, old, toLf(edit.new));
  const note = `${name}line ${lines.line} was matched but for ${lines.but}; new lines follow the file.`;
  return { ...spanOf(source, edit, lines.from, lines.to, lines.text), note };
}

function spanOf(source: Source, edit: Edit, from: number, to: number, text: string): Span {
  const start = source.raw(from);
  const end = source.raw(to);
  const near = eolNear(source.text, start, end);
  return { edit, start, end, replacement: adoptEols(source.text.slice(start, end), text, near) };
}

function overlap(source: Source, edits: readonly Edit[], spans: readonly Span[], index: number): string {
  const both = spans.slice(index - 1, index + 1);
  const [a, b] = both.map((span) => `edit ${edits.indexOf(span.edit) + 1}`);
  return `${a} and ${b} overlap at line ${source.lineOf(both[1]?.start ?? 0)} of the file. Join them into one edit; all old texts are looked up in the file as it is now.`;
}
