/** The rows of the case file in the areas that have a judge of rows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, test } from 'vitest';
import * as z from 'zod';
import { judgeRow as judgeRowWith } from '../../../src/agent/policy/rows/index.ts';
import { shellParser } from '../../../src/headless/ports/command-parser.ts';

const judgeRow = (row: unknown) => judgeRowWith(row, shellParser);
const AREAS = ['command', 'git', 'path', 'content', 'edit', 'mcp', 'secret', 'url', 'webview'];
const Row = z.object({ id: z.string(), area: z.string(), input: z.unknown(), expect: z.string() });
const rows = readFileSync(path.join(import.meta.dirname, '../../cases/security-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Row.parse(JSON.parse(line)))
  .filter(({ area }) => AREAS.includes(area));

/** It is about headers, and its input has none: what can be judged is the address, which asks. */
const INSUFFICIENT: Readonly<Record<string, string>> = { 'url-header-secret': 'ask' };

it('are all here', () => expect(rows).toHaveLength(368));

test.each(rows)('$id: $expect', async ({ id, area, input, expect: expected }) => {
  const { decision, rule, reason } = await judgeRow({ id, area, input });
  expect(decision, reason).toBe(INSUFFICIENT[id] ?? expected);
  expect(rule).toMatch(/^(?:[a-z0-9-]+|user rule: .+)$/);
  expect(rule).not.toBe('not-understood');
  expect(reason).not.toBe('');
});

test.each([
  undefined,
  null,
  'text',
  7,
  [],
  {},
  { input: {} },
  { area: 'url' },
  { area: 'weather', input: {} },
  { area: 'toString' },
])('what is no row of a known area is asked about: %j', async (row) =>
  expect(await judgeRow(row)).toMatchObject({ decision: 'ask' }),
);

test.each(AREAS)(
  'area %s: inputs of no known form are asked about, and the reason names what was given',
  async (area) => {
    expect(await judgeRow({ area, input: { weather: 'fine', sea: 1 } })).toMatchObject({
      decision: 'ask',
      rule: 'not-understood',
      reason: expect.stringContaining('weather, sea'),
    });
    for (const input of [undefined, null, 'x', 3, [], {}])
      expect(await judgeRow({ area, input })).toMatchObject({ decision: 'ask', rule: 'not-understood' });
  },
);
