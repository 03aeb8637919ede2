/** Text that means nothing, the same on every machine: what matters must be found and kept in mind among it. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A small generator (mulberry32): its numbers depend on the seed alone. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lines of made-up words. */
export function noise(seed: number, lines = 18): string {
  const next = numbers(seed);
  const pick = (length: number) => Math.floor(next() * length);
  const word = () => Array.from({ length: 2 + pick(8) }, () => LETTERS[pick(LETTERS.length)]).join('');
  const line = () => Array.from({ length: 9 + pick(5) }, word).join(' ');
  return Array.from({ length: lines }, line).join('\n');
}
