/** What of a diff or a commit may be shown: each file's name is judged before git is asked for its content. */
import { visible } from '../policy/names.ts';
import { judgePath } from '../policy/path.ts';
import type { Git, GitOperation, ResolvedPath, Workspace } from '../ports.ts';

export interface Shown {
  /** Judged here and, as actions of the call, by policy. */
  readonly allowed: readonly ResolvedPath[];
  /** The same as git names them. */
  readonly names: readonly string[];
  /** What is left out, and why, a line each. */
  readonly leftOut: readonly string[];
}

/** Files of one answer; the rest are counted. */
const FILE_LIMIT = 300;
const LEFT_OUT_LIMIT = 20;

/** Never throws; a fault when git cannot say which files there are. */
export async function shownFiles(
  git: Git,
  operation: Extract<GitOperation, { kind: 'diff' | 'show' }>,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Shown | { readonly fault: string }> {
  const found = await git.names(operation, signal);
  if ('fault' in found) return found;
  const allowed: ResolvedPath[] = [];
  const names: string[] = [];
  const leftOut: string[] = [];
  for (const name of found.names.slice(0, FILE_LIMIT)) {
    // As a plain name: `~` and `$HOME` at its beginning mean themselves.
    const path = await workspace.resolve(`./${name}`);
    const reason = name.includes('\ufffd') ? 'its name is no UTF-8' : refusalOf(path);
    if (reason !== undefined) leftOut.push(`${visible(name)} is left out: ${reason}`);
    else if (!('fault' in path)) {
      allowed.push(path);
      names.push(name);
    }
  }
  const kept = leftOut.slice(0, LEFT_OUT_LIMIT);
  if (leftOut.length > kept.length)
    kept.push(`${leftOut.length - kept.length} more files are left out for such reasons.`);
  const rest = found.names.length - FILE_LIMIT;
  if (rest > 0) kept.push(`${rest} of ${found.names.length} files are left out: name paths to see them.`);
  return { allowed, names, leftOut: kept };
}

function refusalOf(path: Parameters<typeof judgePath>[0]): string | undefined {
  const { verdict, reason } = judgePath(path, 'read');
  return verdict === 'allow' ? undefined : reason;
}
