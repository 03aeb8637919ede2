/** A job for a model: how it is with it, then what it printed. */
import { visible } from '../policy/names.ts';
import type { Job, JobOutput } from '../ports.ts';
import { ending, foldRepeats } from './command-text.ts';

const LINE = 80;

/** One line on one job. */
export function jobLine({ id, command, end, asks }: Job): string {
  const line = visible(command.trim().split('\n')[0] ?? '');
  const name = line.length > LINE ? `${line.slice(0, LINE)}…` : line;
  const state =
    end?.kind === 'stopped'
      ? 'stopped'
      : end
        ? ending(end)
        : asks === undefined
          ? 'running'
          : `running, waits after: ${visible(asks)}`;
  return `${id}: ${state} (${name})`;
}

export const jobList = (jobs: readonly Job[]): string =>
  jobs.length === 0 ? 'There are no jobs.' : jobs.map(jobLine).join('\n');

/** `next`: what to do to see more. */
export function jobText({ job, from, to, text, omitted }: JobOutput): string {
  const shown = foldRepeats(text.trimEnd());
  const more =
    omitted.bytes > 0
      ? [`[To see what is left out: from ${omitted.at}.]`]
      : to < job.bytes && job.end !== undefined
        ? [`[Bytes ${from} to ${to} of ${job.bytes}; go on with from ${to}.]`]
        : [];
  return [
    jobLine(job),
    shown === '' ? '[no new output]' : shown,
    ...more,
    ...(job.remark === undefined ? [] : [`[${job.remark}]`]),
    ...(job.asks === undefined
      ? []
      : ['[It seems to wait for input: give it with input, ask the person, or stop it. Never guess a password.]']),
  ].join('\n');
}
