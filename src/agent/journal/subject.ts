/** What a person is asked about, and what they may remark on it. */
import * as z from 'zod';
import { CommandRule } from '../policy/rule.ts';
import { TaskId } from '../queue/task.ts';

export const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A test or a checked file that says less than it did. */
export const Finding = z.object({ path: z.string(), what: z.string() });
export type Finding = z.infer<typeof Finding>;

/** A remark on lines of a proposal, as they stand in the proposed text. */
export const Comment = z.object({
  /** First and last line, from 1. */
  first: z.number().int().positive(),
  last: z.number().int().positive(),
  /** What stands there, cut. */
  quote: z.string(),
  text: z.string().min(1),
});
export type Comment = z.infer<typeof Comment>;

/** What a person is asked to approve. Contents are blobs: the journal names them by hash. */
export const Subject = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('edit'),
    /** Relative to the root. */
    path: z.string(),
    /** It is moved to `path` from here. */
    from: z.string().optional(),
    /** Absent: a new file. */
    before: Hash.optional(),
    /** Absent: the file is deleted. */
    after: Hash.optional(),
    added: z.number().int(),
    removed: z.number().int(),
    /** Accepting also saves the person's own unsaved changes. */
    savesUnsaved: z.boolean(),
    /** Facts the card must show: hidden characters, several links, no undo in the editor… */
    warnings: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('command'),
    command: z.string(),
    /** Relative to the root, '' is the root. */
    cwd: z.string(),
    /** It is a task's check: a yes covers this exact command for the whole run. */
    check: z.boolean(),
    /** What the command stands for, where a manifest says so (a package's script); another text is asked about anew. */
    definition: z.string().optional(),
    /** It gets the network. */
    network: z.boolean().optional(),
    /** Of the network, only these. */
    domains: z.array(z.string()).optional(),
    /** It runs in the sandbox. Absent: in journals from before there was one. */
    sandboxed: z.boolean().optional(),
    /** The rule that would let exactly this pass from now on. */
    remember: CommandRule.optional(),
  }),
  /** Files that are guarded even from being read, by their names. */
  z.object({ kind: z.literal('read'), paths: z.array(z.string()).min(1) }),
  /** What a command did to files that start programs or steer tools. A no takes it back. */
  z.object({
    kind: z.literal('watched'),
    changes: z
      .array(
        z.object({
          path: z.string(),
          /** Ends the sentence that begins with the path. */
          why: z.string(),
          act: z.enum(['made', 'changed', 'removed']),
          /** Hunks without secrets, bounded; '' where there is no text to compare. */
          patch: z.string(),
          isUndoable: z.boolean(),
        }),
      )
      .min(1),
  }),
  z.object({
    /** Tests or checks that say less than when they failed. A yes lets the task pass all the same. */
    kind: z.literal('weakened'),
    task: TaskId,
    findings: z.array(Finding).min(1),
  }),
]);
export type Subject = z.infer<typeof Subject>;
