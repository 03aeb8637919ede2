/** What the engine asks of the host's shell: commands, jobs, what confines them, and the files that they must not change unseen. */
import type { ShellNode } from './policy/command/script.ts';
import type { ShellKind } from './policy/command/understand.ts';
import type { Hash } from './ports.ts';

export type CommandEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

export interface CommandResult {
  readonly end: CommandEnd;
  /** stdout and stderr in the order they came, control sequences resolved to plain text, bounded: head and tail. */
  readonly output: string;
  /** Bytes and lines that the bounded output leaves out; 0 when it is whole. */
  readonly omitted: { readonly bytes: number; readonly lines: number };
  readonly durationMs: number;
  /** The whole output can be read from the shell's jobs by this id. Absent: it is in `output`, or was not kept. */
  readonly log?: JobId;
  /** Its time is over, and it goes on as this job. */
  readonly goesOn?: JobId;
}

/** Names one command of one shell; never used twice. */
export type JobId = string;

/** A command in the background. */
export interface Job {
  readonly id: JobId;
  readonly command: string;
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** `undefined`: it runs. */
  readonly end: CommandEnd | undefined;
  /** It runs, said this last, without ending the line, and has been silent since: it seems to wait for an answer. */
  readonly asks: string | undefined;
  /** Its input is open. */
  readonly input: boolean;
  /** Of output so far. */
  readonly bytes: number;
  /** What there is to say of its end beside how it ended: processes that it left. */
  readonly remark: string | undefined;
}

/** A part of a job's output. Places are bytes of the output as it was printed, from 0. */
export interface JobOutput {
  readonly job: Job;
  readonly from: number;
  /** Where the next part begins. */
  readonly to: number;
  /** Control sequences resolved to plain text. */
  readonly text: string;
  /** Bytes of the part that are not shown, and where they begin. */
  readonly omitted: { readonly bytes: number; readonly at: number };
}

/** Commands that run on while the work goes on. None outlives `close`. */
export interface Jobs {
  /** Returns as soon as it runs, and gives it a moment to fail. `input`: its input stays open, for `write`. */
  start(
    command: Command & { readonly input: boolean },
    onOutput: (chunk: string) => void,
  ): Promise<Job | { readonly fault: string }>;
  /** Those that run and those that ended, oldest first. */
  list(): readonly Job[];
  /**
   * `from`: the page that begins there. Absent: all that came since the last such call, its beginning and its end. `waitMs`:
   * how long to wait first for it to end, or to ask.
   */
  read(
    id: JobId,
    part: { readonly from?: number; readonly waitMs?: number },
    signal: AbortSignal,
  ): Promise<JobOutput | { readonly fault: string }>;
  /** As it is: an Enter is a newline in it. `close`: nothing more will come. */
  write(id: JobId, text: string, close: boolean): Promise<{ readonly fault: string } | undefined>;
  /** Politely, then by force; resolves when it is over. */
  kill(id: JobId): Promise<Job | { readonly fault: string }>;
  /** Ends all that run and forgets all. */
  close(): Promise<void>;
}

/** What a command in the sandbox may reach beyond the work tree and a temporary folder of its own. */
export interface Confinement {
  /** The network, or none of it but its own loopback. */
  readonly network: boolean;
  /** Of the network, only these: entries of the person's list of domains. Absent: all. */
  readonly domains?: readonly string[];
  /** It may read the work tree's `.env` files. */
  readonly secrets?: boolean;
}

/** What confines commands here. `reason`: why nothing does, a sentence for the person. */
export type SandboxState =
  | {
      readonly kind: 'bubblewrap' | 'seatbelt';
      /** Why it cannot let a command reach some domains only, a sentence for the person. Absent: it can. */
      readonly allOrNothing?: string;
    }
  | { readonly kind: 'none'; readonly reason: string };

export interface Command {
  readonly command: string;
  /** Real path. */
  readonly cwd: string;
  /** Present: it runs in the sandbox, or not at all. */
  readonly sandbox?: Confinement;
}

/** What is needed to look into a command before it runs. */
export interface CommandGrammar {
  readonly shell: ShellKind;
  /** Absolute: where `~` and `$HOME` lead a command. */
  readonly home: string;
  /** Loaded at the first use, once; the function gives `undefined` for what cannot be parsed. Rejects where the grammar is missing. */
  load(): Promise<(text: string) => ShellNode | undefined>;
}

export interface Shell {
  /** Name the model is told, e.g. `bash` or `PowerShell`. */
  readonly name: string;
  /** A fresh process group, stdin empty, a clean environment. Aborting kills the whole group within a second. */
  run(
    /** `mayGoOn`: when its time is over it goes on as a job, where there are any, instead of being ended. */
    command: Command & { readonly timeoutMs: number; readonly mayGoOn?: boolean },
    onOutput: (chunk: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult>;
  /** Absent: commands cannot be looked into, so that each one asks. */
  readonly grammar?: CommandGrammar;
  /** Tried once. Absent: the host has no sandbox to offer. */
  sandbox?(): Promise<SandboxState>;
  /** Absent: nothing runs in the background here. */
  readonly jobs?: Jobs;
}

/** A file that starts programs or steers tools without being asked, as it was at one moment. */
export interface WatchedFile {
  readonly kind: 'file' | 'executable' | 'link';
  /** sha256 of its bytes (of a link: its target); of a very large file of what the system tells of it. */
  readonly hash: Hash;
  readonly size: number;
  /** Of a link: its target. Absent: it is too large to be kept, so it can be told that it changed, not undone. */
  readonly bytes?: Uint8Array;
}

/** Every watched file there is, by its path relative to the root (absolute where it is outside: a linked repository). */
export interface WatchedState {
  readonly files: ReadonlyMap<string, WatchedFile>;
  /** Folders that hold more than is looked at. */
  readonly cut: readonly string[];
}

/** A watched file that a command made, changed or removed. */
export interface WatchedChange {
  readonly path: string;
  /** Ends the sentence that begins with the path. */
  readonly why: string;
  readonly before?: WatchedFile;
  readonly after?: WatchedFile;
}

/**
 * Git's hooks and settings, the editor's tasks and settings, build servers' and agents' configuration: compared before and
 * after a command. Never git's objects, references, index and logs.
 */
export interface Watched {
  read(): Promise<WatchedState>;
  /** Takes changes back, each only if the file still is its `after`. Nothing is undone unasked. */
  undo(changes: readonly WatchedChange[]): Promise<{
    readonly restored: readonly string[];
    readonly failed: readonly { readonly path: string; readonly why: string }[];
  }>;
}
