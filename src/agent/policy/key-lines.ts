/**
 * Private keys as they come out of tools: each line behind a number, a mark of a diff, a comment or a time, or with its beginning or
 * end cut off. A key that stands alone is one secret (secret.ts); here each of its lines is one.
 */

/** What is put in the place of a line's own part. */
type Name = (body: string) => string;

const MARKER = /(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY/;
/** Of what is no secret, and looks the same inside. */
const OPEN_MARKER = /BEGIN [A-Z0-9 ]{0,40}(?:CERTIFICATE|PUBLIC KEY|MESSAGE|SIGNATURE|PARAMETERS|REQUEST)/;
const RUN = /[A-Za-z0-9+/=]+/g;
/** Shorter runs are words of programs. */
const LONG = 40;
/** Columns of a key's full lines (OpenSSH's are longer); without a marker near, only these count, and only several together. */
const FULL: ReadonlySet<number> = new Set([64, 70]);
const TOGETHER = 3;
/** Lines that may stand between a marker and the key: its headers, and a blank one. */
const HEADERS = 6;

/** Time and memory are linear in the text. */
export function withoutKeyLines(text: string, name: Name): string {
  const isMarked = MARKER.test(text);
  if (!isMarked && !/[A-Za-z0-9+/]{64}/.test(text)) return text;
  const lines = text.split('\n');
  const taken = isMarked ? markedLines(lines) : new Set<number>();
  for (const at of blocks(lines)) taken.add(at);
  if (taken.size === 0 && !isMarked) return text;
  return lines.map((line, at) => (taken.has(at) ? withoutBody(line, name) : inLine(line, name))).join('\n');
}

/** A whole key in one line, whatever its line ends have become. */
const inLine = (line: string, name: Name): string =>
  MARKER.test(line) ? line.replace(RUN, (run) => (isMixed(run) ? name(run) : run)) : line;

const withoutBody = (line: string, name: Name): string => {
  const body = bodyOf(line);
  return body === '' ? line : line.replace(body, () => name(body));
};

/** The longest run of base64 in a line, as far as it is no check sum that says so. */
function bodyOf(line: string): string {
  const runs = [...line.matchAll(RUN)].filter(
    ({ index }) => !/sha\d+[-:]$/i.test(line.slice(Math.max(0, index - 8), index)),
  );
  return runs.reduce((longest, [run]) => (run.length > longest.length ? run : longest), '');
}

const isMixed = (run: string): boolean =>
  run.length >= LONG && /[a-z]/.test(run) && /[A-Z]/.test(run) && /[\d+/]/.test(run);

/** Names in programs have hardly any digits. */
const isBody = (run: string): boolean => isMixed(run) && /(?:\d\D*){4}/.test(run);

/** Down from each beginning, and up from each end; the line that ends a key may be short. */
function markedLines(lines: readonly string[]): Set<number> {
  const taken = new Set<number>();
  const follow = (from: number, step: 1 | -1): void => {
    let skipped = 0;
    let found = 0;
    let width = 0;
    for (let at = from + step; at >= 0 && at < lines.length && !taken.has(at); at += step) {
      const line = lines[at] ?? '';
      if (MARKER.test(line)) return;
      const body = bodyOf(line);
      const isLast =
        step === -1 ? at === from - 1 : found > 0 && /END [A-Z0-9 ]{0,40}PRIVATE KEY/.test(lines[at + 1] ?? '');
      if (isBody(body) || (found > 0 && body.length === width)) {
        found++;
        width = body.length;
      } else if (!(isLast && body.length >= 4)) {
        // Its headers come first.
        if (found > 0 || step === -1 || ++skipped > HEADERS) return;
        continue;
      }
      // What only looks like the short end of a key is none where no line of one is before it.
      if (found === 0 && step === -1 && !isBody(bodyOf(lines[at - 1] ?? ''))) return;
      taken.add(at);
    }
  };
  for (const [at, line] of lines.entries()) {
    const [, marker] = MARKER.exec(line) ?? [];
    if (marker === 'BEGIN') follow(at, 1);
    if (marker === 'END') follow(at, -1);
  }
  return taken;
}

/** Full lines, one under the other, that no certificate begins. */
function blocks(lines: readonly string[]): readonly number[] {
  const found: number[] = [];
  let from = 0;
  let isOpen = false;
  let width = 0;
  for (let at = 0; at <= lines.length; at++) {
    const line = lines[at] ?? '';
    const body = at < lines.length ? bodyOf(line) : '';
    const isFull = FULL.has(body.length) && (isBody(body) || (at > from && body.length === width));
    width = body.length;
    if (isFull) continue;
    if (at - from >= TOGETHER && !isOpen) for (let one = from; one < at; one++) found.push(one);
    if (OPEN_MARKER.test(line)) isOpen = true;
    else if (/-----END |PRIVATE KEY/.test(line)) isOpen = false;
    from = at + 1;
  }
  return found;
}
