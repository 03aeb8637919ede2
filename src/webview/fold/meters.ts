/** What a run has used of its limits. A meter without a limit only counts. */
import { LimitName } from '../../agent/journal/event.ts';
import { type RunState, usedOf } from '../../agent/journal/state.ts';

export interface Meter {
  readonly name: LimitName;
  readonly used: number;
  readonly max?: number;
  /** From here the view warns. */
  readonly level: 'calm' | 'near' | 'full';
  /** The true value is higher: some replies had no known price. */
  readonly atLeast: boolean;
}

const NEAR = 0.8;

export function meters({ limits, spent, day }: Pick<RunState, 'limits' | 'spent' | 'day'>): readonly Meter[] {
  const meter = (name: LimitName, used: number, atLeast = false): Meter => {
    const max = limits[name];
    const level = max === undefined || used < max * NEAR ? 'calm' : used < max ? 'near' : 'full';
    return { name, used, level, atLeast, ...(max !== undefined && { max }) };
  };
  const used = usedOf({ spent, day });
  const all = LimitName.options.map((name) => meter(name, used[name], isMoney(name) && spent.unpriced));
  // Time and the day are shown only where they are limited.
  return all.filter(({ name, max }) => name === 'steps' || name === 'tokens' || name === 'cost' || max !== undefined);
}

export const isMoney = (name: LimitName): boolean => name === 'cost' || name === 'dayCost';

/** Steps and tokens are counted, money and time are measured. */
export const isWhole = (name: LimitName): boolean => ['steps', 'tokens', 'daySteps', 'dayTokens'].includes(name);

/** The next bound to offer when one was reached: half as much again, at least one step further. */
export function nextBound(name: LimitName, used: number, max: number): number {
  const raw = Math.max(max, used) + max / 2;
  return isMoney(name) ? Math.ceil(raw * 100) / 100 : Math.ceil(Math.max(raw, used + 1));
}
