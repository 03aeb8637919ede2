/** Handles on the processes that owner.ts runs in: ask one, suspend it, kill it. All are killed after each test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, 'owner.ts');

export interface Answer {
  readonly fence?: number;
  readonly heldBy?: string;
  readonly held?: boolean;
  readonly seq?: number;
  readonly events?: number;
  readonly fault?: string;
  readonly error?: string;
}

export interface Window {
  readonly pid: number;
  /** Sends a command and waits for its answer. */
  ask(command: string): Promise<Answer>;
  /** The next answer, e.g. of a `spam`. */
  next(): Promise<Answer>;
  stop(): void;
  resume(): void;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
}

const children = new Set<ChildProcess>();
const folders: string[] = [];

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** An empty folder that is removed after the test; its name has a space and is not ASCII. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'goalwright jöurnal-'));
  folders.push(folder);
  return folder;
}

export interface WindowOptions {
  readonly machine?: string;
  /** Run as another user. */
  readonly uid?: number;
  /** Shell text before the program, e.g. `ulimit -f 8`. */
  readonly prelude?: string;
}

/** Resolves when the window can be asked (or has refused to start: see the first answer). */
export async function openWindow(
  base: string,
  root: string,
  options: WindowOptions = {},
): Promise<Window & { first: Answer }> {
  const { machine, uid, prelude } = options;
  const argv = [process.execPath, PROGRAM, base, root, ...(machine ? [machine] : [])];
  const [command = '', ...args] = prelude ? ['bash', '-c', `${prelude}; exec "$@"`, 'bash', ...argv] : argv;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...(uid !== undefined && { uid }) });
  children.add(child);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const next = async (): Promise<Answer> => {
    const { done, value } = await answers.next();
    if (done) throw new Error('The window is gone.');
    return JSON.parse(value);
  };
  const first = await next();
  return {
    pid: child.pid ?? 0,
    first,
    next,
    ask: (command) => {
      child.stdin.write(`${command}\n`);
      return next();
    },
    stop: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
