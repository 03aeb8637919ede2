/** What is known of a command before it is judged: what it does, what it stands for, and what will confine it. */
import { hashOf } from '../hash.ts';
import { type Understanding, understand } from '../policy/command/understand.ts';
import { judgePath } from '../policy/path.ts';
import type { Ports, ResolvedPath } from '../ports.ts';
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
  const [understood, sandbox] = await Promise.all([
    understandingOf(world, command, cwd, signal),
    world.shell.sandbox?.(),
  ]);
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
  signal: AbortSignal,
): Promise<Understanding> {
  const parse = await shell.grammar?.load().catch(() => undefined);
  if (!shell.grammar || !parse) return UNREAD;
  const isElsewhere = cwd.real !== workspace.root;
  const gitRuns = /\bgit\b/i.test(command)
    ? ((await git?.starts(signal)) ?? (isElsewhere ? 'what a repository in this folder names' : undefined))
    : undefined;
  return understand(command, cwd.real, {
    ...{ shell: shell.grammar.shell, home: shell.grammar.home, parse },
    ...(gitRuns !== undefined && { gitRuns }),
    resolve: (path) => workspace.resolve(path),
  });
}
