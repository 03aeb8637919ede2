/**
 * One real pipe for a command's stdout and stderr, so that both arrive in the order they were written and programs can
 * reopen `/dev/stderr` (which fails on the socket pairs Node makes). A FIFO whose name is gone before the command starts.
 */
import { execFile } from 'node:child_process';
import { close, open } from 'node:fs';
import { constants, mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface OutputPipe {
  readonly reader: Socket;
  /** File descriptor for the child; the parent must close its own copy after the start, or the end is never seen. */
  readonly writer: number;
  closeWriter(): Promise<void>;
}

const openFile = promisify(open);
const closeFile = promisify(close);

/** `undefined` where there are no FIFOs (Windows, a missing mkfifo, a full temporary folder): use two pipes then. */
export async function outputPipe(platform: NodeJS.Platform = process.platform): Promise<OutputPipe | undefined> {
  if (platform === 'win32') return undefined;
  let folder: string | undefined;
  try {
    folder = await mkdtemp(path.join(tmpdir(), 'goalwright-output-'));
    const fifo = path.join(folder, 'output');
    await promisify(execFile)('mkfifo', ['-m', '600', fifo]);
    // The reader first and without waiting: a writer opens only where one reads.
    const reading = await openFile(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = await openFile(fifo, constants.O_WRONLY);
    return {
      reader: new Socket({ fd: reading, readable: true, writable: false }),
      writer,
      closeWriter: () => closeFile(writer),
    };
  } catch {
    return undefined;
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
