/**
 * Walks the work tree and makes a tree of it. Nothing is run, no link followed, no `.git` entered. Ripgrep and git list files
 * too, but ripgrep no links, git not without a repository, and neither what they leave out: here every name is decided in one
 * place, and each that is not looked at is remembered as such.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Hash } from '../../../agent/ports.ts';
import { codeOf } from '../durable.ts';
import { type IgnoreReader, judge, type Scope } from './ignore-scope.ts';
import { type LeafOptions, leafReader } from './leaf.ts';
import { limiter } from './limit.ts';
import type { StatEntry } from './stat-cache.ts';
import { type Entry, encodeTree, type Tree } from './tree.ts';
import { isGitName, type Wanted } from './wanted.ts';

export interface WalkOptions extends Omit<LeafOptions, 'signal'> {
  readonly root: string;
  readonly ignores: IgnoreReader;
  /** Looked at though ignored. */
  readonly wanted: Wanted;
  /** Absolute folders that are ours. */
  readonly skip: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Takes each folder as it was found, those in it first. */
  readonly onTree: (hash: Hash, tree: Tree, bytes: Uint8Array) => Promise<void>;
}

export interface Walked {
  readonly tree: Hash;
  readonly files: number;
  /** What is not kept though it is not ignored, and why. */
  readonly left: readonly string[];
  readonly seen: ReadonlyMap<string, StatEntry>;
}

/** Files side by side. */
const AT_A_TIME = 16;
/** A write of ours that is under way. */
const TEMPORARY = /^\.goalwright-[\w-]+\.tmp$/;

const UNKNOWN = { whole: false, entries: [] } satisfies Tree;

/** A folder on the way: its path from the repository's top ('' or with a slash at its end), and what is wanted in it. */
interface Place {
  readonly real: string;
  readonly at: string;
  readonly scope: Scope;
  readonly wanted: Wanted | undefined;
}

/** Throws when aborted, TooManyFiles, and what `put` and `onTree` throw. */
export async function walk(options: WalkOptions): Promise<Walked> {
  const { scope, at } = await options.ignores.outside(options.root);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const walker = new Walker({ ...options, signal }, at.length);
  try {
    const tree = await walker.folder({ real: options.root, at, scope, wanted: options.wanted });
    if (!tree) throw new Error(`${options.root} is gone.`);
    const { hash, bytes } = encodeTree(tree);
    await options.onTree(hash, tree, bytes);
    const { files, seen } = walker.leaves;
    return { tree: hash, files, left: walker.left.sort(), seen };
  } catch (error) {
    // What is still being read side by side ends too.
    failed.abort();
    throw error;
  }
}

class Walker {
  readonly left: string[] = [];
  readonly leaves;
  readonly #options: WalkOptions;
  /** Length of the path that leads to the root. */
  readonly #outer: number;
  readonly #atATime = limiter(AT_A_TIME);

  constructor(options: WalkOptions, outer: number) {
    this.#options = options;
    this.#outer = outer;
    this.leaves = leafReader(options, (path, why) => this.left.push(`${path}: ${why}`));
  }

  /** Undefined: it is gone. */
  async folder({ real, at, scope: above, wanted }: Place): Promise<Tree | undefined> {
    this.#options.signal.throwIfAborted();
    const found = await this.#atATime(() => readdir(real, { withFileTypes: true })).catch(reason);
    if (found === 'ENOENT' && !at.includes('\ufffd')) return undefined;
    if (typeof found === 'string') return this.#leave(at, REASONS[found] ?? `it cannot be read (${found})`);
    const names = new Map(found.map((entry) => [entry.name, entry]));
    if (isGitFolder(names)) return this.#leave(at, "it is a git repository's own folder");
    const marks = { dotGit: names.has('.git'), dotIgnore: names.get('.gitignore')?.isFile() ?? false };
    const scope = await this.#options.ignores.enter(above, real, at, marks);
    const entries = await Promise.all(
      found.map((entry) => this.#entry(entry, { real, at, scope, wanted: wanted?.below(entry.name) })),
    );
    const gaps = scope.ignored ? (wanted?.names() ?? []).filter((name) => !names.has(name)) : [];
    return {
      whole: !scope.ignored,
      entries: [...entries.flatMap((entry) => entry ?? []), ...gaps.map((name) => ({ name, kind: 'absent' }) as const)],
    };
  }

  /** Undefined: it is not there, or, in an ignored folder, nobody looks. */
  async #entry(entry: Dirent, { real, at, scope, wanted }: Place): Promise<Entry | undefined> {
    const { name } = entry;
    const file = path.join(real, name);
    if (isGitName(name)) return undefined;
    const unknown: Entry = { name, kind: 'unknown' };
    if (this.#options.skip.has(file) || TEMPORARY.test(name)) return unknown;
    const verdict = judge(scope, at + name, entry.isDirectory());
    if (verdict === 'ignored' && !wanted) return scope.ignored ? undefined : unknown;
    if (entry.isDirectory()) {
      const inside = verdict === 'kept' ? scope : { ...scope, ignored: true };
      return this.#subfolder(name, { real: file, at: `${at}${name}/`, scope: inside, wanted });
    }
    const looked = verdict !== 'ignored' || wanted?.isEnd;
    if (!looked || !(entry.isFile() || entry.isSymbolicLink())) return unknown;
    const kept = await this.#atATime(() => this.leaves.read(file, name, (at + name).slice(this.#outer)));
    if (kept !== 'gone') return kept ?? unknown;
    return scope.ignored ? { name, kind: 'absent' } : undefined;
  }

  async #subfolder(name: string, place: Place): Promise<Entry | undefined> {
    const tree = await this.folder(place);
    if (!tree) return undefined;
    const stats = await this.#atATime(() => lstat(place.real)).catch(() => undefined);
    const { hash, bytes } = encodeTree(tree);
    await this.#options.onTree(hash, tree, bytes);
    return { name, kind: 'folder', hash, mode: (stats?.mode ?? 0o755) & 0o777 };
  }

  #leave(at: string, why: string): Tree {
    this.left.push(`${at.slice(this.#outer) || './'}: ${why}`);
    return UNKNOWN;
  }
}

/** What git itself takes for a repository's folder (is_git_directory): a bare repository, or a `.git` kept elsewhere. */
const isGitFolder = (names: ReadonlyMap<string, Dirent>): boolean =>
  names.has('HEAD') && names.get('objects')?.isDirectory() === true && names.get('refs')?.isDirectory() === true;

const reason = (error: unknown): string => codeOf(error) || String(error);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'its name is not UTF-8',
};
