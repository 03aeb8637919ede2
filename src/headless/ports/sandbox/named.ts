/**
 * Paths of a work tree that are wanted by their name, from a walk of all of it: at any depth, what tools fill and git ignores
 * too. Not looked into: git folders, and installed packages (`node_modules`, `site-packages`, a Python environment that is called
 * `.env`), which are not the person's.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Entries looked at: more than a large project has without its packages. */
const ENTRIES = 100_000;

export interface Entry {
  /** Relative to the root, with '/'. */
  readonly path: string;
  /** A link by what it is, wherever it leads. */
  readonly kind: 'folder' | 'file' | 'link';
}

export interface Named {
  readonly found: readonly Entry[];
  /** There was more than was looked at. */
  readonly cut: boolean;
}

export interface NamedOptions {
  /** Relative to the root, which is '' and the default. */
  readonly folders?: readonly string[];
  /** Of a path relative to the root. A folder that is wanted is reported itself, and not entered. */
  readonly isWanted: (relative: string) => boolean;
  /** Ends once that many are found. */
  readonly most?: number;
  readonly entries?: number;
}

/** Breadth first. Links are not followed; a folder that cannot be read is passed over: a command cannot read it either. */
export async function namedIn(
  root: string,
  { folders: from = [''], isWanted, most = Number.POSITIVE_INFINITY, entries = ENTRIES }: NamedOptions,
): Promise<Named> {
  const found: Entry[] = [];
  const folders = [...from];
  let left = entries;
  for (const folder of folders) {
    const inside = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    // Only of these: who may write a file of that name anywhere could have any other folder passed over.
    if (/(?:^|\/)\.env[^/]*$/i.test(folder) && inside.some(({ name }) => name === 'pyvenv.cfg')) continue;
    if (folder !== '' && isWanted(folder)) {
      found.push({ path: folder, kind: 'folder' });
      if (found.length >= most) return { found, cut: false };
      continue;
    }
    for (const entry of inside) {
      if (left-- <= 0) return { found, cut: true };
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!PASSED.has(entry.name)) folders.push(relative);
        continue;
      }
      const kind = entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : undefined;
      if (kind === undefined || !isWanted(relative)) continue;
      found.push({ path: relative, kind });
      if (found.length >= most) return { found, cut: false };
    }
  }
  return { found, cut: false };
}
const PASSED: ReadonlySet<string> = new Set(['.git', 'node_modules', 'site-packages']);
