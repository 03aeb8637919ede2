/** What is known of a command before it is judged: what it does, what it stands for, and what will confine it. */
import { hashOf } from '../hash.ts';
import type { GitFacts } from '../policy/command/git.ts';
import { type Understanding, understand } from '../policy/command/understand.ts';
import { judgePath } from '../policy/path.ts';
import type { Git, Ports, ResolvedPath, Workspace } from '../ports.ts';
import type { Looked } from '../tools/tool.ts';
import { definitionOf } from './definition.ts';
import type { Engine } from './engine.ts';

const UNREAD: Understanding = { parts: [], doubts: ['commands cannot be looked into here'], denials: [], touches: [] };

/** `network`: it says that it needs the network, of which the person's list of domains is what it gets. Looked at anew for each call: files, settings and git's configuration change. */
export async function look(engine: Engine, command: string, cwd: ResolvedPath, network: boolean): Promise<Looked> {
  const { definition } = await definitionOf(engine, command, cwd.real);
  return {
    ...(await lookAt(
      engine.ports,
      command,
      cwd,
      { network, domains: engine.policy.switches?.domains },
      engine.stepSignal(),
    )),
    ...(definition !== undefined && { definition: hashOf(definition) }),
  };
}

type World = Pick<Ports, 'shell' | 'workspace' | 'git'>;

/** The same without what a manifest says. */
export async function lookAt(
  world: World,
  command: string,
  cwd: ResolvedPath,
  { network, domains }: { readonly network: boolean; readonly domains?: readonly string[] | undefined },
  signal: AbortSignal = new AbortController().signal,
): Promise<Looked> {
  const sandbox = await world.shell.sandbox?.();
  const understood = await understandingOf(
    world,
    command,
    cwd,
    sandbox !== undefined && sandbox.kind !== 'none',
    signal,
  );
  const secrets = understood.touches.some(({ path, access }) => judgePath(path, access).rule === 'env-file');
  if (!sandbox || sandbox.kind === 'none') return { understood };
  const { allOrNothing } = sandbox;
  return {
    understood,
    sandbox: {
      network,
      ...(network && domains && allOrNothing === undefined && { domains }),
      // What a person allows to read a file of secrets may read it.
      ...(secrets && { secrets }),
    },
    ...(allOrNothing !== undefined && { allOrNothing }),
  };
}

async function understandingOf(
  { shell, workspace, git }: World,
  command: string,
  cwd: ResolvedPath,
  isConfined: boolean,
  signal: AbortSignal,
): Promise<Understanding> {
  const parse = await shell.grammar?.load().catch(() => undefined);
  if (!shell.grammar || !parse) return UNREAD;
  return understand(command, cwd.real, {
    ...{ shell: shell.grammar.shell, home: shell.grammar.home, parse },
    ...(git && { git: (folder) => gitFacts(git, folder, workspace.root, signal) }),
    ...(workspace.names && { names: workspace.names }),
    closed: (folders) => closedTo(workspace, folders, isConfined),
    resolve: (path) => workspace.resolve(path),
  });
}

/** The sandbox covers environment files itself. */
async function closedTo(
  { root, firstNamed }: Workspace,
  folders: readonly string[],
  isConfined: boolean,
): Promise<string | undefined> {
  const isClosed = (relative: string): boolean => {
    const { verdict, rule } = judgePath(plainPath(root, relative), 'read');
    return verdict !== 'allow' && rule !== 'option-like' && !(isConfined && rule === 'env-file');
  };
  const first = await firstNamed?.(folders, isClosed);
  if (first?.path !== undefined) return first.hidden ? `${first.path}, which .goalwrightignore hides` : first.path;
  return first?.cut ? 'what lies deeper than can be looked at first' : undefined;
}

/** The tracked files are judged by their names: git shows them as they were, whatever stands there now. */
async function gitFacts(git: Git, folder: string, root: string, signal: AbortSignal): Promise<GitFacts> {
  const isOpen = (relative: string): boolean => judgePath(plainPath(root, relative), 'read').verdict === 'allow';
  const starts = await git.starts(folder, signal);
  return { ...(starts !== undefined && { starts }), holds: (past) => git.holds(folder, { isOpen, past }, signal) };
}

const plainPath = (root: string, relative: string): ResolvedPath => ({
  ...{ given: `./${relative}`, real: `${root}/${relative}`, relative, lexical: relative },
  ...{ exists: true, kind: 'file', links: 1 },
});
