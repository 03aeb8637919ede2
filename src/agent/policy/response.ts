/** What may come back from an address: how much, in which coding, and whether it is text that can be shown to a model. */
import type { PathVerdict } from './path.ts';

/** Bytes after decompression: 172 bytes of brotli can be 100 MB. */
export const MAX_BODY = 10 * 1024 * 1024;
const CODINGS = new Set(['identity', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd']);
/** Milliseconds: until the first byte, between two, for all. */
const WAITS = { firstByteMs: 15_000, idleMs: 15_000, totalMs: 60_000 };

export interface ResponseFacts {
  /** The `content-encoding` header. */
  readonly encoding?: string | undefined;
  /** Bytes that came, and that they became. */
  readonly wire?: number | undefined;
  readonly inflated?: number | undefined;
  readonly contentType?: string | undefined;
  readonly firstByteMs?: number | undefined;
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
}

/** Text to a program; markup is reduced to its text before a model sees it. */
const MARKUP = /^(?:text\/html|application\/xhtml\+xml|image\/svg\+xml|(?:text|application)\/xml)$/;
const TEXT =
  /^(?:text\/|application\/(?:.+\+)?(?:json|xml|yaml|toml|javascript|ecmascript|typescript|x-ndjson|x-sh|sql)$)/;

const typeOf = (header: string): string => (header.split(';')[0] ?? '').trim().toLowerCase();

export const isMarkup = (contentType: string): boolean => MARKUP.test(typeOf(contentType));

/** `undefined`: it may be read. */
export function judgeResponse(facts: ResponseFacts): PathVerdict | undefined {
  const deny = (rule: string, reason: string): PathVerdict => ({ verdict: 'deny', rule, reason });
  const size = Math.max(facts.wire ?? 0, facts.inflated ?? 0);
  if (size > MAX_BODY)
    return deny(
      'response-size',
      `The answer is ${Math.round(size / 1024 / 1024)} MB when unpacked; 10 MB is the limit.`,
    );
  const codings = (facts.encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  if (codings.some((name) => !CODINGS.has(name)) || codings.length > 1)
    return deny(
      'response-coding',
      `The answer is coded as ${codings.join(', ')}: one of gzip, deflate, br, zstd is unpacked.`,
    );
  const late = (['firstByteMs', 'idleMs', 'totalMs'] as const).find((wait) => (facts[wait] ?? 0) > WAITS[wait]);
  if (late) return deny('response-slow', `The answer took longer than ${WAITS[late] / 1000} s.`);
  if (facts.contentType !== undefined && !isMarkup(facts.contentType) && !TEXT.test(typeOf(facts.contentType)))
    return deny('response-type', `The answer is ${typeOf(facts.contentType) || 'of no type'}, not text.`);
  return undefined;
}

/** Headers that carry a login or a session; never logged, never shown. */
const PRIVATE_HEADER =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie2?|.*(?:api-?key|token|secret|password|credential|session|signature).*)$/i;

export const isPrivateHeader = (name: string): boolean => PRIVATE_HEADER.test(name.trim());

/** Headers as a log or a person may see them. */
export const shownHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isPrivateHeader(name) ? '[hidden]' : value]),
  );
