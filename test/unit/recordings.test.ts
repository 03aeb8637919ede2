/** The recordings the extension ships lead a run in a fresh folder to a proven end, with real files and a real shell. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExample } from '../../scripts/example.mjs';
import { systemText } from '../../src/agent/context/prompt.ts';
import { startRun } from '../../src/agent/index.ts';
import { outdated, parseRecording, type Recording, recordedModel } from '../../src/agent/model/record.ts';
import { coreTools, specs } from '../../src/agent/tools/registry.ts';
import { nodePorts } from '../../src/headless/ports/node-ports.ts';

interface Entry {
  readonly file: string;
  readonly goal: string;
  readonly suits: 'empty' | { readonly package: string };
}

const agent = { name: 'Goalwright', role: 'a careful software engineer' };
const folder = path.resolve(import.meta.dirname, '../../media/recordings');
const index: readonly Entry[] = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8'));

function recordingOf(file: string): Recording {
  const recording = parseRecording(readFileSync(path.join(folder, file), 'utf8'));
  if ('fault' in recording) throw new Error(`${file}: ${recording.fault}`);
  return recording;
}

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(tmpdir(), 'recordings-')));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** A folder the recording suits, and what is true of it when the goal is reached. */
const makers: Readonly<Record<string, (at: string) => Promise<unknown>>> = {
  minimist: (at) => createExample(at, () => {}),
  empty: (at) => mkdir(at),
};
const proofs: Readonly<Record<string, (at: string) => void>> = {
  'minimist.json'(at) {
    expect(pollutedIn(at)).toEqual([]);
    // The new test is what holds it: the library as published fails the suite.
    execFileSync('git', ['checkout', '--quiet', 'index.js'], { cwd: at });
    expect(pollutedIn(at)).toEqual(['function', 'Function.prototype']);
    expect(() => execFileSync(process.execPath, ['test/proto.js'], { cwd: at, stdio: 'pipe' })).toThrow(
      'Command failed',
    );
  },
  'study-plan.json'(at) {
    const { weeks } = JSON.parse(readFileSync(path.join(at, 'study_plan_nlp.json'), 'utf8'));
    expect(weeks.map(({ week }: { week: number }) => week)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const { topics, resources, practice } of weeks)
      for (const list of [topics, resources, practice]) expect(list).not.toHaveLength(0);
    expect(readFileSync(path.join(at, 'README.md'), 'utf8')).toContain('study_plan_nlp.json');
  },
};

/** In a process of its own, as pollution stays. */
function pollutedIn(cwd: string): unknown {
  const script = `require('./')(['--_.constructor.constructor.prototype.foo', 'bar']);
    const found = { function: (function () {}).foo, 'Function.prototype': Function.prototype.foo, object: {}.foo };
    console.log(JSON.stringify(Object.keys(found).filter((name) => found[name] !== undefined)));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }));
}

test('the index names every recording there is', () => {
  const files = readdirSync(folder).filter((name) => name !== 'index.json');
  expect(index.map(({ file }) => file).sort()).toEqual(files.sort());
});

describe.each(index)('$file', ({ file, goal, suits }) => {
  test('knows the goal of the index, to the letter', () => expect(recordingOf(file).goal).toBe(goal));

  test('leads a fresh folder to a goal that is proven by code', async () => {
    const at = path.join(base, `a fresh ${path.parse(file).name}`);
    const make = makers[suits === 'empty' ? suits : suits.package];
    const prove = proofs[file];
    if (!make || !prove) throw new Error(`${file}: say here where it runs and what it reaches.`);
    await make(at);
    const ports = await nodePorts(at, path.join(base, 'state'));
    const started = await startRun(
      ports,
      recordedModel(recordingOf(file), { root: at }),
      { goal, root: path.basename(at), mode: 'continuous', limits: { steps: 40 }, agent, attended: false },
      { trusted: true },
    );
    if ('problem' in started) throw new Error(started.problem);
    const { outcome, report, queue } = await started.run.finished;
    await started.run.letGo();
    expect(outcome, report).toBe('done');
    for (const task of queue.tasks) expect(task).toMatchObject({ status: 'done', proof: 'code' });
    prove(at);
  });

  // A notice, no failure: a recording outlives a better prompt, but should be made anew some time.
  test('says which of its replies were made with an older prompt', () => {
    const recording = recordingOf(file);
    const prompt = { system: systemText(agent, false), tools: specs(coreTools(false)) };
    const old = outdated(recording, prompt, { root: base });
    if (old.length > 0)
      console.info(`${file}: ${old.length} of ${recording.exchanges.length} replies were made with an older prompt.`);
  });
});
