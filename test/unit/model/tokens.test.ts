/** Guessed high, but not too high; counted without ever taking long. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { countPrompt, countTokens, estimateTokens, promptTokens } from '../../../src/agent/model/tokens.ts';
import { dice, question } from './listen.ts';

const random = dice(42);
const bytesOf = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8').slice(0, 60_000);

/** Name, text, and how far above the count the guess may lie. */
const corpus: [string, string, number][] = [
  ['source code', file('src/agent/journal/event.ts'), 1.7],
  ['built code', file('node_modules/openai/client.mjs'), 1.7],
  ['JSON', file('package-lock.json'), 1.5],
  ['Markdown', file('node_modules/zod/README.md'), 1.7],
  ['JSON lines', file('test/cases/fault-cases.jsonl'), 1.7],
  [
    'a listing',
    '-rw-r--r-- 1 root root  5232 Nov 22 21:10 types.d.ts\ndrwxr-xr-x 4 root root  4096 Nov 22 21:10 ..\n'.repeat(50),
    1.5,
  ],
  [
    'numbers',
    Array.from({ length: 500 }, (_, at) => `${at},${random()},2024-01-0${(at % 9) + 1}T10:00:00Z`).join('\n'),
    1.5,
  ],
  ['base64', Buffer.from(bytesOf(9_000)).toString('base64'), 1.5],
  ['hexadecimal', Buffer.from(bytesOf(9_000)).toString('hex'), 1.5],
  ['punctuation', '!@#$%^&*()_+{}|:"<>?[]\\;,./~`'.repeat(60), 1.5],
  ['indentation', '        if (x) {\n            y();\n        }\n\n'.repeat(200), 1.8],
  [
    'German',
    'Bei der Entwicklung muss jeder Arbeitsschritt überprüft werden; Benutzerdateien ändern sich nie ohne Genehmigung. '.repeat(
      20,
    ),
    1.8,
  ],
  [
    'Chinese',
    '在设计一个自主编程代理时，我们必须保证每一步都经过验证，并且用户的文件不会在未经批准的情况下被修改。'.repeat(20),
    2.5,
  ],
  [
    'Japanese',
    '自律型のコーディングエージェントを設計するとき、各ステップが検証されることを保証しなければなりません。'.repeat(20),
    2.5,
  ],
  ['Russian', 'При проектировании агента мы должны гарантировать, что каждый шаг проверен.'.repeat(20), 3.5],
  ['emoji', '🎉🚀 done ✅ 👩‍👩‍👧 warning ⚠️ '.repeat(50), 2],
];

describe('the guess', () => {
  test.each(corpus)('is an upper bound that is not far off for %s', (_, text, factor) => {
    const counted = countO200k(text);
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(counted);
    expect(estimateTokens(text)).toBeLessThanOrEqual(counted * factor);
  });

  test('grows with the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(estimateTokens(a + b)).toBeGreaterThanOrEqual(estimateTokens(a) - 1);
        expect(estimateTokens(a + b)).toBeLessThanOrEqual(estimateTokens(a) + estimateTokens(b) + 1);
      }),
    );
  });

  test('counts everything that is sent: every message, call and tool', () => {
    const bare = promptTokens({ messages: [], tools: [] });
    const calls = [{ id: 'x', name: 'write', arguments: '{"path":"a.txt"}' }];
    const parts = [
      { messages: [{ role: 'system' as const, text: 'one two three' }], tools: [] },
      { messages: [{ role: 'assistant' as const, text: '', calls }], tools: [] },
      { messages: [{ role: 'tool' as const, call: 'x', name: 'write', text: 'one two three' }], tools: [] },
      { messages: [], tools: question.tools },
    ];
    for (const part of parts) expect(promptTokens(part)).toBeGreaterThan(bare + 8);
  });
});

describe('the count', () => {
  test('is that of the vocabulary', async () => {
    expect(await countTokens(['Hello there'])).toBe(2);
    expect(await countTokens([])).toBe(0);
    expect(await countPrompt(question)).toBeLessThanOrEqual(promptTokens(question));
  });

  test('of text that is hard on the encoder takes no time to speak of', async () => {
    const start = performance.now();
    expect(await countTokens(['a'.repeat(1_000_000), `${'\ud83d'.repeat(10_000)}<|endoftext|>`])).toBeGreaterThan(
      100_000,
    );
    expect(performance.now() - start).toBeLessThan(20_000); // in one piece: ten minutes
  });
});
