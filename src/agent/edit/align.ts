/**
 * Where the unchanged lines of a proposal are in a draft of it, when each unit may stand there as it was or as proposed, or may
 * have been edited by hand. Common ends are walked off first; what is left is searched for the fewest lines to edit, with a
 * bound on the places looked at, so that the same texts always give the same answer; beyond it nothing in between is the same.
 */
import type { Unit } from './blocks.ts';

/** Unchanged lines of the file that are in the draft, in the gap before unit `gap` (the last gap follows the last unit). */
export interface Run {
  readonly gap: number;
  readonly before: number;
  readonly draft: number;
  readonly length: number;
}

export interface Texts {
  readonly before: readonly string[];
  readonly proposed: readonly string[];
  readonly draft: readonly string[];
  readonly units: readonly Unit[];
}

const MAX_PLACES = 200_000;

/** A line that does not change, in gap `gap`, and the line of the draft that comes next. */
interface Point {
  readonly gap: number;
  readonly before: number;
  readonly draft: number;
}

/** The runs in order, without empty ones. */
export function align(texts: Texts): Run[] {
  const runs: Run[] = [];
  const start = walkDown(texts, runs);
  if (start.gap === texts.units.length && start.before === texts.before.length && start.draft === texts.draft.length)
    return runs;
  const last: Run[] = [];
  const end = walkUp(texts, start, last);
  return [...runs, ...search(texts, start, end), ...last.toReversed()];
}

const gapStart = ({ units }: Texts, gap: number): number => units[gap - 1]?.oldEnd ?? 0;
const gapEnd = ({ units, before }: Texts, gap: number): number => units[gap]?.oldStart ?? before.length;

/** From the top as far as the draft has only what the file or the proposal has. Of each unit one line tells which. */
function walkDown(texts: Texts, runs: Run[]): Point {
  const { before, proposed, draft, units } = texts;
  let [gap, from, to] = [0, 0, 0];
  for (;;) {
    const end = gapEnd(texts, gap);
    const length = common(before, from, end, draft, to);
    if (length > 0) runs.push({ gap, before: from, draft: to, length });
    const at = { gap, before: from + length, draft: to + length };
    const unit = units[gap];
    if (!unit || at.before < end) return at;
    const isNew = common(proposed, unit.newStart, unit.newEnd, draft, at.draft) === unit.newEnd - unit.newStart;
    const isOld = common(before, unit.oldStart, unit.oldEnd, draft, at.draft) === unit.oldEnd - unit.oldStart;
    const follows = (size: number): boolean => draft[at.draft + size] === before[unit.oldEnd];
    const size =
      isNew && follows(unit.newEnd - unit.newStart)
        ? unit.newEnd - unit.newStart
        : isOld && follows(unit.oldEnd - unit.oldStart)
          ? unit.oldEnd - unit.oldStart
          : undefined;
    if (size === undefined) return at;
    gap++;
    from = unit.oldEnd;
    to = at.draft + size;
  }
}

/** From the bottom likewise, no further than `start`. `runs` come last first. */
function walkUp(texts: Texts, start: Point, runs: Run[]): Point {
  const { before, proposed, draft, units } = texts;
  let [gap, from, to] = [units.length, before.length, draft.length];
  for (;;) {
    const top = gap === start.gap ? start.before : gapStart(texts, gap);
    let length = 0;
    while (from - length > top && to - length > start.draft && before[from - length - 1] === draft[to - length - 1])
      length++;
    if (length > 0) runs.push({ gap, before: from - length, draft: to - length, length });
    from -= length;
    to -= length;
    const unit = units[gap - 1];
    if (!unit || gap === start.gap || from > top) return { gap, before: from, draft: to };
    const room = to - start.draft;
    const ends = (lines: readonly string[], first: number, last: number): boolean => {
      const size = last - first;
      if (size > room || common(lines, first, last, draft, to - size) < size) return false;
      return (
        unit.oldStart === gapStart(texts, gap - 1) ||
        (size < room && before[unit.oldStart - 1] === draft[to - size - 1])
      );
    };
    if (ends(proposed, unit.newStart, unit.newEnd)) to -= unit.newEnd - unit.newStart;
    else if (ends(before, unit.oldStart, unit.oldEnd)) to -= unit.oldEnd - unit.oldStart;
    else return { gap, before: from, draft: to };
    gap--;
    from = unit.oldStart;
  }
}

/** How many lines from `first` on are the draft's from `to` on. */
function common(lines: readonly string[], first: number, last: number, draft: readonly string[], to: number): number {
  let length = 0;
  while (first + length < last && to + length < draft.length && lines[first + length] === draft[to + length]) length++;
  return length;
}

/** Somewhere in a gap, or in one of the two texts of the unit after it, and how it was come to. */
interface Place {
  readonly side: 'gap' | 'old' | 'new';
  readonly gap: number;
  readonly at: number;
  readonly draft: number;
  /** Lines walked over to come here, all equal. */
  readonly length: number;
  readonly from: Place | undefined;
}

/** The way from `start` to `end` on which the fewest lines of the draft are added and the fewest others are missing. */
function search(texts: Texts, start: Point, end: Point): Run[] {
  const { before, proposed, draft, units } = texts;
  const seen = new Set<number>();
  const sides = ['gap', 'old', 'new'] as const;
  const lastOf = ({ side, gap }: Place): number => {
    if (side === 'gap') return gap === end.gap ? end.before : gapEnd(texts, gap);
    return (side === 'new' ? units[gap]?.newEnd : units[gap]?.oldEnd) ?? 0;
  };
  let layer: Place[] = [
    { side: 'gap', gap: start.gap, at: start.before, draft: start.draft, length: 0, from: undefined },
  ];
  while (layer.length > 0 && seen.size < MAX_PLACES) {
    const next: Place[] = [];
    while (layer.length > 0) {
      const place = layer.pop();
      if (!place) break;
      const last = lastOf(place);
      let length = 0;
      const lines = place.side === 'new' ? proposed : before;
      while (
        place.at + length < last &&
        place.draft + length < end.draft &&
        lines[place.at + length] === draft[place.draft + length]
      )
        length++;
      const here: Place = { ...place, at: place.at + length, draft: place.draft + length, length };
      // At the same line, the end of one gap and the start of the next are two places.
      const key = (3 * (here.at + here.gap) + sides.indexOf(here.side)) * (draft.length + 1) + here.draft;
      if (seen.has(key)) continue;
      seen.add(key);
      const { side, gap } = here;
      const step = { side, gap, at: here.at, draft: here.draft, length: 0, from: here };
      const unit = units[gap];
      if (here.at < last) next.push({ ...step, at: here.at + 1 });
      else if (side === 'gap' && gap === end.gap) {
        if (here.draft === end.draft) return runsTo(here);
      } else if (unit) {
        if (side === 'gap')
          layer.push({ ...step, side: 'old', at: unit.oldStart }, { ...step, side: 'new', at: unit.newStart });
        else layer.push({ ...step, side: 'gap', gap: gap + 1, at: unit.oldEnd });
        continue;
      }
      if (here.draft < end.draft) next.push({ ...step, draft: here.draft + 1 });
    }
    layer = next.toReversed();
  }
  return [];
}

function runsTo(place: Place): Run[] {
  const runs: Run[] = [];
  for (let at: Place | undefined = place; at; at = at.from)
    if (at.side === 'gap' && at.length > 0)
      runs.push({ gap: at.gap, before: at.at - at.length, draft: at.draft - at.length, length: at.length });
  return runs.toReversed();
}
