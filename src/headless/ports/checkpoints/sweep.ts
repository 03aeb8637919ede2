/**
 * Throws away what no snapshot needs. Only the owner of the lock may: a snapshot being taken relies on objects that are there.
 * A pack of which little is needed is written anew without the rest; the old one goes when the new one is on the medium, so
 * that every needed object is on disk at every moment.
 */
import { stat } from 'node:fs/promises';
import type { Hash } from '../../../agent/ports.ts';
import type { Objects } from './objects.ts';
import { INDEX_ENTRY, type Place } from './pack.ts';

/** Packs smaller than this are put together once there are many of them. */
const SMALL = 1024 * 1024;
const MANY = 16;

/** `roots`: the trees that are kept. Does nothing when one of them is damaged: what it needed cannot be told then. */
export async function sweep(objects: Objects, roots: readonly Hash[]): Promise<void> {
  const needed = await mark(objects, roots);
  if (!needed || objects.unreadable.size > 0) return;
  const packs = [...objects.packs()];
  const sizes = new Map<string, number>();
  for (const [pack] of packs) sizes.set(pack, (await stat(pack)).size);
  const small = packs.filter(([pack]) => (sizes.get(pack) ?? 0) < SMALL);
  const rewritten = packs.filter(([pack, index]) => {
    const used = bytesNeeded(index, needed);
    return used < (sizes.get(pack) ?? 0) / 2 || (small.length > MANY && small.some(([one]) => one === pack));
  });
  await keep(objects, rewritten, needed);
  for (const [pack] of rewritten) await objects.remove(pack);
  await objects.refresh();
}

/** Every object that the trees reach. */
async function mark(objects: Objects, roots: readonly Hash[]): Promise<ReadonlySet<Hash> | undefined> {
  const needed = new Set<Hash>();
  const waiting = [...roots];
  for (let hash = waiting.pop(); hash; hash = waiting.pop()) {
    if (needed.has(hash)) continue;
    needed.add(hash);
    const tree = await objects.tree(hash);
    if (!tree) return undefined;
    for (const entry of tree.entries) {
      if (entry.kind === 'folder') waiting.push(entry.hash);
      else if ('hash' in entry) needed.add(entry.hash);
    }
  }
  return needed;
}

/** Writes what is needed of these packs into new ones. Throws when one of the objects cannot be read. */
async function keep(
  objects: Objects,
  packs: readonly (readonly [string, ReadonlyMap<Hash, Place>])[],
  needed: ReadonlySet<Hash>,
): Promise<void> {
  const writer = objects.writer({ again: true });
  try {
    for (const [, index] of packs) {
      for (const hash of index.keys()) {
        if (!needed.has(hash)) continue;
        const bytes = await objects.get(hash);
        if (!bytes) throw new Error('Data of a checkpoint that is kept is damaged.');
        await writer.put(hash, bytes);
      }
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

const bytesNeeded = (index: ReadonlyMap<Hash, Place>, needed: ReadonlySet<Hash>): number =>
  [...index].reduce((sum, [hash, { stored }]) => sum + (needed.has(hash) ? stored + INDEX_ENTRY : 0), 0);
