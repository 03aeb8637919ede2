/**
 * What kind of failure was this? Servers disagree on status and wording; the tables below are what the main ones send
 * (sources: their documentation and the error lists of pi-mono, Cline and Roo). What is done about each kind: reaction.ts.
 */
import type { Fault, FaultKind } from './model.ts';
import { type Refused, shownAddress } from './wire.ts';

/** What of an error body matters: its words (message, code and type together) and the words for a person. */
interface Wording {
  readonly all: string;
  readonly message: string;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;

const words = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : value ? JSON.stringify(value) : '';

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};

/** Reads `{error: {message, code, type}}`, `{error: "…"}`, `{message}`, `{detail}`, plain text, and names HTML as such. */
function wordingOf(body: unknown): Wording {
  let value = body;
  if (typeof body === 'string') {
    if (/^\s*</.test(body)) return { all: body.slice(0, 4000), message: 'it sent a web page' };
    try {
      value = JSON.parse(body);
    } catch {
      return { all: body.slice(0, 4000), message: short(body) };
    }
  }
  if (Array.isArray(value)) value = value[0]; // Gemini wraps its error in a list
  const error = field(value, 'error') ?? value;
  const message = words(field(error, 'message') ?? field(error, 'detail') ?? error);
  const metadata = words(field(field(error, 'metadata'), 'raw')); // OpenRouter: the upstream's own words
  const all = [message, field(error, 'code'), field(error, 'type'), field(error, 'status'), metadata]
    .map(words)
    .join(' ');
  return { all: all.slice(0, 4000), message: short(metadata ? `${message}: ${metadata}` : message) };
}

/** In order of precedence. Not consulted for 429: a rate limit in tokens is worded like an overflow. */
const wordings: readonly [FaultKind, RegExp][] = [
  [
    'auth',
    /api[ _-]?key (is )?(not valid|invalid|missing)|(invalid|incorrect|no) api[ _-]?key|invalid_api_key|API_KEY_INVALID/i,
  ],
  [
    'quota',
    /insufficient[ _](quota|balance|credits?|funds)|credit balance is too low|billing_hard_limit|billing hard limit/i,
  ],
  [
    'overflow',
    new RegExp(
      [
        'prompt is too long', // Anthropic
        'input is too long', // Bedrock
        'exceeds? (the|this) (model.s )?(maximum )?context (window|length)', // OpenAI, DeepSeek
        'context[ _](length|window|size)[ _](has been )?exceed', // OpenAI's code, LM Studio, llama.cpp
        'exceed_context_size_error|exceeds the available context size', // llama.cpp
        'input token count.*exceeds', // Gemini
        'maximum prompt length is \\d+', // xAI
        'reduce the length of (the|your) (messages|prompt|input)', // Groq, vLLM
        'maximum context length', // vLLM, OpenRouter, Mistral
        'prompt token count of \\d+ exceeds', // Copilot
        'greater than the context length|longer than the context length', // LM Studio, Ollama
        'context window exceeds limit', // MiniMax
        'exceeded model token limit', // Kimi
        'max_model_len', // vLLM
        'too many tokens|token limit exceeded|request_too_large|request entity too large|payload too large',
      ].join('|'),
      'i',
    ),
  ],
  [
    'history',
    /tool_use.{0,60}without.{0,60}tool_result|did not have response messages|must be followed by tool messages|tool_call_id.{0,40}not found|must be a response to a prece+ding message|roles must alternate|unexpected (role .?tool|tool call id)|not the same number of function calls|number of function response parts|function call turn comes immediately after/i,
  ],
  ['filter', /content[ _](filter|policy)|content management policy|responsible ai|data_inspection_failed|moderation/i],
  ['rateLimit', /rate[ _]limit|too many requests|resource_exhausted/i],
  ['server', /overloaded|server_error|temporarily unavailable|internal error|service unavailable|loading model/i],
];

const kindOfWords = (text: string): FaultKind | undefined => wordings.find(([, pattern]) => pattern.test(text))?.[0];

const anyStatus: ReadonlySet<FaultKind> = new Set(['overflow', 'history', 'filter', 'quota', 'auth']);

function kindOfStatus(status: number, body: string, text: string): FaultKind {
  const worded = kindOfWords(text);
  if (status === 429)
    return /insufficient[ _](quota|balance|credits?|funds)|billing.hard/i.test(text) ? 'quota' : 'rateLimit';
  if (status === 402) return 'quota';
  if (status === 401 || status === 407) return 'auth';
  if (status === 403) return worded === 'quota' || worded === 'filter' ? worded : 'auth';
  if (status === 413 || (status === 400 && body.trim() === '')) return 'overflow'; // Cerebras sends nothing at all
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return worded === 'overflow' || worded === 'history' ? worded : 'server';
  }
  return worded && anyStatus.has(worded) ? worded : 'request';
}

/** Seconds or an HTTP date; `retry-after-ms` and Gemini's `retryDelay` too. Negative or unreadable: undefined. */
function retryAfterMs(headers: Headers, body: string, now: number): number | undefined {
  const given = headers.get('retry-after') ?? '';
  const candidates = [
    Number(headers.get('retry-after-ms') ?? Number.NaN),
    given.trim() === '' ? Number.NaN : Number(given) * 1000,
    /[a-z]{3}.*\d{4}/i.test(given) ? Date.parse(given) - now : Number.NaN,
    Number(/"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1] ?? Number.NaN) * 1000,
  ];
  return candidates.find((ms) => Number.isFinite(ms) && ms >= 0);
}

/** For a response that is not 2xx. `now`: ms since 1970, to read a Retry-After date. */
export function faultOfRefusal({ status, headers, body }: Refused, baseUrl: string, now: number): Fault {
  const wording = wordingOf(body);
  const kind = kindOfStatus(status, body, wording.all);
  const retry = retryAfterMs(headers, body, now);
  const message =
    status >= 300 && status < 400
      ? `${shownAddress(baseUrl)} redirects to ${headers.get('location') ?? 'another address'}. Set that address if you trust it, then resume.`
      : messageFor(kind, status, wording, baseUrl);
  return { kind, status, message, ...(retry === undefined ? {} : { retryAfterMs: retry }) };
}

/** For an error object inside a stream that began with 200. Its `code` may be a status. */
export function faultOfStreamError(payload: unknown, baseUrl: string): Fault {
  const wording = wordingOf(typeof payload === 'string' ? { message: payload } : payload);
  const error = field(payload, 'error') ?? payload;
  const code = Number(field(error, 'code') ?? field(error, 'status_code') ?? Number.NaN);
  const status = Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined;
  const kind = status ? kindOfStatus(status, wording.all, wording.all) : (kindOfWords(wording.all) ?? 'server');
  return { kind, message: messageFor(kind, status, wording, baseUrl), ...(status ? { status } : {}) };
}

const serverFailed = (at: string, why: string): string => `${at} failed (${why}).`;

/** For a person: what failed (`at`), in the server's own words (`why`), and what to do. */
const messages: Partial<Record<FaultKind, (at: string, why: string) => string>> = {
  rateLimit: (at, why) => `${at} limits the rate of requests (${why}).`,
  quota: (at, why) =>
    `The account at ${at} has no credit left (${why}). Add credit or choose another model, then resume.`,
  server: serverFailed,
  overflow: (_, why) => `The conversation is longer than the model accepts (${why}).`,
  history: (at, why) => `${at} does not accept the conversation (${why}).`,
  filter: (at, why) => `${at} refused the content (${why}).`,
  auth: (at, why) => `${at} does not accept the API key (${why}). Set a valid key, then resume.`,
  request: (at, why) => `${at} does not accept the request (${why}). Check the model's settings, then resume.`,
};

function messageFor(kind: FaultKind, status: number | undefined, wording: Wording, baseUrl: string): string {
  const at = shownAddress(baseUrl);
  const why = [status, wording.message || 'no explanation'].filter((part) => part !== undefined).join(': ');
  if (status === 407) return PROXY_LOGIN;
  if (/does not support tools/i.test(wording.all)) {
    return `The model cannot call tools (${why}). Choose one that can, or set its tools to "text", then resume.`;
  }
  if (status === 404)
    return `${at} knows no such model or path (${why}). Check the model's name and the address, then resume.`;
  return (messages[kind] ?? serverFailed)(at, why);
}

/** Error codes of Node, undici, OpenSSL and zlib. What is not listed is `network`: worth another try. */
const codes: readonly [RegExp, FaultKind, string][] = [
  [/^ENOTFOUND$/, 'request', 'was not found. Check the address and the network connection, then resume'],
  [/^EAI_AGAIN$/, 'network', 'could not be looked up just now'],
  [/^ECONNREFUSED$/, 'network', 'does not answer. Is the server running?'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/, 'network', 'cannot be reached from this network'],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/, 'stall', 'stopped answering'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'network', 'did not answer in time'],
  [/^(Z_|ERR_BROTLI|BROTLI|ZSTD)/, 'server', 'sent a reply whose compression is damaged'],
  [/^HPE_/, 'server', 'did not answer in HTTP'],
  [/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_/, 'request', 'has a certificate that is not trusted here'],
  [/^(ERR_INVALID_URL|UND_ERR_INVALID_ARG)$/, 'request', 'is not a usable address'],
];

/** Codes of an error, its causes and the attempts it collects, nearest first. */
function codesOf(error: unknown, depth = 0): string[] {
  if (depth > 6 || typeof error !== 'object' || error === null) return [];
  const own = field(error, 'code');
  const inner = field(error, 'errors');
  return [
    ...(typeof own === 'string' ? [own] : []),
    ...codesOf(field(error, 'cause'), depth + 1),
    ...(Array.isArray(inner) ? inner.flatMap((one) => codesOf(one, depth + 1)) : []),
  ];
}

/** The message of the last cause. */
const innermost = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && depth < 6 ? innermost(error.cause, depth + 1) : error.message;
};

/**
 * By its standard fetch turns a 407 into a network error. Node's has no message at all then (the only error of ours without
 * one: undici, httpNetworkOrCacheFetch); a tunnel's names the status.
 */
function asksProxyLogin(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause !== undefined) return asksProxyLogin(error.cause);
  return (
    (error.message === '' && codesOf(error).length === 0) || /proxy auth|proxy response \(407\)/i.test(error.message)
  );
}

const PROXY_LOGIN = 'The proxy asks for a login (407). Set the proxy with its user and password, then resume.';

/** For a connection that was not made, or broke. */
export function faultOfError(error: unknown, baseUrl: string): Fault {
  if (asksProxyLogin(error)) return { kind: 'auth', status: 407, message: PROXY_LOGIN };
  const found = codesOf(error);
  const row = codes.find(([pattern]) => found.some((code) => pattern.test(code)));
  const detail = found[0] ?? short(innermost(error));
  const [, kind, what] = row ?? [undefined, 'network' as const, 'closed the connection'];
  return { kind, message: `${shownAddress(baseUrl)} ${what} (${detail}).` };
}
