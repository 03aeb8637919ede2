/** One run of ripgrep: bounded in time, its output line by line, a fault as a value. */
import { spawn } from 'node:child_process';
import { type LongLine, lineSplitter } from './lines.ts';

export interface RipgrepProgram {
  /** `undefined`: none was found, every search says so. */
  readonly rgPath: string | undefined;
  readonly timeoutMs?: number;
}

export interface Place {
  readonly cwd: string;
  /** A file to look in, or '.'. */
  readonly target: string;
  readonly glob: string | undefined;
}

const TIMEOUT_MS = 20_000;
/** Characters of ripgrep's answer for one hit; a longer one is still counted and named. */
const LINE_LIMIT = 64 * 1024;
/** Larger files are data or bundles. */
const MAX_FILE = '20M';

/** Runs it to its end. `undefined`: it worked (finding nothing is no fault). */
export function ripgrep(
  { rgPath, timeoutMs = TIMEOUT_MS }: RipgrepProgram,
  { cwd, target }: Place,
  args: readonly string[],
  onLine: (line: LongLine) => void,
  signal: AbortSignal,
  eol = '\n',
): Promise<{ readonly fault: string } | undefined> {
  if (!rgPath) return Promise.resolve({ fault: 'ripgrep was not found: use run with grep or find.' });
  const always = [
    '--no-config',
    '--no-messages',
    '--hidden',
    '--no-require-git',
    '--no-follow',
    '--sort=path',
    `--max-filesize=${MAX_FILE}`,
  ];
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ fault: 'stopped' });
    const child = start(rgPath, [...always, ...args, '--', target], cwd);
    if ('fault' in child) return resolve(child);
    let errors = '';
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      child.kill('SIGKILL');
    };
    const stop = (): void => end('stopped');
    const timer = setTimeout(
      () => end(`The search took longer than ${timeoutMs / 1000} s: name a folder or a glob.`),
      timeoutMs,
    );
    signal.addEventListener('abort', stop, { once: true });
    const lines = lineSplitter(LINE_LIMIT, onLine, eol);
    child.stdout.on('data', (bytes: Buffer) => lines.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => {
      errors = (errors + bytes.toString()).slice(0, 2000);
    });
    const finish = (fault?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(fault === undefined ? undefined : { fault });
    };
    child.on('error', (error) => finish(`ripgrep could not be started: ${error.message}`));
    child.on('close', (code) => {
      lines.end();
      // 0: hits, 1: none, 2 without a message: some file could not be read.
      if (ended !== undefined) finish(ended);
      else if (code === 0 || code === 1 || (code === 2 && errors === '')) finish();
      else finish(errors === '' ? `ripgrep ended with code ${code}.` : advice(errors));
    });
  });
}

/** Node throws for what cannot be an argument: a NUL character, or a text longer than the system takes. */
function start(program: string, args: readonly string[], cwd: string) {
  try {
    return spawn(program, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  } catch (error) {
    return { fault: `ripgrep could not be started: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** ripgrep's words without its hints about switches the model does not have. */
const advice = (errors: string): string =>
  errors
    .replace(/^rg: /gm, '')
    .replace(/\n+Consider enabling (PCRE2|multiline)[\s\S]*$/, '')
    .trim();

/** On Windows a process does not start without SystemRoot. */
const environment = (): NodeJS.ProcessEnv => (process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {});
