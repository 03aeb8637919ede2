/** A person's hand on the hunks of a waiting edit: what is taken, and which answer of the host is what they asked for. */
import type { HunkChoice } from '../../agent/protocol.ts';

type Hunks = readonly HunkChoice[];

/** A hunk to be taken as proposed, or left out. */
export interface Toggle {
  readonly hunk: number;
  readonly accept: boolean;
}

export const isTaken = ({ state }: HunkChoice): boolean => state !== 'rejected';

/** Alone it is what Accept and Reject are about; left out, it can be taken back. */
export const hasToggle = (hunks: Hunks, hunk: HunkChoice): boolean => hunks.length > 1 || !isTaken(hunk);

/** The hunks as they will be once the host has done it; what the person added and takes out again is shown as left out. */
export const toggled = (hunks: Hunks, toggles: readonly Toggle[]): Hunks =>
  hunks.map((hunk, index) => {
    const last = toggles.findLast((toggle) => toggle.hunk === index);
    return last ? { ...hunk, state: last.accept ? (isTaken(hunk) ? hunk.state : 'proposed') : 'rejected' } : hunk;
  });

/**
 * True when `after` is what `toggle` makes of `before` and nothing else: then everything that a yes would write was on the card
 * already, and it holds no surprise. What is left out may be shown otherwise than before.
 */
export function follows(before: Hunks, after: Hunks, { hunk, accept }: Toggle): boolean {
  const isGone = before[hunk]?.state === 'own' && !accept;
  const expected = isGone ? before.toSpliced(hunk, 1) : toggled(before, [{ hunk, accept }]);
  return (
    after.length === expected.length &&
    after.every((one, index) => {
      const other = expected[index];
      const isSame = one.state === other?.state;
      return isSame && ((!isGone && index === hunk && !accept) || changesOf(one) === changesOf(other));
    })
  );
}

const changesOf = ({ lines }: HunkChoice): string => lines.filter((line) => !line.startsWith(' ')).join('\n');
