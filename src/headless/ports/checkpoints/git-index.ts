/**
 * What a repository tracks: read from its index (versions 2 to 4, also split), by us and not by git, so that nothing of the
 * repository is run or written. Files are only asked for that are ignored: tracked ones are kept all the same.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readSmall } from './small-file.ts';

export interface Tracked {
  /** A tracked file, by its path from the top of the repository. */
  has(file: string): boolean;
  /** A folder with a tracked file in it. */
  hasBelow(folder: string): boolean;
}

export const NOTHING_TRACKED: Tracked = { has: () => false, hasBelow: () => false };

/** git itself would read more; no index of a work tree that we snapshot is larger. */
const MAX_INDEX = 512 * 1024 * 1024;

/** Remembers what it read, as long as the index stays the same file. Damaged or missing: nothing is tracked. */
export function trackedReader(): (gitFolder: string, hashBytes: 20 | 32) => Promise<Tracked> {
  const known = new Map<string, { readonly version: string; readonly tracked: Tracked }>();
  return async (gitFolder, hashBytes) => {
    const index = path.join(gitFolder, 'index');
    const stats = await stat(index, { bigint: true }).catch(() => undefined);
    if (!stats) return NOTHING_TRACKED;
    const version = `${stats.mtimeNs}:${stats.ctimeNs}:${stats.size}:${stats.ino}`;
    const before = known.get(gitFolder);
    if (before?.version === version) return before.tracked;
    const tracked = trackedIn((await readIndex(gitFolder, 'index', hashBytes))?.paths ?? []);
    known.set(gitFolder, { version, tracked });
    return tracked;
  };
}

function trackedIn(paths: readonly string[]): Tracked {
  const folders = new Set<string>();
  for (const file of paths) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  const files = new Set(paths);
  return { has: (file) => files.has(file), hasBelow: (folder) => folders.has(folder) };
}

/** What is tracked, by its path from the top of the repository; `undefined`: the index cannot be read. */
export const pathsIn = async (gitFolder: string, hashBytes: 20 | 32): Promise<readonly string[] | undefined> =>
  (await indexIn(gitFolder, hashBytes))?.paths;

/** Those that are repositories of their own. */
export const gitlinksIn = async (gitFolder: string, hashBytes: 20 | 32): Promise<readonly string[] | undefined> =>
  (await indexIn(gitFolder, hashBytes))?.links;

async function indexIn(gitFolder: string, hashBytes: 20 | 32): Promise<Index | undefined> {
  const isThere = await stat(path.join(gitFolder, 'index')).catch(() => undefined);
  return isThere ? readIndex(gitFolder, 'index', hashBytes) : { paths: [], links: [] };
}

interface Index {
  readonly paths: readonly string[];
  /** Those of them that are other repositories. */
  readonly links: readonly string[];
}

async function readIndex(gitFolder: string, name: string, hashBytes: number): Promise<Index | undefined> {
  const bytes = await readSmall(path.join(gitFolder, name), MAX_INDEX);
  if (!bytes) return undefined;
  try {
    const { shared, ...own } = parseIndex(bytes, hashBytes);
    if (!shared || name !== 'index') return own;
    // Of a split index: some of the shared names may have been removed since, which keeps more, not less.
    const other = await readIndex(gitFolder, shared, hashBytes);
    return other && { paths: [...own.paths, ...other.paths], links: [...own.links, ...other.links] };
  } catch {
    return undefined;
  }
}

/** Of an entry's mode. */
const GITLINK = 0o160000;

/** See gitformat-index(5). Throws a RangeError where it is no index, or cut short. */
function parseIndex(bytes: Buffer, hashBytes: number): Index & { readonly shared?: string } {
  const paths: string[] = [];
  const links: string[] = [];
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new RangeError('It is no index that is known here.');
  let at = 12;
  let previous = Buffer.alloc(0);
  for (let entry = 0; entry < count; entry += 1) {
    const start = at;
    const isLink = (bytes.readUInt32BE(at + 24) & 0o170000) === GITLINK;
    at += 40 + hashBytes;
    at += bytes.readUInt16BE(at) & 0x4000 ? 4 : 2;
    let kept = 0;
    if (version === 4) {
      const strip = offsetAt(bytes, at);
      at = strip.next;
      kept = previous.length - strip.value;
    }
    const end = bytes.indexOf(0, at);
    if (end < 0 || kept < 0) throw new RangeError('The index is cut short.');
    previous = Buffer.concat([previous.subarray(0, kept), bytes.subarray(at, end)]);
    const name = previous.toString('utf8');
    if (name !== '') paths.push(name);
    if (name !== '' && isLink) links.push(name);
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return { paths, links, ...sharedIndex(bytes, at, hashBytes) };
}

/** git's variable-length offset: seven bits a byte, most significant first, each continuation adding one. */
function offsetAt(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let at = from;
  let byte = bytes.readUInt8(at++);
  let value = byte & 127;
  while (byte & 128) {
    byte = bytes.readUInt8(at++);
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, next: at };
}

/** The file that holds the rest of a split index, named in its `link` extension. */
function sharedIndex(bytes: Buffer, from: number, hashBytes: number): { readonly shared?: string } {
  for (let at = from; at + 8 <= bytes.length - hashBytes; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (bytes.toString('latin1', at, at + 4) !== 'link') continue;
    return { shared: `sharedindex.${bytes.toString('hex', at + 8, at + 8 + hashBytes)}` };
  }
  return {};
}
