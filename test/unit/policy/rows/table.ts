/** Rows of one's own, as the case file has them: what is expected, and the input. */
import { expect, test } from 'vitest';
import { judgeRow } from '../../../../src/agent/policy/rows/index.ts';
import { shellParser } from '../../../../src/headless/ports/command-parser.ts';

export type Expected = 'allow' | 'ask' | 'deny' | 'sanitize' | 'redact';

export function rulings(area: string, table: readonly (readonly [expected: Expected, input: unknown])[]): void {
  test.each(table.map(([expected, input]) => ({ expected, input, shown: JSON.stringify(input).slice(0, 120) })))(
    `${area}: $expected $shown`,
    async ({ expected, input }) => {
      const { decision, rule, reason } = await judgeRow({ area, input }, shellParser);
      expect(decision, reason).toBe(expected);
      expect(rule, 'a form fits').not.toBe('not-understood');
    },
  );
}
