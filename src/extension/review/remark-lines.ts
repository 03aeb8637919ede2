/** Which lines a remark is on while the text around it is edited. Everything counts from 0. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

interface Place {
  readonly line: number;
  readonly character: number;
}

export interface Change {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly text: string;
}

/** A span is its whole lines: a line put right before it pushes it down, what is replaced inside stretches or shrinks it. */
export function movedBy(span: Span, { range: { start, end }, text }: Change): Span {
  const breaks = text.split('\n').length - 1;
  const by = breaks - (end.line - start.line);
  const isAfter = (line: number) => line > end.line || (line === end.line && end.character === 0);
  const isBefore = (line: number) => line < start.line || (line === start.line && start.character > 0);
  const first = isBefore(span.first) ? span.first : isAfter(span.first) ? span.first + by : start.line;
  const next = span.last + 1;
  const behind = next <= start.line ? next : isAfter(next) ? next + by : start.line + breaks + 1;
  return { first, last: Math.max(first, behind - 1) };
}
