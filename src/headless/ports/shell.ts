/**
 * Runs one command in a fresh shell and process group of its own. It is over when its process is over, not when its output
 * closes: a child left in the background holds the output open. What is left of the group is then ended. No outcome is
 * ever guessed: an exit code comes from the process alone, and everything else is named for what it is.
 */
import { homedir } from 'node:os';
import type { Command, CommandEnd, CommandResult, Shell } from '../../agent/ports.ts';
import { GRACE_MS, type Settled, settleCommand } from './command-end.ts';
import { watchOutput } from './command-output.ts';
import { shellParser } from './command-parser.ts';
import { type CommandStart, startCommand } from './command-process.ts';
import { jobRecords } from './job-records.ts';
import { nodeJobs } from './jobs.ts';
import type { OutputLog } from './output-log.ts';
import { renderedOutput } from './rendered-output.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { findShell, type ShellProgram } from './shell-program.ts';
import type { ShowCommand } from './shown-command.ts';
import { liveText } from './terminal-text.ts';

const BOUNDS = { head: 8 * 1024, tail: 24 * 1024 } as const;

export interface ShellOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly program?: ShellProgram;
  readonly sandbox?: Sandbox;
  /**
   * A folder of ours for whole outputs and for finding what a killed host left. Without it long outputs are not kept and
   * nothing runs in the background.
   */
  readonly records?: string;
  /** Shows a person what runs. */
  readonly show?: ShowCommand;
}

export function nodeShell({
  env = process.env,
  program = findShell(env),
  sandbox,
  records,
  show,
}: ShellOptions = {}): Shell {
  const record = jobRecords(records);
  let count = 0;
  /** How a command of this shell is started; its mark is this host's and its own number. */
  const startOf = (command: Command, input: boolean): CommandStart => ({
    ...command,
    ...{ program, env, input, sandboxed: sandbox, mark: `${record.mark}/${++count}` },
  });
  const jobs = records === undefined ? undefined : nodeJobs({ record, startOf, ...(show && { show }) });
  return {
    name: program.name,
    grammar: { shell: program.kind, home: homedir(), load: () => shellParser(program.kind) },
    ...(sandbox && { sandbox: () => sandbox.state() }),
    ...(jobs && { jobs: jobs.port }),
    async run({ timeoutMs, mayGoOn = false, ...command }, onOutput, signal) {
      const started = performance.now();
      const startedAt = Date.now();
      const rendered = renderedOutput(BOUNDS);
      const live = liveText(onOutput);
      let isHere = true;
      const view = show?.({ ...command });
      const receive = (text: string): void => {
        view?.output(text);
        if (!isHere) return;
        rendered.write(text);
        live(text);
      };
      const id = jobs?.nextId();
      const log = id === undefined ? undefined : await record.log(id);
      const adopts = mayGoOn && id !== undefined && log !== undefined && jobs?.hasRoom() === true;
      const begun = await execute(startOf(command, false), { timeoutMs, adopts }, receive, log, signal);
      if ('over' in begun && id !== undefined && log !== undefined) {
        isHere = false;
        const { text, omitted } = rendered.end();
        await jobs?.adopt({ ...begun, id, command, startedAt, log, ...(view && { view }) });
        const late = { kind: 'timeout', afterMs: timeoutMs } as const;
        const durationMs = Math.round(performance.now() - started);
        return { end: late, output: text, omitted, durationMs, log: id, goesOn: id };
      }
      const { end, remark } = 'over' in begun ? await begun.over : begun;
      view?.ended(end, remark);
      const { text, omitted } = rendered.end(remark === undefined ? undefined : `[${remark}]`);
      const isKept = id !== undefined && log !== undefined && omitted.bytes > 0;
      if (isKept) await jobs?.keep({ id, command, startedAt, end, remark, log });
      else await log?.remove();
      return {
        end,
        output: text,
        omitted,
        durationMs: Math.round(performance.now() - started),
        ...(isKept && { log: id }),
      } satisfies CommandResult;
    },
  };
}

/** A command whose time is over and that goes on. */
export interface Going {
  readonly over: Promise<Settled>;
  stop(graceMs: number, why: CommandEnd): void;
}

async function execute(
  start: CommandStart,
  { timeoutMs, adopts }: { readonly timeoutMs: number; readonly adopts: boolean },
  receive: (text: string) => void,
  log: OutputLog | undefined,
  signal: AbortSignal,
): Promise<Settled | Going> {
  if (signal.aborted) return { end: { kind: 'stopped' }, remark: undefined };
  const process = await startCommand(start);
  if ('fault' in process) return { end: { kind: 'failed', message: process.fault }, remark: undefined };
  const output = watchOutput(process.output, receive, log);
  let early: CommandEnd | undefined;
  let certain: NodeJS.Timeout | undefined;
  const stop = (graceMs: number, why: CommandEnd): void => {
    if (early) return;
    early = why;
    process.signal('SIGTERM');
    certain = setTimeout(() => process.signal('SIGKILL'), graceMs);
  };
  const onAbort = (): void => stop(GRACE_MS, { kind: 'stopped' });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      if (adopts && !early) resolve('late');
      else stop(GRACE_MS, { kind: 'timeout', afterMs: timeoutMs });
    }, timeoutMs);
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const leave = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  // What happens after its own end does not change how it ended.
  void process.exited.then(leave);
  const over = settleCommand(process, output, start.mark, () => early !== undefined).then(async (settled) => {
    clearTimeout(certain);
    output.stop();
    await process.close();
    return early ? { end: early, remark: undefined } : settled;
  });
  const first = await Promise.race([over, late]);
  if (first !== 'late') return first;
  leave();
  return { over, stop };
}
