/** The hunks of a waiting edit, as they are looked up by the cursor and handed to the panel. */
import type { HunkChoice } from '../../agent/protocol.ts';

/** A card cannot show more; lines may be of any length. */
const MAX_CHARS = 300_000;

/** Which hunk holds a line (from 1) of the draft, its context included. `undefined`: none does. */
export function hunkAt(hunks: readonly HunkChoice[], line: number): number | undefined {
  const index = hunks.findIndex(({ state, newStart, newLines, oldLines }) => {
    // One that is left out shows what was proposed, but the draft holds the file's own lines in its place.
    const count = state === 'rejected' ? oldLines : newLines;
    return line >= newStart && line < newStart + Math.max(1, count);
  });
  return index < 0 ? undefined : index;
}

/** As many lines from the top as a card can show; no hunk loses its place in the list. */
export function bounded(hunks: readonly HunkChoice[], maxChars = MAX_CHARS): { hunks: HunkChoice[]; isCut: boolean } {
  let room = maxChars;
  let isCut = false;
  const fitting = hunks.map((hunk) => {
    const lines = hunk.lines.filter((line) => {
      room -= line.length + 1;
      return room >= 0;
    });
    isCut ||= lines.length < hunk.lines.length;
    return { ...hunk, lines };
  });
  return { hunks: fitting.filter(({ lines }) => lines.length > 0), isCut };
}
