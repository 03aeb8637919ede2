/**
 * Is the task in work going round in circles? Each rule looks at what its calls came down to (see `Mark`), never at how the
 * model talks about them. Faults of the model's server are no part of it, and being stuck is never success.
 */
import type { RunState } from '../journal/state.ts';
import type { Mark } from '../journal/trace.ts';
import { taskOf } from '../queue/queue.ts';

export type StuckRule = 'same-call' | 'same-error' | 'cycle' | 'no-call' | 'no-news' | 'return';

export interface Stuck {
  readonly rule: StuckRule;
  /** What repeats, in words for the model and the person. */
  readonly message: string;
}

const TIMES = 3;
/** Waiting may take this many times longer than doing before it counts as going nowhere. */
const PATIENCE = 8;
/** Turns that bring nothing new. */
const QUIET = 8;
const LOWEST_RETURN = -2;

type Rule = (state: RunState) => string | undefined;

const RULES: readonly (readonly [StuckRule, Rule])[] = [
  ['no-call', ({ idle }) => (idle >= TIMES ? `${idle} replies in a row held no tool call` : undefined)],
  ['same-error', sameError],
  ['same-call', sameCall],
  ['cycle', cycle],
  ['no-news', noNews],
  ['return', lowReturn],
];

/** The first rule that holds. Meant for a turn's boundary, when every call has its result. */
export function stuckOf(state: RunState): Stuck | undefined {
  for (const [rule, holds] of RULES) {
    const message = holds(state);
    if (message) return { rule, message };
  }
  return undefined;
}

const isSame = (a: Mark, b: Mark): boolean => a.call === b.call && a.result === b.result;
const bound = (marks: readonly Mark[]): number => (marks.some(({ polls }) => polls) ? TIMES * PATIENCE : TIMES);

/** The same call with the same result while no file changed, neither through us nor, for commands, at all. */
function sameCall({ trace }: RunState): string | undefined {
  const since = trace.slice(trace.findLastIndex(({ changed }) => changed) + 1);
  const last = since.at(-1);
  if (!last) return undefined;
  const recent = since.filter(({ turn }) => turn === last.turn);
  for (const mark of recent) {
    const same = since.filter((other) => isSame(mark, other));
    const trees = new Set(same.flatMap(({ tree }) => tree ?? []));
    if (same.length >= bound(same) && trees.size <= 1)
      return `"${mark.title}" was done ${same.length} times with the same result`;
  }
  return undefined;
}

/** The same failure of the same call without a success between, whatever was changed meanwhile; or of any calls in a row. */
function sameError({ trace }: RunState): string | undefined {
  const last = trace.at(-1);
  if (!last || last.ok) return undefined;
  const ofCall = trace.filter(({ call }) => call === last.call);
  const again = ofCall.slice(ofCall.findLastIndex((mark) => !isSame(mark, last)) + 1);
  const row = trace.slice(trace.findLastIndex(({ ok, result }) => ok || result !== last.result) + 1);
  const most = again.length >= row.length ? again : row;
  return most.length >= bound(most) ? `"${last.title}" failed ${most.length} times in the same way` : undefined;
}

/** A-B-A-B-A-B, or A-B-C three times: same calls, same results. */
function cycle({ trace }: RunState): string | undefined {
  for (const period of [2, 3]) {
    const one = trace.slice(-period);
    const times = bound(one);
    const all = trace.slice(-period * times);
    const repeats = all.every((mark, i) => {
      const model = one[i % period];
      return model !== undefined && isSame(mark, model);
    });
    const [first] = one;
    const differ = first !== undefined && one.some((mark) => !isSame(mark, first));
    if (all.length === period * times && repeats && differ)
      return `the same ${period} steps were repeated ${times} times: ${one.map(({ title }) => `"${title}"`).join(', ')}`;
  }
  return undefined;
}

function noNews({ trace, quiet, turn }: RunState): string | undefined {
  const recent = trace.filter((mark) => mark.turn > (turn?.turn ?? 0) - quiet);
  const most = recent.some(({ polls }) => polls) ? QUIET * TIMES : QUIET;
  return quiet >= most
    ? `${quiet} turns brought nothing new: no change, no passed check, nothing not read before`
    : undefined;
}

/** Checks that fail and steps that repeat weigh more than what succeeds. Each time it was noticed, the bound is lowered. */
function lowReturn({ queue, current }: RunState): string | undefined {
  const task = current && taskOf(queue, current.task);
  return task && task.worth < LOWEST_RETURN * (task.stuck + 1)
    ? 'failed checks and repeated steps outweigh what was reached'
    : undefined;
}
