/**
 * Checkpoints on plain Node, for both hosts: `<base>/checkpoints/<hash of the root's real path>/` with `snapshots/`, `packs/`, a
 * `lock/` and a cache of what was read. A content-addressed store of our own, and no git: it works the same without a
 * repository, holds what git does not (ignored files, nested repositories' files), is not emptied by a `git gc`, and never
 * comes near `.git`, a filter or a hook. It is read by nobody but the person: paths that no tool may see are in it too.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf } from '../../agent/hash.ts';
import type { Checkpoints, Hash, Lock, SnapshotId } from '../../agent/ports.ts';
import { ignoreReader } from './checkpoints/ignore-scope.ts';
import { TooManyFiles } from './checkpoints/leaf.ts';
import { openObjects } from './checkpoints/objects.ts';
import { restore } from './checkpoints/restore.ts';
import { openSnapshots } from './checkpoints/snapshots.ts';
import { loadStatCache, type StatEntry, saveStatCache } from './checkpoints/stat-cache.ts';
import { sweep } from './checkpoints/sweep.ts';
import { differences, isFile, type Known, lookUp, MissingObject, pathsIn, type Tree } from './checkpoints/tree.ts';
import { type Walked, type WalkOptions, walk } from './checkpoints/walk.ts';
import { isInside, wantedPaths } from './checkpoints/wanted.ts';
import { makeFolder } from './durable.ts';
import { type LockOptions, lockFolder } from './lock.ts';
import { pendingWrites } from './pending-writes.ts';

export interface CheckpointOptions {
  /** Our storage folder. */
  readonly base: string;
  /** The run's root, resolved here. */
  readonly root: string;
  /** Of one root's store on disk; a snapshot that would need more is not taken. */
  readonly maxBytes?: number;
  /** Of one file; a larger one is left. */
  readonly maxFileBytes?: number;
  readonly maxFiles?: number;
  /** Where the person's git configuration is. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly lock?: LockOptions;
  /** Called for each file that is read for a snapshot or a comparison. */
  readonly onRead?: (path: string) => unknown;
  /** Called after each step that a crash could follow. */
  readonly onStep?: (step: string) => unknown;
}

const MB = 1024 * 1024;
const MAX_BYTES = 2048 * MB;
/** As the edit tool's limit. */
const MAX_FILE_BYTES = 50 * MB;
const MAX_FILES = 500_000;
/** Lines of `left` that are named one by one. */
const MAX_LEFT = 100;
const LOCK_PATIENCE_MS = 30_000;
const LOCK_PAUSE_MS = 50;
const ROOT_DIGITS = 32;

class Refusal extends Error {}

/** Rejects when the storage cannot be used. */
export async function nodeCheckpoints(options: CheckpointOptions): Promise<Checkpoints> {
  const { maxBytes = MAX_BYTES, onStep = () => {} } = options;
  const root = await realpath(options.root);
  await makeFolder(options.base);
  const base = await realpath(options.base);
  const home = path.join(base, 'checkpoints', hashOf(root).slice(0, ROOT_DIGITS));
  const objects = await openObjects(path.join(home, 'packs'), onStep);
  const snapshots = await openSnapshots(path.join(home, 'snapshots'));
  const pending = await pendingWrites(path.join(base, 'writes'));
  const takeLock = lockFolder(path.join(home, 'lock'), options.lock);
  const cache = path.join(home, 'seen');
  const walking = {
    root,
    ignores: ignoreReader(options.env ?? process.env, ['win32', 'darwin'].includes(process.platform)),
    skip: new Set([base, ...['checkpoints', 'runs', 'trash', 'writes'].map((name) => path.join(base, name))]),
    maxFileBytes: options.maxFileBytes ?? MAX_FILE_BYTES,
    maxFiles: options.maxFiles ?? MAX_FILES,
    now: options.now ?? Date.now,
    onRead: options.onRead ?? (() => {}),
  };
  let seen: Promise<ReadonlyMap<string, StatEntry>> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** The last snapshot this process took. */
  let newest: SnapshotId | undefined;

  const walkTree = async (
    more: Pick<WalkOptions, 'needs' | 'put' | 'onTree' | 'wanted' | 'signal'>,
  ): Promise<Walked & { readonly read: boolean }> => {
    seen ??= loadStatCache(cache);
    const before = await seen;
    const walked = await walk({ ...walking, seen: before, ...more });
    seen = Promise.resolve(walked.seen);
    const known = [...walked.seen].every(([file, entry]) => before.get(file) === entry);
    return { ...walked, read: !known || walked.seen.size !== before.size };
  };

  /** One at a time in this process, and, but for the lock's owner, none in another. */
  const alone = <T>(signal: AbortSignal | undefined, work: (lock: Lock) => Promise<T>): Promise<T> => {
    const mine = last.then(async () => {
      const lock = await patiently(takeLock, signal);
      try {
        await objects.refresh();
        return await work(lock);
      } finally {
        await lock.release().catch(() => undefined);
      }
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  return {
    take: (touched, signal) =>
      orFault(
        signal,
        alone(signal, async (lock) => {
          const writer = objects.writer();
          const full = maxBytes - (await bytesIn(home));
          const put = async (hash: Hash, bytes: Uint8Array): Promise<void> => {
            await writer.put(hash, bytes);
            if (writer.size > full) throw new Refusal(storeFull(maxBytes));
          };
          try {
            const walked = await walkTree({
              wanted: wantedPaths(touched),
              signal,
              needs: (hash) => !objects.place(hash),
              put,
              onTree: (hash, _tree, bytes) => put(hash, bytes),
            });
            signal.throwIfAborted();
            await writer.finish();
            if (!(await lock.held())) throw new Refusal('Another window took over the checkpoints. Try again.');
            const left = shortened(walked.left);
            const id = (await sameAs(walked.tree, left)) ?? (await snapshots.add(walked.tree, walked.files, left));
            newest = id;
            await onStep('snapshot written');
            // Only a cache: the snapshot is there without it.
            if (walked.read) await saveStatCache(cache, walked.seen).catch(() => undefined);
            return { id, files: walked.files, left };
          } catch (error) {
            await writer.discard();
            throw error;
          }
        }),
      ),

    compare: (from, to, signal) =>
      orFault(
        signal,
        (async () => {
          await objects.refresh();
          const before = await treeOf(from);
          if (to !== undefined) return differences(objects.tree, before, await treeOf(to), signal);
          const found = new Map<Hash, Tree>();
          const { tree } = await walkTree({
            wanted: wantedPaths(await pathsIn(objects.tree, before)),
            signal,
            needs: () => false,
            put: async () => {},
            onTree: async (hash, one) => void found.set(hash, one),
          });
          return differences(async (hash) => found.get(hash) ?? objects.tree(hash), before, tree, signal);
        })(),
      ),

    async knows(from, file) {
      const known = await knownOf(from, file);
      return known !== undefined && known.kind !== 'unknown';
    },

    async read(from, file) {
      const known = await knownOf(from, file);
      return known && isFile(known) ? objects.get(known.hash) : undefined;
    },

    restore: (from, changes, signal) =>
      orFault(
        signal,
        alone(signal, async () => restore(await treeOf(from), changes, { root, objects, pending, signal, onStep })),
      ),

    async usage() {
      return { bytes: await bytesIn(home), snapshots: (await snapshots.all()).length };
    },

    keepOnly: (ids) =>
      orFault(
        undefined,
        alone(undefined, async () => {
          const before = await bytesIn(home);
          await objects.removeTemporary();
          const kept = new Set(ids);
          const others = (await snapshots.all()).filter((id) => !kept.has(id));
          const forgotten: string[] = [];
          for (const id of others) if (!(await snapshots.isFresh(id))) forgotten.push(id);
          await snapshots.remove(forgotten);
          await onStep('snapshots removed');
          const trees: Hash[] = [];
          for (const id of await snapshots.all()) trees.push(await treeOf(id));
          await sweep(objects, trees);
          return { freed: Math.max(0, before - (await bytesIn(home))) };
        }),
      ),
  };

  async function knownOf(id: SnapshotId, file: string): Promise<Known | undefined> {
    const snapshot = await snapshots.get(id);
    if (!snapshot || !isInside(file)) return undefined;
    await objects.refresh();
    return lookUp(objects.tree, snapshot.tree, file).catch(() => undefined);
  }

  /** Nothing changed since the last one: it tells the same. */
  async function sameAs(tree: Hash, left: readonly string[]): Promise<SnapshotId | undefined> {
    const before = newest === undefined ? undefined : await snapshots.get(newest);
    return before?.tree === tree && before.left.join('\n') === left.join('\n') ? newest : undefined;
  }

  async function treeOf(id: SnapshotId): Promise<Hash> {
    const snapshot = await snapshots.get(id);
    if (!snapshot) throw new Refusal('There is no such checkpoint any more: it was cleaned up, or is damaged.');
    return snapshot.tree;
  }
}

/** Expected faults are values. */
const orFault = <T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T | { readonly fault: string }> =>
  work.catch((error: unknown) => ({ fault: signal?.aborted ? 'stopped' : faultOf(error) }));

function faultOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof MissingObject) return error.message;
  if (error instanceof TooManyFiles)
    return 'There are too many files for a checkpoint. Name folders that need none in .gitignore.';
  return `The checkpoint store failed: ${error instanceof Error ? error.message : String(error)}`;
}

const storeFull = (maxBytes: number): string =>
  `The checkpoints of this folder would need more than ${Math.round(maxBytes / MB)} MB. ` +
  'Run "Goalwright: Clean Up Checkpoints", or name folders that need none in .gitignore.';

const shortened = (left: readonly string[]): readonly string[] =>
  left.length <= MAX_LEFT ? left : [...left.slice(0, MAX_LEFT), `and ${left.length - MAX_LEFT} more`];

async function patiently(
  take: () => Promise<Lock | { readonly heldBy: string }>,
  signal: AbortSignal | undefined,
): Promise<Lock> {
  for (let waited = 0; ; waited += LOCK_PAUSE_MS) {
    signal?.throwIfAborted();
    const lock = await take();
    if (!('heldBy' in lock)) return lock;
    if (waited >= LOCK_PATIENCE_MS) throw new Refusal(`The checkpoints are in use by ${lock.heldBy}.`);
    await sleep(LOCK_PAUSE_MS, undefined, signal && { signal });
  }
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += (await lstat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
