/** Server-sent events from bytes, however the network cut them. The grammar is eventsource-parser's; here are decoding and ends. */
import { createParser } from 'eventsource-parser';
import type { Clock } from '../ports.ts';
import { untilAborted } from './wire.ts';

export interface SseEvent {
  readonly name: string | undefined;
  readonly data: string;
  /** The stream ended inside this event: its data may be cut. */
  readonly cut: boolean;
}

export interface SseOptions {
  /** Characters one event may hold; more end the stream with `tooLarge`. */
  readonly maxEvent: number;
  readonly clock: Clock;
  readonly onBytes: () => void;
  readonly signal: AbortSignal;
}

/** What was noticed beside the events; complete once they have ended. */
export interface SseNotes {
  /** Some bytes were no UTF-8; they read as U+FFFD. */
  invalid: boolean;
  tooLarge: boolean;
}

interface Reader {
  read(): Promise<{ readonly done: boolean }>;
  cancel(): Promise<void>;
}

/** Yields the events until the stream ends. Throws what the body throws, and `Aborted`. */
export async function* sseEvents(
  body: ReadableStream<Uint8Array>,
  notes: SseNotes,
  { maxEvent, clock, onBytes, signal }: SseOptions,
): AsyncGenerator<SseEvent, void> {
  let queue: SseEvent[] = [];
  let cut = false;
  const parser = createParser({
    maxBufferSize: maxEvent,
    onEvent: ({ event, data }) => queue.push({ name: event, data, cut }),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') notes.tooLarge = true;
    },
  });
  const lenient = new TextDecoder();
  const strict = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    const streaming = bytes !== undefined;
    if (!notes.invalid) {
      try {
        strict.decode(bytes, { stream: streaming });
      } catch {
        notes.invalid = true;
      }
    }
    return lenient.decode(bytes, { stream: streaming });
  };

  const reader = body.getReader();
  try {
    while (!notes.tooLarge) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (!done) onBytes();
      // A last event without its blank line still counts; what it holds may be cut and is marked so.
      cut = done;
      parser.feed(done ? `${decode()}\n\n` : decode(value));
      yield* queue;
      queue = [];
      if (done) return;
    }
  } finally {
    void release(reader, clock);
  }
}

/**
 * Reads on for a moment so that the connection can serve the next request: after [DONE] usually only the end of the body is
 * left. If the request's signal aborted, the first read rejects.
 */
async function release(reader: Reader, clock: Clock): Promise<void> {
  const over = new AbortController();
  const late = clock.sleep(1_000, over.signal).then(() => ({ done: true }));
  try {
    while (!(await Promise.race([reader.read(), late])).done);
    await reader.cancel();
  } catch {
    // The connection is gone: nothing is left to release.
  } finally {
    over.abort();
  }
}
