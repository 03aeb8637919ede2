/** "Did you mean": names in the same folder that are like one that does not exist. */
import type { Workspace } from '../ports.ts';

/** A sentence that starts with a blank, or '' when nothing is alike. */
export async function suggestNames(real: string, workspace: Workspace): Promise<string> {
  const cut = Math.max(real.lastIndexOf('/'), real.lastIndexOf('\\'));
  const names = await workspace.list(cut > 0 ? real.slice(0, cut) : '/');
  const wanted = real.slice(cut + 1);
  const alike = names
    .map((name) => ({ name, distance: distance(stem(wanted), stem(name)) }))
    .filter(({ distance: far, name }) => far <= Math.max(2, Math.min(wanted.length, name.length) / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  return alike.length > 0 ? ` There is ${alike.map(({ name }) => name).join(', ')}.` : '';
}

/** Without case, extension and separators: `userService.ts` is like `user-service.js`. */
const stem = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/(?<=.)\.\w+$/, '')
    .replace(/[-_. ]/g, '')
    .slice(0, 64);

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (char === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
