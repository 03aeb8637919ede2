/**
 * The deadlines of one request, kept with the Clock port. A slow server is not a dead one: silence is measured since the last
 * byte, with more patience before the first token (a local model reads the whole prompt first); only `total` is absolute.
 */
import type { Clock } from '../ports.ts';

/** Milliseconds. */
export interface Timeouts {
  /** Longest silence before the first token. */
  readonly first: number;
  /** Longest silence between bytes after it. */
  readonly idle: number;
  /** How long a finished reply waits for the server's closing words (usage, [DONE]). */
  readonly closing: number;
  readonly total: number;
}

export const timeoutsFor = (local: boolean): Timeouts => ({
  first: local ? 300_000 : 180_000,
  idle: 120_000,
  closing: 5_000,
  total: 1_800_000,
});

export interface Watchdog {
  /** Aborts when a deadline passed or the caller's signal did. */
  readonly signal: AbortSignal;
  /** Which deadline passed, if one did. */
  expired(): keyof Timeouts | undefined;
  /** A byte came, or the reply entered its next phase. */
  alive(phase?: 'idle' | 'closing'): void;
  /** Ends the watch; no deadline passes any more. */
  stop(): void;
  /** Ends the watch and aborts the signal. */
  close(): void;
}

export function watchdog(clock: Clock, timeouts: Timeouts, caller: AbortSignal): Watchdog {
  const cut = new AbortController();
  const signal = AbortSignal.any([caller, cut.signal]);
  const start = clock.now();
  let phase: 'first' | 'idle' | 'closing' = 'first';
  let since = start;
  let expired: keyof Timeouts | undefined;
  let nap = new AbortController();
  let stopped = false;

  const due = () => Math.min(since + timeouts[phase], start + timeouts.total);
  const watch = async () => {
    while (!signal.aborted && !stopped) {
      const wait = due() - clock.now();
      if (wait <= 0) {
        expired = clock.now() - start >= timeouts.total ? 'total' : phase;
        cut.abort();
        return;
      }
      nap = new AbortController();
      await clock.sleep(wait, AbortSignal.any([nap.signal, signal]));
    }
  };
  void watch();

  return {
    signal,
    expired: () => expired,
    alive(next) {
      if (phase === 'closing') return;
      since = clock.now();
      if (next && next !== phase) {
        phase = next;
        nap.abort(); // the next deadline may be nearer than the one it sleeps to
      }
    },
    stop() {
      stopped = true;
      nap.abort();
    },
    close: () => cut.abort(),
  };
}
