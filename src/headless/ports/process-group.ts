/** A command's processes as one: the group its shell leads (POSIX), the tree below it (Windows). */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells every process of the group; quiet when there is none. */
export function signalGroup(group: number, signal: NodeJS.Signals, platform: NodeJS.Platform = process.platform): void {
  if (platform === 'win32') {
    // Windows has no groups and no polite signal: the tree is ended at once.
    spawn('taskkill', ['/pid', String(group), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => undefined,
    );
    return;
  }
  try {
    process.kill(-group, signal);
  } catch {
    // Already gone.
  }
}

/** True while any process of the group is left. */
export function groupAlive(group: number, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return false;
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

const LOOK_MS = 20;

/** Politely, then certainly. Resolves when none is left, or soon after the certain signal was sent. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  signalGroup(group, 'SIGTERM');
  for (let waited = 0; waited < graceMs && groupAlive(group); waited += LOOK_MS) await delay(LOOK_MS);
  if (!groupAlive(group)) return;
  signalGroup(group, 'SIGKILL');
  for (let waited = 0; waited < 5 * LOOK_MS && groupAlive(group); waited += LOOK_MS) await delay(LOOK_MS);
}

const ours = new Set<number>();
const endOurs = (): void => {
  for (const group of ours) signalGroup(group, 'SIGKILL');
};

/**
 * Ends the group when this process exits, so that nothing of it outlives us; a process that is itself killed cannot do that,
 * which is the sandbox's part. Returns how to let go of it.
 */
export function endWithUs(group: number): () => void {
  if (ours.size === 0) process.once('exit', endOurs);
  ours.add(group);
  return () => {
    ours.delete(group);
    if (ours.size === 0) process.removeListener('exit', endOurs);
  };
}
