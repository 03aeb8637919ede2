/** All objects of one root, wherever they are packed: file contents, link targets, trees. */
import { readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Hash } from '../../../agent/ports.ts';
import { makeFolder, syncFolder, unless } from '../durable.ts';
import { randomIds } from '../ids.ts';
import { compress, newPack, type PackWriter, type Place, readIndex, readObject } from './pack.ts';
import { decodeTree, type Tree, type Trees } from './tree.ts';

/** A pack that grew so large is closed and another begun: what is thrown away later is thrown away by packs. */
const PACK_SIZE = 64 * 1024 * 1024;
/** Decoded trees that are remembered. */
const REMEMBERED = 20_000;
const PACK = /^[A-Za-z0-9_-]+\.pack$/;

export interface Objects {
  /** Looks which packs there are: another window may have written or removed some. */
  refresh(): Promise<void>;
  place(hash: Hash): Place | undefined;
  get(hash: Hash): Promise<Uint8Array | undefined>;
  readonly tree: Trees;
  remember(hash: Hash, tree: Tree): void;
  /** Every pack with its objects. */
  packs(): ReadonlyMap<string, ReadonlyMap<Hash, Place>>;
  /** Packs that are there but cannot be read: what is in them is not known. */
  readonly unreadable: ReadonlySet<string>;
  /** `again`: objects that are there already are written once more. */
  writer(options?: { readonly again: boolean }): ObjectWriter;
  remove(pack: string): Promise<void>;
  /** What writers that died left behind. Only for the owner of the lock. */
  removeTemporary(): Promise<void>;
}

/** New objects, in as many packs as it takes; none at all when nothing is new. */
export interface ObjectWriter {
  readonly size: number;
  /** Nothing happens when it is there already. */
  put(hash: Hash, bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  discard(): Promise<void>;
}

export async function openObjects(folder: string, onStep: (step: string) => unknown): Promise<Objects> {
  const packs = new Map<string, ReadonlyMap<Hash, Place>>();
  const unreadable = new Set<string>();
  let places = new Map<Hash, Place>();
  const trees = new Map<Hash, Tree>();

  const objects: Objects = {
    async refresh() {
      await makeFolder(folder);
      const names = (await readdir(folder)).filter((name) => PACK.test(name));
      const there = new Set(names.map((name) => path.join(folder, name)));
      const gone = [...packs.keys()].filter((pack) => !there.has(pack));
      for (const pack of gone) packs.delete(pack);
      unreadable.clear();
      for (const pack of there) {
        if (packs.has(pack)) continue;
        const index = await readIndex(pack);
        if (!index) {
          unreadable.add(pack);
          continue;
        }
        packs.set(pack, index);
        for (const [hash, place] of index) places.set(hash, place);
      }
      if (gone.length > 0) {
        places = new Map([...packs.values()].flatMap((index) => [...index]));
        trees.clear();
      }
    },
    place: (hash) => places.get(hash),
    async get(hash) {
      const place = places.get(hash);
      const bytes = place && (await readObject(hash, place));
      if (bytes) return bytes;
      // Another window may have put it into another pack meanwhile.
      await objects.refresh();
      const now = places.get(hash);
      return now && now !== place ? readObject(hash, now) : undefined;
    },
    async tree(hash) {
      const known = trees.get(hash);
      if (known) return known;
      const bytes = await objects.get(hash);
      const tree = bytes && decodeTree(bytes);
      if (tree) objects.remember(hash, tree);
      return tree;
    },
    remember(hash, tree) {
      if (trees.size >= REMEMBERED) trees.clear();
      trees.set(hash, tree);
    },
    packs: () => packs,
    unreadable,
    writer: ({ again } = { again: false }) =>
      writer(folder, again ? () => false : (hash) => places.has(hash), onStep, (pack, index) => {
        packs.set(pack, index);
        for (const [hash, place] of index) places.set(hash, place);
      }),
    async remove(pack) {
      await unless(unlink(pack), 'ENOENT');
      await syncFolder(folder);
      await onStep('pack removed');
    },
    async removeTemporary() {
      for (const name of await readdir(folder)) {
        if (name.startsWith('.tmp-')) await unlink(path.join(folder, name)).catch(() => undefined);
      }
    },
  };
  await objects.refresh();
  return objects;
}

function writer(
  folder: string,
  isThere: (hash: Hash) => boolean,
  onStep: (step: string) => unknown,
  onPack: (pack: string, index: ReadonlyMap<Hash, Place>) => void,
): ObjectWriter {
  const adding = new Map<Hash, Promise<void>>();
  let pack: PackWriter | undefined;
  let finished = 0;
  let discarded = false;
  let last: Promise<unknown> = Promise.resolve();
  /** Objects are compressed side by side and written one after another. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const close = async (): Promise<void> => {
    if (!pack) return;
    const index = await pack.finish();
    finished += pack.size;
    pack = undefined;
    const first = index.values().next().value;
    if (first) onPack(first.pack, index);
  };
  const add = async (hash: Hash, bytes: Uint8Array): Promise<void> => {
    const packed = await compress(bytes);
    await inTurn(async () => {
      if (discarded) throw new Error('The pack was thrown away.');
      pack ??= await newPack(folder, `${randomIds.next()}.pack`, onStep);
      await pack.add(hash, packed);
      if (pack.size > PACK_SIZE) await close();
    });
  };
  return {
    get size() {
      return finished + (pack?.size ?? 0);
    },
    async put(hash, bytes) {
      if (isThere(hash)) return;
      const begun = adding.get(hash) ?? add(hash, bytes);
      adding.set(hash, begun);
      await begun;
    },
    finish: () => inTurn(close),
    async discard() {
      discarded = true;
      await inTurn(async () => pack?.discard());
    },
  };
}
