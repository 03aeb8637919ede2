/** The recordings of scenarios: `recordings/<id>.json`, made by `npm run scenarios -- --record`, never edited. */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Model } from '../../src/agent/model/model.ts';
import {
  parseRecording,
  type Recording,
  recordedModel,
  recordingModel,
  serialiseRecording,
} from '../../src/agent/model/record.ts';
import { type Played, type PlayOptions, play } from './play.ts';
import type { Scenario } from './scenario.ts';

const FOLDER = path.join(import.meta.dirname, 'recordings');

/** Names of the scenarios that have one. */
export const recorded = (): readonly string[] => readdirSync(FOLDER).map((name) => path.parse(name).name);

const fileOf = (id: string): string => path.join(FOLDER, `${id}.json`);

export async function recordingOf(id: string): Promise<Recording> {
  const recording = parseRecording(await readFile(fileOf(id), 'utf8'));
  if ('fault' in recording) throw new Error(`${id}: ${recording.fault}`);
  return recording;
}

/** Plays a scenario with the replies of a recording: the one that is kept, if none is given. */
export async function replay(scenario: Scenario, recording?: Recording, options: PlayOptions = {}): Promise<Played> {
  const replies = recording ?? (await recordingOf(scenario.id));
  return play(scenario, (root) => recordedModel(replies, { root }), options);
}

/**
 * Plays a scenario live. What was exchanged is kept if the result is right, is proven as well as it can be, and replays to the
 * same end; otherwise `refused` says why it was not, and an earlier recording stays.
 */
export async function record(
  scenario: Scenario,
  model: Model,
  options: PlayOptions = {},
): Promise<{ readonly played: Played; readonly refused?: string }> {
  let taken: () => Recording = () => ({ version: 1, goal: scenario.goal, model: model.profile.id, exchanges: [] });
  const played = await play(
    scenario,
    (root) => {
      const recorder = recordingModel(model, { goal: scenario.goal, root });
      taken = recorder.recording;
      return recorder.model;
    },
    options,
  );
  if (!played.passed) return { played, refused: 'the goal was not reached' };
  const best = scenario.proof ?? 'code';
  if (played.proof !== best) return { played, refused: `its proof is ${played.proof}, not ${best}` };
  const again = await replay(scenario, taken());
  if (!again.passed) return { played, refused: `it does not replay: ${[again.report, ...again.findings].join('; ')}` };
  await writeFile(fileOf(scenario.id), serialiseRecording(taken()));
  return { played };
}
