/** One request through the openai package, and its answer as events. The package is loaded with the first request. */
import type { ClientOptions, OpenAI } from 'openai';
import type { Clock } from '../ports.ts';
import { adaptedDialect, chatBody, type Dialect, firstDialect } from './chat-request.ts';
import type { ModelRequest } from './model.ts';
import { type SseEvent, type SseNotes, sseEvents } from './sse.ts';
import type { Watchdog } from './watchdog.ts';
import { type Fetch, narrowFetch, refusalIn } from './wire.ts';

export const DONE = '[DONE]';

export interface Endpoint {
  /** Up to and including `/v1`. */
  readonly baseUrl: string;
  /** `undefined` or empty: none is sent (local servers). */
  readonly apiKey: string | undefined;
  /** The model's name at the server. */
  readonly model: string;
  readonly fetch: Fetch;
}

export type Send = (request: ModelRequest, signal: AbortSignal) => Promise<Response>;

/**
 * Resolves with a 2xx response whose body is unread. A parameter that the server refuses by name is said otherwise once, and
 * remembered: that is negotiation, not a retry. Throws what fetch throws and `Refused`, both perhaps as a cause.
 */
export function sender(endpoint: Endpoint): Send {
  const first = firstDialect(endpoint.baseUrl);
  let dialect = first;
  let client: Promise<OpenAI> | undefined;
  return async (request, signal) => {
    client ??= import('openai').then(({ OpenAI }) => new OpenAI(clientOptions(endpoint)));
    const { chat } = await client;
    for (;;) {
      try {
        const body = chatBody(endpoint.model, request, dialect);
        return await chat.completions.create(body, { signal }).asResponse();
      } catch (error) {
        const refusal = refusalIn(error);
        const other: Dialect | undefined = refusal && adaptedDialect(dialect, first, refusal);
        if (!other) throw error;
        dialect = other;
      }
    }
  };
}

/** Nothing of the environment reaches a server it was not meant for: no OPENAI_API_KEY here, no other OPENAI_* past narrowFetch. */
function clientOptions({ baseUrl, apiKey, fetch }: Endpoint): ClientOptions {
  const azure = /\.azure\.com$/.test(URL.parse(baseUrl)?.hostname ?? '');
  return {
    baseURL: baseUrl,
    apiKey: apiKey || 'none',
    defaultHeaders: apiKey ? (azure ? { 'api-key': apiKey } : {}) : { authorization: null },
    fetch: narrowFetch(fetch),
    maxRetries: 0,
    timeout: 86_400_000, // the watchdog's deadlines are the nearer ones
    logLevel: 'off',
  };
}

/** The events of a reply; a server that answers with one JSON document although asked to stream is heard too. */
export async function* replyEvents(
  response: Response,
  notes: SseNotes,
  { watch, clock, maxEvent }: { readonly watch: Watchdog; readonly clock: Clock; readonly maxEvent: number },
): AsyncGenerator<SseEvent, void> {
  if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    const data = await response.text();
    notes.tooLarge = data.length > maxEvent;
    yield { name: undefined, data, cut: false };
    yield { name: undefined, data: DONE, cut: false };
  } else if (response.body) {
    yield* sseEvents(response.body, notes, { maxEvent, clock, signal: watch.signal, onBytes: () => watch.alive() });
  }
}
