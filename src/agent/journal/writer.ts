/**
 * The one writer of a journal: lines go to the file in the order they were pushed, many at a time (group commit).
 *
 * Work is done in rounds, one after the other. A round begins a microtask after it was asked for, takes every line that is
 * waiting, appends them with one call and, if a flush asked, syncs once. Lines stay in memory until they are synced,
 * because after a failed sync nobody knows what is on the medium: the file is then cut back to what is certain and the
 * lines are written again. A cut that fails too (its copy needs space) is made up for before the next write.
 *
 * Fencing: the lock is asked for before anything is written or cut, and again after a sync. What a flush acknowledged was
 * therefore on the medium while the lock was held, and the next owner, who reads after taking the lock, sees it.
 */
import type { Lock, RunFolder } from '../ports.ts';
import { JournalFault, journalFault } from './fault.ts';

type Round = Promise<void>;

export class Writer {
  readonly #folder: RunFolder;
  readonly #lock: Lock;
  readonly #onFault: (fault: JournalFault) => void;
  /** Pushed and not yet synced, oldest first; the first `#written` of them are in the file. */
  readonly #lines: Uint8Array[] = [];
  #written = 0;
  /** Bytes up to the end of the last line in the file, and up to the last synced one. */
  #size: number;
  #synced: number;
  /** The file may hold more than `#size` bytes. */
  #dirty = false;
  #syncWanted = false;
  /** After a fault only a flush tries again. */
  #stalled = false;
  #next: Round | undefined;
  #previous: Round = Promise.resolve();
  /** Set once and for all: nothing is written any more. */
  fault: JournalFault | undefined;

  /** `size`: length of the good prefix the file was just recovered to. */
  constructor(folder: RunFolder, lock: Lock, size: number, onFault: (fault: JournalFault) => void) {
    this.#folder = folder;
    this.#lock = lock;
    this.#size = size;
    this.#synced = size;
    this.#onFault = onFault;
  }

  push(line: Uint8Array): void {
    this.#lines.push(line);
    if (!this.#stalled) void this.#schedule();
  }

  /** See Journal.flush. */
  flush(): Round {
    this.#syncWanted = true;
    this.#stalled = false;
    return this.#schedule();
  }

  /** The round that will take what is waiting now: the one not yet begun, or a new one. Its faults are reported here. */
  #schedule(): Round {
    if (this.#next !== undefined) return this.#next;
    const round = this.#previous.then(() => {
      this.#next = undefined;
      return this.#commit();
    });
    this.#next = round;
    this.#previous = round.catch((error) => {
      this.#stalled = true;
      this.#onFault(journalFault(error));
    });
    return round;
  }

  async #commit(): Promise<void> {
    const sync = this.#syncWanted;
    this.#syncWanted = false;
    try {
      await this.#guard();
      await this.#cutBack();
      await this.#write();
      if (!sync) return;
      await this.#sync();
      await this.#guard();
    } catch (error) {
      await this.#tidy();
      throw this.fault ?? journalFault(error);
    }
  }

  /** The first fault is the one to report: what tidying up after it says is not. */
  async #tidy(): Promise<void> {
    try {
      await this.#guard();
      await this.#cutBack();
    } catch {
      // made up for in the next round
    }
  }

  async #guard(): Promise<void> {
    if (!this.fault && !(await this.#lock.held())) {
      this.fault = new JournalFault('lost', 'Another window took this run over; this one can only show it now.');
    }
    if (this.fault) throw this.fault;
  }

  async #cutBack(): Promise<void> {
    if (!this.#dirty) return;
    await this.#folder.cut(this.#size);
    this.#dirty = false;
  }

  async #write(): Promise<void> {
    const lines = this.#lines.slice(this.#written);
    if (lines.length === 0) return;
    const bytes = concat(lines);
    this.#dirty = true;
    await this.#folder.append(bytes);
    this.#dirty = false;
    this.#size += bytes.length;
    this.#written += lines.length;
  }

  async #sync(): Promise<void> {
    if (this.#synced === this.#size) return;
    try {
      await this.#folder.sync();
    } catch (error) {
      this.#size = this.#synced;
      this.#written = 0;
      this.#dirty = true;
      throw error;
    }
    this.#synced = this.#size;
    this.#lines.splice(0, this.#written);
    this.#written = 0;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
