/**
 * Runs what an agent wrote in a process of its own, which may read the folder and nothing else: no other file, no writing, no
 * key of the environment, a few seconds. What it is asked comes from here and what it answers is judged here, so that code which prints,
 * exits or throws cannot look like code that works.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TIMEOUT_MS = 20_000;

export interface Program {
  /** `undefined`: it was ended because it took too long. */
  readonly code: number | undefined;
  readonly output: string;
}

/** `node ARGS` in the folder. */
export function runNode(
  folder: string,
  args: readonly string[],
  { input = '', spawns = false }: { readonly input?: string; readonly spawns?: boolean } = {},
): Promise<Program> {
  const readable = [folder, '/dev/stdin'].map((file) => `--allow-fs-read=${file}`);
  const allowed = ['--permission', ...readable, ...(spawns ? ['--allow-child-process'] : [])];
  // It may start itself again, by its name too.
  const env = { PATH: path.dirname(process.execPath) };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...allowed, ...args], { cwd: folder, env, timeout: TIMEOUT_MS });
    let output = '';
    const hear = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? undefined, output }));
    // A program that reads nothing may be over before it is written to.
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** What a probe works with. */
export interface Tools<A> {
  /** The exports of a file in the folder, whichever kind of module it is, and as the goal asks for them. */
  load<M>(file: string): Promise<M>;
  readonly arg: A;
}

/** What the probe returned, or why it did not. */
export type Probed = { readonly value: unknown } | { readonly fault: string };

/** Runs `code` in the sandbox. It travels as text: it sees what it is given, and its value must survive JSON. */
export async function probe<A>(folder: string, code: (tools: Tools<A>) => unknown, arg: A): Promise<Probed> {
  const mark = `${randomUUID()} `;
  const base = `${pathToFileURL(folder).href}/`;
  const source = `
    const load = async (file) => {
      const module = await import(new URL(file, ${JSON.stringify(base)}).href);
      return { ...module.default, ...module };
    };
    const value = await (${code})({ load, arg: ${JSON.stringify(arg)} });
    process.stdout.write('\\n' + ${JSON.stringify(mark)} + JSON.stringify({ value }) + '\\n');`;
  const { code: exit, output } = await runNode(folder, ['--input-type=module', '--eval', source]);
  const answer = output.split('\n').find((line) => line.startsWith(mark));
  if (answer !== undefined) return JSON.parse(answer.slice(mark.length));
  if (exit === undefined) return { fault: `it was not done after ${TIMEOUT_MS / 1000} s` };
  return {
    fault: exit === 0 ? 'it ended the process' : (output.match(/^\w*Error.*$/m)?.[0] ?? output.trim()).slice(0, 300),
  };
}
