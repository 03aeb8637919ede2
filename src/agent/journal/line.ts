/**
 * One line of the journal: the JSON of `{seq, at, type, ...data, fence, prev, sum}` and a LF.
 *
 * `sum` covers the bytes of its line up to itself, and they contain `prev`, the sum of the line before: a chain in which
 * no byte can change unnoticed. Sums are taken over bytes as written, so nothing needs a canonical form. A sum begins with
 * `sha2-` (anybody can compute it) or `hmac-` (only who has the key). JSON escapes LF, NUL and quotes; the other
 * characters that some tools take for line ends are escaped here too, so that a LF is the only end of a line.
 */
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { EventBody, JOURNAL_VERSION, type RunEvent } from './event.ts';
import { migrate } from './migrate.ts';

export const LF = 10;

/** A position in the chain: what the next line must follow. */
export interface Link {
  readonly seq: number;
  readonly sum: string;
  readonly fence: number;
}

/** What the first line follows. */
export const START: Link = { seq: 0, sum: '', fence: 0 };

export interface Line extends Link {
  readonly type: string;
  readonly prev: string;
  /** `undefined`: the line is in order, but this version does not know what it says. */
  readonly event: RunEvent | undefined;
}

const Envelope = z.object({
  seq: z.int().positive(),
  at: z.int(),
  type: z.string(),
  fence: z.int().nonnegative(),
  prev: z.string(),
});

/** `,"sum":"` + five characters of kind + 43 of base64url + `"}`: always the same length. */
const SUM = /,"sum":"((?:sha2|hmac)-[\w-]{43})"\}/;
const SUM_BYTES = 58;
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

const encoder = new TextEncoder();
/** Strict: invalid UTF-8 throws, a byte order mark stays (and is then no JSON). */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Keys made ready for use, which costs more than signing a line. */
const ready = new WeakMap<Uint8Array, KeyObject>();

function digest(covered: string | Uint8Array, key: Uint8Array | undefined): string {
  if (!key) return `sha2-${createHash('sha256').update(covered).digest('base64url')}`;
  const secret = ready.get(key) ?? createSecretKey(key);
  ready.set(key, secret);
  return `hmac-${createHmac('sha256', secret).update(covered).digest('base64url')}`;
}

/** The same value with every lone surrogate (half a character, which no UTF-8 can carry) replaced by U+FFFD. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wellFormed(inner)]));
}

/** The bytes of an event's line, LF included, and its sum. */
export function encodeLine(
  { seq, at, ...body }: RunEvent,
  fence: number,
  prev: string,
  key?: Uint8Array,
): { readonly bytes: Uint8Array; readonly sum: string } {
  const covered = JSON.stringify({ seq, at, ...body, fence, prev })
    .slice(0, -1)
    .replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const sum = digest(covered, key);
  return { bytes: encoder.encode(`${covered},"sum":"${sum}"}\n`), sum };
}

/**
 * What a line (without its LF) says, or what is wrong with it. The sum's kind must fit the key: with a key an unsigned
 * line is refused, otherwise anybody could write one. `unchecked` reads a signed line without the key, for eyes only.
 * `version`: the one it was written under.
 */
export function decodeLine(
  bytes: Uint8Array,
  key: Uint8Array | undefined,
  trust: 'checked' | 'unchecked' = 'checked',
  version = JOURNAL_VERSION,
): Line | { readonly problem: string } {
  const tail = lenient.decode(bytes.subarray(Math.max(0, bytes.length - SUM_BYTES)));
  const sum = SUM.exec(tail)?.[1];
  if (!sum) return { problem: 'it does not end in a sum' };
  const covered = bytes.subarray(0, bytes.length - SUM_BYTES);
  const signed = sum.startsWith('hmac-');
  if (trust === 'checked') {
    if (signed && !key) return { problem: 'it is signed with a key that is not here' };
    if (!signed && key) return { problem: 'it is not signed' };
  }
  if (!(trust === 'unchecked' && signed && !key) && digest(covered, signed ? key : undefined) !== sum) {
    return { problem: signed ? 'its signature is wrong (edited, or written with another key)' : 'its sum is wrong' };
  }
  const json = parse(covered);
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) return { problem: 'it is not a journal line' };
  const { seq, at, type, fence, prev } = envelope.data;
  const body = EventBody.safeParse(migrate(json, version));
  return { seq, type, fence, prev, sum, event: body.success ? { ...body.data, seq, at } : undefined };
}

/** The version a first line claims, however it is signed: a newer format may differ in everything else. */
export function claimedVersion(bytes: Uint8Array): number | undefined {
  const header = z.object({ type: z.literal('run.created'), version: z.int() }).safeParse(parse(bytes, ''));
  return header.success ? header.data.version : undefined;
}

/**
 * Whether bytes without a LF are what a crash leaves of a line: its beginning, possibly followed by the zeros of blocks
 * that never reached the medium. A whole line and something else instead of its LF is damage, not an unfinished write.
 */
export function isUnfinished(tail: Uint8Array): boolean {
  const text = lenient.decode(tail).replace(/\0+$/, '');
  const found = SUM.exec(text);
  const whole = found ? found.index + found[0].length : text.length;
  return (text.startsWith('{"seq":') || '{"seq":'.startsWith(text)) && whole === text.length;
}

/** `undefined` for anything that is not strict UTF-8 and JSON. */
function parse(bytes: Uint8Array, end = '}'): unknown {
  try {
    return JSON.parse(decoder.decode(bytes) + end);
  } catch {
    return undefined;
  }
}
