/** Every text a person can see has its 简体中文, with the same places for values, and nothing is translated that is not shown. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const CALL = /\bl10n\s*\.\s*t\(\s*/g;
const LITERAL = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)/;

const sources = globSync('src/{webview,extension}/**/*.ts', { cwd: root });
const texts = new Map<string, string>();
const odd: string[] = [];
for (const file of sources) {
  const source = readFileSync(path.join(root, file), 'utf8');
  for (const { 0: call, index } of source.matchAll(CALL)) {
    const literal = LITERAL.exec(source.slice(index + call.length));
    const text = literal?.slice(1).find((one) => one !== undefined);
    if (text === undefined) odd.push(`${file}: ${source.slice(index, index + 60)}`);
    else texts.set(text.replaceAll(/\\(['"`\\])/g, '$1'), file);
  }
}
const bundle: Record<string, string> = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8'));
const placesOf = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();

test('texts are literals, so that they can be found', () => expect(odd).toEqual([]));

test('there are texts to look at', () => expect(texts.size).toBeGreaterThan(100));

test('every text is translated', () => {
  const missing = [...texts].filter(([text]) => !bundle[text]).map(([text, file]) => `${file}: ${text}`);
  expect(missing).toEqual([]);
});

test('no translation is left of a text that is gone', () =>
  expect(Object.keys(bundle).filter((text) => !texts.has(text))).toEqual([]));

test('a translation names every value its text names', () => {
  const wrong = Object.entries(bundle).filter(([text, there]) => placesOf(text).join() !== placesOf(there).join());
  expect(wrong).toEqual([]);
});

test('the bundle is sorted', () => expect(Object.keys(bundle)).toEqual(Object.keys(bundle).sort()));
