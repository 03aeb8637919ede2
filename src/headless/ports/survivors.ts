/**
 * Processes that left a command's group (setsid, a daemon's double fork), found by the mark in the environment they
 * inherited. Only where /proc shows it (Linux); what clears its environment is not found, which is the sandbox's part.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Name of the mark in a command's environment. */
export const MARK = 'GOALWRIGHT_COMMAND';

export interface Survivor {
  readonly pid: number;
  /** As the system calls the program, 15 characters at most. */
  readonly name: string;
}

/** Those whose mark is `mark`, or begins with it and '/'. */
export async function survivorsOf(mark: string): Promise<Survivor[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => markedProcess(pid, mark)));
  return found.filter((one) => one !== undefined).sort((a, b) => a.pid - b.pid);
}

async function markedProcess(pid: string, mark: string): Promise<Survivor | undefined> {
  if (Number(pid) === process.pid) return undefined;
  // Also fails for the processes of others, and is empty for one that is over.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const value = environment
    .split('\0')
    .find((entry) => entry.startsWith(`${MARK}=`))
    ?.slice(MARK.length + 1);
  if (value === undefined || (value !== mark && !value.startsWith(`${mark}/`))) return undefined;
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  return { pid: Number(pid), name };
}

const ROUNDS = 5;
const LOOK_MS = 20;

/** By force: they had their polite signal with their group, or are of a host that is gone. Returns how many there were. */
export async function endSurvivors(mark: string): Promise<number> {
  const ended = new Set<number>();
  // What forks while we look is found by the next look; what was told to end takes a moment.
  for (let round = 0; round < ROUNDS; round++) {
    const found = await survivorsOf(mark);
    if (found.length === 0) break;
    for (const { pid } of found) {
      try {
        process.kill(pid, 'SIGKILL');
        ended.add(pid);
      } catch {
        // Already gone.
      }
    }
    await delay(LOOK_MS);
  }
  return ended.size;
}
