/**
 * Who a process is, so that a lock's owner is never mistaken for a later process with the same number. Where /proc tells
 * (Linux), a process is its number and its start, within one boot of one machine and one namespace of process numbers.
 */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { codeOf } from './durable.ts';

/** `alive`: this very process. `dead`: surely gone. `unknown`: something with its number lives, perhaps it. */
export type Life = 'alive' | 'dead' | 'unknown';

/** The machine as far as process numbers mean the same in it: two owners with equal machines can ask for each other. */
export async function thisMachine(): Promise<string> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return [hostname(), boot.trim(), namespace].filter(Boolean).join(' ');
}

/** When a process started, in the kernel's own ticks since boot; '' where that cannot be told. */
export const startOf = async (pid: number): Promise<string> => (await statOf(pid)).start;

/** Whether a process of this machine still lives. `start`: what startOf said when it was recorded. */
export async function lifeOf(pid: number, start: string): Promise<Life> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'dead';
  }
  const now = await statOf(pid);
  if (now.ended) return 'dead';
  if (!start || !now.start) return 'unknown';
  return now.start === start ? 'alive' : 'dead';
}

/** `ended`: it is over, but its parent has not asked for its exit code yet (a zombie). */
async function statOf(pid: number): Promise<{ readonly start: string; readonly ended: boolean }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Fields 3 and 22; field 2, the name in parentheses, may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: fields[19] ?? '', ended: fields[0] === 'Z' || fields[0] === 'X' };
}
