/** Keeps the beginning and the end of a long text, in lines, and counts what it left out between them. */
import { withoutFirstToken, withoutLastToken } from './whole-tokens.ts';

export interface BoundedText {
  /** `dropped`: characters of the line that were not even kept to be passed on. */
  add(line: string, dropped: number): void;
  /** Text that is left out together with all that is not yet certain to be shown. */
  skip(text: string): void;
  result(): { readonly text: string; readonly omitted: { readonly bytes: number; readonly lines: number } };
}

export interface Bounds {
  readonly head: number;
  readonly tail: number;
}

/** The part of one line that is ever kept; its middle goes first. */
const WIDE = 2000;

/** Errors stand at the end of an output: the tail gets the larger share. Both in characters. */
export function boundedText({ head, tail }: Bounds): BoundedText {
  const first: string[] = [];
  let firstSize = 0;
  let last: string[] = [];
  let start = 0;
  let lastSize = 0;
  let bytes = 0;
  let lines = 0;
  let skipped = 0;
  const leaveOut = (): void => {
    const gone = last[start++] ?? '';
    lastSize -= gone.length + 1;
    bytes += Buffer.byteLength(gone) + 1;
    lines++;
  };
  return {
    skip(text) {
      while (start < last.length) leaveOut();
      const size = Buffer.byteLength(text);
      bytes += size;
      skipped += size;
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
    },
    add(given, dropped) {
      const { line, cut } = narrow(given, dropped);
      bytes += cut;
      if (lines === 0 && skipped === 0 && last.length === 0 && firstSize + line.length <= head) {
        first.push(line);
        firstSize += line.length + 1;
        return;
      }
      last.push(line);
      lastSize += line.length + 1;
      while (lastSize > tail && last.length - start > 1) leaveOut();
      if (start > 1000 && start * 2 > last.length) {
        last = last.slice(start);
        start = 0;
      }
    },
    result() {
      const gone = lines > 0 ? plural(lines, 'line') : skipped > 0 ? plural(skipped, 'byte') : undefined;
      const text = [...first, ...(gone ? [`[… ${gone} left out …]`] : []), ...last.slice(start)].join('\n');
      return { text, omitted: { bytes, lines } };
    },
  };
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Binary data is named, not shown; a very long line loses its middle. `cut`: characters left out. */
function narrow(line: string, dropped: number): { readonly line: string; readonly cut: number } {
  const length = line.length + dropped;
  const strange = line.match(/[\0\ufffd]/g)?.length ?? 0;
  if (line.includes('\0') || (strange > 8 && strange * 5 > line.length))
    return { line: `[binary data, ${length} characters]`, cut: length };
  if (length <= WIDE) return { line, cut: 0 };
  const [head, tail] = dropped > 0 ? [line.slice(0, WIDE), ''] : [line.slice(0, WIDE / 2), line.slice(-WIDE / 2)];
  const [before, behind] = [withoutLastToken(head), withoutFirstToken(tail)];
  const cut = length - before.length - behind.length;
  return { line: `${before} [… ${cut} characters …] ${behind}`.trimEnd(), cut };
}
