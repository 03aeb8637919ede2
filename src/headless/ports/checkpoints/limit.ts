/** At most so many at a time, in the order in which they came. */
export function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  // Begun from `next`: taking the first of an array of 50,000 moves all the others.
  const waiting: (() => void)[] = [];
  let next = 0;
  const advance = (): void => {
    const go = waiting[next];
    if (!go) {
      running -= 1;
      return;
    }
    next += 1;
    if (next === waiting.length) {
      waiting.length = 0;
      next = 0;
    }
    go();
  };
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => void waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      advance();
    }
  };
}
