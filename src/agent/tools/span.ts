/** A part of a file as a model writes it: `src/a.ts:10-80`, `src/a.ts:10-` or `src/a.ts:10`, lines counted from 1. */

export interface Span {
  readonly path: string;
  /** First line; 1 when the whole file is meant. */
  readonly from: number;
  /** Last line; `undefined`: to the end. */
  readonly to: number | undefined;
}

const SPAN = /^(.+?):(\d+)(?:(-)(\d*))?$/s;

/** `undefined` when no range is written: the text is a path as it stands. */
export function spanOf(text: string): Span | undefined {
  const [, path, first, dash, last] = SPAN.exec(text) ?? [];
  if (path === undefined || first === undefined) return undefined;
  const from = Math.max(1, Number(first));
  return { path, from, to: dash === undefined ? from : last ? Math.max(from, Number(last)) : undefined };
}

export const wholeFile = (path: string): Span => ({ path, from: 1, to: undefined });
