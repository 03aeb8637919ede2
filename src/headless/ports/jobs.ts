/** Commands in the background: their whole output is kept, and what is asked for is shown; none outlives the host. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, CommandEnd, Job, JobId, JobOutput, Jobs } from '../../agent/ports.ts';
import { type Settled, settleCommand } from './command-end.ts';
import { watchOutput } from './command-output.ts';
import { type CommandProcess, type CommandStart, startCommand } from './command-process.ts';
import type { JobRecords } from './job-records.ts';
import { lastLine } from './last-line.ts';
import type { OutputLog } from './output-log.ts';
import { pageOf, restOf } from './output-part.ts';
import type { CommandView, ShowCommand, ShownJob } from './shown-command.ts';
import { liveText } from './terminal-text.ts';

/** Commands at a time, and ended ones whose output is still there. */
const MOST_RUNNING = 16;
const MOST_ENDED = 32;
/** What starts and fails at once is told at once. */
const FIRST_LOOK_MS = 400;
/** Without a word after an unfinished line: it seems to wait. */
const SILENT_MS = 1500;
const LOOK_MS = 100;
/** A job that is told to end may tidy up for that long. */
const GRACE_MS = 2000;
const STOP_GRACE_MS = 400;
/** A command that went on after its time, and that nobody ended. */
const LONGEST_MS = 60 * 60_000;

export interface NodeJobs {
  readonly port: Jobs;
  nextId(): JobId;
  /** Takes over the output of a command that ran in the foreground. */
  keep(ended: Ended): Promise<void>;
  /** Another one may run. */
  hasRoom(): boolean;
  /** Takes over a command that still runs. */
  adopt(going: Adopted): Promise<void>;
}

interface Adopted extends Omit<Ended, 'end' | 'remark'> {
  readonly over: Promise<Settled>;
  stop(graceMs: number, why: CommandEnd): void;
  readonly view?: CommandView;
}

interface Ended {
  readonly id: JobId;
  readonly command: Command;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly end: CommandEnd;
  readonly remark: string | undefined;
  readonly log: OutputLog;
}

export interface NodeJobsOptions {
  readonly record: JobRecords;
  startOf(command: Command, input: boolean): CommandStart;
  readonly show?: ShowCommand;
}

/** One command, running or ended. */
interface Entry {
  readonly log: OutputLog;
  /** Where the next read begins that does not say. */
  next: number;
  look(): Job;
  /** Resolves when it is over and all of it is gone. */
  readonly over: Promise<void>;
  readonly input: CommandProcess['input'];
  stop(graceMs: number): void;
  /** What it seemed to wait for was given. */
  answered(): void;
}

export function nodeJobs({ record, startOf, show }: NodeJobsOptions): NodeJobs {
  const entries = new Map<JobId, Entry>();
  let count = 0;
  const unknown = (id: JobId): { readonly fault: string } => {
    const known = [...entries.keys()].join(', ');
    return { fault: `there is no job ${id}; ${known ? `there are ${known}` : 'there are none'}` };
  };
  const isRunning = (entry: Entry): boolean => entry.look().end === undefined;

  const add = async (id: JobId, entry: Entry): Promise<void> => {
    entries.set(id, entry);
    const ended = [...entries].filter(([, one]) => !isRunning(one));
    for (const [old, { log }] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
      entries.delete(old);
      await log.remove();
    }
  };

  const shownJob = (id: JobId, hears: () => boolean): ShownJob => ({
    id,
    hears,
    write: (text, close) => void port.write(id, text, close),
    stop: () => void port.kill(id),
  });
  const hasRoom = (): boolean => [...entries.values()].filter(isRunning).length < MOST_RUNNING;

  const port: Jobs = {
    async start({ input, ...command }, onOutput) {
      if (!hasRoom()) return { fault: `${MOST_RUNNING} jobs run already: end one first` };
      const id = nextId();
      const log = await record.log(id);
      if (!log) return { fault: 'there is no room on the disk for its output' };
      const start = startOf(command, input);
      const process = await startCommand(start);
      if ('fault' in process) {
        await log.remove();
        return process;
      }
      const view = show?.({
        ...command,
        job: shownJob(id, () => process.input?.writable === true),
      });
      const entry = follow({ id, command, process, log, mark: start.mark, onOutput, ...(view && { view }) });
      await add(id, entry);
      await Promise.race([entry.over, delay(FIRST_LOOK_MS)]);
      return entry.look();
    },

    list: () => [...entries.values()].map((entry) => entry.look()),

    async read(id, { from, waitMs = 0 }, signal) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      await settled(entry, waitMs, signal);
      const job = entry.look();
      const part = from === undefined ? await restOf(entry.log, entry.next) : await pageOf(entry.log, from);
      if (from === undefined) entry.next = part.to;
      return { job, ...part } satisfies JobOutput;
    },

    async write(id, text, close) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      const { input } = entry;
      if (!isRunning(entry)) return { fault: `${id} has ended` };
      if (!input) return { fault: `${id} was started without input: end it and start it anew with input` };
      if (!input.writable) return { fault: `the input of ${id} is closed` };
      const fault = await new Promise<string | undefined>((resolve) => {
        // A program that does not read must not hold us: what it has not taken waits in the pipe.
        const late = setTimeout(() => resolve(undefined), LOOK_MS);
        input.write(text, (error) => {
          clearTimeout(late);
          resolve(error ? `${id} no longer reads its input` : undefined);
        });
      });
      entry.answered();
      if (close) input.end();
      return fault === undefined ? undefined : { fault };
    },

    async kill(id) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      entry.stop(GRACE_MS);
      await entry.over;
      return entry.look();
    },

    async close() {
      for (const entry of entries.values()) entry.stop(STOP_GRACE_MS);
      await Promise.all([...entries.values()].map(({ over }) => over));
      await Promise.all([...entries.values()].map(({ log }) => log.remove()));
      entries.clear();
      await record.close();
    },
  };

  const nextId = (): JobId => `job${++count}`;
  return {
    port,
    nextId,
    hasRoom,
    async adopt({ id, command, startedAt, log, over: settled, stop, view }) {
      let ended: Settled | undefined;
      const cap = setTimeout(() => stop(GRACE_MS, { kind: 'timeout', afterMs: LONGEST_MS }), LONGEST_MS);
      const over = settled.then(async (how) => {
        clearTimeout(cap);
        await log.flush();
        ended = how;
        view?.ended(how.end, how.remark);
      });
      // Whoever reads on begins where the first answer ended.
      const next = log.bytes;
      await add(id, {
        ...{ log, next, over, input: undefined, answered: () => undefined },
        look: () => ({
          ...{ id, ...named(command), startedAt, bytes: log.bytes, asks: undefined, input: false },
          ...{ end: ended?.end, remark: ended?.remark },
        }),
        stop: (graceMs) => stop(graceMs, { kind: 'stopped' }),
      });
      view?.goesOn(shownJob(id, () => false));
    },
    async keep({ id, command, startedAt, end, remark, log }) {
      await log.flush();
      const job = { id, ...named(command), startedAt, end, remark, asks: undefined, input: false };
      await add(id, {
        ...{
          log,
          next: 0,
          input: undefined,
          over: Promise.resolve(),
          stop: () => undefined,
          answered: () => undefined,
        },
        look: () => ({ ...job, bytes: log.bytes }),
      });
    },
  };
}

const named = ({ command, cwd }: Command): Pick<Job, 'command' | 'cwd'> => ({ command, cwd });

/** Waits until a job ended or seems to wait for an answer. */
async function settled(entry: Entry, waitMs: number, signal: AbortSignal): Promise<void> {
  const until = performance.now() + waitMs;
  while (performance.now() < until && !signal.aborted) {
    const { end, asks } = entry.look();
    if (end !== undefined || asks !== undefined) return;
    await Promise.race([entry.over, delay(LOOK_MS, undefined, { signal }).catch(() => undefined)]);
  }
}

interface Followed {
  readonly id: JobId;
  readonly command: Command;
  readonly process: CommandProcess;
  readonly log: OutputLog;
  readonly mark: string;
  onOutput(chunk: string): void;
  readonly view?: CommandView;
}

function follow({ id, command, process, log, mark, onOutput, view }: Followed): Entry {
  const startedAt = Date.now();
  const line = lastLine();
  const live = liveText((text) => {
    line.add(text);
    onOutput(text);
  });
  let heardAt = performance.now();
  const output = watchOutput(
    process.output,
    (text) => {
      heardAt = performance.now();
      live(text);
      view?.output(text);
    },
    log,
  );
  let end: CommandEnd | undefined;
  let remark: string | undefined;
  let stopped = false;
  let certain: NodeJS.Timeout | undefined;
  const over = settleCommand(process, output, mark, () => stopped).then(async (settledAs) => {
    clearTimeout(certain);
    output.stop();
    await process.close();
    await log.flush();
    remark = settledAs.remark;
    end = stopped ? { kind: 'stopped' } : settledAs.end;
    view?.ended(end, remark);
  });
  const asks = (): string | undefined =>
    end === undefined && process.input?.writable && performance.now() - heardAt > SILENT_MS ? line.open() : undefined;
  return {
    log,
    over,
    next: 0,
    input: process.input,
    look: () => ({
      ...{ id, ...named(command), startedAt, end, remark, bytes: log.bytes, asks: asks() },
      input: end === undefined && process.input?.writable === true,
    }),
    answered() {
      heardAt = performance.now();
      line.add('\n');
    },
    stop(graceMs) {
      if (stopped || end !== undefined) return;
      stopped = true;
      process.signal('SIGTERM');
      certain = setTimeout(() => process.signal('SIGKILL'), graceMs);
    },
  };
}
