/** Whatever is edited, in whatever encoding: no byte outside the changed lines is another one, and a refusal leaves all. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { applyChunks, type Chunk, type PatchLine } from '../../../src/agent/edit/chunks.ts';
import { propose } from '../../../src/agent/edit/proposal.ts';
import { decode, encode } from '../../../src/agent/edit/text-file.ts';
import { bytesOf, content, ENCODINGS, file } from './texts.ts';

const RUNS = { numRuns: Number(process.env.GOALWRIGHT_PROPERTY_RUNS ?? 400) };

const ALL = [
  ...ENCODINGS,
  { name: 'euckr', bom: [], host: 'euckr', letters: 'abc 한글문자가나다 {}()' },
  { name: 'utf8', bom: [], host: 'utf8', letters: 'abe\u0301o\u0308\u200D👩🏽\uFE0F가각\u1100\u1161 {}' },
  { name: 'utf8', bom: [0xef, 0xbb, 0xbf], host: 'utf8bom', letters: 'abc 𝒳𠮷漢 {}' },
];

/** Lines with their own endings, and which of them are edited how. `\r` alone only where it is everywhere. */
interface Drawn {
  readonly lines: readonly { readonly text: string; readonly eol: string }[];
  /** Runs of lines that go, what comes instead, and how many lines around them are given as they are. */
  readonly edits: readonly { readonly from: number; readonly to: number; readonly put: readonly string[] }[];
  readonly context: number;
}

function drawn(letters: string, mac: boolean): fc.Arbitrary<Drawn> {
  const word = fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((parts) => parts.join(''));
  const indent = fc.constantFrom('', '  ', '\t', '    ');
  const numbered = fc.tuple(indent, word, fc.nat(9999), word).map(([blank, a, n, b]) => `${blank}${a}${n}${b}`);
  const text = fc.oneof(
    { weight: 6, arbitrary: numbered },
    { weight: 1, arbitrary: fc.constantFrom('', '  ', '}', 'x') },
  );
  const kinds = mac ? [['\r']] : [['\n'], ['\r\n'], ['\n', '\r\n']];
  return fc
    .record({
      texts: fc.array(fc.tuple(text, fc.nat(7)), { minLength: 1, maxLength: 25 }),
      eols: fc.constantFrom(...kinds),
      final: fc.boolean(),
      steps: fc.array(fc.tuple(fc.nat(5), fc.nat(3), fc.array(text, { maxLength: 3 })), { minLength: 1, maxLength: 4 }),
      context: fc.nat(2),
    })
    .map(({ texts, eols, final, steps, context }) => {
      const lines = texts.map(([line, pick], index) => ({
        text: line,
        eol: index < texts.length - 1 || final ? (eols[pick % eols.length] ?? '\n') : '',
      }));
      let at = 0;
      const edits = steps.flatMap(([gap, size, put]) => {
        const from = at + gap;
        const to = Math.min(lines.length, from + size);
        at = to + 1;
        return from < to ? [{ from, to, put }] : [];
      });
      return { lines, edits, context };
    });
}

const whole = ({ lines }: Drawn): string => lines.map(({ text, eol }) => text + eol).join('');

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
/** A line that was written: its blanks are another test's business, its ending must be one that the file has. */
const written = (text: string, eols: string): string => `[ \\t]*${escaped(text.trim())}[ \\t]*(?:${eols})`;

/** What the text may have become: every line outside the edits to the character, ending included. */
function expected({ lines, edits }: Drawn): RegExp {
  const eols = [...new Set(lines.map(({ eol }) => escaped(eol)).filter(Boolean)), '\\n'].join('|');
  const kept = (from: number, to: number) =>
    lines
      .slice(from, to)
      .map(({ text, eol }) => escaped(text + eol))
      .join('');
  let pattern = '^';
  let at = 0;
  for (const { from, to, put } of edits) {
    pattern += kept(at, from) + put.map((line) => written(line, to < lines.length ? eols : `${eols}|$`)).join('');
    at = to;
  }
  return new RegExp(`${pattern}${kept(at, lines.length)}$`, 'u');
}

/** Blanks as models get them wrong: none, at line ends, or one more level in front of every line. */
const sloppy = fc.constantFrom(
  (line: string) => line,
  (line: string) => (line.trim() === '' ? line : `${line} `),
  (line: string) => (line.trim() === '' ? line : `  ${line}`),
);

describe.each(ALL)('$name, BOM $bom, host $host', (encoding) => {
  const host = encoding.host === undefined ? {} : { encoding: encoding.host };

  test.each([false, true])('edits; lone carriage returns: %s', (mac) => {
    let applied = 0;
    let all = 0;
    fc.assert(
      fc.property(drawn(encoding.letters, mac), sloppy, (change, blanks) => {
        fc.pre(change.edits.length > 0);
        const before = bytesOf(whole(change), encoding);
        const copy = Uint8Array.from(before);
        const join = (lines: readonly string[], last: boolean) => lines.map(blanks).join('\n') + (last ? '' : '\n');
        const edits = change.edits.map(({ from, to, put }) => {
          const last = change.lines[to - 1]?.eol === '';
          const old = join(
            change.lines.slice(from, to).map(({ text }) => text),
            last,
          );
          return { old, new: put.length === 0 ? '' : join(put, last) };
        });
        fc.pre(!edits.some(({ old }) => meansAnother(change, old, blanks)));
        all += 1;
        const result = propose(file(), content(before, host), { edits });
        expect(Buffer.from(before).equals(copy)).toBe(true);
        if (result.kind === 'refusal') {
          expect(Object.keys(result).sort()).toEqual(['forModel', 'kind', 'title']);
          return;
        }
        applied += 1;
        same(result.after, change, encoding);
      }),
      RUNS,
    );
    expect(applied).toBeGreaterThan(all / 3);
  });

  test('chunks', () => {
    let applied = 0;
    let all = 0;
    fc.assert(
      fc.property(drawn(encoding.letters, false), sloppy, (change, blanks) => {
        fc.pre(change.edits.length > 0);
        const bytes = bytesOf(whole(change), encoding);
        const decoded = decode(bytes, encoding.host);
        if ('fault' in decoded) throw new Error(decoded.fault);
        const chunks = chunksOf(change, blanks);
        const old = (chunk: Chunk) =>
          chunk.lines.flatMap(({ mark, text }) => (mark === '+' ? [] : [`${text}\n`])).join('');
        fc.pre(!chunks.some((chunk) => meansAnother(change, old(chunk), blanks)));
        all += 1;
        const result = applyChunks(decoded.text, chunks);
        if (result.kind === 'failed') return;
        const after = encode(result.text, decoded);
        if ('fault' in after) throw new Error(after.fault);
        applied += 1;
        same(after, change, encoding);
      }),
      RUNS,
    );
    expect(applied).toBeGreaterThan(all / 3);
  });
});

/** Wrong blanks may make of one text another one that is in the file: then that one was asked for. */
const meansAnother = ({ lines }: Drawn, old: string, blanks: (line: string) => string): boolean =>
  blanks('a') !== 'a' &&
  lines
    .map(({ text }) => `${text}\n`)
    .join('')
    .includes(old);

/** Head and tail by their bytes, what is between by its text. */
function same(after: Uint8Array, change: Drawn, encoding: (typeof ALL)[number]): void {
  const { lines, edits } = change;
  const part = (from: number, to?: number) =>
    lines
      .slice(from, to)
      .map(({ text, eol }) => text + eol)
      .join('');
  const head = bytesOf(part(0, edits[0]?.from), encoding);
  const tail = bytesOf(part(edits.at(-1)?.to ?? 0), { ...encoding, bom: [] });
  const bytes = Buffer.from(after);
  expect(bytes.subarray(0, head.length).equals(head)).toBe(true);
  expect(bytes.subarray(bytes.length - tail.length).equals(tail)).toBe(true);
  const text = decode(bytes, encoding.host);
  if ('fault' in text) throw new Error(text.fault);
  expect(text.text).toMatch(expected(change));
  expect(bytesOf(text.text, encoding).equals(bytes)).toBe(true);
}

function chunksOf({ lines, edits, context }: Drawn, blanks: (line: string) => string): readonly Chunk[] {
  return edits.map(({ from, to, put }, index): Chunk => {
    const marked = (mark: PatchLine['mark'], texts: readonly string[]) =>
      texts.map((text): PatchLine => ({ mark, text: blanks(text) }));
    const texts = (start: number, end: number) => lines.slice(start, end).map(({ text }) => text);
    const first = Math.max(edits[index - 1]?.to ?? 0, from - context);
    const last = Math.min(edits[index + 1]?.from ?? lines.length, to + context);
    return {
      anchors: [],
      lines: [
        ...marked(' ', texts(first, from)),
        ...marked('-', texts(from, to)),
        ...marked('+', put),
        ...marked(' ', texts(to, last)),
      ],
      atEnd: false,
    };
  });
}

describe('a huge file', () => {
  const child = path.join(import.meta.dirname, 'huge-child.ts');
  const Result = z.object({ kind: z.string(), tail: z.string(), kept: z.boolean(), ratio: z.number() });
  const run = (megabytes: number, line: string) =>
    Result.parse(
      JSON.parse(execFileSync(process.execPath, [child, `${megabytes}`, line], { encoding: 'utf8', env: process.env })),
    );
  test.each([
    ['ASCII', 'a line of a large file\n'],
    ['CJK and CRLF', 'a line 漢字 of a large file\r\n'],
  ])('40 MB of %s: edited, with at most 24 times its size', (_, line) => {
    const { ratio, ...rest } = run(40, line);
    expect(rest).toEqual({ kind: 'proposed', tail: '\tlast = 2\n', kept: true });
    expect(ratio).toBeLessThan(24);
  });
  test('100 MB: refused before it is decoded', () => {
    const { kind, tail, ratio } = run(100, 'line\n');
    expect([kind, tail]).toEqual(['refusal', expect.stringContaining('is 100 MB; 50 MB is the limit')]);
    expect(ratio).toBeLessThan(0.5);
  });
});
