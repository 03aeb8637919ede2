/**
 * Two runs of the same goal differ in where and when they ran. This takes exactly that out of a text, so that a recorded result
 * and a fresh one compare equal if, and only if, they say the same. Pure; every rule is a row of the table.
 */

import { withoutFences } from '../policy/frame.ts';

/** Where a run happens. Real paths, without a trailing separator. */
export interface Places {
  readonly root: string;
  /** Folders for temporary files; the usual ones are known. */
  readonly temp?: readonly string[];
}

const ROOT = '⟦root⟧';

/** What varies between runs, and what stands for it. Order matters: the longer shapes first. */
const rules: readonly [RegExp, string][] = [
  [/\r\n?/g, '\n'],
  // temporary folders: /tmp/x-1a2b, /var/folders/…/T/x, C:\Users\…\AppData\Local\Temp\x
  [/(?:\/private)?\/(?:var\/)?tmp\/[\w.@+-]+/g, '⟦temp⟧'],
  [/(?:\/private)?\/var\/folders\/[\w+]+\/[\w+]+\/T\/[\w.@+-]+/g, '⟦temp⟧'],
  [/[A-Za-z]:[\\/]+Users[\\/]+[^\\/\s"']+[\\/]+AppData[\\/]+Local[\\/]+Temp[\\/]+[\w.@+-]+/gi, '⟦temp⟧'],
  // dates and times: ISO 8601, `Nov 22 21:10`, `Sun Nov 22 2026 21:10:05 GMT+0100`, 21:10:05.123, milliseconds since 1970
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?\b/g, '⟦time⟧'],
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}(?: \d{4})?(?: +\d{1,2}:\d{2}(?::\d{2})?| +\d{4})(?: (?:GMT|UTC)(?:[+-]\d{4})?)?/g,
    '⟦time⟧',
  ],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g, '⟦time⟧'],
  [/\b1[6-9]\d{11}\b/g, '⟦time⟧'],
  // durations: 12ms, 0.34 s, 1.2 seconds, 1m 3s, 2m3.4s; `duration_ms 12.3` of node:test
  [
    /\b(?:\d+ ?h ?)?(?:\d+ ?m(?:in)? ?)?\d+(?:[.,]\d+)? ?(?:µs|us|ns|ms|s|secs?|seconds?|milliseconds?)\b/g,
    '⟦duration⟧',
  ],
  [/\b(duration_ms:? )\d+(?:\.\d+)?/g, '$1⟦duration⟧'],
  // ids and hashes: UUID, hexadecimal of 7 to 64 with both digits and letters
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '⟦id⟧'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/g, '⟦hash⟧'],
  // processes and ports: pid 1234, localhost:43211
  [/\b(pid|process)([ :=#]+)\d+\b/gi, '$1$2⟦pid⟧'],
  [/\b(localhost|127\.0\.0\.1|\[::1\])(:)\d{2,5}\b/g, '$1$2⟦port⟧'],
];

/** Every spelling a path may have in text: as it is, with slashes, and inside JSON. */
const spellings = (path: string): string[] => {
  const forms = new Set([path.replaceAll('\\', '\\\\'), path, path.replaceAll('\\', '/')]);
  return [...forms].filter((form) => form.length > 1);
};

const replaceAllOf = (text: string, path: string, mark: string): string =>
  spellings(path).reduce((out, form) => out.replaceAll(form, mark), text);

/** The root alone, for texts that will be given back at another place. */
export const liftRoot = (text: string, { root }: Places): string => replaceAllOf(text, root, ROOT);

/** The reverse, with slashes: valid as a path on every platform, and inside JSON. */
export const groundRoot = (text: string, { root }: Places): string => text.replaceAll(ROOT, root.replaceAll('\\', '/'));

/** See the table. */
export function normalise(text: string, places: Places): string {
  const lifted = (places.temp ?? []).reduce((out, temp) => replaceAllOf(out, temp, '⟦temp⟧'), liftRoot(text, places));
  return rules.reduce((out, [shape, mark]) => out.replace(shape, mark), withoutFences(lifted)).trimEnd();
}
