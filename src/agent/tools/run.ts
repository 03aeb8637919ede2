/** Runs a command and says how it ended, first. Whether it may run is decided elsewhere, on the exact text. */
import * as z from 'zod';
import { visible } from '../policy/names.ts';
import { judgeMoved } from '../policy/path.ts';
import { commandText } from './command-text.ts';
import { refused } from './refused.ts';
import { tool } from './tool.ts';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;
const TITLE = 100;

export const run = tool({
  name: 'run',
  description: 'Run a command in a fresh shell, without input. It must end by itself.',
  args: z.strictObject({
    command: z.string().min(1),
    cwd: z.string().optional().describe('folder; default: the root'),
    timeout_seconds: z
      .number()
      .min(1)
      .max(MAX_SECONDS)
      .optional()
      .describe(`default ${DEFAULT_SECONDS}, at most ${MAX_SECONDS}`),
  }),
  async prepare({ command, cwd: given = '.', timeout_seconds: seconds = DEFAULT_SECONDS }, { workspace, shell }) {
    const line = visible(command.trim().split('\n')[0] ?? '');
    const title = `Run ${line.length > TITLE ? `${line.slice(0, TITLE)}…` : line}`;
    const cwd = await workspace.resolve(given);
    if ('fault' in cwd) return refused(title, `Not run: ${cwd.fault}`);
    if (cwd.kind !== 'directory') return refused(title, `Not run: ${visible(given)} is no folder.`);
    const timeoutMs = Math.round(seconds * 1000);
    return {
      kind: 'act',
      actions: [{ kind: 'command', command, cwd }],
      title,
      effect: { kind: 'command', command, cwd, timeoutMs },
      intent: { kind: 'command', command, cwd: cwd.relative ?? cwd.real },
      async perform({ signal, onOutput }) {
        const moved = judgeMoved(cwd, await workspace.resolve(given));
        if (moved) return { ok: false, title, forModel: `Not run: ${moved.reason}` };
        const result = await shell.run({ command, cwd: cwd.real, timeoutMs }, onOutput, signal);
        const ok = result.end.kind === 'exit' && result.end.code === 0;
        return { ok, title, forModel: commandText(result, { timeoutMs, longestMs: MAX_SECONDS * 1000 }) };
      },
    };
  },
});
