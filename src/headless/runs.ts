/** The runs of a folder on the terminal: listed, renamed, exported, thrown away, taken back. */
import { exportRun } from '../agent/journal/export.ts';
import { deleteRun, listRuns, type RunInfo, readRun, renameRun } from '../agent/journal/runs.ts';
import { visible } from '../agent/policy/names.ts';
import { type Redact, redactAll } from '../agent/policy/secret.ts';
import type { Store } from '../agent/ports.ts';
import type { Care } from './options.ts';
import { systemClock } from './ports/clock.ts';
import { ownRulesFile, secretPatterns } from './ports/rules.ts';
import { nodeSecrets } from './ports/secrets.ts';
import { nodeStore, xdgStateBase } from './ports/store.ts';
import { listCheckpoints, takeBack } from './take-back.ts';

/** Resolves to the exit code. */
export async function careFor(care: Care): Promise<number> {
  const store = await nodeStore({ base: xdgStateBase(), root: care.cwd });
  const secrets = await nodeSecrets({ root: care.cwd, patterns: () => secretPatterns(ownRulesFile()) });
  for (const one of secrets.problems()) process.stderr.write(`goalwright: ${one}\n`);
  const problem = await follow(store, care, secrets.redact);
  if (problem === undefined) return 0;
  process.stderr.write(`goalwright: ${problem}\n`);
  return 2;
}

/** Its id, or that of the newest one. `undefined`: there is none. */
export async function runNamed(store: Store, run: string): Promise<string | undefined> {
  if (run === 'latest') return (await store.runs())[0];
  return (await store.open(run)) ? run : undefined;
}

async function follow(store: Store, care: Care, redact: Redact): Promise<string | undefined> {
  if (care.verb === 'runs') {
    const infos = await listRuns(store);
    const lines = infos.map((info) => (care.json ? JSON.stringify(redactAll(info, redact)) : lineOf(info, redact)));
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    if (infos.length === 0) process.stderr.write('There are no runs in this folder yet.\n');
    return undefined;
  }
  const none = care.run === 'latest' ? 'There are no runs in this folder yet.' : `There is no run ${care.run}.`;
  // A run whose journal is gone can still be thrown away.
  const id = (await runNamed(store, care.run)) ?? (care.verb === 'delete' ? care.run : undefined);
  if (id === undefined) return none;
  switch (care.verb) {
    case 'rename':
      return (await renameRun({ store, clock: systemClock }, id, care.title))?.problem;
    case 'delete': {
      const problem = (await deleteRun(store, id))?.problem;
      if (!problem) process.stderr.write(`Moved run ${id} to the trash.\n`);
      return problem;
    }
    case 'export': {
      const run = await readRun(store, id);
      if (!run) return none;
      process.stdout.write(exportRun(run, care.format, redact));
      return undefined;
    }
    case 'checkpoints': {
      const run = await readRun(store, id);
      return run ? listCheckpoints(run, redact) : none;
    }
    case 'restore': {
      const run = await readRun(store, id);
      return run ? takeBack(care, run) : none;
    }
    default:
      return care satisfies never;
  }
}

/** `20261122-204700123-1a2b3c4d  done        2026-11-22 20:47    $0.0123  Make the tests pass`, times in UTC. */
function lineOf(
  { id, title, status, outcome, startedAt, cost, unpriced, forkedFrom, problem }: RunInfo,
  redact: Redact,
): string {
  const began = startedAt === undefined ? '' : new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const price = unpriced ? '?' : `$${cost.toFixed(4)}`;
  const note = problem ? ` (${problem})` : forkedFrom ? ` (fork of ${forkedFrom})` : '';
  const text = redact(visible(`${title}${note}`));
  return `${id}  ${(outcome ?? status).padEnd(10)}  ${began.padEnd(16)}  ${price.padStart(9)}  ${text}`;
}
