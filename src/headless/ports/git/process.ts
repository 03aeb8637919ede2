/**
 * One run of git through simple-git: no shell, bounded in time and output, how it ended as a value. What a repository's
 * configuration could make it run is switched off here for every call; what cannot be is found by config.ts beforehand.
 */
import type { SimpleGitOptions } from 'simple-git';

export interface GitPlace {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type GitEnd =
  /** `cut`: reading stopped at the limit and git was ended; `code` says nothing then. */
  | {
      readonly kind: 'ended';
      readonly code: number;
      readonly output: string;
      readonly errors: string;
      readonly cut: boolean;
    }
  | { readonly kind: 'fault'; readonly fault: string };

/** Bytes of output that are read. */
const OUTPUT_LIMIT = 2 * 1024 * 1024;
/** What git started and left behind may hold its output open: so long is waited for the rest of it. */
const AFTER_EXIT_MS = 2000;

/** The command line's settings win over those of every file. */
const SETTINGS: readonly string[] = [
  // Programs: monitors, hooks, signers, what commits and diffs start by themselves.
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'commit.gpgSign=false',
  'log.showSignature=false',
  'status.submoduleSummary=false',
  'diff.submodule=short',
  'diff.ignoreSubmodules=all',
  'submodule.recurse=false',
  'rerere.enabled=false',
  'maintenance.auto=false',
  'gc.auto=0',
  // A folder of the tree that looks like a repository is none.
  'safe.bareRepository=explicit',
  // Its first line would stand in git's complaint.
  'blame.ignoreRevsFile=',
  // Looking changes nothing, not even the index.
  'diff.autoRefreshIndex=false',
  // The same text everywhere.
  'core.quotePath=false',
  'i18n.logOutputEncoding=UTF-8',
  'log.showRoot=true',
  'commit.verbose=false',
  'status.relativePaths=true',
  // Nobody's name is guessed from the computer's.
  'user.useConfigOnly=true',
];

/** simple-git takes the naming of these for an attack: here each is named only to switch it off. */
const UNSAFE: SimpleGitOptions['unsafe'] = {
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeEditor: true,
  // Its pattern knows no blank, as in C:\Program Files; the path is ours and no shell sees it.
  allowUnsafeCustomBinary: true,
};
const GUARDED = /^(git_.*|pager|editor)$/i;

/** `input`: what git reads; never empty, since simple-git would leave it waiting. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  signal: AbortSignal,
  input?: string,
): Promise<GitEnd> {
  if (signal.aborted) return { kind: 'fault', fault: 'stopped' };
  const { simpleGit } = await import('simple-git');
  const late = AbortSignal.timeout(place.timeoutMs);
  const full = new AbortController();
  const chunks: Buffer[] = [];
  let size = 0;
  let code = -1;
  let errors = '';
  const onOutput = (chunk: Buffer): void => {
    if (size < OUTPUT_LIMIT) chunks.push(chunk.subarray(0, OUTPUT_LIMIT - size));
    size += chunk.length;
    if (size > OUTPUT_LIMIT) full.abort();
  };
  try {
    await simpleGit({
      baseDir: place.cwd,
      binary: place.program,
      abort: AbortSignal.any([signal, late, full.signal]),
      config: [...SETTINGS],
      unsafe: UNSAFE,
      allowEnvironment: Object.keys(place.env).filter((name) => GUARDED.test(name)),
      completion: { onClose: true, onExit: AFTER_EXIT_MS },
      input: () => input,
      errors(_, result) {
        code = result.exitCode;
        errors = Buffer.concat(result.stdErr).toString();
        return undefined;
      },
    })
      .env({ ...place.env })
      .outputHandler((_, stdout) => stdout.on('data', onOutput))
      .raw(['--no-pager', '--literal-pathspecs', ...args]);
  } catch (error) {
    return {
      kind: 'fault',
      fault: `git could not be started: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (signal.aborted) return { kind: 'fault', fault: 'stopped' };
  if (late.aborted)
    return {
      kind: 'fault',
      fault: `git took longer than ${place.timeoutMs / 1000} s and was ended: name fewer paths.`,
    };
  const cut = full.signal.aborted;
  if (code < 0 && !cut) return { kind: 'fault', fault: `git could not be started: ${errors.split('\n')[0] ?? ''}` };
  return { kind: 'ended', code, output: Buffer.concat(chunks).toString(), errors, cut };
}

/** Output of a call that must succeed; git's complaint, without its hints, as the fault. */
export async function gitOutput(
  place: GitPlace,
  args: readonly string[],
  signal: AbortSignal,
  input?: string,
): Promise<{ readonly output: string; readonly cut: boolean } | { readonly fault: string }> {
  const end = await runGit(place, args, signal, input);
  if (end.kind === 'fault') return end;
  if (end.code !== 0 && !end.cut) return { fault: complaint(end.errors) ?? `git ended with code ${end.code}.` };
  return { output: end.output, cut: end.cut };
}

const COMPLAINT_LIMIT = 1500;

function complaint(errors: string): string | undefined {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('hint:'));
  const text = lines.map((line) => line.replace(/^(fatal|error): /, '')).join('\n');
  return text === '' ? undefined : text.slice(0, COMPLAINT_LIMIT);
}

/** Parts of an answer given with `-z`. */
export const namesIn = (output: string): string[] => output.split('\0').filter((name) => name !== '');
