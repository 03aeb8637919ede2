/**
 * Where two texts differ, as blocks of lines, and which blocks are one decision. A line is a string with its own ending, so
 * that endings survive byte by byte. Every block is moved as far down as it goes: then a block and what it replaces, each with
 * what follows it, never begin with the same line, and any choice of blocks can be read back from the text it gives.
 */
import { diffArrays } from 'diff';

/** Lines `oldStart` to `oldEnd` (from 0, the last not included) became `newStart` to `newEnd`. */
export interface Block {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Blocks so near to each other that they are decided on together; from the first to the last of them. */
export interface Unit extends Block {
  readonly blocks: readonly Block[];
}

type Lines = readonly string[];

const MAX_DISTANCE = 2000;
/** Fewer unchanged lines than this do not part two blocks. */
export const MIN_GAP = 3;

export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end + 1;
    lines.push(text.slice(from, to));
    from = to;
  }
  return lines;
}

export function unitsOf(before: Lines, after: Lines): Unit[] {
  const units: Block[][] = [];
  for (const block of blocksOf(before, after)) {
    const last = units.at(-1)?.at(-1);
    if (last && block.oldStart - last.oldEnd < MIN_GAP) units.at(-1)?.push(block);
    else units.push([block]);
  }
  return units.flatMap((blocks) => {
    const [first, last] = [blocks[0], blocks.at(-1)];
    return first && last ? [{ ...first, oldEnd: last.oldEnd, newEnd: last.newEnd, blocks }] : [];
  });
}

/** The blocks that differ, in order. The edit distance is bounded, as in hunks.ts: beyond it all is one block. */
export function blocksOf(before: Lines, after: Lines): Block[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (head + tail === before.length && head + tail === after.length) return [];
  const whole = { oldStart: head, oldEnd: before.length - tail, newStart: head, newEnd: after.length - tail };
  return lowered(compared(before, after, whole), before, after);
}

function compared(before: Lines, after: Lines, { oldStart, oldEnd, newStart, newEnd }: Block): Block[] {
  const whole = [{ oldStart, oldEnd, newStart, newEnd }];
  if (oldStart === oldEnd || newStart === newEnd) return whole;
  const numbers = new Map<string, number>();
  /** How often a line is on the old side, less how often on the new. */
  const surplus: number[] = [];
  const numbered = (line: string, by: number): number => {
    const number = numbers.get(line) ?? numbers.size;
    numbers.set(line, number);
    surplus[number] = (surplus[number] ?? 0) + by;
    return number;
  };
  const old = before.slice(oldStart, oldEnd).map((line) => numbered(line, 1));
  const put = after.slice(newStart, newEnd).map((line) => numbered(line, -1));
  // What has no counterpart must go or come in any case.
  if (surplus.reduce((sum, count) => sum + Math.abs(count), 0) > MAX_DISTANCE) return whole;
  const parts = diffArrays(old, put, { maxEditLength: MAX_DISTANCE });
  if (!parts) return whole;
  const blocks: Block[] = [];
  let [from, to] = [oldStart, newStart];
  let open: Block | undefined;
  for (const { added, removed, count } of parts) {
    if (added || removed) {
      open ??= { oldStart: from, oldEnd: from, newStart: to, newEnd: to };
      if (removed) from += count;
      else to += count;
      open = { ...open, oldEnd: from, newEnd: to };
    } else {
      if (open) blocks.push(open);
      open = undefined;
      from += count;
      to += count;
    }
  }
  return open ? [...blocks, open] : blocks;
}

/** The same blocks, each as far down as it goes; blocks that meet become one. */
function lowered(blocks: readonly Block[], before: Lines, after: Lines): Block[] {
  const done: Block[] = [];
  for (const block of blocks.toReversed()) {
    let { oldStart, oldEnd, newStart, newEnd } = block;
    for (;;) {
      const next = done.at(-1);
      if (next && oldEnd === next.oldStart) {
        ({ oldEnd, newEnd } = next);
        done.pop();
      } else if (oldStart < oldEnd && newStart < newEnd) {
        if (before[oldStart] === after[newStart]) {
          oldStart++;
          newStart++;
        } else if (before[oldEnd - 1] === after[newEnd - 1]) {
          oldEnd--;
          newEnd--;
        } else break;
      } else if (oldStart === oldEnd && newStart === newEnd) break;
      else {
        const [first, follower] =
          oldStart === oldEnd ? [after[newStart], after[newEnd]] : [before[oldStart], before[oldEnd]];
        if (follower === undefined || first !== follower) break;
        oldStart++;
        oldEnd++;
        newStart++;
        newEnd++;
      }
    }
    if (oldStart < oldEnd || newStart < newEnd) done.push({ oldStart, oldEnd, newStart, newEnd });
  }
  return done.toReversed();
}
