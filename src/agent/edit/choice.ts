/**
 * Which parts of a proposal the person has taken. Nothing but three texts is needed: the file, what was proposed, and the draft
 * as it is now; a draft that was edited by hand, or by the editor's own revert arrows, is understood the same way.
 */
import type { HunkChoice } from '../protocol.ts';
import { hunksOf } from './hunks.ts';

export interface Choices {
  readonly hunks: readonly HunkChoice[];
  /** Hunks or lines are left out. */
  readonly truncated: boolean;
}

export function choicesOf(before: string, _proposed: string, draft: string): Choices {
  const { hunks, truncated } = hunksOf(before, draft);
  return { hunks: hunks.map((hunk) => ({ ...hunk, state: 'proposed' })), truncated };
}

/** The draft with hunk `index` of `choicesOf` taken as proposed, or left out. `undefined`: there is no such hunk. */
export function choose(
  _before: string,
  _proposed: string,
  _draft: string,
  _index: number,
  _accept: boolean,
): string | undefined {
  return undefined;
}
