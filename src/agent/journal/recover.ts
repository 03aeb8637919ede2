/**
 * What the bytes of a journal are worth. The verified prefix counts; the rest decides the state:
 *
 *     empty     no bytes
 *     whole     every line is in order
 *     torn      the last line is unfinished (a crash during a write): the owner of the lock may cut it off at `good`
 *     damaged   anything else that is wrong: read-only, nothing is cut, `salvage` shows what can still be read
 *     newer     a newer version wrote it: read-only. A line of this version's format in a type or shape it does not know is
 *               also that: it stays in the file and in the chain, but a fold that misses it cannot be continued safely
 */
import { chain, type LineMark } from './chain.ts';
import { JOURNAL_VERSION, type RunEvent } from './event.ts';
import { claimedVersion, decodeLine, isUnfinished, LF, type Link } from './line.ts';

export interface Recovery {
  readonly state: 'whole' | 'torn' | 'damaged' | 'newer' | 'empty';
  /** The events of the good prefix, in order of `seq`. */
  readonly events: RunEvent[];
  /** Length of the good prefix in bytes: a line's end, or 0. */
  readonly good: number;
  readonly last: Link;
  /** The lines that count: the one with seq n at n - 1. */
  readonly lines: readonly LineMark[];
  /** The version of the last line that counts; this one's for a journal that is not begun. */
  readonly version: number;
  /** Lines behind the good prefix (all lines of a newer journal) that can be read: for eyes only, never to resume from. */
  readonly salvage?: RunEvent[];
  /** For a person: what is wrong. Present unless `whole` or `empty`. */
  readonly problem?: string;
  /** Lines written by an owner that had lost the lock; they stay in the file and do not count. */
  readonly superseded: number;
}

/** Never throws, whatever the bytes. `key`: the host's, if it keeps one (see Store.key). */
export function recover(bytes: Uint8Array, key?: Uint8Array): Recovery {
  const good = chain();
  let offset = 0;
  const found = (state: Recovery['state'], rest: Pick<Recovery, 'problem' | 'salvage'> = {}): Recovery => ({
    state,
    events: good.events(),
    good: offset,
    last: good.last,
    lines: good.marks(),
    version,
    superseded: good.superseded,
    ...rest,
  });

  let version = claimedVersion(bytes.subarray(0, lineEnd(bytes, 0))) ?? JOURNAL_VERSION;
  if (version > JOURNAL_VERSION) return newer();

  while (offset < bytes.length) {
    const end = bytes.indexOf(LF, offset);
    if (end < 0) {
      const tail = bytes.subarray(offset);
      if (!isUnfinished(tail)) return damaged('its last line is damaged');
      if (good.unknown().length > 0) break;
      return found('torn', { problem: `The last line is unfinished (${tail.length} bytes).` });
    }
    const line = decodeLine(bytes.subarray(offset, end), key, 'checked', version);
    const problem = 'problem' in line ? line.problem : good.take(line, end + 1);
    if (problem) return damaged(problem);
    offset = end + 1;
    if ('event' in line && line.event?.type === 'journal.upgraded') {
      version = line.event.version;
      if (version > JOURNAL_VERSION) return newer();
    }
  }
  const [unknown] = good.unknown();
  if (unknown !== undefined) {
    return found('newer', {
      problem: `A newer Goalwright wrote this journal (event ${unknown}). Update to continue it.`,
    });
  }
  return found(bytes.length === 0 ? 'empty' : 'whole');

  function newer(): Recovery {
    const problem = `A newer Goalwright wrote this journal (format ${version}; this one reads up to ${JOURNAL_VERSION}). Update to continue it.`;
    return found('newer', { problem, salvage: readable(bytes, offset, key, version) });
  }

  function damaged(what: string): Recovery {
    const where = good.last.seq === 0 ? 'the first line' : `the line after line ${good.last.seq}`;
    return found('damaged', {
      problem: `The journal is damaged at byte ${offset}, ${where}: ${what}. It is kept as it is and opened read-only.`,
      salvage: readable(bytes, offset, key, version),
    });
  }
}

/** Events of single lines from an offset on, each judged alone; a line's own sum must hold where it can be checked. */
function readable(bytes: Uint8Array, from: number, key: Uint8Array | undefined, version: number): RunEvent[] {
  const events: RunEvent[] = [];
  for (let start = from; start < bytes.length; ) {
    const end = lineEnd(bytes, start);
    const line = decodeLine(bytes.subarray(start, end), key, 'unchecked', version);
    if ('event' in line && line.event) events.push(line.event);
    start = end + 1;
  }
  return events;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(LF, from);
  return end < 0 ? bytes.length : end;
}
