/**
 * Hard limits, checked before each model call: the counted prompt and the reply's upper bound are reserved together, so a
 * limit is never overrun by a call that was already too large to start. The reply's bound shrinks to what is left.
 */
import { LimitName, type Limits } from '../journal/event.ts';
import { type RunState, usedOf } from '../journal/state.ts';
import type { Price, Profile } from '../model/model.ts';
import type { Rights } from '../policy/decide.ts';

/** A reply shorter than this is not worth asking for. Tokens. */
const SMALLEST_REPLY = 256;
const WARN_AT = 0.8;

export interface Measure {
  readonly limit: LimitName;
  readonly used: number;
  readonly max: number;
}

export type Allowance =
  | { readonly kind: 'go'; readonly maxOutputTokens: number; readonly warn: readonly Measure[] }
  | { readonly kind: 'reached'; readonly measure: Measure; readonly warn: readonly Measure[] };

export const costOf = (
  usage: { input: number; output: number; cached: number },
  price: Price | undefined,
): number | undefined =>
  price &&
  ((usage.input - usage.cached) * price.input +
    usage.cached * (price.cached ?? price.input) +
    usage.output * price.output) /
    1e6;

/** What has been used of each limit that is set. */
function measures(state: RunState): readonly Measure[] {
  const used = usedOf(state);
  return LimitName.options.flatMap((limit) => {
    const max = state.limits[limit];
    return max === undefined ? [] : [{ limit, used: used[limit], max }];
  });
}

/** May a call with `promptTokens` be made, and how long may its reply be? */
export function allow(state: RunState, profile: Profile, promptTokens: number): Allowance {
  const all = measures(state);
  const warn = all.filter(({ limit, used, max }) => used >= max * WARN_AT && !state.warned.includes(limit));
  let room = Math.min(profile.outputLimit, Math.max(SMALLEST_REPLY, profile.contextWindow - promptTokens));
  for (const measure of all) {
    const left = measure.max - measure.used;
    if (left <= 0) return { kind: 'reached', measure, warn };
    if (measure.limit === 'tokens' || measure.limit === 'dayTokens')
      room = Math.min(room, Math.floor(left - promptTokens));
    if ((measure.limit === 'cost' || measure.limit === 'dayCost') && profile.price && profile.price.output > 0) {
      const forReply = left - (promptTokens * profile.price.input) / 1e6;
      room = Math.min(room, Math.floor((forReply * 1e6) / profile.price.output));
    }
    if (room < SMALLEST_REPLY) return { kind: 'reached', measure, warn };
  }
  return { kind: 'go', maxOutputTokens: room, warn };
}

/** Why a run may not start with these limits, or `undefined`. */
export function unfit(
  mode: RunState['mode'],
  limits: Limits,
  priced: boolean,
  { switches }: Rights,
): string | undefined {
  if (mode !== 'continuous') return undefined;
  if (switches?.continuous === false) return 'Continuous mode is turned off (CONTINUOUS_MODE). Choose another mode.';
  if (limits.steps === undefined && limits.cost === undefined)
    return 'Continuous mode needs a limit on steps or cost. Set goalwright.limits.steps or goalwright.limits.cost.';
  if (limits.steps === undefined && limits.tokens === undefined && !priced)
    return 'The price of this model is not known, so a cost limit alone cannot stop the run. Set a limit on steps too.';
  return undefined;
}
