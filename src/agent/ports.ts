/** What the engine asks of its host. Every contract here must not throw for an expected fault: those are values. */

import type { Shell, Watched } from './command-ports.ts';
import type { Rule, RuleSet } from './policy/rule.ts';

export type * from './command-ports.ts';

/** sha256 of bytes, in lower-case hex. */
export type Hash = string;

export type FileKind = 'file' | 'directory' | 'other';

/** A path after the host resolved every link of it. See policy/path.ts for what may be done with it. */
export interface ResolvedPath {
  /** As the model or the person wrote it. */
  readonly given: string;
  /** Absolute, all links resolved; for something that does not exist yet: its nearest existing folder resolved, the rest appended. */
  readonly real: string;
  /** Relative to the run's root with `/`, '' for the root itself; undefined when `real` is outside the root. */
  readonly relative: string | undefined;
  /** The same for the path before links were resolved: it is judged too. */
  readonly lexical: string | undefined;
  readonly exists: boolean;
  readonly kind: FileKind | undefined;
  readonly links: number;
  /** A `.goalwrightignore` hides it, by its real path or by the one that was asked for. */
  readonly hidden?: boolean;
}

/** Why a path cannot be resolved at all (NUL, link loop, forbidden spelling). */
export interface PathFault {
  readonly fault: string;
}

export interface FileContent {
  /** The bytes on disk, or `undefined` when there is no file. */
  readonly bytes: Uint8Array;
  /** The text of an open editor with unsaved changes: it, not the disk, is the truth. */
  readonly unsaved?: string;
  /** The encoding the host would use (iconv-lite name); `undefined`: detect (BOM, then UTF-8). */
  readonly encoding?: string;
  /** POSIX mode bits. */
  readonly mode: number;
}

/** One approved change of one file, exactly as it was approved. */
export interface FileChange {
  readonly path: string; // real
  /** It is moved to `path` from here (real); `before` is that file's, and nothing may be at `path`. */
  readonly from?: string;
  /** Hash of the bytes the proposal was made from; `undefined`: the file must not exist. */
  readonly before: Hash | undefined;
  /** `undefined`: the file is deleted. */
  readonly after: Uint8Array | undefined;
  /** The unsaved text the approval was given for: with another one in the editor (or none) the change is stale. */
  readonly unsaved?: string;
}

export type Applied =
  /** `bytes`: what is on disk now, after the host's save participants (formatters); absent: nothing is. */
  | { readonly kind: 'applied'; readonly bytes?: Uint8Array }
  /** The file is not what the approval was given for. Nothing was written. */
  | { readonly kind: 'stale'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Workspace {
  /** Real path of the run's root. */
  readonly root: string;
  resolve(path: string): Promise<ResolvedPath | PathFault>;
  /** `undefined`: no such file. A folder, device or unreadable file is a fault. */
  read(real: string): Promise<FileContent | undefined | { readonly fault: string }>;
  /** The encoding a new file at this place is made in (iconv-lite name, or `utf8bom`); absent: UTF-8. */
  encodingOf?(real: string): string | undefined;
  /** Changes whenever the file's content may have; `undefined`: no such file. Cheap: nothing is read. */
  version(real: string): Promise<string | undefined>;
  /** Names in a folder, folders with a trailing '/', sorted; without those that a `.goalwrightignore` hides. */
  list(real: string): Promise<readonly string[]>;
  /**
   * Every name in a folder (absolute), hidden ones too: as a shell sees it. Empty where there is no such folder; `undefined`: it
   * is outside the root, or cannot be read. Absent: patterns are judged by what they could stand for.
   */
  names?(folder: string): Promise<readonly string[] | undefined>;
  /**
   * The first file, link or folder below these folders that a `.goalwrightignore` hides or that is wanted, at any depth; not in
   * git folders and installed packages. Paths are relative to the root. `cut`: there was more than was looked at. Absent:
   * nothing is known of what is in them.
   */
  firstNamed?(
    folders: readonly string[],
    isWanted: (relative: string) => boolean,
  ): Promise<{ readonly path?: string; readonly hidden?: boolean; readonly cut: boolean }>;
  apply(change: FileChange): Promise<Applied>;
}

export interface SearchHit {
  /** Relative to the run's root. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** ripgrep. Honours .gitignore; never follows links; never reads files matched by `exclude`, nor shows or counts what a `.goalwrightignore` hides. */
export interface Search {
  grep(
    query: {
      readonly pattern: string;
      readonly literal: boolean;
      readonly ignoreCase: boolean;
      /** Real folder or file to look in. */
      readonly path: string;
      readonly glob: string | undefined;
      readonly exclude: readonly string[];
      readonly limit: number;
    },
    signal: AbortSignal,
  ): Promise<
    { readonly hits: readonly SearchHit[]; readonly total: number; readonly files: number } | { readonly fault: string }
  >;
  /** Files below a folder whose path matches a glob, relative to the root, sorted. */
  files(
    query: {
      readonly path: string;
      readonly glob: string | undefined;
      readonly exclude: readonly string[];
      readonly limit: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly paths: readonly string[]; readonly total: number } | { readonly fault: string }>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once (quietly) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A fresh unguessable id, URL-safe, 16 characters or more. */
  next(): string;
}

/** One run's folder: `journal.jsonl` and `blobs/`. Only the owner of the lock may append or truncate. */
export interface RunFolder {
  readonly id: string;
  read(): Promise<Uint8Array>;
  append(bytes: Uint8Array): Promise<void>;
  /** Everything appended so far is on the medium when this resolves. */
  sync(): Promise<void>;
  /** Cuts the journal to `size` bytes; what is cut off is first kept in a file beside it. */
  cut(size: number): Promise<void>;
  putBlob(bytes: Uint8Array): Promise<Hash>;
  getBlob(hash: Hash): Promise<Uint8Array | undefined>;
}

export interface Lock {
  /** Grows with every owner; written into each journal line. */
  readonly fence: number;
  /** False once another owner took over. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Where the runs of one real root are kept. */
export interface Store {
  /** Ids of all runs, newest first (by id). */
  runs(): Promise<readonly string[]>;
  create(id: string): Promise<RunFolder>;
  open(id: string): Promise<RunFolder | undefined>;
  /** A new run whose journal is the first `size` bytes of another one's, with the same blobs. */
  fork(from: string, id: string, size: number): Promise<RunFolder>;
  /** Moves a run to the trash beside the runs. False when there is none. */
  trash(id: string): Promise<boolean>;
  /** Runs of every root whose journal was written since then (milliseconds since 1970), without the given one. */
  writtenSince(at: number, except: string): Promise<readonly RunFolder[]>;
  /** The journal of this root is in use elsewhere: who holds it. */
  lock(): Promise<Lock | { readonly heldBy: string }>;
  /** Key for the journal's HMAC, if the host keeps one. */
  readonly key?: Uint8Array;
}

/** Names a snapshot of the work tree in the host's store. */
export type SnapshotId = string;

export interface Snapshot {
  readonly id: SnapshotId;
  readonly files: number;
  /** Why the snapshot is not whole, for the person: files too large to keep, a nested repository that cannot be read, … */
  readonly left: readonly string[];
}

/** One file that differs between two states of the work tree; `before` or `after` is absent where it does not exist. */
export interface Difference {
  /** Relative to the root. */
  readonly path: string;
  readonly before?: FileState;
  readonly after?: FileState;
}

export interface FileState {
  /** sha256 of the file's bytes (of a link: its target). */
  readonly hash: Hash;
  readonly size: number;
  readonly kind: 'file' | 'executable' | 'link';
}

/**
 * Snapshots of the whole work tree, byte for byte, in a store of our own. Nothing of any repository in the tree is written,
 * no filter, hook or other program of it runs. Ignored files are left out unless they are named in `touched`.
 */
export interface Checkpoints {
  /** `touched`: paths relative to the root that are kept though they are ignored. */
  take(touched: readonly string[], signal: AbortSignal): Promise<Snapshot | { readonly fault: string }>;
  /** What changed from one snapshot to another, or to the work tree as it is now; sorted by path. */
  compare(
    from: SnapshotId,
    to: SnapshotId | undefined,
    signal: AbortSignal,
  ): Promise<readonly Difference[] | { readonly fault: string }>;
  /** Does the snapshot tell what was there: a file it keeps, or nothing? It does not of what git ignores and nobody named. */
  knows(from: SnapshotId, path: string): Promise<boolean>;
  /** Bytes of a file in a snapshot (of a link: its target); `undefined`: it is not in it. */
  read(from: SnapshotId, path: string): Promise<Uint8Array | undefined>;
  /**
   * Takes changes back: each file becomes its `before` again (which `from` holds), provided that it still is its `after`; one
   * that is not is left alone and named in `failed`. All that is needed is looked for first: when an object is missing
   * nothing is touched.
   */
  restore(
    from: SnapshotId,
    changes: readonly Difference[],
    signal: AbortSignal,
  ): Promise<
    | {
        readonly restored: readonly string[];
        readonly failed: readonly { readonly path: string; readonly why: string }[];
      }
    | { readonly fault: string }
  >;
  /** What the store takes on disk, in bytes, and how many snapshots it holds. */
  usage(): Promise<{ readonly bytes: number; readonly snapshots: number }>;
  /** Forgets every snapshot but these, and what only they needed. Returns the bytes that became free. */
  keepOnly(snapshots: readonly SnapshotId[]): Promise<{ readonly freed: number } | { readonly fault: string }>;
}

/** What the editor knows of files beyond their text. */
export interface Language {
  /** How many errors it shows in a file, once it has looked at it as it is now; `undefined`: nothing there checks such files. */
  errors(real: string, signal: AbortSignal): Promise<{ readonly count: number; readonly first: string } | undefined>;
  /**
   * Looks at a file that is about to be changed: what it shows now is old. Bounded, and short where nothing here speaks of
   * such files; `undefined` then. `news`: what it shows after the change and did not before, one line each.
   */
  watch(
    real: string,
    signal: AbortSignal,
  ): Promise<{ news(signal: AbortSignal): Promise<readonly string[]> } | undefined>;
}

/**
 * One git operation on the repository that holds the root. Paths are relative to the root and mean themselves (no patterns);
 * '.' is the root. A revision is one commit: the port takes no other text for one.
 */
export type GitOperation =
  | { readonly kind: 'status' }
  /** Of these paths; none: no file at all. Without `from` and `staged`: the work tree against the index. */
  | {
      readonly kind: 'diff';
      readonly staged: boolean;
      readonly from?: string;
      readonly to?: string;
      readonly paths: readonly string[];
    }
  /** No paths: every commit that concerns the root. Never any file's content. */
  | { readonly kind: 'log'; readonly count: number; readonly paths: readonly string[] }
  /** The commit's message, and what it changed (against its first parent) of these paths; none: the message alone. */
  | { readonly kind: 'show'; readonly revision: string; readonly paths: readonly string[] }
  /** A file as it was. */
  | { readonly kind: 'file'; readonly revision: string; readonly path: string }
  | { readonly kind: 'blame'; readonly path: string; readonly first: number; readonly last: number }
  /** Commits exactly these files as they are on disk; what else is staged stays staged. */
  | { readonly kind: 'commit'; readonly message: string; readonly paths: readonly string[] };

/** Never runs a program that the repository names (hooks, filters, text converters, fsmonitor, pagers, editors, signers). */
export interface Git {
  /** The work tree's top folder, or why there is none, as a sentence. */
  repository(): Promise<{ readonly root: string } | { readonly none: string }>;
  /**
   * Files whose content a diff or a commit would show, so that each can be judged first. A rename is both its names. Of a
   * commit to be made: those of its files that git takes, neither ignored nor gone without ever having been known.
   */
  names(
    operation: Extract<GitOperation, { readonly kind: 'diff' | 'show' | 'commit' }>,
    signal: AbortSignal,
  ): Promise<{ readonly names: readonly string[] } | { readonly fault: string }>;
  /** `cut`: there is more than was read. */
  run(
    operation: GitOperation,
    signal: AbortSignal,
  ): Promise<{ readonly output: string; readonly cut?: boolean } | { readonly fault: string }>;
  /**
   * What a git command of the shell, which switches nothing off, could be made to start by the repository that a folder (real,
   * in the root) is in: the first such key of its configuration, say. What cannot be read counts; `undefined`: nothing.
   */
  starts(folder: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * A file that the same repository tracks and that may not be shown, by its path from the top: one outside the root, one that
   * a `.goalwrightignore` hides, or one that is not open. `isOpen`: of a path relative to the root. `past`: also one that any
   * branch, tag or stash ever held; a history too long to look through counts. `undefined`: there is none.
   */
  holds(
    folder: string,
    which: { readonly isOpen: (relative: string) => boolean; readonly past: boolean },
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** Rules that are kept outside the run; read anew before each decision. */
export interface RuleSource {
  /** Reads them anew. */
  refresh(): Promise<void>;
  /** As of the last refresh; beside a broken entry the others still count. */
  current(): Pick<RuleSet, 'user' | 'workspace'>;
  /** Keeps a rule of the person's for all runs. Returns what is wrong, for the person. */
  add(rule: Rule): Promise<string | undefined>;
}

/** A task that the project declares: a name for a command. */
export interface ProjectTask {
  readonly name: string;
  readonly command: string;
  /** Relative to the root. */
  readonly cwd: string;
}

/** The text with every secret replaced by its name; what went through it before stays as it is. `found` hears each name with its secret. */
export type Redact = (text: string, found?: (name: string, secret: string) => void) => string;

/** What the workspace and the person make a secret beyond its shape. Its values are in nothing but what `redact` leaves out. */
export interface SecretSource {
  /** Looks again: files and settings may have changed. */
  refresh(): Promise<void>;
  /** As of the last refresh, and another function only where something has changed; what was a secret once stays one. */
  readonly redact: Redact;
}

export interface Ports {
  readonly workspace: Workspace;
  readonly search: Search;
  readonly shell: Shell;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What the person and the workspace add to the built-in rules. */
  readonly rules?: RuleSource;
  /** Absent: shapes alone tell secrets. */
  readonly secrets?: SecretSource;
  /** Absent where no editor is. */
  readonly language?: Language;
  /** Absent where none can be kept (no storage). */
  readonly checkpoints?: Checkpoints;
  /** Absent where no git is installed. */
  readonly git?: Git;
  /** Absent where commands are not watched. */
  readonly watched?: Watched;
  /** The project's own tasks. Bounded in time; never rejects. */
  tasks?(): Promise<readonly ProjectTask[]>;
}
