/**
 * One model's network edge: the injected `fetch`, narrowed so that only what the server needs leaves the machine, no redirect is
 * followed (the prompt and the key go to the configured address only) and a refusal keeps its whole body, whose wording
 * classifies it (the SDK keeps just the member `error`).
 */

/** What the host hands in: the editor's or Node's own fetch, so that proxies and certificates work. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The server answered with a status that is not 2xx, or with a web page. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(status: number, headers: Headers, body: string) {
    super(`status ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** The signal aborted while something else was awaited. */
export class Aborted extends Error {}

const sentHeaders = ['accept', 'authorization', 'api-key', 'content-type'];

/** Sends only `sentHeaders` (no telemetry of the SDK), follows no redirect, throws `Refused` for anything but an answer. */
export const narrowFetch =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const given = new Headers(Array.isArray(init?.headers) ? init.headers : (init?.headers ?? {}));
    const headers = new Headers([...given].filter(([name]) => sentHeaders.includes(name)));
    const response = await fetch(input, { ...init, headers, redirect: 'manual' });
    const page = /\btext\/html\b/.test(response.headers.get('content-type') ?? ''); // a login page, or a wrong address
    if (!response.ok || page)
      throw new Refused(response.status, response.headers, await response.text().catch(() => ''));
    return response;
  };

/** Finds a `Refused` that the SDK wrapped into an error of its own. */
export function refusalIn(error: unknown): Refused | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof Refused) return at;
  }
  return undefined;
}

/** Resolves like `promise`, but throws `Aborted` as soon as the signal does, whatever the promise makes of it. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Aborted());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    promise.catch(() => {});
  }
}

/** Where the API is, without what a URL may hide (login, query): for messages. */
export const shownAddress = (baseUrl: string): string => {
  const url = URL.parse(baseUrl);
  return url ? `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/, '') : 'an address that is not a URL';
};
