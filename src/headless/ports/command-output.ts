/** A command's output as text while it comes, and the question when all of it has come. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as turn } from 'node:timers/promises';

export interface Output {
  /** Resolves when all sources closed, or were silent for `quiet` ms, or after `limit` ms. */
  drained(quiet: number, limit: number): Promise<void>;
  stop(): void;
}

/** Keeps the bytes themselves. */
export interface Keeper {
  /** False: it has enough for now, and calls `ready` when it can take more. */
  write(bytes: Buffer, ready: () => void): boolean;
}

/**
 * `receive` gets the text of all sources in the order it arrives; a character cut in two is put together first. A keeper
 * that cannot follow makes the command wait.
 */
export function watchOutput(sources: readonly Readable[], receive: (text: string) => void, keeper?: Keeper): Output {
  let heard = 0;
  for (const source of sources) {
    const decoder = new StringDecoder('utf8');
    source.on('data', (bytes: Buffer) => {
      heard++;
      receive(decoder.write(bytes));
      if (keeper && !keeper.write(bytes, () => source.resume())) source.pause();
    });
    source.on('end', () => {
      const rest = decoder.end();
      if (rest !== '') receive(rest);
    });
    // A reset at the end of the pipe is its end.
    source.on('error', () => undefined);
  }
  const closed = Promise.all(
    sources.map((source) => (source.closed ? undefined : once(source, 'close').catch(() => undefined))),
  );
  return {
    async drained(quiet, limit) {
      const until = performance.now() + limit;
      for (let before = -1; before !== heard && performance.now() < until; ) {
        before = heard;
        if (await within(quiet, closed)) return;
        if (sources.some((source) => source.isPaused())) heard++;
        // Timers come first in a turn of the loop: what arrived while it was busy is read only now.
        await turn();
      }
    },
    stop: () => {
      for (const source of sources) source.destroy();
    },
  };
}

/** True when `done` resolves within `ms`. */
async function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
