/** A run's checkpoints on the terminal: what they are, what differs from one, and going back to it. */
import { type ReadRun, readRun } from '../agent/journal/runs.ts';
import { visible } from '../agent/policy/names.ts';
import { type Redact, redactSecrets } from '../agent/policy/secret.ts';
import type { Difference, Ports } from '../agent/ports.ts';
import { taskOf } from '../agent/queue/queue.ts';
import { changedByRun, differencesFrom } from '../agent/run/restore.ts';
import { restoreEnded } from '../agent/run/restore-ended.ts';
import type { Restore } from './options.ts';
import { nodePorts } from './ports/node-ports.ts';
import { xdgStateBase } from './ports/store.ts';

const say = (lines: readonly string[], redact: Redact = redactSecrets): void => {
  process.stdout.write(lines.map((line) => `${redact(visible(line))}\n`).join(''));
};

/** `k1  2026-11-22 20:47  before t1  Make the tests pass`, times in UTC. */
export function listCheckpoints({ state, events }: ReadRun, redact: Redact): undefined {
  const at = new Map(events.map((event) => [event.seq, event.at]));
  say(
    state.checkpoints.map(({ id, when, task, command, seq }) => {
      const time = new Date(at.get(seq) ?? 0).toISOString().slice(0, 16).replace('T', ' ');
      const title = task === undefined ? '' : `${task}  ${taskOf(state.queue, task)?.title ?? ''}`;
      return `${id}  ${time}  ${command ? `before ${command}` : `${WHEN[when]} ${title}`}`.trimEnd();
    }),
    redact,
  );
  if (state.checkpoints.length === 0) process.stderr.write('This run has no checkpoints.\n');
  return undefined;
}

const WHEN: Readonly<Record<ReadRun['state']['checkpoints'][number]['when'], string>> = {
  before: 'before',
  during: 'during',
  after: 'after',
  demand: 'on demand',
  restore: 'before a restore',
};

/** Lists what differs; writes only when told to. Resolves to what is wrong. */
export async function takeBack(
  { cwd, checkpoint, files, write }: Restore & { readonly cwd: string },
  { id, state }: ReadRun,
): Promise<string | undefined> {
  const ports = await nodePorts(cwd, xdgStateBase());
  const { signal } = new AbortController();
  const found = await differencesFrom({ ports, state, signal }, checkpoint);
  if ('problem' in found) return found.problem;
  const wanted = new Set(
    files === 'ours' ? await changedByRun({ ports, state, signal }) : files === 'all' ? [] : files,
  );
  const chosen = files === 'all' ? found : found.filter(({ path }) => wanted.has(path));
  if (!write) {
    say(chosen.map(lineOf));
    const others = found.length - chosen.length;
    process.stderr.write(
      chosen.length > 0 ? 'Nothing was written. Add --write to make them what they were.\n' : 'Nothing differs.\n',
    );
    if (others > 0 && files === 'ours')
      process.stderr.write(`${others} more differ that this run did not change: add --all to see them.\n`);
    return undefined;
  }
  return restored(ports, id, checkpoint, chosen);
}

async function restored(
  ports: Ports,
  run: string,
  checkpoint: string,
  chosen: readonly Difference[],
): Promise<string | undefined> {
  if (chosen.length === 0) {
    process.stderr.write('Nothing differs.\n');
    return undefined;
  }
  const { signal } = new AbortController();
  const paths = chosen.map(({ path }) => path);
  const wrong = await restoreEnded(ports, run, checkpoint, paths, signal);
  if (wrong) return wrong.problem;
  const event = (await readRun(ports.store, run))?.events.findLast(({ type }) => type === 'checkpoint.restored');
  if (event?.type !== 'checkpoint.restored') return undefined;
  const done = new Set(event.changes.map(({ path }) => path));
  say(chosen.filter(({ path }) => done.has(path)).map(lineOf));
  if (done.size > 0) process.stderr.write(`To undo: goalwright restore ${run} ${event.undo} --all --write\n`);
  return event.failed.length === 0
    ? undefined
    : `Not restored: ${event.failed.map(({ path, why }) => `${visible(path)} (${why})`).join(', ')}`;
}

/** As git names it: what happens to the file when it goes back. */
const lineOf = ({ path, before, after }: Difference): string => `${before ? (after ? 'M' : 'A') : 'D'}  ${path}`;
