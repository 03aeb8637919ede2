/** Replacements located on the original text, put in all at once: overlap and a result that is the same text are errors. */
import { adoptEols, eolNear } from './lines.ts';
import type { Source } from './source.ts';

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

export interface Span {
  /** Index of the edit or chunk it comes from. */
  readonly owner: number;
  /** Offsets in the file's own text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly note?: string;
}

const MAX_MESSAGE = 4000;

export const bounded = (text: string): string =>
  text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;

export const failed = (messages: readonly string[]): NotLocated => ({
  kind: 'failed',
  message: bounded(messages.join('\n')),
});

/** `from`, `to`: offsets in the source's `lf` text. The new text gets the line endings of its place. */
export function spanOf(source: Source, owner: number, from: number, to: number, text: string): Span {
  const start = source.raw(from);
  const end = source.raw(to);
  const near = eolNear(source.text, start, end);
  return { owner, start, end, replacement: adoptEols(source.text.slice(start, end), text, near) };
}

/** `what`: how the model knows them ("edit"). */
export function applySpans(source: Source, spans: readonly Span[], what: string): Located | NotLocated {
  const { text } = source;
  const sorted = spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const clash = sorted.findIndex((span, index) => meets(sorted[index - 1], span));
  const [before, after] = [sorted[clash - 1], sorted[clash]];
  if (before && after)
    return failed([
      `${what} ${before.owner + 1} and ${what} ${after.owner + 1} overlap at line ${source.lineOf(after.start)} of the file. Join them into one ${what}; all old texts are looked up in the file as it is now.`,
    ]);
  let result = '';
  let at = 0;
  for (const span of sorted) {
    result += text.slice(at, span.start) + span.replacement;
    at = span.end;
  }
  result += text.slice(at);
  if (result === text)
    return failed([`The ${what}s change nothing: old and new are the same (line endings are kept as they are).`]);
  return { kind: 'located', text: result, notes: sorted.flatMap((span) => span.note ?? []) };
}

/** Two insertions at one point meet as well: nobody can tell which comes first. */
const meets = (a: Span | undefined, b: Span): boolean =>
  a !== undefined && (b.start < a.end || (a.start === b.start && b.end === b.start && a.end === a.start));
