/**
 * Runs a command and says how it ended, first; one in the background runs on as a job. Whether it may run is decided
 * elsewhere, on the exact text.
 */
import * as z from 'zod';
import { visible } from '../policy/names.ts';
import { judgeMoved } from '../policy/path.ts';
import { carriesSecret } from '../policy/placeholders.ts';
import { commandText } from './command-text.ts';
import { startJob } from './job.ts';
import { lackedTerminal, wantsScreen } from './own-terminal.ts';
import { refused } from './refused.ts';
import { tool } from './tool.ts';
import { withInput } from './with-input.ts';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;
const TITLE = 100;

export const run = tool({
  name: 'run',
  description: 'Run a command in a fresh shell. It must end, unless in background.',
  args: z.strictObject({
    command: z.string().min(1),
    cwd: z.string().optional().describe('default: root'),
    timeout_seconds: z
      .number()
      .min(1)
      .max(MAX_SECONDS)
      .optional()
      .describe(`${DEFAULT_SECONDS}; at most ${MAX_SECONDS}`),
    input: z.string().optional(),
    background: z.boolean().optional(),
    network: z.boolean().optional(),
  }),
  async prepare(
    {
      command: plain,
      cwd: given = '.',
      timeout_seconds: seconds = DEFAULT_SECONDS,
      input,
      background = false,
      network = false,
    },
    { workspace, shell, look },
  ) {
    const command = input === undefined ? plain : withInput(plain, input);
    const line = visible(plain.trim().split('\n')[0] ?? '');
    const title = `Run ${line.length > TITLE ? `${line.slice(0, TITLE)}…` : line}`;
    const secret = carriesSecret(command);
    if (secret) return refused(title, `Not run: ${secret}`);
    const cwd = await workspace.resolve(given);
    if ('fault' in cwd) return refused(title, `Not run: ${cwd.fault}`);
    if (cwd.kind !== 'directory') return refused(title, `Not run: ${visible(given)} is no folder.`);
    if (background && !shell.jobs) return refused(title, 'Not run: nothing runs in the background here.');
    if (input !== undefined && shell.name === 'PowerShell')
      return refused(title, 'Not run: this shell gives no input; pipe it within the command.');
    const timeoutMs = Math.round(seconds * 1000);
    const looked = await look(command, cwd, network);
    const { sandbox } = looked;
    const ownTerminal = { command, cwd: cwd.relative ?? cwd.real };
    const screen = wantsScreen(looked.understood);
    if (screen !== undefined)
      return {
        ...refused(title, `Not run: ${screen} needs a terminal. The person is offered theirs; go on without it.`),
        ownTerminal,
      };
    return {
      kind: 'act',
      actions: [{ kind: 'command', command, cwd, looked }],
      title,
      effect: { kind: 'command', command, cwd, timeoutMs, looked },
      intent: { kind: 'command', command, cwd: cwd.relative ?? cwd.real },
      async perform({ signal, onOutput }) {
        const moved = judgeMoved(cwd, await workspace.resolve(given));
        if (moved) return { ok: false, title, forModel: `Not run: ${moved.reason}` };
        const exact = { command, cwd: cwd.real, ...(sandbox && { sandbox }) };
        if (background && shell.jobs)
          return startJob(shell.jobs, { ...exact, input: input === undefined }, { title, signal, onOutput });
        const result = await shell.run({ ...exact, timeoutMs, mayGoOn: true }, onOutput, signal);
        const ok = (result.end.kind === 'exit' && result.end.code === 0) || result.goesOn !== undefined;
        return {
          ...{ ok, title, forModel: commandText(result, { timeoutMs, longestMs: MAX_SECONDS * 1000 }) },
          ...(lackedTerminal(result) && { ownTerminal }),
        };
      },
    };
  },
});
