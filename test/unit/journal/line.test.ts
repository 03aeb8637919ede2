/** One line: whatever text an event carries, it is one line of strict UTF-8 and reads back the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventBody } from '../../../src/agent/journal/event.ts';
import { decodeLine, encodeLine, LF, wellFormed } from '../../../src/agent/journal/line.ts';
import { row } from './cases.ts';
import { KEY, SEED } from './fixtures.ts';

const encode = (text: string, key?: Uint8Array) =>
  encodeLine({ seq: 1, at: 5, type: 'person.said', text }, 3, 'before', key).bytes;
const nasty = fc.constantFrom(
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\ufeff',
  '"',
  '\\',
  '{"seq":',
  ',"sum":"',
  '😀',
);

describe('a line', () => {
  test('looks like this', () => {
    expect(new TextDecoder().decode(encode('hi'))).toMatchInlineSnapshot(`
      "{"seq":1,"at":5,"type":"person.said","text":"hi","fence":3,"prev":"before","sum":"sha2-PM2NOmSxxzxJ8tEQbL48TPP3__pTiXjY0iTH1qPgZwY"}
      "
    `);
    expect(new TextDecoder().decode(encode('hi', KEY))).toMatch(/"sum":"hmac-[\w-]{43}"\}\n$/);
  });

  test('no event has a field that the line itself needs', () => {
    for (const { shape } of EventBody.options)
      for (const name of ['seq', 'at', 'fence', 'prev', 'sum']) expect(Object.keys(shape)).not.toContain(name);
  });

  test(row('jr-u2028', 'any text stays one line for every reader and comes back unchanged'), () => {
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'grapheme' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (text, signed) => {
        const key = signed ? KEY : undefined;
        const bytes = encode(text, key);
        expect(bytes.indexOf(LF)).toBe(bytes.length - 1);
        expect(new TextDecoder().decode(bytes)).not.toMatch(/[\0\r\u0085\u2028\u2029]/);
        expect(decodeLine(bytes.subarray(0, -1), key)).toMatchObject({
          seq: 1,
          fence: 3,
          prev: 'before',
          event: { text },
        });
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  test('lone surrogates, deep inside, become U+FFFD; everything else stays', () => {
    const deep = { a: ['\ud800x', { b: 'x\udc00' }], n: 1, t: true, u: undefined, z: null, ok: '😀' };
    expect(wellFormed(deep)).toEqual({
      a: ['\ufffdx', { b: 'x\ufffd' }],
      n: 1,
      t: true,
      u: undefined,
      z: null,
      ok: '😀',
    });
  });

  test('bytes that are no UTF-8, a byte order mark, other spacing: refused, even where JSON would bear them', () => {
    const bytes = encode('hi').subarray(0, -1);
    const text = new TextDecoder().decode(bytes);
    for (const other of [
      `\ufeff${text}`,
      ` ${text}`,
      `${text} `,
      text.replace('"at":5', '"at":5.0'),
      text.replace('hi', '\\u0068i'),
    ]) {
      expect(decodeLine(new TextEncoder().encode(other), undefined)).toHaveProperty('problem');
    }
  });
});
