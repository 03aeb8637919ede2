/**
 * When the buttons of a decision begin to count (wv-clickjack): not before the person can have seen what they decide. A
 * pointer may already rest where a button appears, so it waits after every appearance or move; a key needs the focus,
 * which is never given to a button, so it waits only after the content changed.
 */
import { ARMING_MS } from '../agent/policy/view/page.ts';

export interface Sight {
  /** When the card appeared, came back into view or last moved. Milliseconds, one clock for all. */
  readonly placedAt: number;
  /** When what it shows last changed. */
  readonly changedAt: number;
}

export const isArmed = ({ placedAt, changedAt }: Sight, now: number, by: 'pointer' | 'key'): boolean =>
  now - changedAt >= ARMING_MS && (by === 'key' || now - placedAt >= ARMING_MS);
