/**
 * Which search patterns a backtracking engine could spend its life on. Goalwright hands patterns to ripgrep, whose time is
 * linear; this says which of them must never reach JavaScript's own engine (star height, overlapping runs, back references).
 */

const GROUP =
  /\((?:\?(?:[:=!>]|<[=!]|<\w+>|P<\w+>))?((?:[^()\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\])*)\)(\*|\+|\{\d+,\d*\}|\{\d{2,}\})?/s;
const UNBOUNDED = /(?:\*|\+|\{\d+,\d*\}|\{\d{2,}\})/;
/** An atom without a limit, directly followed by the same one. */
const TWICE = /((?:\\[wdsSWD.]|\.|\[(?:[^\]\\]|\\.)*\]|[^\\()[\]*+?{}|]))(?:\*|\+|\{\d+,\})\??\1(?:\*|\+|\{\d+,\})/s;
const BACK_REFERENCE = /(?<!\\)(?:\\\\)*\\(?:[1-9]|k<\w+>)/;
const WILD_RUNS = 5;

/** Why, as the end of a sentence; `undefined`: any engine reads it in a time that grows with the text alone. */
export function backtracks(pattern: string): string | undefined {
  if (pattern.length > 1_000) return 'is longer than 1,000 characters';
  if (BACK_REFERENCE.test(pattern)) return 'refers back to what it found';
  if (TWICE.test(pattern)) return 'repeats the same thing twice in a row';
  if ((pattern.match(/(?<!\\)\.(?:\*|\+)/g)?.length ?? 0) >= WILD_RUNS) return `has ${WILD_RUNS} runs of anything`;
  // Groups are taken off from the innermost outwards.
  let rest = pattern;
  for (let round = 0; round < 200; round++) {
    const found = GROUP.exec(rest);
    if (!found) return undefined;
    const [whole, inner = '', repeat] = found;
    const bare = inner.replace(/\\.|\[(?:[^\]\\]|\\.)*\]/gs, 'x');
    const isRun = UNBOUNDED.test(bare) || bare.includes('\u0001');
    if (repeat && isRun) return 'repeats what already repeats';
    if (repeat && overlaps(inner)) return 'repeats a choice whose branches begin alike';
    rest = rest.replace(whole, () => (isRun || repeat ? '\u0001' : 'x'));
  }
  return 'is nested too deep';
}

function overlaps(inner: string): boolean {
  const branches = inner.split('|');
  if (branches.length < 2) return false;
  const first = branches.map((branch) => /^(?:\\.|\[[^\]]*\]|.)/s.exec(branch)?.[0] ?? '');
  return (
    new Set(first).size < first.length || first.some((atom) => atom === '.' || atom === '' || /^\\[wWsSD]/.test(atom))
  );
}

/** How many names the braces and runs of a glob multiply to. */
const MOST = 1_000;

export function globExplodes(glob: string): boolean {
  const choices = [...glob.matchAll(/\{([^{}]*)\}/g)].reduce((product, [, inner = '']) => {
    const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
    return product * (range ? Math.abs(Number(range[2]) - Number(range[1])) + 1 : inner.split(',').length);
  }, 1);
  return choices > MOST || (glob.match(/\*\*/g)?.length ?? 0) > 4 || (glob.match(/\*/g)?.length ?? 0) > 12;
}
