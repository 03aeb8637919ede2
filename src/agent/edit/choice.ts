/**
 * Which parts of a proposal the person has taken. Nothing but three texts is needed: the file, what was proposed, and the draft
 * as it is now; a draft that was edited by hand, or by the editor's own revert arrows, is understood the same way.
 */
import type { HunkChoice, HunkView } from '../protocol.ts';
import { align, type Run } from './align.ts';
import { type Block, blocksOf, MIN_GAP, splitLines, type Unit, unitsOf } from './blocks.ts';

export interface Choices {
  readonly hunks: readonly HunkChoice[];
  /** Hunks, lines or the ends of long lines are left out. */
  readonly truncated: boolean;
}

const CONTEXT = 3;
const MAX_LINES = 2000;
/** Of one line, in characters: all of them together must fit into one message. */
const MAX_LENGTH = 1500;
const NO_NEWLINE = '\\ No newline at end of file';

/** Every unit of the proposal and every change of the person's own, from top to bottom. */
export function choicesOf(before: string, proposed: string, draft: string, maxLines = MAX_LINES): Choices {
  const study = studied(before, proposed, draft);
  const hunks: HunkChoice[] = [];
  let room = maxLines;
  let isCut = false;
  for (const [index, part] of study.parts.entries()) {
    if (room <= 0) break;
    const hunk = shown(study, index, room);
    room -= hunk.lines.length;
    isCut ||= hunk.lines.some((line) => line.length > MAX_LENGTH);
    hunks.push({ ...hunk, lines: hunk.lines.slice(0, room < 0 ? room : undefined).map(cut), state: part.state });
  }
  return { hunks, truncated: isCut || room < 0 || hunks.length < study.parts.length };
}

/**
 * The draft with hunk `index` of `choicesOf` taken as proposed, or left out; every other byte as it was. What the person
 * added themselves can only be left out. `undefined`: there is no such hunk.
 */
export function choose(
  before: string,
  proposed: string,
  draft: string,
  index: number,
  accept: boolean,
): string | undefined {
  const { texts, parts } = studied(before, proposed, draft);
  const part = parts[index];
  if (!part) return undefined;
  if (accept && part.state === 'own') return draft;
  const put = accept
    ? texts.proposed.slice(part.proposedStart, part.proposedEnd)
    : texts.before.slice(part.oldStart, part.oldEnd);
  return [...texts.draft.slice(0, part.newStart), ...put, ...texts.draft.slice(part.newEnd)].join('');
}

/** Lines of the file, and those of the draft in their place: what can be decided on. */
interface Part extends Block {
  readonly state: HunkChoice['state'];
  readonly proposedStart: number;
  readonly proposedEnd: number;
  /** Of the proposal, where it is exactly that. */
  readonly unit?: Unit;
  /** The gap it lies in, for the person's own. */
  readonly gap?: number;
}

interface Study {
  readonly texts: { readonly before: string[]; readonly proposed: string[]; readonly draft: string[] };
  readonly parts: readonly Part[];
}

function studied(before: string, proposed: string, draft: string): Study {
  const texts = { before: splitLines(before), proposed: splitLines(proposed), draft: splitLines(draft) };
  const units = unitsOf(texts.before, texts.proposed);
  const runs = align({ ...texts, units });
  const parts: Part[] = [];
  let last: Run = { gap: 0, before: 0, draft: 0, length: 0 };
  const end: Run = { gap: units.length, before: texts.before.length, draft: texts.draft.length, length: 0 };
  for (const run of [...runs, end]) {
    const place = {
      oldStart: last.before + last.length,
      oldEnd: run.before,
      newStart: last.draft + last.length,
      newEnd: run.draft,
    };
    const own = parts.at(-1);
    if (run.gap > last.gap) parts.push(touched(texts, units.slice(last.gap, run.gap), place));
    else if (place.oldStart < place.oldEnd || place.newStart < place.newEnd) {
      if (own?.state === 'own' && own.gap === run.gap && place.oldStart - own.oldEnd < MIN_GAP)
        parts[parts.length - 1] = { ...own, oldEnd: place.oldEnd, newEnd: place.newEnd };
      else parts.push({ ...place, state: 'own', gap: run.gap, proposedStart: 0, proposedEnd: 0 });
    }
    last = run;
  }
  return { texts, parts };
}

/** A place with units of the proposal in it: one, and nothing else, if it was not touched. */
function touched({ before, proposed, draft }: Study['texts'], units: readonly Unit[], place: Block): Part {
  const [first, last] = [units[0], units.at(-1)];
  const proposedStart = (first?.newStart ?? 0) - (first?.oldStart ?? 0) + place.oldStart;
  const proposedEnd = (last?.newEnd ?? 0) - (last?.oldEnd ?? 0) + place.oldEnd;
  const holds = (lines: readonly string[], from: number, to: number): boolean =>
    to - from === place.newEnd - place.newStart &&
    lines.slice(from, to).every((line, index) => line === draft[place.newStart + index]);
  const part = { ...place, proposedStart, proposedEnd };
  const isOne = units.length === 1 && first?.oldStart === place.oldStart && first.oldEnd === place.oldEnd;
  if (!first || !isOne) return { ...part, state: 'edited' };
  if (holds(proposed, proposedStart, proposedEnd)) return { ...part, state: 'proposed', unit: first };
  if (holds(before, place.oldStart, place.oldEnd)) return { ...part, state: 'rejected', unit: first };
  return { ...part, state: 'edited' };
}

const cut = (line: string): string => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line);

/** A part as a card shows it, in no more lines than there is room for and one. What is left out is shown as it was proposed. */
function shown({ texts: { before, proposed, draft }, parts }: Study, index: number, room: number): HunkView {
  const part = parts[index];
  if (!part) throw new Error(`There is no part ${index}.`);
  const { oldStart, oldEnd, newStart, unit } = part;
  const [text, from, to] =
    part.state === 'rejected' ? [proposed, part.proposedStart, part.proposedEnd] : [draft, newStart, part.newEnd];
  const previous = parts[index - 1];
  const next = parts[index + 1];
  // Two neighbours share what is between them.
  const lead = Math.min(CONTEXT, previous ? Math.floor((oldStart - previous.oldEnd) / 2) : oldStart);
  const trail = Math.min(CONTEXT, next ? Math.ceil((next.oldStart - oldEnd) / 2) : before.length - oldEnd);
  const blocks = unit
    ? unit.blocks.map((block) => ({
        ...block,
        newStart: block.newStart - unit.newStart + from,
        newEnd: block.newEnd - unit.newStart + from,
      }))
    : blocksOf(before.slice(oldStart, oldEnd), text.slice(from, to)).map((block) => ({
        oldStart: block.oldStart + oldStart,
        oldEnd: block.oldEnd + oldStart,
        newStart: block.newStart + from,
        newEnd: block.newEnd + from,
      }));
  const lines: string[] = [];
  const write = (mark: string, source: readonly string[], first: number, last: number): void => {
    for (const line of source.slice(first, Math.max(first, Math.min(last, first + room + 1 - lines.length))))
      lines.push(...(line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, NO_NEWLINE]));
  };
  let at = oldStart - lead;
  for (const block of blocks) {
    write(' ', before, at, block.oldStart);
    write('-', before, block.oldStart, block.oldEnd);
    write('+', text, block.newStart, block.newEnd);
    at = block.oldEnd;
  }
  write(' ', before, at, oldEnd + trail);
  const oldLines = oldEnd + trail - oldStart + lead;
  const newLines = to - from + lead + trail;
  // As unified diffs number a hunk: an empty side names the line before it.
  return {
    oldStart: oldStart - lead + (oldLines === 0 ? 0 : 1),
    oldLines,
    newStart: newStart - lead + (newLines === 0 ? 0 : 1),
    newLines,
    lines,
  };
}
