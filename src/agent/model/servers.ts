/** Well-known servers on the person's own machine, which addresses are local, and what a server says of its models. */
import * as z from 'zod';
import type { Price } from './model.ts';
import { type Fetch, narrowFetch, untilAborted } from './wire.ts';

export interface LocalServer {
  readonly name: string;
  readonly baseUrl: string;
  /** What a person should know before the first run. */
  readonly hint?: string;
}

export const LOCAL_SERVERS: readonly LocalServer[] = [
  {
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    hint: 'Ollama cuts a prompt that is longer than its context without a word: start it with OLLAMA_CONTEXT_LENGTH=32768 or more.',
  },
  { name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  {
    name: 'llama.cpp',
    baseUrl: 'http://127.0.0.1:8080/v1',
    hint: 'Start llama-server with --jinja, or it cannot call tools.',
  },
];

const hostOf = (baseUrl: string): string => URL.parse(baseUrl)?.hostname ?? '';

/** A server on this machine: it needs no key. */
export const isLoopback = (baseUrl: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostOf(baseUrl));

/** A server on this machine or its network: slow to its first token, and free of charge. */
export const isLocal = (baseUrl: string): boolean =>
  isLoopback(baseUrl) ||
  /^(.+\.local|host\.docker\.internal|0\.0\.0\.0|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+)$/.test(
    hostOf(baseUrl),
  );

/** One model as its server describes it; what is absent was not said. */
export interface ServerModel {
  readonly id: string;
  readonly contextWindow?: number;
  readonly outputLimit?: number;
  readonly images?: boolean;
  readonly price?: Price;
}

const count = z.number().int().positive().optional().catch(undefined);
const perToken = z.coerce.number().nonnegative().optional().catch(undefined);

/** GET /models: the member names of vLLM, OpenRouter, Together, Groq, Mistral and llama.cpp. */
const Listed = z.object({
  id: z.string().min(1),
  max_model_len: count,
  context_length: count,
  context_window: count,
  max_context_length: count,
  max_completion_tokens: count,
  meta: z.object({ n_ctx: count }).optional().catch(undefined),
  top_provider: z.object({ context_length: count, max_completion_tokens: count }).optional().catch(undefined),
  architecture: z
    .object({ input_modalities: z.array(z.string()) })
    .optional()
    .catch(undefined),
  pricing: z.object({ prompt: perToken, completion: perToken, input_cache_read: perToken }).optional().catch(undefined),
});

const List = z.object({ data: z.array(Listed.or(z.null()).catch(null)) });

function modelOf(listed: z.infer<typeof Listed>): ServerModel {
  const { top_provider: top, pricing, architecture } = listed;
  const contextWindow =
    listed.max_model_len ??
    listed.meta?.n_ctx ??
    top?.context_length ??
    listed.context_length ??
    listed.context_window ??
    listed.max_context_length;
  const outputLimit = top?.max_completion_tokens ?? listed.max_completion_tokens;
  const perMillion = (price: number) => Math.round(price * 1e9) / 1e3;
  const { prompt, completion, input_cache_read: cached } = pricing ?? {};
  return {
    id: listed.id,
    ...(contextWindow && { contextWindow }),
    ...(outputLimit && { outputLimit }),
    ...(architecture && { images: architecture.input_modalities.includes('image') }),
    ...(prompt !== undefined &&
      completion !== undefined && {
        price: {
          input: perMillion(prompt),
          output: perMillion(completion),
          ...(cached !== undefined && { cached: perMillion(cached) }),
        },
      }),
  };
}

/** The server's models in its order; empty when it cannot be asked. The caller's signal is the deadline: a few seconds. */
export async function describeModels(
  baseUrl: string,
  apiKey: string | undefined,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<readonly ServerModel[]> {
  const headers = { accept: 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) };
  const ask = async () => {
    const response = await narrowFetch(fetch)(`${baseUrl.replace(/\/+$/, '')}/models`, { headers, signal });
    return List.parse(await response.json());
  };
  try {
    const { data } = await untilAborted(ask(), signal);
    return data.filter((listed) => listed !== null).map(modelOf);
  } catch {
    return [];
  }
}

/** Their names only. */
export const listModels = async (
  baseUrl: string,
  apiKey: string | undefined,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<readonly string[]> => (await describeModels(baseUrl, apiKey, fetch, signal)).map(({ id }) => id);
