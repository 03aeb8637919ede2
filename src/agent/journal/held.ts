/**
 * The locks this process holds: a run that has ended can be renamed or taken away while another one is at work in the same
 * folder, under the lock that one holds. Such moments come one after the other, and the lock is not released in their middle.
 */
import type { Lock, Store } from '../ports.ts';

interface Held {
  readonly lock: Lock;
  /** The run in work. */
  readonly run: string;
  busy: Promise<unknown>;
}

const held = new WeakMap<Store, Held>();

/** Notes that `run` is at work under this lock. Returns how to release it. */
export function hold(store: Store, lock: Lock, run: string): () => Promise<void> {
  const mine: Held = { lock, run, busy: Promise.resolve() };
  held.set(store, mine);
  return async () => {
    if (held.get(store) === mine) held.delete(store);
    await mine.busy.catch(() => undefined);
    await lock.release();
  };
}

/** Does something to a run that is not at work, as its owner. What is wrong is said for the person. */
export async function owning<T>(
  store: Store,
  id: string,
  act: (lock: Lock) => Promise<T>,
): Promise<T | { readonly problem: string }> {
  const mine = held.get(store);
  if (mine) {
    if (mine.run === id) return { problem: 'This run is at work.' };
    const done = mine.busy.catch(() => undefined).then(() => act(mine.lock));
    mine.busy = done;
    return done;
  }
  const lock = await store.lock();
  if ('heldBy' in lock) return { problem: `Another run is at work in this folder (${lock.heldBy}).` };
  try {
    return await act(lock);
  } finally {
    await lock.release();
  }
}
