import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMac, isMac, linesOf, toLf } from '../../../src/agent/edit/lines.ts';
import { propose } from '../../../src/agent/edit/proposal.ts';
import { decode, encode, representable } from '../../../src/agent/edit/text-file.ts';
import { bytesOf, content, ENCODINGS, file, textIn } from './texts.ts';

/** Buffers and plain arrays are equal when their bytes are. */
const plain = (bytes: unknown) => (bytes instanceof Uint8Array ? [...bytes] : bytes);

const RUNS = { numRuns: 400 };

describe.each(ENCODINGS)('$name, BOM $bom', (encoding) => {
  const text = textIn(encoding.letters);

  test('decoded and encoded again, the bytes are the same', () => {
    fc.assert(
      fc.property(text, (original) => {
        const bytes = bytesOf(original, encoding);
        const decoded = decode(bytes, encoding.host);
        if ('fault' in decoded) throw new Error(decoded.fault);
        expect(decoded.text).toBe(original);
        expect(plain(encode(decoded.text, decoded))).toEqual(plain(bytes));
      }),
      RUNS,
    );
  });

  test('an edit changes no byte outside its old text, and writes exactly its new text, line endings aside', () => {
    const change = text.chain((original) =>
      fc.tuple(fc.constant(original), fc.nat(original.length), fc.nat(80), text, fc.boolean()),
    );
    fc.assert(
      fc.property(change, ([original, from, length, replacement, lf]) => {
        const [start, end] = wholeCharacters(original, from, from + length);
        const old = original.slice(start, end);
        const bytes = bytesOf(original, encoding);
        // Text that starts behind blanks, or in them, may be taken as whole lines: another test's business.
        fc.pre(!/(?:^|[\r\n])[ \t]+$/.test(original.slice(0, start)));
        fc.pre(!lf || isMac(original) || !old.replaceAll('\r\n', '').includes('\r'));
        const proposal = propose(file(), content(bytes, { ...(encoding.host && { encoding: encoding.host }) }), {
          edits: [{ old: lf ? fromMac(old) : old, new: lf ? fromMac(replacement) : replacement }],
        });
        // A lone \r is a break only in a file without \n.
        const canonical = isMac(original) ? fromMac : toLf;
        const unique =
          old !== '' && canonical(original).indexOf(canonical(old)) === canonical(original).lastIndexOf(canonical(old));
        const as = (given: string) => canonical(lf ? fromMac(given) : given);
        fc.pre(unique && as(old) !== as(replacement));
        if (proposal.kind === 'refusal') throw new Error(proposal.forModel);
        const head = bytesOf(original.slice(0, start), encoding);
        const tail = bytesOf(original.slice(end), { ...encoding, bom: [] });
        const after = Buffer.from(proposal.after);
        expect(after.subarray(0, head.length)).toEqual(head);
        expect(after.subarray(after.length - tail.length)).toEqual(tail);
        const middle = decode(after.subarray(head.length, after.length - tail.length), encoding.name);
        if ('fault' in middle) throw new Error(middle.fault);
        expect(canonical(middle.text)).toBe((lf ? fromMac : canonical)(replacement));
        const allowed = new Set(original.match(/\r\n|\n|\r/g) ?? ['\n']);
        if (lf) for (const eol of middle.text.match(/\r\n|\n|\r/g) ?? []) expect([...allowed]).toContain(eol);
      }),
      RUNS,
    );
  });

  test('writing the whole text with one line changed changes that line alone', () => {
    fc.assert(
      fc.property(text, fc.nat(30), (original, at) => {
        const lines = linesOf(original);
        fc.pre(!isMac(original));
        const line = lines[at % Math.max(1, lines.length)];
        fc.pre(line !== undefined);
        if (!line) return;
        const put = `changed ${lines.length}`;
        const replaced = (eol: (line: { eol: string }) => string) =>
          lines.map((each) => (each === line ? put : each.text) + eol(each)).join('');
        const proposal = propose(
          file(),
          content(bytesOf(original, encoding), { ...(encoding.host && { encoding: encoding.host }) }),
          { text: replaced(({ eol }) => (eol === '' ? '' : '\n')) },
        );
        if (proposal.kind === 'refusal') throw new Error(proposal.forModel);
        expect(
          Buffer.from(proposal.after).equals(
            bytesOf(
              replaced(({ eol }) => eol),
              encoding,
            ),
          ),
        ).toBe(true);
      }),
      RUNS,
    );
  });
});

/** The range widened so that no surrogate pair and no \r\n is cut. */
function wholeCharacters(text: string, from: number, to: number): [number, number] {
  const cut = (at: number) => /^[\uDC00-\uDFFF]/.test(text.slice(at)) || text.slice(at - 1, at + 1) === '\r\n';
  const start = at(from);
  return [start, Math.max(start, at(Math.min(to, text.length)))];
  function at(position: number): number {
    return position > 0 && cut(position) ? position - 1 : position;
  }
}

test('any bytes either come back exactly or are refused', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(undefined, ...ENCODINGS.map(({ name }) => name)),
      (bytes, host) => {
        const decoded = decode(bytes, host);
        if ('text' in decoded) expect(plain(encode(decoded.text, decoded))).toEqual(plain(bytes));
      },
    ),
    { numRuns: 5000 },
  );
});

test('what an encoding lacks is named, not replaced', () => {
  const decoded = decode(Buffer.from([0x61, 0xe9]), 'iso88591');
  if ('fault' in decoded) throw new Error(decoded.fault);
  expect(decoded.text).toBe('aé');
  expect(encode('aé€', decoded)).toEqual({
    fault: 'is iso88591, which cannot hold U+20AC; write that character another way',
  });
  expect(encode('\ud800', { encoding: 'utf8', bom: false })).toHaveProperty('fault');
});

test.each([
  ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13], undefined, 'is a binary file'],
  ['NUL in Latin-1', [0x61, 0, 0x62], 'iso88591', 'is a binary file'],
  ['invalid UTF-8', [0x61, 0xe9, 0x62], undefined, 'is binary or not utf8 text'],
  ['control characters in Latin-1', [1, 2, 3, 4, 0x61], 'iso88591', 'is binary or not iso88591 or utf8 text'],
  ['odd UTF-16', [0xff, 0xfe, 0x61], undefined, 'is binary or not utf16le text'],
])('%s: refused', (_, bytes, encoding, fault) => expect(decode(Uint8Array.from(bytes), encoding)).toEqual({ fault }));

test('an unknown encoding of the host falls back to strict UTF-8', () =>
  expect(decode(Buffer.from('ä'), 'no such encoding')).toMatchObject({ text: 'ä', encoding: 'utf8' }));

test('a VS Code document holds one line ending and what its encoding decodes exactly', () => {
  expect(representable(Buffer.from('a\r\nb\r\n'))).toBe(true);
  expect(representable(Buffer.from('a'))).toBe(true);
  expect(representable(Buffer.from('a\r\nb\n'))).toEqual({ reason: 'mixed line endings' });
  expect(representable(Buffer.from('a\rb\n'))).toEqual({ reason: 'mixed line endings' });
  expect(representable(Buffer.from([0xff]))).toHaveProperty('reason');
});
