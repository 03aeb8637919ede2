/**
 * A run's journal, open for appending: the list of its events in memory, and the file that is a moment behind it.
 *
 * Order is fixed when `append` returns: seq, time, prev and sum are given out synchronously. The file follows by itself;
 * only before an external effect or the release of an approval does the run wait for `flush`. There is one contract for
 * trouble: `append` throws and `flush` rejects with a JournalFault, so that no effect follows what was not recorded.
 */
import type { Clock, Lock, RunFolder } from '../ports.ts';
import { EventBody, JOURNAL_VERSION, type RunEvent } from './event.ts';
import { JournalFault, journalFault } from './fault.ts';
import { encodeLine, type Link, wellFormed } from './line.ts';
import { type Recovery, recover } from './recover.ts';
import { Writer } from './writer.ts';

export interface Journal {
  /** Everything recovered and appended so far; grows with each append. */
  readonly events: readonly RunEvent[];
  /** How the file was found. */
  readonly recovery: Recovery;
  /** Why nothing can be appended any more; `undefined` while it can. */
  readonly fault: JournalFault | undefined;
  /**
   * Records what happened and tells the listeners. Throws a JournalFault when `fault` is set; full or failing storage does
   * not count: the event waits in memory and flush reports it. The event returned is as it will be read again (lone
   * surrogates replaced, defaults filled in). A body that breaks the schema is a bug and throws a ZodError.
   */
  append(body: EventBody): RunEvent;
  /**
   * Resolves when everything appended before the call is on the medium and the lock was still held after that. Rejects
   * with a JournalFault otherwise; unless `fault` is set, calling it again tries again and nothing appended is forgotten.
   */
  flush(): Promise<void>;
  /** Listeners see every event after it was appended, in order, and must not throw. Returns how to stop listening. */
  onEvent(listener: (event: RunEvent) => void): () => void;
  /** Flushes, then refuses appends. The lock is its owner's to release. */
  close(): Promise<void>;
}

export interface JournalOptions {
  /** See Store.key. */
  readonly key?: Uint8Array | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Each failed round of writing, once, whether or not a flush waited for it. */
  readonly onFault?: (fault: JournalFault) => void;
}

/**
 * Opens a run's journal as the owner of the lock: an unfinished last line is cut off (the store keeps it aside). A damaged
 * or newer journal opens too, with `fault` set and `recovery.salvage` to show; an older one gets a line that says from where
 * on it is of this version. Rejects with a JournalFault when the file
 * cannot be read or cut.
 */
export async function openJournal(folder: RunFolder, lock: Lock, options: JournalOptions): Promise<Journal> {
  const recovery = await readJournal(folder, options.key);
  const refusal = refuse(recovery, lock);
  if (recovery.state === 'torn' && !refusal) {
    try {
      if (!(await lock.held()))
        throw new JournalFault('lost', 'Another window took this run over while it was opened.');
      await folder.cut(recovery.good);
    } catch (error) {
      throw journalFault(error);
    }
  }
  const journal = new OpenJournal(folder, lock, options, recovery, refusal);
  if (!refusal && recovery.version < JOURNAL_VERSION)
    journal.append({ type: 'journal.upgraded', version: JOURNAL_VERSION });
  return journal;
}

/** Reads a journal without owning it: nothing is cut or written. Rejects with a JournalFault when the file cannot be read. */
export async function readJournal(folder: RunFolder, key?: Uint8Array): Promise<Recovery> {
  try {
    return recover(await folder.read(), key);
  } catch (error) {
    throw journalFault(error);
  }
}

function refuse(recovery: Recovery, lock: Lock): JournalFault | undefined {
  const { state, problem, last } = recovery;
  if (state === 'damaged' || state === 'newer') return new JournalFault('unreadable', problem ?? state);
  if (lock.fence < last.fence) {
    const text = `This journal was last written by owner ${last.fence}, a later one than ${lock.fence}: the lock's folder was replaced.`;
    return new JournalFault('unreadable', text);
  }
  return undefined;
}

class OpenJournal implements Journal {
  readonly events: RunEvent[];
  readonly recovery: Recovery;
  readonly #writer: Writer;
  readonly #fence: number;
  readonly #key: Uint8Array | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  /** Events the listeners have not seen yet: one may append another while it is told of the first. */
  readonly #untold: RunEvent[] = [];
  #telling = false;
  #last: Pick<Link, 'seq' | 'sum'>;
  #refusal: JournalFault | undefined;

  constructor(folder: RunFolder, lock: Lock, options: JournalOptions, recovery: Recovery, refusal?: JournalFault) {
    this.events = [...recovery.events];
    this.recovery = recovery;
    this.#writer = new Writer(folder, lock, recovery.good, options.onFault ?? (() => undefined));
    this.#fence = lock.fence;
    this.#key = options.key;
    this.#clock = options.clock;
    this.#last = recovery.last;
    this.#refusal = refusal;
  }

  get fault(): JournalFault | undefined {
    // Closing hides nothing: why the file could not be written matters more.
    return this.#writer.fault ?? this.#refusal;
  }

  append(body: EventBody): RunEvent {
    if (this.fault) throw this.fault;
    const seq = this.#last.seq + 1;
    if (seq === 1 && body.type !== 'run.created')
      throw new Error(`A journal begins with run.created, not ${body.type}.`);
    const event: RunEvent = { ...EventBody.parse(wellFormed(body)), seq, at: Math.round(this.#clock.now()) };
    const { bytes, sum } = encodeLine(event, this.#fence, this.#last.sum, this.#key);
    this.#last = { seq, sum };
    this.events.push(event);
    this.#writer.push(bytes);
    this.#tell(event);
    return event;
  }

  flush(): Promise<void> {
    return this.fault ? Promise.reject(this.fault) : this.#writer.flush();
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    const flushed = this.flush();
    this.#refusal ??= new JournalFault('closed', 'The journal is closed.');
    await flushed;
  }

  /** A listener's bug surfaces as an uncaught error, as an event target's would; it never looks like a failed append. */
  #tell(event: RunEvent): void {
    this.#untold.push(event);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
      for (const listener of this.#listeners) {
        try {
          listener(next);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
    this.#telling = false;
  }
}
