/**
 * The chunks of a patch put into a text. Each must be there exactly once, on the ladder of locate.ts; its `@@` lines and its
 * end-of-file mark narrow down where. Only lines with `-` and `+` are written: context keeps the file's own bytes.
 */
import { elisionIn } from './elision.ts';
import { followFile, type LineChange } from './follow-file.ts';
import { toLf } from './lines.ts';
import { LADDER, placesOf, type Rung } from './match-lines.ts';
import { missing, times } from './near-miss.ts';
import { reindent } from './reindent.ts';
import { inScope, isLine, type Scope, scopesOf } from './scope.ts';
import { Source } from './source.ts';
import { applySpans, failed, type Located, type NotLocated, type Span, spanOf } from './spans.ts';

export interface PatchLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

export interface Chunk {
  /** What follows `@@`, outermost first. */
  readonly anchors: readonly string[];
  readonly lines: readonly PatchLine[];
  /** `*** End of File` follows. */
  readonly atEnd: boolean;
}

/** All located on the original text, in whatever order; all apply or none. */
export function applyChunks(text: string, chunks: readonly Chunk[]): Located | NotLocated {
  const file = new File(text);
  const found = chunks.map((chunk, index) => {
    const result = place(file, chunk, index);
    return typeof result === 'string' ? `${chunks.length > 1 ? `chunk ${index + 1}: ` : ''}${result}` : result;
  });
  const failures = found.filter((result) => typeof result === 'string');
  if (failures.length > 0) return failed(failures);
  return applySpans(file.source, found.filter((result) => typeof result !== 'string').flat(), 'chunk');
}

/** A text as whole lines: the empty string after a final break is none. */
class File {
  readonly source: Source;
  readonly lines: readonly string[];
  private readonly keyed = new Map<Rung, readonly string[]>();

  constructor(text: string) {
    this.source = new Source(text);
    const all = this.source.lines;
    this.lines = all.at(-1) === '' ? all.slice(0, -1) : all;
  }

  keys(rung: Rung): readonly string[] {
    const known = this.keyed.get(rung) ?? this.lines.map(rung.key);
    this.keyed.set(rung, known);
    return known;
  }

  /** Where only blank lines follow. */
  isEnd(line: number): boolean {
    return this.lines.slice(line).every((text) => text.trim() === '');
  }
}

const EXACT: Rung = { key: (line) => line, but: '' };
const RUNGS = [EXACT, ...LADDER];

const MENDING =
  'Add context lines (each behind a space) until it is there once, or name the function or class it is in: @@ and that line.';

/** Where one chunk goes, or why it goes nowhere. */
function place(file: File, chunk: Chunk, owner: number): readonly Span[] | string {
  const added = textOf(chunk.lines, '+');
  if (textOf(chunk.lines, ' -') === textOf(chunk.lines, ' +')) {
    const [at = -1] = placesOf(textsOf(chunk.lines, ' -'), file.lines);
    return `it changes nothing: its - and + lines are the same. ${at < 0 ? notFound(file, chunk) : `They are at line ${at + 1}.`}`;
  }
  const mark = elisionIn(added, false, (line) => file.source.hasLine(line));
  if (mark)
    return `new line ${mark.line} (+${mark.text}) stands for text left out; it would be written as it is. Write the text out, or patch only the lines that change.`;
  const scopes = scopesOf(file.lines, chunk.anchors);
  if ('unknown' in scopes) return unknownAnchor(file, chunk, scopes.unknown);
  for (const lines of readings(chunk.lines)) {
    if (lines.every((line) => line.mark === '+')) return insert(file, chunk, lines, scopes, owner);
    const found = find(file, lines, scopes, chunk, owner);
    if (typeof found === 'string') return found;
    if (!found) continue;
    const isWhole = lines.length === chunk.lines.length;
    return isWhole || !file.source.hasTwin(textsOf(lines, ' -'), found.first) ? found.spans : notFound(file, chunk);
  }
  return notFound(file, chunk);
}

const notFound = ({ lines }: File, chunk: Chunk): string =>
  `${missing(lines, textOf(chunk.lines, ' -'), textOf(chunk.lines, '+'))}\n(old: the chunk's context lines and - lines.)`;

/** As written; then without blank context lines at both ends, which often only set the chunk off from the next one. */
function readings(lines: readonly PatchLine[]): readonly (readonly PatchLine[])[] {
  const stays = (line: PatchLine) => line.mark !== ' ' || line.text.trim() !== '';
  const trimmed = lines.slice(lines.findIndex(stays), lines.findLastIndex(stays) + 1);
  return trimmed.length < lines.length && trimmed.some(({ mark }) => mark !== '+') ? [lines, trimmed] : [lines];
}

/** In the scopes first, on whatever rung; after them where nothing is in them. Undefined: nowhere. */
function find(
  file: File,
  lines: readonly PatchLine[],
  scopes: readonly Scope[],
  chunk: Chunk,
  owner: number,
): { readonly first: number; readonly spans: readonly Span[] } | string | undefined {
  const old = textsOf(lines, ' -');
  const rungs = RUNGS.map((rung) => {
    const places = placesOf(old.map(rung.key), file.keys(rung));
    const ends = places.filter((at) => !chunk.atEnd || file.isEnd(at + old.length));
    return { rung, places, ...inScope(ends, old.length, scopes) };
  });
  const exact = rungs[0]?.after ?? [];
  for (const part of ['inside', 'after'] as const) {
    for (const { rung, [part]: open } of rungs) {
      const [only] = open;
      if (only === undefined) continue;
      const others = part === 'inside' && rung !== EXACT ? exact : [];
      const all = [...open, ...others].toSorted((a, b) => a - b);
      if (all.length > 1) return `its lines are in the file ${timesOf(all)}. ${MENDING}`;
      const rival = rung !== EXACT && file.source.hasRival(old, only);
      const spans = rival ? undefined : spansOf(file, lines, only, rung, owner);
      if (spans) return { first: only, spans };
    }
    if (rungs.some(({ [part]: open }) => open.length > 0)) return notFound(file, chunk);
  }
  const elsewhere = rungs.find(({ places }) => places.length > 0)?.places;
  return elsewhere && misplaced(file, chunk, scopes, elsewhere);
}

const timesOf = (places: readonly number[]): string =>
  times(
    places.slice(0, 20).map((at) => at + 1),
    places.length > 20,
  );

function misplaced({ lines }: File, chunk: Chunk, scopes: readonly Scope[], places: readonly number[]): string {
  const where = `its lines are in the file (line${places.length > 1 ? 's' : ''} ${places
    .slice(0, 20)
    .map((at) => at + 1)
    .join(', ')})`;
  return chunk.atEnd && lines.length > 0
    ? `${where}, but not at its end, line ${lines.length}. Leave out *** End of File, or give the last lines.`
    : `${where}, but not at or after @@ ${chunk.anchors.at(-1)?.trim()} (line ${(scopes[0]?.line ?? 0) + 1}). Name the line above them, or leave out @@.`;
}

/** The changed runs of lines, or undefined where the indentation of a new one cannot be told. */
function spansOf(
  { source, lines: file }: File,
  lines: readonly PatchLine[],
  first: number,
  rung: Rung,
  owner: number,
): readonly Span[] | undefined {
  let at = first;
  const changes = lines.map(
    ({ mark, text }): LineChange => ({ mark, model: text, file: mark === '+' ? '' : (file[at++] ?? '') }),
  );
  const put = rung === EXACT ? textsOf(lines, '+').values() : followFile(changes, source.endsBlank)?.values();
  if (!put) return undefined;
  const spans: Span[] = [];
  let from = first;
  let to = first;
  let added: string[] = [];
  const close = () => {
    if (to > from || added.length > 0) spans.push(replaceLines(source, file, owner, from, to, added));
    added = [];
  };
  for (const { mark } of lines) {
    if (mark === '+') added.push(put.next().value ?? '');
    else if (mark === '-') to += 1;
    else {
      close();
      to += 1;
      from = to;
    }
  }
  close();
  if (rung === EXACT) return spans;
  const note = `chunk ${owner + 1}: line ${first + 1} was matched but for ${rung.but}; new lines follow the file.`;
  return spans.map((span, index) => (index === 0 ? { ...span, note } : span));
}

/** `from`, `to`: indices of lines. A text without final break stays without. */
function replaceLines(
  source: Source,
  file: readonly string[],
  owner: number,
  from: number,
  to: number,
  added: readonly string[],
): Span {
  const ends = source.lineStart(file.length);
  const start = from < file.length ? source.lineStart(from) : ends;
  const end = to < file.length ? source.lineStart(to) : ends;
  const open = to === file.length && file.length > 0 && source.lines.at(-1) !== '';
  const text = added.map((line) => `${line}\n`).join('');
  if (!open || added.length === 0) return spanOf(source, owner, start, end, text);
  // A blank last line is there by its break only.
  const bare = added.at(-1) === '' ? text : text.slice(0, -1);
  return spanOf(source, owner, start, end, from === to ? `\n${bare}` : bare);
}

/** Lines without any context: behind the one line that `@@` names, or at the end. */
function insert(
  { source, lines: file }: File,
  chunk: Chunk,
  lines: readonly PatchLine[],
  scopes: readonly Scope[],
  owner: number,
): readonly Span[] | string {
  const added = textsOf(lines, '+');
  if (chunk.atEnd) return [replaceLines(source, file, owner, file.length, file.length, added)];
  const anchor = chunk.anchors.at(-1);
  if (anchor === undefined)
    return 'it only adds lines and does not say where. Give context lines (each behind a space), @@ and the line to add them behind, or *** End of File after them.';
  if (scopes.length > 1)
    return `@@ ${anchor.trim()} is in the file ${timesOf(scopes.map(({ line }) => line))}, and the chunk only adds lines. Give context lines (each behind a space).`;
  const line = scopes[0]?.line ?? 0;
  const there = file[line] ?? '';
  if (!isLine(there, anchor))
    return `@@ ${anchor.trim()} is only the beginning of line ${line + 1} (${there.trim().slice(0, 160)}), and the chunk only adds lines. Give that whole line, or context lines.`;
  // Written with an indentation, the anchor shows how the model sees the file's.
  const followed = /^\s/.test(anchor) ? reindent([{ model: anchor, file: there }], added) : added;
  if (!followed)
    return `line ${line + 1} is indented otherwise than @@ ${anchor}, which leaves open how to indent the new lines. Copy it as it is.`;
  return [replaceLines(source, file, owner, line + 1, line + 1, followed)];
}

function unknownAnchor({ lines }: File, chunk: Chunk, anchor: string): string {
  const old = textsOf(chunk.lines, ' -');
  const [at, second] = placesOf(old, lines);
  const there =
    at === undefined || second !== undefined
      ? ''
      : ` The chunk's own lines are there once, at line ${at + 1}: leave out @@, or give a line above them.`;
  return `@@ ${anchor.trim()}: ${missing(lines, anchor, '')}${there}\n(old: what follows @@; it must be a line of the file.)`;
}

const textsOf = (lines: readonly PatchLine[], marks: string): readonly string[] =>
  lines.filter(({ mark }) => marks.includes(mark)).map(({ text }) => text);

const textOf = (lines: readonly PatchLine[], marks: string): string => toLf(textsOf(lines, marks).join('\n'));
