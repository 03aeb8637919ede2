/**
 * Git on the repository that holds the root. A repository is a stranger's data: nothing it names is run (git/process.ts,
 * git/config.ts), and one that is not this folder's own is not looked at (git/repository.ts).
 */
import path from 'node:path';
import type { Git, GitOperation } from '../../agent/ports.ts';
import { argumentsOf, diffNames, headerArguments, showArguments, withoutEmpty } from './git/arguments.ts';
import { commit, takenNames } from './git/commit.ts';
import { dangerIn } from './git/config.ts';
import { type GitPlace, gitOutput, namesIn } from './git/process.ts';
import { findGit, gitEnvironment } from './git/program.ts';
import { type Repository, repositoryOf } from './git/repository.ts';
import { closedIn, startsAt } from './git/starts.ts';

export interface GitOptions {
  /** Real path of the run's root. */
  readonly root: string;
  /** The environment git's own is made from. */
  readonly own?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;

type Fault = { readonly fault: string };
type Output = { readonly output: string; readonly cut?: boolean };
type Diff = Extract<GitOperation, { kind: 'diff' }>;
type Show = Extract<GitOperation, { kind: 'show' }>;

export function nodeGit({ root, own = process.env, timeoutMs = TIMEOUT_MS }: GitOptions): Git {
  const program = findGit(own);
  const placed = async (): Promise<GitPlace | { readonly none: string }> => {
    const found = await program;
    if (!found) return { none: 'git was not found on this computer.' };
    return { program: found, cwd: root, env: gitEnvironment(own), timeoutMs };
  };
  const repository = async (signal: AbortSignal): Promise<Repository | { readonly none: string }> => {
    const place = await placed();
    return 'none' in place ? place : repositoryOf(place, signal);
  };
  /** The place and the repository, checked for this operation; looked at anew each time, since both may change. */
  const enter = async <T>(
    operation: GitOperation,
    signal: AbortSignal,
    then: (place: GitPlace, repository: Repository) => Promise<T | Fault>,
  ): Promise<T | Fault> => {
    const beyond = pathsOf(operation).find((name) => !isBelow(name));
    if (beyond !== undefined) return { fault: `${beyond} is not below the root.` };
    const place = await placed();
    if ('none' in place) return { fault: place.none };
    const found = await repositoryOf(place, signal);
    if ('none' in found) return { fault: found.none };
    return (await dangerIn(place, operation, signal)) ?? then(place, found);
  };
  return {
    async repository() {
      const found = await repository(AbortSignal.timeout(timeoutMs));
      return 'none' in found ? { none: found.none } : { root: found.top };
    },
    names: (operation, signal) =>
      enter(operation, signal, (place) =>
        operation.kind === 'commit'
          ? takenNames(place, operation.paths, signal)
          : changedNames(place, operation, signal),
      ),
    run: (operation, signal) =>
      enter(operation, signal, (place, { top }) => perform(place, operation, top !== root, signal)),
    async starts(folder, signal) {
      const place = await placed();
      // Without git no command of it does anything.
      return 'none' in place ? undefined : startsAt({ ...place, cwd: folder }, root, signal);
    },
    async holds(folder, which, signal) {
      const place = await placed();
      return 'none' in place ? undefined : closedIn({ ...place, cwd: folder }, root, which, signal);
    },
  };
}

function pathsOf(operation: GitOperation): readonly string[] {
  if ('paths' in operation) return operation.paths;
  return 'path' in operation ? [operation.path] : [];
}

/** The repository may reach above the root; what is looked at and committed does not. */
function isBelow(name: string): boolean {
  const plain = path.normalize(name);
  return !path.isAbsolute(plain) && plain !== '..' && !plain.startsWith(`..${path.sep}`);
}

async function perform(
  place: GitPlace,
  operation: GitOperation,
  subfolder: boolean,
  signal: AbortSignal,
): Promise<Output | Fault> {
  switch (operation.kind) {
    case 'commit':
      return commit(place, operation, signal);
    case 'show':
      return show(place, operation, signal);
    case 'file': {
      const found = await commitOf(place, operation.revision, signal);
      if ('fault' in found) return found;
      return gitOutput(place, ['cat-file', 'blob', `${found.hash}:./${operation.path}`], signal);
    }
    case 'diff': {
      const diff = await resolved(place, operation, signal);
      if ('fault' in diff) return diff;
      if (diff.paths.length === 0) return { output: '' };
      const patch = await gitOutput(place, argumentsOf(diff, subfolder), signal);
      return 'fault' in patch ? patch : { ...patch, output: withoutEmpty(patch.output) };
    }
    default:
      return gitOutput(place, argumentsOf(operation, subfolder), signal);
  }
}

async function show(place: GitPlace, { revision, paths }: Show, signal: AbortSignal): Promise<Output | Fault> {
  const found = await commitOf(place, revision, signal);
  if ('fault' in found) return found;
  const header = await gitOutput(place, headerArguments(found.hash), signal);
  if ('fault' in header || paths.length === 0) return header;
  const patch = await gitOutput(place, showArguments(found.hash, paths, ['--patch', '-M']), signal);
  return 'fault' in patch ? patch : { output: `${header.output}${patch.output}`, cut: header.cut || patch.cut };
}

async function changedNames(
  place: GitPlace,
  operation: Diff | Show,
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[] } | Fault> {
  if (operation.paths.length === 0) return { names: [] };
  const args = await namingArguments(place, operation, signal);
  if ('fault' in args) return args;
  const named = await gitOutput(place, args.args, signal);
  if ('fault' in named) return named;
  return named.cut ? { fault: 'Too many files differ to list them: name paths.' } : { names: namesIn(named.output) };
}

async function namingArguments(
  place: GitPlace,
  operation: Diff | Show,
  signal: AbortSignal,
): Promise<{ readonly args: readonly string[] } | Fault> {
  if (operation.kind === 'diff') {
    const diff = await resolved(place, operation, signal);
    return 'fault' in diff ? diff : { args: diffNames(diff) };
  }
  const found = await commitOf(place, operation.revision, signal);
  return 'fault' in found
    ? found
    : { args: showArguments(found.hash, operation.paths, ['--name-only', '--no-renames', '-z']) };
}

/** The diff with hashes for its revisions. */
async function resolved(place: GitPlace, diff: Diff, signal: AbortSignal): Promise<Diff | Fault> {
  const hashes: { from?: string; to?: string } = {};
  for (const end of ['from', 'to'] as const) {
    const revision = diff[end];
    if (revision === undefined) continue;
    const found = await commitOf(place, revision, signal);
    if ('fault' in found) return found;
    hashes[end] = found.hash;
  }
  return { ...diff, ...hashes };
}

/** A revision is a commit or nothing: `HEAD:.env` would be a file's content past every rule about files. */
async function commitOf(
  place: GitPlace,
  revision: string,
  signal: AbortSignal,
): Promise<{ readonly hash: string } | Fault> {
  const fault = { fault: `"${revision}" is no commit here. Give one revision, such as HEAD~2, a branch or a hash.` };
  if (revision === '' || revision.startsWith('-') || revision.includes('\0')) return fault;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const found = await gitOutput(place, args, signal);
  const hash = 'output' in found ? found.output.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(hash) ? { hash } : fault;
}
