/** Three-way merge of texts by lines, endings included, by node-diff3: clean or not at all. */
import { diff3Merge } from 'node-diff3';

/** Pairs of equal lines the comparison may look at; beyond that a merge is not worth its time. */
const MAX_PAIRS = 5_000_000;

/** `base` with the changes of both, or undefined where both changed the same place. */
export function merge3(base: string, ours: string, theirs: string): string | undefined {
  if (base === theirs || ours === theirs) return ours;
  if (base === ours) return theirs;
  const texts = [base, ours, theirs].map((text) => text.split(/(?<=\n)/));
  const head = common(texts, (lines, index) => lines[index]);
  const rest = texts.map((lines) => lines.slice(head));
  const tail = common(rest, (lines, index) => lines[lines.length - 1 - index]);
  const [o = [], a = [], b = []] = rest.map((lines) => lines.slice(0, lines.length - tail));
  if (pairs(o, a) + pairs(o, b) > MAX_PAIRS) return undefined;
  const regions = diff3Merge(a, o, b, { excludeFalseConflicts: true });
  if (regions.some((region) => region.conflict)) return undefined;
  const all = texts[0] ?? [];
  return [...all.slice(0, head), ...regions.flatMap((region) => region.ok ?? []), ...all.slice(all.length - tail)].join(
    '',
  );
}

function common(
  texts: readonly (readonly string[])[],
  at: (lines: readonly string[], index: number) => string | undefined,
): number {
  const shortest = Math.min(...texts.map((lines) => lines.length));
  const [first = [], ...others] = texts;
  let count = 0;
  while (count < shortest && others.every((lines) => at(lines, count) === at(first, count))) count++;
  return count;
}

function pairs(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  return b.reduce((sum, line) => sum + (counts.get(line) ?? 0), a.length + b.length);
}
