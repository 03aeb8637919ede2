/** A real folder with the real adapters, for tests of tools; and one call to a tool, as the loop makes it. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mode } from '../../../src/agent/journal/event.ts';
import { decideAll, refusalText } from '../../../src/agent/policy/decide.ts';
import { HIDDEN_GLOBS } from '../../../src/agent/policy/hidden-globs.ts';
import { lookAt } from '../../../src/agent/run/look.ts';
import { allTools, resolveCall } from '../../../src/agent/tools/registry.ts';
import type { Prepared, Refusal, ToolContext, ToolResult } from '../../../src/agent/tools/tool.ts';
import { findRipgrep } from '../../../src/headless/ports/ripgrep.ts';
import { ripgrepSearch } from '../../../src/headless/ports/search.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

export interface Folder extends AsyncDisposable {
  readonly root: string;
  readonly context: ToolContext;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  prepare(name: string, args: unknown): Promise<Prepared | Refusal>;
  /** Resolve, prepare, decide, perform. Rejects when the call steers the run or is no call. */
  call(name: string, args: unknown, signal?: AbortSignal): Promise<ToolResult>;
}

const shell = nodeShell();

export async function folder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  mode: Mode = 'continuous',
): Promise<Folder> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-tools-')));
  const root = path.join(top, 'ws');
  await mkdir(root);
  const workspace = await nodeWorkspace(root, { ledger: path.join(top, 'ledger') });
  const context: ToolContext = {
    workspace,
    look: (command, cwd, network) => lookAt({ workspace, shell }, command, cwd, { network }),
    search: ripgrepSearch({ root, rgPath: await findRipgrep() }),
    shell,
    mode,
    hidden: HIDDEN_GLOBS,
  };
  const made: Folder = {
    root,
    context,
    async write(more) {
      for (const [name, content] of Object.entries(more)) {
        await mkdir(path.dirname(path.join(root, name)), { recursive: true });
        await writeFile(path.join(root, name), content);
      }
    },
    async prepare(name, args) {
      const call = resolveCall(name, JSON.stringify(args), allTools(true));
      return call.kind === 'refusal' ? call : call.tool.prepare(call.args, context);
    },
    async call(name, args, signal = AbortSignal.any([])) {
      const prepared = await made.prepare(name, args);
      if (prepared.kind === 'refusal') return { ok: false, ...prepared };
      if (prepared.kind === 'steer') throw new Error(`${name} steers the run`);
      const decision = decideAll(prepared.actions, { mode, trusted: true });
      // Nobody is there to be asked about a guarded file.
      if (decision.verdict === 'deny' || (decision.verdict === 'ask' && prepared.effect.kind === 'none'))
        return { ok: false, title: prepared.title, forModel: refusalText(decision) };
      return prepared.perform({ signal, onOutput: () => undefined });
    },
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
  await made.write(files);
  return made;
}

export const lines = (count: number, text = (line: number) => `line ${line}`): string =>
  Array.from({ length: count }, (_, index) => `${text(index + 1)}\n`).join('');
