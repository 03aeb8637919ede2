/** Commands in the background: what they print, what they are told, and their end. */
import * as z from 'zod';
import { visible } from '../policy/names.ts';
import { carriesSecret } from '../policy/placeholders.ts';
import type { Command, Job, Jobs } from '../ports.ts';
import { jobLine, jobList, jobText } from './job-text.ts';
import { refused } from './refused.ts';
import { type PerformContext, type Prepared, type Refusal, type ToolContext, type ToolResult, tool } from './tool.ts';
import { withInput } from './with-input.ts';

const MAX_WAIT_SECONDS = 120;
/** After an input: time for what it brings about. */
const AFTER_INPUT_MS = 2000;

const Args = z.strictObject({
  id: z.string().optional().describe('none: list them'),
  from: z.number().int().min(0).optional().describe('byte of its output; default: what is new'),
  wait_seconds: z.number().min(0).max(MAX_WAIT_SECONDS).optional().describe('for its end, or a question'),
  input: z.string().optional().describe('as typed, with the newline'),
  close_input: z.boolean().optional(),
  stop: z.boolean().optional(),
});
type Args = z.infer<typeof Args>;

export const job = tool({
  name: 'job',
  description: 'A command run in the background: read its output, give it input, or stop it.',
  args: Args,
  async prepare(args, { shell, workspace }) {
    const { jobs } = shell;
    if (!jobs) return refused('Jobs', 'Not done: nothing runs in the background here.');
    const { id } = args;
    if (id === undefined)
      return look('List jobs', async () => ({ ok: true, title: 'List jobs', forModel: jobList(jobs.list()) }));
    const found = jobs.list().find((one) => one.id === id);
    if (!found) return refused(`Job ${visible(id)}`, `There is no job ${visible(id)}.\n${jobList(jobs.list())}`);
    if (args.input !== undefined || args.close_input) return giveInput(jobs, found, args, workspace);
    if (args.stop) return stop(jobs, found);
    const title = `Read ${id}`;
    return look(title, ({ signal }) => read(jobs, args, id, title, signal));
  },
});

/** Starts a job; its first words are the answer. */
export async function startJob(
  jobs: Jobs,
  command: Command & { readonly input: boolean },
  { title, signal, onOutput }: Pick<PerformContext, 'signal' | 'onOutput'> & { readonly title: string },
): Promise<ToolResult> {
  const started = await jobs.start(command, onOutput);
  if ('fault' in started) return { ok: false, title, forModel: `not run: ${started.fault}` };
  return read(jobs, {}, started.id, title, signal);
}

async function read(
  jobs: Jobs,
  { from, wait_seconds: seconds = 0 }: Args,
  id: string,
  title: string,
  signal: AbortSignal,
): Promise<ToolResult> {
  const output = await jobs.read(id, { ...(from !== undefined && { from }), waitMs: seconds * 1000 }, signal);
  if ('fault' in output) return { ok: false, title, forModel: output.fault };
  const { end } = output.job;
  return {
    ok: !end || end.kind === 'stopped' || (end.kind === 'exit' && end.code === 0),
    title,
    forModel: jobText(output),
  };
}

/** What is typed into a program can be anything a command can be: it is judged and shown as that command with that input. */
async function giveInput(
  jobs: Jobs,
  found: Job,
  args: Args,
  workspace: ToolContext['workspace'],
): Promise<Prepared | Refusal> {
  const { id } = found;
  const { input = '', close_input: close = false, wait_seconds: seconds = AFTER_INPUT_MS / 1000 } = args;
  const title = `Input for ${id}: ${visible(input.trim().split('\n')[0] ?? '')}`;
  const cwd = await workspace.resolve(found.cwd);
  if ('fault' in cwd) return refused(title, `Not done: ${cwd.fault}`);
  const secret = carriesSecret(input);
  if (secret) return refused(title, `Not done: ${secret}`);
  const command = withInput(found.command, input);
  return {
    kind: 'act',
    actions: [{ kind: 'command', command, cwd }],
    title,
    effect: { kind: 'command', command, cwd, timeoutMs: seconds * 1000 },
    intent: { kind: 'command', command, cwd: cwd.relative ?? cwd.real },
    async perform({ signal }) {
      const written = await jobs.write(id, input, close);
      if (written) return { ok: false, title, forModel: `Not done: ${written.fault}.` };
      return read(jobs, { ...args, wait_seconds: seconds }, id, title, signal);
    },
  };
}

function stop(jobs: Jobs, { id }: Job): Prepared {
  const title = `Stop ${id}`;
  return look(title, async () => {
    const ended = await jobs.kill(id);
    return 'fault' in ended
      ? { ok: false, title, forModel: ended.fault }
      : { ok: true, title, forModel: jobLine(ended) };
  });
}

/** Reading what a job printed, or ending it, is no effect beyond what was approved with the command. */
const look = (title: string, perform: (context: PerformContext) => Promise<ToolResult>): Prepared => ({
  kind: 'act',
  actions: [],
  title,
  effect: { kind: 'none' },
  perform,
});
