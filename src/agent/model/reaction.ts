/**
 * The one table of what is done about a fault (which kind it is: faults.ts). No other place retries: the SDK's own retries
 * are off. `attempt` counts the faults of this kind since the last good reply, this one included, from 1; `random` is in [0, 1).
 */
import type { Fault, FaultKind } from './model.ts';

export type Reaction =
  /** Send the same request again after `delayMs`. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Drop the reply, append `text` as a message to the model, ask again. */
  | { readonly kind: 'tell'; readonly text: string }
  /** Shorten the thread, ask again. */
  | { readonly kind: 'compact' }
  /** Give every call without a result one, ask again. */
  | { readonly kind: 'repair' }
  /** The run waits for the person; resuming sends the same request. */
  | { readonly kind: 'pause'; readonly message: string }
  /** The task cannot go on. */
  | { readonly kind: 'stop'; readonly message: string };

type Rule = (fault: Fault, attempt: number, random: number) => Reaction;

/** Tries of one request before the run pauses. */
export const MAX_TRIES = 5;
/** Replies in a row that could not be executed before the task stops. */
export const MAX_BAD_REPLIES = 3;
const MAX_RETRY_AFTER_MS = 120_000;

const pause = (fault: Fault): Reaction => ({ kind: 'pause', message: fault.message });
const stop = (fault: Fault): Reaction => ({ kind: 'stop', message: fault.message });

/**
 * Exponential backoff with full jitter (AWS, "Exponential Backoff and Jitter", 2015). The server's own Retry-After is
 * never undercut; a tenth of it is added at random so that parallel lanes do not return together.
 */
const retry =
  (baseMs: number, maxMs: number, tries = MAX_TRIES): Rule =>
  (fault, attempt, random) => {
    if (attempt >= tries) {
      return { kind: 'pause', message: `${fault.message} Tried ${attempt} times; resume to try again.` };
    }
    const delayMs =
      fault.retryAfterMs === undefined
        ? random * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
        : Math.min(MAX_RETRY_AFTER_MS, fault.retryAfterMs * (1 + random / 10));
    return { kind: 'retry', delayMs: Math.round(delayMs) };
  };

/** Bounded, then the task stops: a model that cannot be told is stuck. */
const tell =
  (text: (fault: Fault) => string): Rule =>
  (fault, attempt) =>
    attempt >= MAX_BAD_REPLIES
      ? { kind: 'stop', message: `${fault.message} That was reply ${attempt} in a row that could not be executed.` }
      : { kind: 'tell', text: text(fault) };

const once =
  (first: Reaction, then: (fault: Fault) => Reaction): Rule =>
  (fault, attempt) =>
    attempt === 1 ? first : then(fault);

const reactions: Record<FaultKind, Rule> = {
  rateLimit: retry(2_000, 60_000),
  server: retry(1_000, 30_000),
  network: retry(1_000, 30_000),
  stall: retry(1_000, 30_000, 3), // each try has already cost minutes
  quota: pause,
  auth: pause,
  request: pause,
  recording: pause,
  overflow: once({ kind: 'compact' }, ({ message }) => ({
    kind: 'pause',
    message: `${message} Shortening it was not enough: choose a model with a larger context window, then resume.`,
  })),
  history: once({ kind: 'repair' }, stop),
  filter: stop,
  cut: tell(
    () =>
      'Your last reply was cut off by the output limit inside a tool call. Nothing of it was executed. ' +
      'Send it again in smaller pieces: write a large file in several steps.',
  ),
  malformed: tell(
    ({ message }) =>
      `Your last reply was discarded and nothing of it was executed. ${message} Send the call again, corrected.`,
  ),
  cancelled: stop,
};

/** See the table above. Pure. */
export const reaction = (fault: Fault, attempt: number, random: number): Reaction =>
  reactions[fault.kind](fault, attempt, random);
