/**
 * Runs one command in a fresh shell and process group of its own. It is over when its process is over, not when its output
 * closes: a child left in the background holds the output open. What is left of the group is then ended. No outcome is
 * ever guessed: an exit code comes from the process alone, and everything else is named for what it is.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { CommandEnd, CommandResult, Shell } from '../../agent/ports.ts';
import { watchOutput } from './command-output.ts';
import { cleanEnvironment } from './environment.ts';
import { outputPipe } from './output-pipe.ts';
import { endGroup, endWithUs, groupAlive, signalGroup } from './process-group.ts';
import { renderedOutput } from './rendered-output.ts';
import { findShell, type ShellProgram } from './shell-program.ts';
import { liveText } from './terminal-text.ts';

/** Silence after the process ended before its output counts as complete, and the longest wait for that silence. */
const DRAIN_MS = 200;
const DRAIN_LIMIT_MS = 2000;
/** From a polite end to a certain one. */
const GRACE_MS = 400;
/** For what outlives its leader after a stop: with the above, all is over within a second. */
const STRAGGLER_MS = 100;

const BOUNDS = { head: 8 * 1024, tail: 24 * 1024 } as const;

export interface ShellOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly program?: ShellProgram;
}

export function nodeShell({ env = process.env, program = findShell(env) }: ShellOptions = {}): Shell {
  return {
    name: program.name,
    async run({ command, cwd, timeoutMs }, onOutput, signal) {
      const started = performance.now();
      const rendered = renderedOutput(BOUNDS);
      const live = liveText(onOutput);
      const receive = (text: string): void => {
        rendered.write(text);
        live(text);
      };
      const { end, left } = await execute(program, { command, cwd, timeoutMs, env }, receive, signal);
      const { text, omitted } = rendered.end(
        left ? '[Processes that this command left running were ended.]' : undefined,
      );
      return {
        end,
        output: text,
        omitted,
        durationMs: Math.round(performance.now() - started),
      } satisfies CommandResult;
    },
  };
}

interface Job {
  readonly command: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
}

interface Ended {
  readonly end: CommandEnd;
  /** The process ended by itself and others of its group did not: they were ended. */
  readonly left?: boolean;
}

async function execute(
  program: ShellProgram,
  { command, cwd, timeoutMs, env }: Job,
  receive: (text: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  if (signal.aborted) return { end: { kind: 'stopped' } };
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) return { end: { kind: 'failed', message: `the folder ${cwd} does not exist` } };
  const pipe = await outputPipe();
  const started = start(program, command, cwd, env, pipe?.writer ?? 'pipe');
  // The child has its own copy; with ours open the end would never be seen.
  await pipe?.closeWriter();
  if ('fault' in started) {
    pipe?.reader.destroy();
    return { end: { kind: 'failed', message: started.fault } };
  }
  const { child, exited } = started;
  const output = watchOutput(
    pipe ? [pipe.reader] : [child.stdout, child.stderr].filter((source) => source !== null),
    receive,
  );
  const group = child.pid;
  if (group === undefined) {
    output.stop();
    return { end: await exited };
  }

  const forget = endWithUs(group);
  let early: CommandEnd | undefined;
  let certain: NodeJS.Timeout | undefined;
  const stop = (why: CommandEnd): void => {
    if (early) return;
    early = why;
    signalGroup(group, 'SIGTERM');
    certain = setTimeout(() => signalGroup(group, 'SIGKILL'), GRACE_MS);
  };
  const onAbort = (): void => stop({ kind: 'stopped' });
  const timer = setTimeout(() => stop({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  const end = await exited;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  await output.drained(DRAIN_MS, DRAIN_LIMIT_MS);
  const left = groupAlive(group);
  if (left) await endGroup(group, early ? STRAGGLER_MS : GRACE_MS);
  clearTimeout(certain);
  output.stop();
  forget();
  return early ? { end: early } : { end, left };
}

/** Listens before anything is awaited, so that no end is missed. Node throws for some faults and tells of others later. */
function start(
  { file, args }: ShellProgram,
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  output: number | 'pipe',
): { readonly child: ChildProcess; readonly exited: Promise<CommandEnd> } | { readonly fault: string } {
  try {
    const child = spawn(file, args(command), {
      cwd,
      env: cleanEnvironment(env, process.platform),
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', output, output],
    });
    const exited = new Promise<CommandEnd>((resolve) => {
      child.once('error', (error) => resolve({ kind: 'failed', message: startFault(error) }));
      child.once('exit', (code, signal) => resolve(endOf(code, signal)));
    });
    return { child, exited };
  } catch (error) {
    return { fault: startFault(error) };
  }
}

/** How a process ended; never success unless the system says 0. */
export function endOf(code: number | null | undefined, signal: string | null | undefined): CommandEnd {
  if (signal) return { kind: 'signal', signal };
  if (typeof code === 'number') return { kind: 'exit', code };
  return { kind: 'failed', message: 'it ended without an exit code; how is unknown' };
}

/** Why a command could not be started, and what helps. */
export function startFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'E2BIG') return 'the command is too long for the system: write it to a script file and run that';
  if (code === 'EAGAIN' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM') {
    return `the system is out of processes, open files or memory (${code}): try again later`;
  }
  return error instanceof Error ? error.message : String(error);
}
