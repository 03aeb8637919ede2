/** The graders themselves: nothing done does not pass, a plausible wrong answer does not pass, a right one does. */
import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './all.ts';
import { fill, temporary } from './folder.ts';
import type { Answer, Scenario } from './scenario.ts';

async function findings({ files, grade }: Scenario, answer: Answer): Promise<readonly string[]> {
  const folder = await temporary('answer');
  try {
    await fill(folder, { ...files, ...answer.files });
    return await grade(folder, { report: answer.report ?? '' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('every scenario has a name of its own', () => {
  expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
});

describe.each(SCENARIOS)('$id', (scenario) => {
  test('is not reached by doing nothing', async () => {
    expect(await findings(scenario, { files: {} })).not.toEqual([]);
  });

  test.each(Object.entries(scenario.wrong))('is not reached by: %s', async (_, answer) => {
    expect(await findings(scenario, answer)).not.toEqual([]);
  });

  test('is reached by a right answer', async () => {
    expect(await findings(scenario, scenario.right)).toEqual([]);
  });
});
