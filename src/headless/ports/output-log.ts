/**
 * A command's whole output, byte for byte: what is short stays in memory, the rest goes to a file. Memory is bounded by making
 * the command wait for the disk.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Keeper } from './command-output.ts';

export interface OutputLog extends Keeper {
  /** Bytes printed so far. */
  readonly bytes: number;
  /** Bytes that can be read; fewer than were printed once the disk is full or the limit reached. */
  readonly kept: number;
  /** From `from` up to `to` (excluded), as far as it is kept. */
  read(from: number, to: number): Promise<Buffer>;
  /** All that came is in the file. */
  flush(): Promise<void>;
  remove(): Promise<void>;
}

const IN_MEMORY = 64 * 1024;
/** What waits for the disk before the command must. */
const WAITING = 4 * 1024 * 1024;
/** A command that never stops printing must not fill the disk. */
const LIMIT = 4 * 1024 ** 3;

export function outputLog(file: string, limit = LIMIT): OutputLog {
  let memory: Buffer[] = [];
  let stream: WriteStream | undefined;
  let bytes = 0;
  let kept = 0;
  let failed = false;
  const spill = (): WriteStream => {
    const opened = createWriteStream(file, { mode: 0o600, highWaterMark: WAITING });
    // A full disk ends the keeping, not the command.
    opened.on('error', () => {
      failed = true;
      kept = Math.min(kept, opened.bytesWritten);
      opened.emit('drain');
    });
    for (const part of memory) opened.write(part);
    memory = [];
    return opened;
  };
  const flush = async (): Promise<void> => {
    const flushed = stream;
    if (flushed && !failed) await new Promise<void>((resolve) => flushed.write('', () => resolve()));
  };
  return {
    get bytes() {
      return bytes;
    },
    get kept() {
      return kept;
    },
    write(given, ready) {
      bytes += given.length;
      const part = given.subarray(0, Math.max(0, limit - kept));
      if (failed || part.length === 0) return true;
      kept += part.length;
      if (!stream && kept <= IN_MEMORY) {
        memory.push(part);
        return true;
      }
      stream ??= spill();
      if (stream.write(part)) return true;
      stream.once('drain', ready);
      return false;
    },
    flush,
    async read(from, to) {
      const end = Math.min(to, kept);
      if (from >= end) return Buffer.alloc(0);
      if (!stream) return Buffer.concat(memory).subarray(from, end);
      await flush();
      const handle = await open(file, 'r');
      try {
        const part = Buffer.alloc(end - from);
        const { bytesRead } = await handle.read(part, 0, part.length, from);
        return part.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async remove() {
      memory = [];
      const opened = stream;
      failed = true;
      if (!opened) return;
      if (!opened.closed) await new Promise<void>((resolve) => opened.once('close', () => resolve()).destroy());
      await rm(file, { force: true });
    },
  };
}
