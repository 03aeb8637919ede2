/** Plays a scenario: a fresh folder, the real engine with Node's ports and nobody to ask, then the grader. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startRun } from '../../src/agent/index.ts';
import type { RunState } from '../../src/agent/journal/state.ts';
import type { Model } from '../../src/agent/model/model.ts';
import type { Proof } from '../../src/agent/queue/task.ts';
import { nodePorts } from '../../src/headless/ports/node-ports.ts';
import { nodeSandbox } from '../../src/headless/ports/sandbox/sandbox.ts';
import { nodeShell } from '../../src/headless/ports/shell.ts';
import { fill, temporary } from './folder.ts';
import { LIMITS, type Scenario } from './scenario.ts';

export interface Played {
  readonly id: string;
  /** The run ended as done and the grader found nothing wrong. */
  readonly passed: boolean;
  readonly outcome: NonNullable<RunState['outcome']>;
  /** How the run proved its result to itself: the weakest of its goals. */
  readonly proof: Proof;
  /** What the grader found wrong. */
  readonly findings: readonly string[];
  /** What the run said in the end. */
  readonly report: string;
  readonly steps: number;
  readonly tokens: number;
  /** US dollars; absent where the price is not known. */
  readonly cost?: number;
  readonly seconds: number;
  /** The folder and, in `state`, the journal: only when asked to keep them. */
  readonly kept?: string;
}

export interface PlayOptions {
  /** Keep what a failed scenario leaves. */
  readonly keep?: boolean;
}

const AGENT = { name: 'Goalwright', role: 'a careful software engineer' };

/** `modelAt`: the model for a run in this folder. */
export async function play(
  scenario: Scenario,
  modelAt: (root: string) => Model | Promise<Model>,
  { keep = false }: PlayOptions = {},
): Promise<Played> {
  const base = await temporary(`scenario-${scenario.id}`);
  const root = path.join(base, 'work');
  let passed = false;
  try {
    await fill(root, scenario.files);
    const start = performance.now();
    const state = await runIn(root, path.join(base, 'state'), scenario, await modelAt(root));
    const seconds = (performance.now() - start) / 1000;
    const findings = await scenario.grade(root, { report: state.report ?? '' });
    const { outcome = 'failed', spent, report = '' } = state;
    passed = outcome === 'done' && findings.length === 0;
    return {
      id: scenario.id,
      passed,
      outcome,
      proof: proofOf(state),
      findings,
      report,
      steps: spent.steps,
      tokens: spent.input + spent.output,
      ...(!spent.unpriced && { cost: spent.cost }),
      seconds,
      ...(keep && !passed && { kept: base }),
    };
  } finally {
    if (passed || !keep) await rm(base, { recursive: true, force: true });
  }
}

async function runIn(root: string, base: string, { goal, limits = LIMITS }: Scenario, model: Model): Promise<RunState> {
  // Commands find the Node.js that runs this: what it prints is part of what a recording was made with.
  const PATH = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  // Nobody is there to be asked about a command that nothing confines.
  const shell = nodeShell({
    env: { ...process.env, PATH },
    sandbox: nodeSandbox({ root, search: PATH, hide: [base] }),
  });
  const ports = { ...(await nodePorts(root, base)), shell };
  const started = await startRun(
    ports,
    model,
    { goal, root: path.basename(root), mode: 'continuous', limits, agent: AGENT, attended: false },
    { trusted: true },
  );
  if ('problem' in started) throw new Error(started.problem);
  return started.run.finished;
}

const STRENGTH = ['none', 'judge', 'code'] as const satisfies readonly Proof[];

function proofOf({ queue }: RunState): Proof {
  const goals = queue.tasks.filter(({ parent }) => parent === undefined);
  return STRENGTH.find((proof) => goals.some((task) => (task.proof ?? 'none') === proof)) ?? 'none';
}
