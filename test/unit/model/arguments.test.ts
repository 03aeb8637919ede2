/** Whole and unambiguous arguments, checked against JSON.parse. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicateKey, judgeArguments } from '../../../src/agent/model/arguments.ts';

const object = fc.dictionary(fc.string(), fc.jsonValue());

describe('arguments', () => {
  test('that JSON.stringify made are taken as they are', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(judgeArguments(text)).toEqual({ kind: 'object', text });
      }),
    );
  });

  test('cut anywhere are broken', () => {
    fc.assert(
      fc.property(object, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, place) => {
        const text = JSON.stringify(value);
        const cut = text.slice(0, Math.max(1, Math.floor(place * text.length)));
        if (cut !== text) expect(judgeArguments(cut).kind).toBe('broken');
      }),
    );
  });

  test('that name a member twice are broken, at any depth and however the name is escaped', () => {
    fc.assert(
      fc.property(object, fc.string(), fc.nat(3), fc.boolean(), (value, key, depth, escapes) => {
        const escaped = `"${[...key]
          .map((c) =>
            c
              .split('')
              .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
              .join(''),
          )
          .join('')}"`;
        let text = `{${JSON.stringify(key)}: ${JSON.stringify(value)} , ${escapes ? escaped : JSON.stringify(key)} :1}`;
        for (let level = 0; level < depth; level += 1) text = `{"a":[0,${text}]}`;
        expect(duplicateKey(text)).toBe(key);
        expect(judgeArguments(text)).toMatchObject({ kind: 'broken' });
      }),
    );
  });

  test('with equal names in different objects, or in a text, are not', () => {
    const text = JSON.stringify({ a: { a: 1 }, b: [{ a: 1 }, { a: 2 }], c: '"a": 1, "a": 2', d: '{"a":' });
    expect(judgeArguments(text)).toEqual({ kind: 'object', text });
  });

  test('of eight megabytes are judged quickly', () => {
    const text = JSON.stringify({ path: 'a', text: 'line "quoted" \\ \n'.repeat(400_000) });
    const start = performance.now();
    expect(judgeArguments(text).kind).toBe('object');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('that are missing are none', () => {
    expect(judgeArguments('')).toEqual({ kind: 'object', text: '{}' });
    expect(judgeArguments(' \n')).toEqual({ kind: 'object', text: '{}' });
  });
});
