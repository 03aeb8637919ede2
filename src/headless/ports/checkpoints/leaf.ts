/** Reads the files and links of a work tree; what is already known by its times is not read. */
import { type BigIntStats, lstatSync } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { hashOf } from '../../../agent/hash.ts';
import type { Hash } from '../../../agent/ports.ts';
import { codeOf } from '../durable.ts';
import { brisk } from './brisk.ts';
import { limiter } from './limit.ts';
import { isSettled, type StatEntry } from './stat-cache.ts';
import { fileKind, readSteady, readSteadyNow, tooLarge, versionOf } from './steady-read.ts';
import type { FileEntry } from './tree.ts';

export interface LeafOptions {
  /** What was read before, by path. */
  readonly seen: ReadonlyMap<string, StatEntry>;
  /** The content is not at hand: a file is read for it even if its hash is known. */
  readonly needs: (hash: Hash) => boolean;
  readonly put: (hash: Hash, bytes: Uint8Array) => Promise<void>;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly now: () => number;
  readonly onRead: (path: string) => unknown;
  readonly signal: AbortSignal;
}

export interface LeafReader {
  /** Files and links that were kept. */
  readonly files: number;
  readonly seen: ReadonlyMap<string, StatEntry>;
  /** `here`: relative to the root. Undefined: it is left, and was named. */
  read(file: string, name: string, here: string): Promise<FileEntry | 'gone' | undefined>;
}

export class TooManyFiles extends Error {}

/** Large files are read one after another: memory stays bounded. */
const LARGE = 4 * 1024 * 1024;
/** Small ones at once. */
const SMALL = 64 * 1024;

export function leafReader(options: LeafOptions, leave: (path: string, why: string) => unknown): LeafReader {
  const large = limiter(1);
  const quickly = brisk();
  const seen = new Map<string, StatEntry>();
  let files = 0;

  async function leaf(file: string, name: string, here: string): Promise<FileEntry | 'gone' | undefined> {
    const stats = await quickly(
      () => statsNow(file),
      () => lstat(file, { bigint: true }).catch(codeOf),
    );
    // A name that is not UTF-8 cannot be asked for by its text.
    if (stats === 'ENOENT') return name.includes('\ufffd') ? left(here, 'its name is not UTF-8') : 'gone';
    if (typeof stats === 'string') return left(here, `it cannot be read (${stats})`);
    if (stats.isSymbolicLink()) return link(file, name, here);
    const mode = Number(stats.mode) & 0o777;
    const before = options.seen.get(here);
    if (before?.version === versionOf(stats) && !options.needs(before.hash)) {
      seen.set(here, before);
      return { name, kind: fileKind(mode), hash: before.hash, size: Number(stats.size), mode };
    }
    const read = () => content(file, name, here, stats);
    return stats.size > LARGE ? large(read) : read();
  }

  async function content(
    file: string,
    name: string,
    here: string,
    { size }: BigIntStats,
  ): Promise<FileEntry | 'gone' | undefined> {
    if (size > options.maxFileBytes) return left(here, tooLarge(size, options.maxFileBytes));
    const readAt = options.now();
    await options.onRead(here);
    const atOnce =
      size <= SMALL
        ? await quickly(
            () => readSteadyNow(file, SMALL),
            async () => undefined,
          )
        : undefined;
    const read = atOnce ?? (await readSteady(file, options.maxFileBytes));
    if ('why' in read) return read.code === 'ENOENT' ? 'gone' : left(here, read.why);
    await options.put(read.hash, read.bytes);
    if (isSettled(read.stats, readAt)) seen.set(here, { version: versionOf(read.stats), hash: read.hash });
    const mode = Number(read.stats.mode) & 0o777;
    return { name, kind: fileKind(mode), hash: read.hash, size: read.bytes.length, mode };
  }

  async function link(file: string, name: string, here: string): Promise<FileEntry | 'gone' | undefined> {
    const target = await readlink(file, { encoding: 'buffer' }).catch(codeOf);
    if (typeof target === 'string') {
      return target === 'ENOENT' ? 'gone' : left(here, `it cannot be read (${target})`);
    }
    const hash = hashOf(target);
    await options.put(hash, target);
    return { name, kind: 'link', hash, size: target.length, mode: 0o777 };
  }

  function left(here: string, why: string): undefined {
    leave(here, why);
  }

  return {
    get files() {
      return files;
    },
    seen,
    async read(file, name, here) {
      options.signal.throwIfAborted();
      const entry = await leaf(file, name, here);
      if (typeof entry === 'object') files += 1;
      if (files > options.maxFiles) throw new TooManyFiles();
      return entry;
    },
  };
}

function statsNow(file: string): BigIntStats | string {
  try {
    return lstatSync(file, { bigint: true });
  } catch (error) {
    return codeOf(error);
  }
}
