/** What the model tests share: a model on a server or on given bytes, and a way to hear a whole reply. */
import { type ChatOptions, chatModel } from '../../../src/agent/model/chat.ts';
import type { Fault, Model, ModelEvent, ModelRequest, Profile } from '../../../src/agent/model/model.ts';
import type { Fetch } from '../../../src/agent/model/wire.ts';
import { manualClock } from '../../fixtures/manual-clock.ts';
import type { OpenAiServer } from '../../fixtures/openai-server.ts';

export const profile: Profile = {
  id: 'test',
  contextWindow: 100_000,
  outputLimit: 4_000,
  tools: 'native',
  images: false,
};

export const KEY = 'sk-secret-0123456789abcdef';

export const question: ModelRequest = {
  goal: 'Fix it',
  messages: [
    { role: 'system', text: 'You are an agent.' },
    { role: 'user', text: 'Fix it.' },
  ],
  tools: [{ name: 'write', description: 'Writes a file.', parameters: { type: 'object' } }],
  maxOutputTokens: 1_000,
};

export const modelAt = ({ baseUrl }: Pick<OpenAiServer, 'baseUrl'>, more: Partial<ChatOptions> = {}): Model =>
  chatModel({ baseUrl, apiKey: KEY, model: 'test-model', profile, fetch, clock: manualClock(), ...more });

/** A model whose server answers every request with these bytes, cut exactly there. */
export const modelOn = (chunks: readonly Uint8Array[], more: Partial<ChatOptions> = {}): Model =>
  modelAt({ baseUrl: 'http://127.0.0.1:9/v1' }, { fetch: answering(chunks), ...more });

export const answering =
  (chunks: readonly Uint8Array[], failure?: Error): Fetch =>
  () => {
    const rest = [...chunks];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = rest.shift();
        if (next) controller.enqueue(next);
        else if (failure) controller.error(failure);
        else controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };

/** A body that stays open: `read` resolves when `first` was taken in and the reader waits for more. */
export function dripping(first: string) {
  const read = Promise.withResolvers<void>();
  let drip = (_: string) => {};
  const rest = [first];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        drip = (text) => controller.enqueue(bytes(text));
        const next = rest.shift();
        if (next !== undefined) controller.enqueue(bytes(next));
        else read.resolve();
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: read.promise, drip: (text: string) => drip(text) };
}

export async function hear(
  model: Model,
  request = question,
  signal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request, signal)) events.push(event);
  return events;
}

export const textOf = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

export const callsOf = (events: readonly ModelEvent[]): [string, string][] =>
  events.flatMap((event): [string, string][] => (event.type === 'toolCall' ? [[event.name, event.arguments]] : []));

export const faultIn = (events: readonly ModelEvent[]): Fault | undefined => {
  const last = events.at(-1);
  return last?.type === 'fault' ? last.fault : undefined;
};

export const endOf = (events: readonly ModelEvent[]): string | undefined => {
  const last = events.at(-1);
  return last?.type === 'end' ? last.reason : undefined;
};

/** One SSE event with one choice. */
export const delta = (part: object, finish: string | null = null): string =>
  event({ choices: [{ index: 0, delta: part, finish_reason: finish }] });

export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

/** A piece of a call: index, id and name may be left out, as servers do. */
export const call = (part: object, finish: string | null = null): string => delta({ tool_calls: [part] }, finish);

export const DONE = 'data: [DONE]\n\n';

export const bytes = (...texts: readonly string[]): Uint8Array => new TextEncoder().encode(texts.join(''));

/** Deterministic "random" numbers in [0, 1). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
