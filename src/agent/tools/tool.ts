/**
 * The contract of a tool. `prepare` has no effects and computes exactly what will happen; the approval shows that, and
 * `perform` does that or fails: what is approved is what is done.
 */
import type * as z from 'zod';
import type { Change, CommandChanges, Intent, Mode, OwnTerminal, Seen } from '../journal/event.ts';
import type { Understanding } from '../policy/command/understand.ts';
import type { Redact } from '../policy/secret.ts';
import type { Confinement, Git, Hash, ResolvedPath, Search, Shell, Workspace } from '../ports.ts';
import type { Check } from '../queue/task.ts';

/** What `decide` judges. */
export type Action =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly path: ResolvedPath }
  /** `unsaved`: the person's unsaved text in the editor is changed and saved along. `alert`: as in `Proposal`. */
  | { readonly kind: 'edit'; readonly path: ResolvedPath; readonly unsaved?: boolean; readonly alert?: string }
  | { readonly kind: 'delete'; readonly path: ResolvedPath }
  | { readonly kind: 'command'; readonly command: string; readonly cwd: ResolvedPath; readonly looked?: Looked };

/** What is known of a command before it runs. Absent in an action: nothing is, and it is asked about. */
export interface Looked {
  readonly understood: Understanding;
  /** Digest of what a manifest says it stands for. */
  readonly definition?: Hash;
  /** It will run in the sandbox; absent: without one. */
  readonly sandbox?: Confinement;
  /** Why the sandbox could not let it reach some domains only. */
  readonly allOrNothing?: string;
}

/** One change of one file, computed and not yet applied. */
export interface Proposal {
  /** Relative to the root, for people and the model. */
  readonly path: string;
  readonly real: string;
  /** The file is moved to `path` from here. */
  readonly from?: { readonly path: string; readonly real: string };
  /** Absent: a new file. */
  readonly before: Uint8Array | undefined;
  readonly beforeHash: Hash | undefined;
  /** Absent: the file is deleted. */
  readonly after: Uint8Array | undefined;
  readonly afterHash: Hash | undefined;
  readonly added: number;
  readonly removed: number;
  readonly savesUnsaved: boolean;
  /** The unsaved text of an open editor that this was made from (`before` is the disk's). */
  readonly unsaved?: string;
  readonly warnings: readonly string[];
  /** The first warning of what the change adds (a key, a script that runs by itself, hidden characters): no mode accepts that. */
  readonly alert?: string;
}

/** Lets the loop do what only it can: plan, finish, ask. */
export type SteerRequest =
  | { readonly kind: 'plan'; readonly tasks: readonly PlanItem[]; readonly as: 'parts' | 'more' | 'instead' }
  | { readonly kind: 'finish'; readonly summary: string; readonly checks: readonly Check[] }
  | { readonly kind: 'ask'; readonly text: string; readonly options: readonly string[] };

/** A task as the model writes it: `after` holds numbers of items in the same list, from 1, and `afterIds` tasks there are. */
export interface PlanItem {
  readonly title: string;
  readonly description: string;
  readonly priority: number;
  readonly after: readonly number[];
  readonly afterIds: readonly string[];
  readonly checks: readonly Check[];
}

/** What goes back: text for the model (bounded) and one line for the person. */
export interface ToolResult {
  readonly ok: boolean;
  readonly forModel: string;
  /** `forModel` is no data: it says in words of Goalwright or of the person why nothing was done. */
  readonly own?: boolean;
  /** What Goalwright, or the person, says to it. */
  readonly note?: string;
  readonly title: string;
  readonly changes?: readonly Change[];
  /** What became of files while a command ran. */
  readonly commandChanges?: CommandChanges;
  /** It needs a real terminal. */
  readonly ownTerminal?: OwnTerminal;
  /** Files whose text the model now knows. */
  readonly seen?: readonly Seen[];
}

/** `prepare` found what will happen. */
export type Prepared =
  | { readonly kind: 'steer'; readonly request: SteerRequest }
  | {
      readonly kind: 'act';
      /** Every path and command this call touches, each judged; one refusal refuses the call. */
      readonly actions: readonly Action[];
      /** One line for the person: "Read src/a.ts". */
      readonly title: string;
      readonly effect:
        | { readonly kind: 'none' }
        /** Of each file at most one. */
        | { readonly kind: 'edit'; readonly proposals: readonly Proposal[] }
        | {
            readonly kind: 'command';
            readonly command: string;
            readonly cwd: ResolvedPath;
            readonly timeoutMs: number;
            /** Absent where a tool runs the command itself: nothing of it can be remembered. */
            readonly looked?: Looked;
          };
      readonly intent?: Intent;
      perform(context: PerformContext): Promise<ToolResult>;
    };

/** The call cannot be done; the text tells the model what to do next. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly forModel: string;
  readonly title: string;
  readonly ownTerminal?: OwnTerminal;
}

export interface ToolContext {
  readonly workspace: Workspace;
  readonly search: Search;
  readonly shell: Shell;
  readonly mode: Mode;
  /** Globs no tool may read, for ripgrep. */
  readonly hidden: readonly string[];
  /** What a model sees files through; absent: shapes alone make a secret. */
  readonly redact?: Redact;
  readonly git?: Git;
  /** `network`: it says that it needs the network. */
  look(command: string, cwd: ResolvedPath, network: boolean): Promise<Looked>;
}

export interface PerformContext {
  readonly signal: AbortSignal;
  readonly onOutput: (chunk: string) => void;
  /** For an edit: what becomes of each of its files. */
  readonly decided?: readonly Decided[];
}

/** What the person (or the mode) made of one proposal. */
export interface Decided {
  /** As prepared, or as merged with what happened to the file meanwhile. */
  readonly proposal: Proposal;
  /** Remarks on its lines, in words for the model. */
  readonly remarks: string;
  readonly verdict: /** The bytes that were accepted: the person may have changed the proposal. Absent: the file is deleted. */
    | { readonly kind: 'accept'; readonly bytes: Uint8Array | undefined }
    | { readonly kind: 'reject'; readonly reason: string | undefined };
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Source of the JSON schema, of the type and of validation. */
  readonly args: z.ZodObject;
  prepare(args: unknown, context: ToolContext): Promise<Prepared | Refusal>;
}

/** Binds a schema to its `prepare` so that arguments arrive typed. */
export function tool<S extends z.ZodObject>(definition: {
  readonly name: string;
  readonly description: string;
  readonly args: S;
  prepare(args: z.infer<S>, context: ToolContext): Promise<Prepared | Refusal>;
}): Tool {
  return { ...definition, prepare: (args, context) => definition.prepare(definition.args.parse(args), context) };
}
