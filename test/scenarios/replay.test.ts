/** Every scenario, played by the real engine with recorded replies, reaches its goal and proves it. */
import { describe, expect, test } from 'vitest';
import { systemText } from '../../src/agent/context/prompt.ts';
import { outdated } from '../../src/agent/model/record.ts';
import { coreTools, specs } from '../../src/agent/tools/registry.ts';
import { SCENARIOS } from './all.ts';
import { recorded, recordingOf, replay } from './recordings.ts';

const have = recorded();

test('every scenario has a recording, and every recording a scenario', () => {
  expect(have.toSorted()).toEqual(SCENARIOS.map(({ id }) => id).sort());
});

describe.each(SCENARIOS.filter(({ id }) => have.includes(id)))('$id', (scenario) => {
  test('is for the goal as it is now', async () => {
    expect((await recordingOf(scenario.id)).goal).toBe(scenario.goal);
  });

  test('replays to a goal that is reached and proven', async () => {
    const { outcome, proof, findings, report } = await replay(scenario);
    expect({ outcome, proof, findings }, report).toEqual({
      outcome: 'done',
      proof: scenario.proof ?? 'code',
      findings: [],
    });
  });

  // A notice, no failure: a recording outlives a better prompt, but should be made anew some time.
  test('says which of its replies were made with an older prompt', async () => {
    const recording = await recordingOf(scenario.id);
    const agent = { name: 'Goalwright', role: 'a careful software engineer' };
    const old = outdated(
      recording,
      { system: systemText(agent, false), tools: specs(coreTools(false)) },
      { root: import.meta.dirname },
    );
    if (old.length > 0)
      console.info(`${scenario.id}: ${old.length} of ${recording.exchanges.length} replies have an older prompt.`);
  });
});
