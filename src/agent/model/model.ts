/** The model port: one request in, a stream of events out. Faults are data in the stream, never exceptions. */
import * as z from 'zod';

/** A call as it is kept: our own id (valid for every server), the tool's name, arguments as the JSON text of an object. */
export const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof ToolCall>;

export const ChatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), text: z.string() }),
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({ role: z.literal('assistant'), text: z.string(), calls: z.array(ToolCall) }),
  z.object({
    role: z.literal('tool'),
    call: z.string(),
    name: z.string(),
    text: z.string(),
    /** Nothing was done, and the text says why in words of Goalwright or of the person. */
    own: z.boolean().optional(),
    /** What Goalwright, or the person, says to it. */
    note: z.string().optional(),
  }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

/** All of a message's own text. */
export const textOf = (message: ChatMessage): string =>
  message.role === 'tool' && message.note !== undefined ? `${message.text}\n${message.note}` : message.text;

/** A tool as the model is told of it; `parameters` is a JSON schema. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Tokens of one reply. `estimated`: the server sent none and we counted ourselves. `cached` is part of `input`. */
export const Usage = z.object({
  input: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
  cached: z.number().int().nonnegative().default(0),
  estimated: z.boolean().default(false),
});
export type Usage = z.infer<typeof Usage>;

export const FaultKind = z.enum([
  'rateLimit', // 429 with or without Retry-After
  'quota', // out of credit: waiting does not help
  'server', // 5xx, 408, overloaded
  'network', // no connection, reset, early end of the stream
  'stall', // connected, then silence
  'overflow', // the prompt does not fit the window
  'auth', // 401, 403, 407: the key or the proxy
  'filter', // refused for its content
  'cut', // finish_reason length inside a tool call
  'malformed', // the reply cannot be understood (bad JSON arguments, invalid UTF-8 in them, too large)
  'history', // 400: the messages are not acceptable (e.g. a call without its result)
  'request', // any other 4xx: wrong address, unknown model
  'recording', // the recorded model has no reply for this request
  'cancelled', // our own signal
]);
export type FaultKind = z.infer<typeof FaultKind>;

export const Fault = z.object({
  kind: FaultKind,
  /** For a person: what failed and what to do next. Redacted. */
  message: z.string(),
  status: z.number().int().optional(),
  retryAfterMs: z.number().nonnegative().optional(),
});
export type Fault = z.infer<typeof Fault>;

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Complete: its arguments are the JSON text of an object without duplicate keys. Not yet checked against a tool's schema. */
  | { readonly type: 'toolCall'; readonly name: string; readonly arguments: string }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The last event of a good reply. `length`: the text was cut by the output limit (no call was). */
  | { readonly type: 'end'; readonly reason: 'stop' | 'calls' | 'length' }
  /** The last event of a bad reply: nothing of it may be executed. */
  | { readonly type: 'fault'; readonly fault: Fault };

export interface ModelRequest {
  /** The person's goal; never sent, used by the recorder to find its recording. */
  readonly goal: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  /** Upper bound for the reply, in tokens. */
  readonly maxOutputTokens: number;
}

/** US dollars for a million tokens. */
export const Price = z.object({ input: z.number(), output: z.number(), cached: z.number().optional() });
export type Price = z.infer<typeof Price>;

export const Profile = z.object({
  id: z.string(),
  /** Tokens. */
  contextWindow: z.number().int().positive(),
  outputLimit: z.number().int().positive(),
  tools: z.enum(['native', 'text']),
  images: z.boolean(),
  /** In which form it writes changes best; `edit` where nothing is known. */
  edits: z.enum(['edit', 'patch']).optional(),
  price: Price.optional(),
});
export type Profile = z.infer<typeof Profile>;

export interface Model {
  readonly profile: Profile;
  /** Ends with exactly one `end` or `fault`; must not throw. Aborting the signal closes the connection at once. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}
