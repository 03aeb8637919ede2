/** What there is to do when a command's process is over: its last words, what it left behind, what to say of that. */
import type { CommandEnd } from '../../agent/ports.ts';
import type { Output } from './command-output.ts';
import type { CommandProcess } from './command-process.ts';
import { endSurvivors, survivorsOf } from './survivors.ts';

/** Silence after the process ended before its output counts as complete, and the longest wait for that silence. */
const DRAIN_MS = 200;
const DRAIN_LIMIT_MS = 2000;
/** From a polite end to a certain one. */
export const GRACE_MS = 400;
/** For what outlives its leader after a stop: with the above, all is over within a second. */
const STRAGGLER_MS = 100;

export interface Settled {
  readonly end: CommandEnd;
  /** One sentence on processes that it left. */
  readonly remark: string | undefined;
}

/** `mark`: of this command. `isStopped`: it was told to end, and so is all that came of it. */
export async function settleCommand(
  process: CommandProcess,
  output: Output,
  mark: string,
  isStopped: () => boolean,
): Promise<Settled> {
  const end = await process.exited;
  await output.drained(DRAIN_MS, DRAIN_LIMIT_MS);
  const left = await process.endRest(isStopped() ? STRAGGLER_MS : GRACE_MS);
  if (isStopped()) {
    await endSurvivors(mark);
    return { end, remark: undefined };
  }
  const away = process.confined ? [] : await survivorsOf(mark);
  const names = away.map(({ pid, name }) => `${pid} ${name}`).join(', ');
  const remarks = [
    ...(left ? ['Processes that this command left running were ended.'] : []),
    ...(names ? [`Processes that it started in sessions of their own still run: ${names}.`] : []),
  ];
  return { end, remark: remarks.length > 0 ? remarks.join(' ') : undefined };
}
