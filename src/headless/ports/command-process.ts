/**
 * One command's process: a fresh shell that leads a group of its own, in the sandbox when that is wanted, with a clean
 * environment and a mark by which all that comes of it can be found.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import type { Command, CommandEnd } from '../../agent/ports.ts';
import { cleanEnvironment } from './environment.ts';
import { type OutputPipe, outputPipe } from './output-pipe.ts';
import { endGroup, endWithUs, groupAlive, signalGroup } from './process-group.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { ShellProgram } from './shell-program.ts';
import { MARK } from './survivors.ts';

export interface CommandProcess {
  /** All of it ends with it: it runs in the sandbox. */
  readonly confined: boolean;
  readonly exited: Promise<CommandEnd>;
  /** What it prints: one stream in its true order, or two where the system has none. */
  readonly output: readonly Readable[];
  /** `undefined`: its input is empty. */
  readonly input: Writable | undefined;
  /** The group, and what leads the group inside the sandbox. */
  signal(name: NodeJS.Signals): void;
  /** After its end: ends what is left of the group. True when there was something. */
  endRest(graceMs: number): Promise<boolean>;
  /** After all: closes the output and lets go. */
  close(): Promise<void>;
}

export interface CommandStart extends Command {
  readonly program: ShellProgram;
  readonly sandboxed: Sandbox | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Value of the mark. */
  readonly mark: string;
  readonly input: boolean;
}

/** A fault is why it could not be started, for the model. */
export async function startCommand(start: CommandStart): Promise<CommandProcess | { readonly fault: string }> {
  const { program, command, cwd, env, mark, input } = start;
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) return { fault: `the folder ${cwd} does not exist` };
  const inner = { file: program.file, args: program.args(command) };
  const confined = start.sandbox
    ? ((await start.sandboxed?.wrap(inner, cwd, start.sandbox)) ?? { fault: 'there is no sandbox here to run it in' })
    : undefined;
  if (confined && 'fault' in confined) return confined;
  const { file, args, infoFd } = confined ?? { ...inner, infoFd: undefined };
  const pipe = await outputPipe();
  const output = pipe?.writer ?? 'pipe';
  const environment = { ...cleanEnvironment(env, process.platform), ...confined?.env, [MARK]: mark };
  try {
    const child = spawn(file, args, {
      cwd,
      env: environment,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [input ? 'pipe' : 'ignore', output, output, ...(infoFd === undefined ? [] : ['pipe' as const])],
    });
    // Before anything is awaited, so that no end is missed. Node throws for some faults and tells of others later.
    const exited = endingOf(child);
    // The child has its own copy; with ours open the end would never be seen.
    await pipe?.closeWriter();
    return commandProcess(child, exited, pipe, infoFd, confined?.clean);
  } catch (error) {
    await pipe?.closeWriter();
    pipe?.reader.destroy();
    await confined?.clean();
    return { fault: startFault(error) };
  }
}

function commandProcess(
  child: ChildProcess,
  exited: Promise<CommandEnd>,
  pipe: OutputPipe | undefined,
  infoFd: number | undefined,
  clean: (() => Promise<void>) | undefined,
): CommandProcess {
  const group = child.pid;
  const output = pipe ? [pipe.reader] : [child.stdout, child.stderr].filter((source) => source !== null);
  const inside = infoFd === undefined ? undefined : firstInside(child.stdio[infoFd]);
  const forget = group === undefined ? undefined : endWithUs(group);
  // A program that ended without reading is no fault of ours.
  child.stdin?.on('error', () => undefined);
  return {
    confined: clean !== undefined,
    exited,
    output,
    input: child.stdin ?? undefined,
    signal(name) {
      if (group === undefined) return;
      const leader = inside?.();
      // What wraps the command would end all by force at a polite signal: the command gets it instead.
      if (leader !== undefined && name !== 'SIGKILL') signalGroup(leader, name);
      else signalGroup(group, name);
    },
    async endRest(graceMs) {
      if (group === undefined || !groupAlive(group)) return false;
      await endGroup(group, graceMs);
      return true;
    },
    async close() {
      for (const source of output) source.destroy();
      child.stdin?.destroy();
      forget?.();
      await clean?.();
    },
  };
}

/** Reads the number that the sandbox tells of its first process. */
function firstInside(stream: unknown): () => number | undefined {
  let told = '';
  if (stream instanceof Readable) {
    stream.on('data', (bytes: Buffer) => {
      told = (told + bytes).slice(0, 4096);
    });
    stream.on('error', () => undefined);
  }
  return () => {
    const number = /"child-pid": *(\d+)/.exec(told)?.[1];
    return number === undefined ? undefined : Number(number);
  };
}

const endingOf = (child: ChildProcess): Promise<CommandEnd> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'failed', message: startFault(error) }));
    child.once('exit', (code, signal) => resolve(endOf(code, signal)));
  });

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
