/**
 * What a repository's own configuration could make git run. Most of it every call switches off (process.ts, and the
 * switches in arguments.ts); what bears a name the repository chose cannot be, and stops the operations it could act in.
 * Listing the configuration runs nothing.
 */
import type { GitOperation } from '../../../agent/ports.ts';
import { type GitPlace, gitOutput } from './process.ts';

/** What of an operation a program could come in by. Looking at commits alone runs nothing but what is switched off. */
type Touch = 'workTree' | 'refs';

interface DangerousKey {
  readonly pattern: RegExp;
  readonly touches: readonly Touch[];
  readonly why: string;
}

const DANGEROUS: readonly DangerousKey[] = [
  {
    pattern: /^filter\..*\.(clean|process)$/is,
    touches: ['workTree'],
    why: 'names a program that git runs on files it compares or commits',
  },
  {
    pattern: /^lfs\.(extension\..*|customtransfer\..*|standalonetransferagent)$/is,
    touches: ['workTree'],
    why: 'names a program that git-lfs runs on files git compares or commits',
  },
  // Newer than core.hooksPath, and not switched off by it.
  { pattern: /^hook\..*\.command$/is, touches: ['workTree', 'refs'], why: 'names a hook' },
];

function touchesOf(operation: GitOperation): readonly Touch[] {
  switch (operation.kind) {
    case 'status':
    case 'blame':
      return ['workTree'];
    case 'diff':
      return operation.staged || (operation.from !== undefined && operation.to !== undefined) ? [] : ['workTree'];
    case 'commit':
      return ['workTree', 'refs'];
    case 'log':
    case 'show':
    case 'file':
      return [];
    default:
      return operation satisfies never;
  }
}

/** The person's own settings (global, system) may name programs; the repository's (local, worktree) may not. */
const THEIRS = new Set(['local', 'worktree']);

/** Why the operation cannot be done here; `undefined`: nothing that the repository names would run. */
export async function dangerIn(
  place: GitPlace,
  operation: GitOperation,
  signal: AbortSignal,
): Promise<{ readonly fault: string } | undefined> {
  const touches = touchesOf(operation);
  if (touches.length === 0) return undefined;
  const keys = await ownKeys(place, signal);
  if ('fault' in keys) return keys;
  for (const key of keys) {
    const found = DANGEROUS.find(
      ({ pattern, touches: acts }) => pattern.test(key) && acts.some((one) => touches.includes(one)),
    );
    if (found) return { fault: faultOf(key, found.why, operation.kind) };
  }
  return undefined;
}

/** Beyond the dangerous ones: what our own calls switch off and a git in a shell does not. */
const STARTS =
  /^(?:core\.(?:fsmonitor|pager)|pager\..*|diff\.external|diff\..*\.(?:command|textconv)|filter\..*|gpg\..*program|gpg\.program|log\.showsignature|remote\..*\.(?:promisor|partialclonefilter|uploadpack|vcs)|extensions\.partialclone|protocol\..*|credential\..*|core\.(?:sshcommand|gitproxy|alternaterefscommand))$/is;

/** See `Git.starts`. */
export async function startsIn(place: GitPlace, signal: AbortSignal): Promise<string | undefined> {
  const keys = await ownKeys(place, signal);
  if ('fault' in keys) return 'something that cannot be read';
  return keys.find((key) => STARTS.test(key) || DANGEROUS.some(({ pattern }) => pattern.test(key)));
}

/** Keys that the repository itself sets, its included files among them. */
async function ownKeys(place: GitPlace, signal: AbortSignal): Promise<readonly string[] | { readonly fault: string }> {
  const listed = await gitOutput(
    place,
    ['config', '--list', '--includes', '--show-scope', '--name-only', '-z'],
    signal,
  );
  if ('fault' in listed) return listed;
  if (listed.cut) return { fault: "The repository's configuration is too long to be checked." };
  const parts = listed.output.split('\0');
  return parts.flatMap((key, at) => (at % 2 === 1 && THEIRS.has(parts[at - 1] ?? '') ? [key] : []));
}

const faultOf = (key: string, why: string, kind: GitOperation['kind']): string =>
  `The repository's own configuration sets ${key}, which ${why}; Goalwright never runs such a program by itself. ` +
  `Use run with a git ${kind} command, which the person is asked about, or the person sets the key in the global ` +
  `configuration (git config --global) and takes it out of this repository's (git config --local --unset-all).`;
