/** Processes that end with everything they started: each leads a group of its own, and only that group is signalled. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 5000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Starts a program as the leader of a new process group, which ends at the latest with this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
      return true;
    } catch {
      return false;
    }
  };
  const last = () => signal('SIGKILL');
  process.once('exit', last);

  /** Asks the group to end, waits, then makes it. */
  const stop = async () => {
    process.off('exit', last);
    if (child.pid === undefined || !signal('SIGTERM')) return;
    for (const deadline = Date.now() + GRACE_MS; Date.now() < deadline && signal(0); ) await sleep(50);
    signal('SIGKILL');
  };
  /** Ends the group without asking: for one of which nothing is kept. */
  const kill = () => {
    process.off('exit', last);
    last();
  };
  return { child, stop, kill };
}

/**
 * Lets Ctrl-C and its like end this process in order, so that its groups end too: a signal's default is to end it at once.
 *
 * @param {() => unknown} [farewell] what to wait for first
 */
export function endOnSignal(farewell) {
  for (const signal of SIGNALS) {
    process.once(signal, async () => {
      await farewell?.();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
}
