/**
 * A commit of exactly the given files as they are on disk. What else is staged stays staged; no hook, signer, editor or
 * maintenance runs; a failure leaves the index as it was.
 */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { unless } from '../durable.ts';
import { DIFF } from './arguments.ts';
import { type GitPlace, gitOutput, namesIn, runGit } from './process.ts';

export interface CommitRequest {
  readonly message: string;
  /** Files relative to the root: changed, new or deleted. */
  readonly paths: readonly string[];
}

type Result = { readonly output: string } | { readonly fault: string };

export async function commit(place: GitPlace, request: CommitRequest, signal: AbortSignal): Promise<Result> {
  const { message, paths } = request;
  if (paths.length === 0) return { fault: 'Nothing to commit: name the files.' };
  if (message.trim() === '') return { fault: 'A commit needs a message.' };
  if (message.includes('\0')) return { fault: 'The message holds a NUL character.' };
  const author = await gitOutput(place, ['var', 'GIT_COMMITTER_IDENT'], signal);
  if ('fault' in author) return { fault: `${NO_AUTHOR} (${author.fault.split('\n').at(-1)})` };
  const known = await knownNames(place, paths, signal);
  if ('fault' in known) return known;
  const folder = await folderAmong(place.cwd, paths, known.names);
  if (folder !== undefined) return { fault: `${folder} is a folder, not a file: name the files themselves.` };
  const fresh = paths.filter((name) => !known.names.includes(name));
  const announced = await announce(place, fresh, signal);
  if ('fault' in announced) return announced;
  const made = (await unchanged(place, paths, signal)) ?? (await commitOnly(place, request, signal));
  if ('fault' in made) {
    // Also when it was stopped.
    await forget(place, fresh);
    return made;
  }
  return report(place, AbortSignal.timeout(place.timeoutMs));
}

const NO_AUTHOR =
  'git does not know who commits. The person sets it once: git config --global user.name "Name" and git config --global user.email "name@example.com".';

/** Files below these paths that the index or the last commit holds. */
async function knownNames(
  place: GitPlace,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[] } | { readonly fault: string }> {
  const staged = await gitOutput(place, ['ls-files', '--cached', '-z', '--', ...paths], signal);
  if ('fault' in staged) return staged;
  // Fails before the first commit.
  const committed = await gitOutput(place, ['ls-tree', '-r', '-z', '--name-only', 'HEAD', '--', ...paths], signal);
  return { names: [...namesIn(staged.output), ...('output' in committed ? namesIn(committed.output) : [])] };
}

/** Of these files those a commit can take: known to git, or there and not ignored. */
export async function takenNames(
  place: GitPlace,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[] } | { readonly fault: string }> {
  if (paths.length === 0) return { names: [] };
  const known = await knownNames(place, paths, signal);
  if ('fault' in known) return known;
  const fresh = await gitOutput(place, ['ls-files', '--others', '--exclude-standard', '-z', '--', ...paths], signal);
  if ('fault' in fresh) return fresh;
  const taken = new Set([...known.names, ...namesIn(fresh.output)]);
  return { names: paths.filter((name) => taken.has(name)) };
}

/** A folder would bring in more than was named; a submodule is one too. */
async function folderAmong(
  root: string,
  paths: readonly string[],
  known: readonly string[],
): Promise<string | undefined> {
  for (const name of paths) {
    const stats = await unless(lstat(path.join(root, name)), 'ENOENT', 'ENOTDIR');
    if (stats?.isDirectory() || name === '.' || known.some((one) => one.startsWith(`${name}/`))) return name;
  }
  return undefined;
}

/** Files git does not know yet must be in its index, empty, before `--only` takes them. */
async function announce(place: GitPlace, paths: readonly string[], signal: AbortSignal): Promise<Result> {
  if (paths.length === 0) return { output: '' };
  const added = await gitOutput(place, ['add', '--intent-to-add', '--', ...paths], signal);
  if ('fault' in added) await forget(place, paths);
  return added;
}

/** Takes announced files out of the index again. */
async function forget(place: GitPlace, paths: readonly string[]): Promise<void> {
  if (paths.length > 0)
    await runGit(place, ['update-index', '--force-remove', '--', ...paths], AbortSignal.timeout(place.timeoutMs));
}

/** A fault when there is nothing to commit: git would look at the whole tree, submodules too, only to say so. */
async function unchanged(
  place: GitPlace,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly fault: string } | undefined> {
  const head = await runGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD'], signal);
  if (head.kind === 'fault') return head;
  if (head.code !== 0) return undefined;
  const args = ['-c', 'diff.autoRefreshIndex=true', 'diff', ...DIFF, '--ignore-submodules=all', '--name-only', '-z'];
  const changed = await gitOutput(place, [...args, 'HEAD', '--', ...paths], signal);
  if ('fault' in changed) return changed;
  return changed.output === ''
    ? { fault: 'Nothing to commit: these files are as the last commit has them.' }
    : undefined;
}

async function commitOnly(place: GitPlace, { message, paths }: CommitRequest, signal: AbortSignal): Promise<Result> {
  const args = [
    ...['commit', '--only', '--file=-', '--cleanup=whitespace', '--quiet', '--no-status', '--no-verify'],
    // `--allow-empty`: what differs was seen to above. Without it git falls back to a status of everything.
    ...['--no-gpg-sign', '--no-post-rewrite', '--allow-empty', '--', ...paths],
  ];
  return gitOutput(place, args, signal, message);
}

/** What the new commit holds, from itself. */
async function report(place: GitPlace, signal: AbortSignal): Promise<Result> {
  const names = ['diff-tree', '--root', '--no-commit-id', '--name-status', '--no-renames', '-r', '-m', '--relative'];
  const [head, files] = await Promise.all([
    gitOutput(place, ['log', '-1', '--no-show-signature', '--no-color', '--no-patch', '--format=%h%d %s'], signal),
    gitOutput(place, [...names, 'HEAD'], signal),
  ]);
  const text = [head, files].map((part) => ('output' in part ? part.output.trimEnd() : part.fault)).join('\n');
  return {
    output: `${text}\nHooks of the repository (pre-commit, commit-msg and others) were not run, and the commit is not signed.\n`,
  };
}
