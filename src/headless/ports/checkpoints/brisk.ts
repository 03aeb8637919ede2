/**
 * Does small things with files at once as long as that is fast: on a warm local disk asking for a file's times takes 5 us, and
 * 30 by way of the thread pool, which for 50,000 files is the difference of seconds. Gives way to other work every few
 * milliseconds, and goes by way of the pool for a while when something was slow (a cold disk, a network).
 */
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 8;
const SLOW_MS = 2;
/** So many go by way of the pool after a slow one. */
const DETOUR = 200;

/** `now` and `later` do the same; `now` must not throw. */
export function brisk(): <T>(now: () => T, later: () => Promise<T>) => Promise<T> {
  let detour = 0;
  let slice = performance.now();
  return async (now, later) => {
    if (detour > 0) {
      detour -= 1;
      return later();
    }
    const start = performance.now();
    if (start - slice > SLICE_MS) {
      await setImmediate();
      slice = performance.now();
    }
    const begun = performance.now();
    const result = now();
    if (performance.now() - begun > SLOW_MS) detour = DETOUR;
    return result;
  };
}
