/**
 * What a snapshot knows of one folder, named by its hash: folders that did not change are the same object in every snapshot.
 * A name has one of four states: it was there and is kept, it was a folder, it was not there, or nobody looked (ignored,
 * too large, unreadable). The last two must never be mixed up: who takes "not looked" for "not there" deletes a person's file.
 */
import * as z from 'zod';
import { hashOf } from '../../../agent/hash.ts';
import type { Difference, FileState, Hash } from '../../../agent/ports.ts';

const Name = z.string().min(1);
const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Entry = z.discriminatedUnion('kind', [
  z.object({
    name: Name,
    kind: z.enum(['file', 'executable', 'link']),
    hash: Digest,
    size: z.int().nonnegative(),
    mode: z.int(),
  }),
  z.object({ name: Name, kind: z.literal('folder'), hash: Digest, mode: z.int() }),
  z.object({ name: Name, kind: z.literal('unknown') }),
  z.object({ name: Name, kind: z.literal('absent') }),
]);
const Tree = z.object({
  /** A name that is not listed was not there; otherwise nobody looked. */
  whole: z.boolean(),
  entries: z.array(Entry),
});

export type Entry = Readonly<z.infer<typeof Entry>>;
export type FileEntry = Extract<Entry, { readonly kind: FileState['kind'] }>;
export interface Tree {
  readonly whole: boolean;
  readonly entries: readonly Entry[];
}

/** What a snapshot knows of one path. */
export type Known =
  | Omit<FileEntry, 'name'>
  | { readonly kind: 'folder'; readonly hash: Hash; readonly mode: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'absent' };

/** Where trees are found by their hash; undefined: the object is missing or damaged. */
export type Trees = (hash: Hash) => Promise<Tree | undefined>;

/** The same folder always gives the same bytes. */
export function encodeTree(tree: Tree): { readonly hash: Hash; readonly bytes: Uint8Array } {
  const entries = [...tree.entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bytes = new TextEncoder().encode(JSON.stringify({ whole: tree.whole, entries }));
  return { hash: hashOf(bytes), bytes };
}

export function decodeTree(bytes: Uint8Array): Tree | undefined {
  try {
    return Tree.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** A snapshot's data is not whole any more. */
export class MissingObject extends Error {
  constructor() {
    super('Data of this checkpoint is missing or damaged.');
  }
}

/** What a snapshot knows of a path. Throws MissingObject. */
export async function lookUp(trees: Trees, root: Hash, path: string): Promise<Known> {
  let known: Known = { kind: 'folder', hash: root, mode: 0 };
  for (const name of path.split('/')) known = (await childrenOf(trees, known)).get(name);
  return known;
}

/** Every kept file, link and known gap below a tree. Throws MissingObject. */
export async function pathsIn(trees: Trees, root: Hash): Promise<readonly string[]> {
  const paths: string[] = [];
  const visit = async (hash: Hash, above: string): Promise<void> => {
    const tree = await trees(hash);
    if (!tree) throw new MissingObject();
    for (const entry of tree.entries) {
      if (entry.kind === 'folder') await visit(entry.hash, `${above}${entry.name}/`);
      else if (entry.kind !== 'unknown') paths.push(above + entry.name);
    }
  };
  await visit(root, '');
  return paths;
}

interface Children {
  readonly names: readonly string[];
  get(name: string): Known;
}

const NOBODY_LOOKED: Children = { names: [], get: () => ({ kind: 'unknown' }) };
const NOTHING_THERE: Children = { names: [], get: () => ({ kind: 'absent' }) };

async function childrenOf(trees: Trees, known: Known): Promise<Children> {
  if (known.kind === 'unknown') return NOBODY_LOOKED;
  if (known.kind !== 'folder') return NOTHING_THERE;
  const tree = await trees(known.hash);
  if (!tree) throw new MissingObject();
  const byName = new Map(tree.entries.map((entry) => [entry.name, entry]));
  const unlisted: Known = { kind: tree.whole ? 'absent' : 'unknown' };
  return { names: [...byName.keys()], get: (name) => byName.get(name) ?? unlisted };
}

/** Files of which both sides know what they were, and which differ; sorted by path. Throws MissingObject. */
export async function differences(
  trees: Trees,
  from: Hash,
  to: Hash,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const visit = async (before: Known, after: Known, path: string): Promise<void> => {
    signal.throwIfAborted();
    if (before.kind === 'unknown' || after.kind === 'unknown') return;
    if (before.kind === 'folder' && after.kind === 'folder' && before.hash === after.hash) return;
    const [was, is] = [stateOf(before), stateOf(after)];
    if ((was || is) && !(was && is && isSameState(was, is))) {
      found.push({ path, ...(was && { before: was }), ...(is && { after: is }) });
    }
    if (before.kind !== 'folder' && after.kind !== 'folder') return;
    const [old, now] = [await childrenOf(trees, before), await childrenOf(trees, after)];
    for (const name of new Set([...old.names, ...now.names])) {
      await visit(old.get(name), now.get(name), path === '' ? name : `${path}/${name}`);
    }
  };
  await visit({ kind: 'folder', hash: from, mode: 0 }, { kind: 'folder', hash: to, mode: 0 }, '');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const isFile = (known: Known): known is Omit<FileEntry, 'name'> =>
  known.kind === 'file' || known.kind === 'executable' || known.kind === 'link';

const stateOf = (known: Known): FileState | undefined =>
  isFile(known) ? { hash: known.hash, size: known.size, kind: known.kind } : undefined;

export const isSameState = (one: FileState, other: FileState): boolean =>
  one.hash === other.hash && one.kind === other.kind;
