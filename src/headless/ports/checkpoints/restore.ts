/** Takes changes back, one file after another, after proof that everything needed for it is there. */
import path from 'node:path';
import type { Checkpoints, Difference, Hash } from '../../../agent/ports.ts';
import { codeOf } from '../durable.ts';
import type { PendingWrites } from '../pending-writes.ts';
import type { Objects } from './objects.ts';
import { makeFolderAgain, type Outcome, putBack, removeEmpty, takeAway, type Wish } from './put-back.ts';
import { isFile, isSameState, type Known, lookUp, MissingObject } from './tree.ts';
import { isInside } from './wanted.ts';

interface RestoreOptions {
  readonly root: string;
  readonly objects: Objects;
  readonly pending: PendingWrites;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => unknown;
}

type Restored = Exclude<Awaited<ReturnType<Checkpoints['restore']>>, { readonly fault: string }>;

/** `tree`: of the snapshot that holds what the files were before. Throws MissingObject before anything is touched. */
export async function restore(
  tree: Hash,
  changes: readonly Difference[],
  { root, objects, pending, signal, onStep }: RestoreOptions,
): Promise<Restored> {
  const inside = changes.filter(({ path: file }) => isInside(file));
  const failed = changes.flatMap(({ path: file }) => (isInside(file) ? [] : [{ path: file, why: NO_PLACE }]));
  const was = new Map<string, Known>();
  for (const change of inside) was.set(change.path, await lookUp(objects.tree, tree, change.path));
  for (const { before } of inside) if (before && !(await objects.get(before.hash))) throw new MissingObject();
  const folders = await foldersOf(objects, tree, inside);

  const restored: string[] = [];
  for (const change of inOrder(inside)) {
    const why = signal.aborted ? 'stopped' : await one(change).catch(reasonOf);
    if (why === undefined) restored.push(change.path);
    else failed.push({ path: change.path, why });
    await onStep('file');
  }
  return { restored: restored.sort(), failed: failed.sort((a, b) => (a.path < b.path ? -1 : 1)) };

  async function one(change: Difference): Promise<Outcome> {
    const { before } = change;
    const known = was.get(change.path) ?? { kind: 'unknown' };
    const real = path.join(root, change.path);
    if (!before) {
      if (known.kind !== 'absent' && known.kind !== 'folder') return NOT_KNOWN_ABSENT;
      const why = await takeAway(real, { change, was: undefined });
      if (why === undefined) await removeNewFolders(change.path);
      return why;
    }
    const bytes = await objects.get(before.hash);
    if (!bytes) return 'its content is missing in the checkpoint';
    const mode = isFile(known) && isSameState(known, before) ? known.mode : undefined;
    const wish: Wish = { change, was: { bytes, mode } };
    if (!change.after) {
      for (const folder of above(change.path)) {
        const then = folders.get(folder);
        await makeFolderAgain(path.join(root, folder), then?.kind === 'folder' ? then.mode : undefined);
      }
    }
    return putBack(real, wish, pending);
  }

  /** Folders that a file leaves empty and that were not there before. */
  async function removeNewFolders(file: string): Promise<void> {
    for (const folder of above(file).reverse()) {
      const then = folders.get(folder)?.kind;
      if (then === 'folder' || then === 'unknown' || !(await removeEmpty(path.join(root, folder)))) return;
    }
  }
}

/** First what goes, the deepest first: a file may stand where a folder was, and the other way round. */
function inOrder(changes: readonly Difference[]): readonly Difference[] {
  const byPath = [...changes].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [...byPath.filter(({ before }) => !before).reverse(), ...byPath.filter(({ before }) => before)];
}

async function foldersOf(
  objects: Objects,
  tree: Hash,
  changes: readonly Difference[],
): Promise<ReadonlyMap<string, Known>> {
  const folders = new Map<string, Known>();
  for (const folder of new Set(changes.flatMap(({ path: file }) => above(file)))) {
    folders.set(folder, await lookUp(objects.tree, tree, folder));
  }
  return folders;
}

/** The folders a file is in, the uppermost first, without the root. */
function above(file: string): string[] {
  const names = file.split('/').slice(0, -1);
  return names.map((_name, index) => names.slice(0, index + 1).join('/'));
}

const NO_PLACE = 'it is no place for a file of this folder';
const NOT_KNOWN_ABSENT = 'the checkpoint does not know that it was not there';

const reasonOf = (error: unknown): string =>
  REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it (the file may be locked or immutable)',
  ENAMETOOLONG: 'its name is too long',
};
