/**
 * Going back to a checkpoint: what differs from it is shown first, and only what the person chose is made what it was. The
 * tree is recorded right before, so that a restore can be undone like anything else.
 */
import type { Change, EventBody } from '../journal/event.ts';
import type { RunState } from '../journal/state.ts';
import type { Difference, Ports } from '../ports.ts';
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

/** What differs now from a checkpoint of the run, sorted by path. */
export async function differencesFrom(
  { ports, state, signal }: Pick<Restoring, 'ports' | 'signal'> & { readonly state: RunState },
  id: string,
): Promise<readonly Difference[] | NotRestored> {
  const checkpoint = state.checkpoints.find((one) => one.id === id);
  if (!checkpoint || !ports.checkpoints) return { problem: `There is no checkpoint ${id}.` };
  const found = await ports.checkpoints.compare(checkpoint.snapshot, undefined, signal);
  return 'fault' in found ? { problem: found.fault } : found;
}

/** Makes these files (all that differ, without `paths`) what they were. What could not be restored is named, with the reason. */
export async function restoreTo(
  { ports, state, emit, signal }: Restoring,
  id: string,
  paths?: readonly string[],
): Promise<NotRestored | undefined> {
  const { checkpoints, workspace } = ports;
  const checkpoint = state().checkpoints.find((one) => one.id === id);
  if (!checkpoint || !checkpoints) return { problem: `There is no checkpoint ${id}.` };
  const undo = await checkpoints.take(touched(state(), paths), signal);
  if ('fault' in undo) return { problem: `Nothing was restored: ${undo.fault}` };
  emit(takenEvent(state(), undo, 'restore'));
  const undoId = state().checkpoints.at(-1)?.id ?? '';
  const found = await checkpoints.compare(checkpoint.snapshot, undefined, signal);
  if ('fault' in found) return { problem: `Nothing was restored: ${found.fault}` };
  const wanted = paths ? found.filter(({ path }) => paths.includes(path)) : found;
  const typedIn = await filesTypedIn(workspace, wanted);
  const done = await checkpoints.restore(
    checkpoint.snapshot,
    wanted.filter(({ path }) => !typedIn.includes(path)),
    signal,
  );
  if ('fault' in done) return { problem: `Nothing was restored: ${done.fault}` };
  const failed = [
    ...done.failed,
    ...typedIn.map((path) => ({ path, why: 'It has unsaved changes in the editor. Save or revert it first.' })),
  ];
  const changes = wanted.filter(({ path }) => done.restored.includes(path)).map(backwards);
  emit({ type: 'checkpoint.restored', checkpoint: id, undo: undoId, changes, failed });
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
