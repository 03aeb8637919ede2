/** All ports on plain Node, for the command line and, but for the workspace, for the extension host. */
import path from 'node:path';
import type { Ports } from '../../agent/ports.ts';
import { nodeCheckpoints } from './checkpoints.ts';
import { systemClock } from './clock.ts';
import { nodeGit } from './git.ts';
import { randomIds } from './ids.ts';
import { reapHosts } from './job-records.ts';
import { findRipgrep, type RipgrepPlaces } from './ripgrep.ts';
import { type NodeRules, nodeRules, type OwnRules, ownRulesFile, secretPatterns } from './rules.ts';
import { nodeSandbox } from './sandbox/sandbox.ts';
import { ripgrepSearch } from './search.ts';
import { type NodeSecrets, nodeSecrets } from './secrets.ts';
import { nodeShell } from './shell.ts';
import type { ShowCommand } from './shown-command.ts';
import { nodeStore } from './store.ts';
import { nodeWatched } from './watched/watched.ts';
import { nodeWorkspace } from './workspace.ts';

/** `root`: the folder to work in; `base`: where the journals are kept. */
export interface NodeOptions extends RipgrepPlaces {
  /** Where the person's rules are kept; absent: beside the other settings of the command line. */
  readonly ownRules?: OwnRules;
  /** The person's patterns for secrets, beside those among their rules. */
  readonly secretPatterns?: () => readonly unknown[];
  /** Asked at each command. */
  readonly isSandboxOff?: () => boolean;
  /** Shows a person the commands that run. */
  readonly show?: ShowCommand;
}

export async function nodePorts(
  root: string,
  base: string,
  { ownRules = ownRulesFile(), secretPatterns: more, isSandboxOff, show, ...places }: NodeOptions = {},
): Promise<Ports & { readonly rules: NodeRules; readonly secrets: NodeSecrets }> {
  const workspace = await nodeWorkspace(root, { ledger: path.join(base, 'writes') });
  const records = path.join(base, 'jobs');
  await reapHosts(records);
  const rgPath = await findRipgrep(places);
  return {
    workspace,
    search: ripgrepSearch({ root: workspace.root, rgPath }),
    shell: nodeShell({
      sandbox: nodeSandbox({
        root: workspace.root,
        hide: [base],
        ripgrep: rgPath,
        ...(isSandboxOff && { isOff: isSandboxOff }),
      }),
      records,
      ...(show && { show }),
    }),
    store: await nodeStore({ base, root: workspace.root }),
    checkpoints: await nodeCheckpoints({ base, root: workspace.root }),
    git: nodeGit({ root: workspace.root }),
    watched: nodeWatched({ root: workspace.root }),
    rules: nodeRules(ownRules, workspace.root, true),
    secrets: await nodeSecrets({
      root: workspace.root,
      patterns: async () => [...(await secretPatterns(ownRules)), ...(more?.() ?? [])],
    }),
    clock: systemClock,
    ids: randomIds,
  };
}
