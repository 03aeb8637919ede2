/**
 * Which lines of a journal count. Each must follow its predecessor (seq + 1, prev = sum), and the fence decides between
 * owners, as a storage with fencing tokens would: an owner that slept through the loss of its lock may still get a line
 * into the file, before or after the first line of its successor. Such a line was never acknowledged (a flush asks for
 * the lock again after the write), so all readers pass over it, whatever the order on disk:
 *
 *     1 2 3a  3b 4b      3b (a higher fence) follows 2: 3a is superseded
 *     1 2 3b  3a 4b      3a (a lower fence) continues its own owner's line: it is passed over
 *
 * Anything else out of order (a missing, repeated or moved line) is damage.
 */
import type { RunEvent } from './event.ts';
import { type Line, type Link, START } from './line.ts';

export interface LineMark {
  /** The offset behind the line. */
  readonly end: number;
  readonly sum: string;
}

export interface Chain {
  /** The last line that counts. */
  readonly last: Link;
  /**
   * `undefined` when the line was taken in (or passed over, as above); otherwise why it does not fit. `end`: the offset
   * behind it in the file.
   */
  take(line: Line, end: number): string | undefined;
  /** What this version understands, in order of `seq`. */
  events(): RunEvent[];
  /** The lines that count, in order of `seq`: where each ends, and its sum. */
  marks(): LineMark[];
  /** Types of lines that are in order but not understood. */
  unknown(): string[];
  /** Lines in the file that do not count because their owner had lost the lock. */
  readonly superseded: number;
}

export function chain(): Chain {
  /** The lines that count: the line with seq n is at n - 1. */
  const lines: (Line & { readonly end: number })[] = [];
  /** The last line of each owner, by fence, counted or not. */
  const tips = new Map<number, Link>();
  let superseded = 0;

  const at = (seq: number): Link | undefined => (seq === 0 ? START : lines[seq - 1]);
  const last = (): Link => at(lines.length) ?? START;
  const follows = (line: Line, link: Link | undefined): boolean =>
    link !== undefined && line.seq === link.seq + 1 && line.prev === link.sum;

  function take(line: Line, end: number): string | undefined {
    if (line.seq === 1 && line.type !== 'run.created') return `the first line is ${line.type}, not run.created`;
    if (line.fence < last().fence) {
      if (!follows(line, tips.get(line.fence) ?? at(line.seq - 1))) return `line ${line.seq} is out of order`;
      superseded += 1;
    } else {
      if (!follows(line, line.fence > last().fence ? at(line.seq - 1) : last())) {
        return `expected line ${last().seq + 1}, found line ${line.seq} of another place`;
      }
      superseded += lines.length - (line.seq - 1);
      lines.length = line.seq - 1;
      lines.push({ ...line, end });
    }
    tips.set(line.fence, line);
    return undefined;
  }

  return {
    get last() {
      return last();
    },
    get superseded() {
      return superseded;
    },
    take,
    events: () => lines.flatMap((line) => line.event ?? []),
    marks: () => lines.map(({ end, sum }) => ({ end, sum })),
    unknown: () => lines.flatMap((line) => (line.event ? [] : [line.type])),
  };
}
