/** Rows of the areas `command` and `git`: a command line, judged as a call of `run` would be. */
import * as z from 'zod';
import type { PathFault, ResolvedPath } from '../../ports.ts';
import type { GitFacts } from '../command/git.ts';
import type { ShellNode } from '../command/script.ts';
import { type Facts, type ShellKind, understand } from '../command/understand.ts';
import { decide } from '../decide.ts';
import { PROJECT_RULES } from './project.ts';
import { notUnderstood, ofVerdict, type Ruling } from './ruling.ts';
import { WorldInput, worldOf } from './world.ts';

const Input = WorldInput.extend({
  command: z.string(),
  shell: z.enum(['bash', 'zsh', 'sh', 'pwsh', 'cmd']).default('bash'),
  cwd: z.string().optional(),
  trusted: z.boolean().default(true),
  isBackground: z.boolean().default(false),
  /** A shell text that makes the row's world what it is; it is not run. */
  setup: z.string().default(''),
});

/** Grammars by their shell; each is loaded once. */
export type LoadGrammar = (shell: ShellKind) => Promise<(text: string) => ShellNode | undefined>;

/**
 * The person of a row trusts the project's own scripts as they are (rows/project.ts); nobody trusts one that is to run on in
 * the background. What the model says of a command's risk is not looked at. A repository is plain, unless the row's setup may
 * have made it another.
 */
export async function judgeCommandRow(input: unknown, load: LoadGrammar): Promise<Ruling> {
  const parsed = Input.safeParse(input);
  if (!parsed.success) return notUnderstood('command', input);
  const { command, shell, cwd: from, trusted, isBackground, setup, ...world } = parsed.data;
  const { home, resolve } = worldOf(world);
  const cwd = resolve(from ?? world.workspaceFolders[0] ?? '/ws');
  if ('fault' in cwd) return { decision: 'deny', rule: 'path-spelling', reason: cwd.fault };
  const parse = await load(shell);
  const facts: Facts = {
    ...{ shell, home, parse, resolve: async (path) => ofAnyKind(resolve(path)) },
    git: async () => repositoryOf(setup),
  };
  const understood = await understand(command, cwd.real, facts);
  const rules = { user: isBackground ? [] : PROJECT_RULES, workspace: [], run: [] };
  return ofVerdict(
    decide(
      { kind: 'command', command, cwd: { ...cwd, kind: 'directory' }, looked: { understood } },
      { mode: 'ask', trusted, rules },
    ),
  );
}

/** A plain repository, unless the setup gives it anything. */
const repositoryOf = (setup: string): GitFacts => ({
  ...(/\bgit\b|\bHEAD\b/.test(setup) && { starts: 'what the setup of this row gives it' }),
  holds: async () => undefined,
});

/** A row does not say what is a file and what a folder. */
const ofAnyKind = (path: ResolvedPath | PathFault): ResolvedPath | PathFault =>
  'fault' in path ? path : { ...path, kind: undefined };
