/** What the task in work has done lately: one mark a call, from which repetition is noticed (see run/stuck.ts). */
import type { EventBody, Print } from './event.ts';
import type { RunState } from './state.ts';

export interface Mark extends Print {
  readonly turn: number;
  readonly tool: string;
  readonly title: string;
  readonly ok: boolean;
  /** It changed a file. */
  readonly changed: boolean;
}

/** More than any rule looks back. */
const KEPT = 100;

/** The trace after a call, and how many turns have brought nothing new. */
export function mark(
  { trace, quiet, turn, current }: RunState,
  { print, ok, title, changes }: Extract<EventBody, { type: 'call.finished' }>,
  tool: string,
): Pick<RunState, 'trace' | 'quiet'> {
  if (!print || !current) return { trace, quiet };
  const changed = changes.some(({ before, after }) => before !== after);
  const isNew = changed || !trace.some(({ result }) => result === print.result);
  const made: Mark = { ...print, turn: turn?.turn ?? 0, tool, title, ok, changed };
  return { trace: [...trace, made].slice(-KEPT), quiet: isNew ? 0 : quiet };
}
