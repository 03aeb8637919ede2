/** All ports on plain Node, for the command line and, but for the workspace, for the extension host. */
import type { Ports } from '../../agent/ports.ts';
import { systemClock } from './clock.ts';
import { randomIds } from './ids.ts';
import { findRipgrep } from './ripgrep.ts';
import { ripgrepSearch } from './search.ts';
import { nodeShell } from './shell.ts';
import { nodeStore } from './store.ts';
import { nodeWorkspace } from './workspace.ts';

/** `root`: the folder to work in; `base`: where the journals are kept. */
export async function nodePorts(root: string, base: string, editorRipgrep?: string): Promise<Ports> {
  const workspace = await nodeWorkspace(root);
  return {
    workspace,
    search: ripgrepSearch({ root: workspace.root, rgPath: editorRipgrep ?? (await findRipgrep()) }),
    shell: nodeShell(),
    store: await nodeStore({ base, root: workspace.root }),
    clock: systemClock,
    ids: randomIds,
  };
}
