/**
 * Going back to a checkpoint: what differs from it is shown first, and only what the person chose is made what it was. The
 * tree is recorded right before, so that a restore can be undone like anything else.
 */
import type { Change, EventBody } from '../journal/event.ts';
import type { Checkpoint, RunState } from '../journal/state.ts';
import type { Checkpoints, Difference, Ports, SnapshotId } from '../ports.ts';
import { takenEvent, touched } from './checkpoint.ts';

export interface Restoring {
  readonly ports: Pick<Ports, 'workspace' | 'checkpoints'>;
  state(): RunState;
  emit(body: EventBody): void;
  readonly signal: AbortSignal;
}

/** What is wrong, for the person. */
export interface NotRestored {
  readonly problem: string;
}

/** A difference, and the snapshot that holds what the file was. */
interface Found extends Difference {
  readonly snapshot: SnapshotId;
}

/** What differs now from a checkpoint of the run, sorted by path. */
export async function differencesFrom(
  { ports, state, signal }: Pick<Restoring, 'ports' | 'signal'> & { readonly state: RunState },
  id: string,
): Promise<readonly Found[] | NotRestored> {
  const checkpoint = state.checkpoints.find((one) => one.id === id);
  if (!checkpoint || !ports.checkpoints) return { problem: `There is no checkpoint ${id}.` };
  const found: Found[] = [];
  for (const [snapshot, paths] of await snapshotsSince(ports.checkpoints, state, checkpoint)) {
    const compared = await ports.checkpoints.compare(snapshot, undefined, signal);
    if ('fault' in compared) return { problem: compared.fault };
    for (const one of compared) if (!paths || paths.has(one.path)) found.push({ ...one, snapshot });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths that the run changed: by its edits, and whatever became different while one of its tasks was worked on. */
export async function changedByRun({
  ports,
  state,
  signal,
}: Pick<Restoring, 'ports' | 'signal'> & { readonly state: RunState }): Promise<ReadonlySet<string>> {
  const paths = new Set(state.changes.map(({ path }) => path));
  for (const { task, snapshot, when, seq } of state.checkpoints) {
    const ends = state.checkpoints.filter((one) => one.when === 'after' && one.seq > seq);
    // A task that was left unfinished has no end of its own.
    const after = when === 'before' && (ends.findLast((one) => one.task === task) ?? ends.at(-1));
    const found = after && (await ports.checkpoints?.compare(snapshot, after.snapshot, signal));
    if (found && !('fault' in found)) for (const { path } of found) paths.add(path);
  }
  return paths;
}

/** What a file was at a checkpoint; `undefined`: it was not there, or nobody knows. */
export async function fileAt(
  checkpoints: Checkpoints,
  state: RunState,
  id: string,
  path: string,
): Promise<Uint8Array | undefined> {
  const checkpoint = state.checkpoints.find((one) => one.id === id);
  const snapshot = checkpoint && (await snapshotOf(checkpoints, state, checkpoint, path));
  return snapshot === undefined ? undefined : checkpoints.read(snapshot, path);
}

/** Makes these files (all that differ, without `paths`) what they were. What could not be restored is named, with the reason. */
export async function restoreTo(
  { ports, state, emit, signal }: Restoring,
  id: string,
  paths?: readonly string[],
): Promise<NotRestored | undefined> {
  const { checkpoints, workspace } = ports;
  if (!checkpoints || !state().checkpoints.some((one) => one.id === id))
    return { problem: `There is no checkpoint ${id}.` };
  const undo = await checkpoints.take(touched(state(), paths), signal);
  if ('fault' in undo) return { problem: `Nothing was restored: ${undo.fault}` };
  emit(takenEvent(state(), undo, 'restore'));
  const undoId = state().checkpoints.at(-1)?.id ?? '';
  const found = await differencesFrom({ ports, state: state(), signal }, id);
  if ('problem' in found) return { problem: `Nothing was restored: ${found.problem}` };
  const wanted = paths ? found.filter(({ path }) => paths.includes(path)) : found;
  const typedIn = await filesTypedIn(workspace, wanted);
  const restored: string[] = [];
  const failed = typedIn.map((path) => ({
    path,
    why: 'It has unsaved changes in the editor. Save or revert it first.',
  }));
  const free = wanted.filter(({ path }) => !typedIn.includes(path));
  for (const [snapshot, changes] of Map.groupBy(free, (one) => one.snapshot)) {
    const done = await checkpoints.restore(snapshot, changes, signal);
    if (!('fault' in done)) {
      restored.push(...done.restored);
      failed.push(...done.failed);
    } else if (restored.length === 0) return { problem: `Nothing was restored: ${done.fault}` };
    else failed.push(...changes.map(({ path }) => ({ path, why: done.fault })));
  }
  const changes = wanted.filter(({ path }) => restored.includes(path)).map(backwards);
  emit({ type: 'checkpoint.restored', checkpoint: id, undo: undoId, changes, failed });
  return undefined;
}

/**
 * The snapshots that tell how the files were at a checkpoint: its own, and, for files that it left out (git ignores them),
 * the first later one that knows them, taken right before the run changed them.
 */
async function snapshotsSince(
  checkpoints: Checkpoints,
  state: RunState,
  checkpoint: Checkpoint,
): Promise<ReadonlyMap<SnapshotId, ReadonlySet<string> | undefined>> {
  const later = new Map<SnapshotId, Set<string>>();
  for (const path of touched(state)) {
    const snapshot = await snapshotOf(checkpoints, state, checkpoint, path);
    if (snapshot === undefined || snapshot === checkpoint.snapshot) continue;
    later.set(snapshot, (later.get(snapshot) ?? new Set()).add(path));
  }
  return new Map([[checkpoint.snapshot, undefined], ...later]);
}

async function snapshotOf(
  checkpoints: Checkpoints,
  state: RunState,
  { seq }: Checkpoint,
  path: string,
): Promise<SnapshotId | undefined> {
  for (const one of state.checkpoints) {
    if (one.seq >= seq && (await checkpoints.knows(one.snapshot, path))) return one.snapshot;
  }
  return undefined;
}

/** From what a file is now to what it was. */
const backwards = ({ path, before, after }: Difference): Change => ({
  path,
  ...(after && { before: after.hash }),
  ...(before && { after: before.hash }),
});

/** The editor's unsaved text is the person's: it is never overwritten. */
async function filesTypedIn(
  workspace: Ports['workspace'],
  differences: readonly Difference[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path } of differences) {
    const at = await workspace.resolve(path);
    const content = 'fault' in at ? undefined : await workspace.read(at.real);
    if (content && !('fault' in content) && content.unsaved !== undefined) found.push(path);
  }
  return found;
}
