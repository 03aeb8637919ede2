/** A kept output as text, in parts cut between lines: control sequences are resolved, binary data is named. */
import type { JobOutput } from '../../agent/ports.ts';
import type { OutputLog } from './output-log.ts';
import { renderedOutput } from './rendered-output.ts';
import { withoutFirstToken } from './whole-tokens.ts';

/** Bytes shown at once; of more, the beginning and (errors stand there) the larger end. */
const WHOLE = 32 * 1024;
const HEAD = 8 * 1024;
const TAIL = 24 * 1024;
/** Rendering may lengthen nothing; this bounds what one line can become. */
const BOUNDS = { head: WHOLE, tail: WHOLE } as const;
const LF = 0x0a;
/** Bytes in front of a page that tell whether it begins within a token. */
const BEFORE = 255;

/** From a place on, as much as is shown at once. */
export async function pageOf(log: OutputLog, from: number): Promise<Omit<JobOutput, 'job'>> {
  const begin = Math.min(Math.max(0, Math.floor(from)), log.kept);
  const bytes = await log.read(begin, begin + WHOLE);
  const shown = begin + bytes.length < log.kept ? beforeLastLine(bytes) : bytes;
  const to = begin + shown.length;
  const text = rendered(shown);
  const before = (await log.read(Math.max(0, begin - BEFORE), begin)).toString('latin1');
  const isWithin = /[\w.+/=-]$/.test(before);
  return { from: begin, to, text: isWithin ? withoutFirstToken(text, before) : text, omitted: { bytes: 0, at: to } };
}

/** All from a place on: whole, or its beginning and its end. */
export async function restOf(log: OutputLog, from: number): Promise<Omit<JobOutput, 'job'>> {
  const to = log.kept;
  if (to - from <= WHOLE) return pageOf(log, from);
  const head = beforeLastLine(await log.read(from, from + HEAD));
  const tail = afterFirstLine(await log.read(to - TAIL, to));
  const at = from + head.length;
  const bytes = to - tail.length - at;
  return {
    ...{ from, to, omitted: { bytes, at } },
    text: `${rendered(head)}\n[… ${bytes} bytes left out, from byte ${at} on …]\n${rendered(tail)}`,
  };
}

function rendered(bytes: Buffer): string {
  const output = renderedOutput(BOUNDS);
  output.write(bytes.toString('utf8'));
  return output.end().text;
}

/** A line longer than all of it is cut. */
const beforeLastLine = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(LF) + 1 || bytes.length);
const afterFirstLine = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(LF) + 1);
