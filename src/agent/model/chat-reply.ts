/**
 * A reply put together from the chunks of a Chat Completions stream. Text goes on at once; calls are kept until the end,
 * because only a complete reply may be executed: the server said that it finished, and every call's arguments are whole.
 */
import * as z from 'zod';
import { judgeArguments } from './arguments.ts';
import { faultOfStreamError } from './faults.ts';
import type { Fault, ModelEvent, Usage } from './model.ts';

const CallDelta = z.object({
  index: z.number().int().nullish().catch(undefined),
  id: z.string().nullish().catch(undefined),
  function: z
    .object({
      name: z.string().nullish(),
      /** Text by the protocol; some servers send the object itself. */
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});

/** Text by the protocol; Mistral also sends parts. */
const Content = z
  .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
  .nullish();

const Delta = z.object({
  content: Content,
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish().catch(undefined),
  reasoning: z.string().nullish().catch(undefined),
  tool_calls: z.array(CallDelta).nullish(),
});

const Tokens = z.number().int().nonnegative();
const Used = z.object({
  prompt_tokens: Tokens.positive(),
  completion_tokens: Tokens,
  prompt_tokens_details: z.object({ cached_tokens: Tokens }).optional().catch(undefined),
  prompt_cache_hit_tokens: Tokens.optional().catch(undefined),
});

const Choice = z.object({
  index: z.number().nullish(),
  delta: Delta.nullish(),
  /** In place of `delta` when the server does not stream. */
  message: Delta.nullish(),
  finish_reason: z.string().nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
});

const Chunk = z.object({
  choices: z.array(Choice).nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
});

interface Call {
  id: string;
  name: string;
  readonly parts: string[];
}

/** How a server may spell its end; what is not listed is a plain end. */
const ends: readonly [RegExp, 'length' | 'filter' | 'server' | 'overflow' | 'malformed'][] = [
  [/^(length|max_tokens|max_output_tokens|model_length)$/i, 'length'],
  [/^model_context_window_exceeded$/i, 'overflow'],
  [/malformed_function_call/i, 'malformed'],
  [/content_filter|^safety$|^sensitive$|^recitation$|prohibited|blocklist/i, 'filter'],
  [/^(error|network_error|insufficient_system_resource|server_error)$/i, 'server'],
];

const broken = (what: string): ModelEvent => ({ type: 'fault', fault: { kind: 'malformed', message: what } });

export class ChatReply {
  /** Tokens as the server counted them. */
  usage: Usage | undefined;
  /** Text, reasoning, names and arguments so far: what our own count of the output is made from. */
  readonly written: string[] = [];
  #size = 0;
  #finish: string | undefined;
  #done = false;
  /** In written order. */
  readonly #calls: Call[] = [];
  /** The call that a server's index stands for now. */
  readonly #open = new Map<number, Call>();
  #last: Call | undefined;
  readonly #baseUrl: string;
  readonly #maxSize: number;

  /** `maxSize`: characters of text and arguments together. */
  constructor(baseUrl: string, maxSize: number) {
    this.#baseUrl = baseUrl;
    this.#maxSize = maxSize;
  }

  /** The server said how it ended. */
  get finished(): boolean {
    return this.#done || this.#finish !== undefined;
  }

  /** `[DONE]`, or the whole body of a server that does not stream. */
  close(): void {
    this.#done = true;
  }

  /** Takes one event's data. A fault among the result is final. */
  accept(data: string, name?: string): readonly ModelEvent[] {
    const json = parseChunk(data);
    if (json === undefined) {
      return [{ type: 'fault', fault: { kind: 'server', message: 'The server sent an event that is not JSON.' } }];
    }
    if (typeof json !== 'object' || json === null) return [];
    if (name === 'error') return [this.#failed(json)];
    const parsed = Chunk.safeParse(json);
    if (!parsed.success) {
      return [
        { type: 'fault', fault: { kind: 'server', message: 'The server sent something that is no chat completion.' } },
      ];
    }
    const { choices, usage, error } = parsed.data;
    if (error) return [this.#failed(json)];
    this.#count(usage);
    return (choices ?? []).filter(({ index }) => !index).flatMap((choice) => this.#acceptChoice(choice));
  }

  /** Call when the stream is over: the calls and the end, or the fault. `invalid`: some bytes were no UTF-8. */
  judge(invalid: boolean): readonly ModelEvent[] {
    if (!this.finished) {
      return [
        { type: 'fault', fault: { kind: 'network', message: 'The connection ended before the reply was complete.' } },
      ];
    }
    const end = ends.find(([pattern]) => pattern.test(this.#finish ?? ''))?.[1];
    if (end && end !== 'length') return [{ type: 'fault', fault: this.#endedBadly(end) }];
    if (this.#calls.length === 0) return [{ type: 'end', reason: end ?? 'stop' }];
    if (invalid) return [broken('The reply held bytes that are not UTF-8, so its calls cannot be trusted.')];
    const events: ModelEvent[] = [];
    for (const { name, parts } of this.#calls) {
      const judged = judgeArguments(parts.join(''));
      if (end === 'length' && (judged.kind !== 'object' || parts.length === 0)) {
        return [
          {
            type: 'fault',
            fault: { kind: 'cut', message: `The reply was cut by the output limit inside a call of ${name}.` },
          },
        ];
      }
      if (name === '') return [broken('A call came without the name of a tool.')];
      if (judged.kind === 'broken') return [broken(`The arguments of ${name} ${judged.why}.`)];
      events.push({ type: 'toolCall', name, arguments: judged.text });
    }
    return [...events, { type: 'end', reason: 'calls' }];
  }

  #failed(payload: unknown): ModelEvent {
    return { type: 'fault', fault: faultOfStreamError(payload, this.#baseUrl) };
  }

  #endedBadly(kind: 'filter' | 'server' | 'overflow' | 'malformed'): Fault {
    const said = `The server ended the reply with "${this.#finish}".`;
    return { kind, message: kind === 'malformed' ? `${said} It could not read the call it was given.` : said };
  }

  #acceptChoice({ delta, message, finish_reason, usage, error }: z.infer<typeof Choice>): ModelEvent[] {
    if (error) return [this.#failed(error)];
    this.#count(usage);
    if (finish_reason) this.#finish = finish_reason;
    const said = delta ?? message;
    if (!said) return [];
    const events: ModelEvent[] = [];
    const say = (type: 'text' | 'reasoning', text: string) => {
      if (text !== '') events.push({ type, text: this.#keep(text) });
    };
    const parts = typeof said.content === 'string' ? [{ type: 'text', text: said.content }] : (said.content ?? []);
    say('reasoning', said.reasoning_content || said.reasoning || '');
    for (const part of parts) if (part.type === 'text') say('text', part.text ?? '');
    say('text', said.refusal ?? '');
    for (const call of said.tool_calls ?? []) this.#acceptCall(call);
    return this.#size > this.#maxSize ? [broken(`The reply is larger than ${this.#maxSize} characters.`)] : events;
  }

  #acceptCall({ index, id, function: given }: z.infer<typeof CallDelta>): void {
    const name = given?.name ?? '';
    const call = this.#callFor(index ?? undefined, id ?? '', name);
    if (id) call.id ||= id;
    if (name !== '' && call.name === '') call.name = this.#keep(name);
    const part = typeof given?.arguments === 'string' ? given.arguments : JSON.stringify(given?.arguments ?? undefined);
    if (part) call.parts.push(this.#keep(part));
  }

  /**
   * Which call a delta continues. By the protocol: the one with its index. Servers that give every call the index 0, or no
   * index at all, show a new call by a name together with a new id, or by a name after arguments that are already whole.
   */
  #callFor(index: number | undefined, id: string, name: string): Call {
    const byId = index === undefined && id !== '' ? this.#calls.find((call) => call.id === id) : undefined;
    const open = byId ?? (index === undefined ? this.#last : this.#open.get(index));
    const named = byId === undefined && name !== '' && open !== undefined && open.name !== '';
    const continues = open && !(named && (id !== '' && open.id !== '' ? id !== open.id : isWhole(open)));
    const call = continues ? open : { id, name: '', parts: [] };
    if (!continues) this.#calls.push(call);
    if (index !== undefined) this.#open.set(index, call);
    this.#last = call;
    return call;
  }

  #keep(text: string): string {
    this.#size += text.length;
    this.written.push(text);
    return text;
  }

  #count(usage: unknown): void {
    const used = Used.safeParse(usage);
    if (!used.success) return;
    const { prompt_tokens, completion_tokens, prompt_tokens_details, prompt_cache_hit_tokens } = used.data;
    const cached = prompt_tokens_details?.cached_tokens ?? prompt_cache_hit_tokens ?? 0;
    this.usage = {
      input: prompt_tokens,
      output: completion_tokens,
      cached: Math.min(cached, prompt_tokens),
      estimated: false,
    };
  }
}

const isWhole = ({ parts }: Call): boolean => parts.length > 0 && judgeArguments(parts.join('')).kind === 'object';

/** Python servers write NaN, which is no JSON; it is met in usage only, so a chunk is repaired only if it says nothing. */
function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    if (!/\bNaN\b/.test(data) || /"(content|tool_calls|reasoning\w*)"/.test(data)) return undefined;
  }
  try {
    return JSON.parse(data.replace(/\bNaN\b/g, 'null'));
  } catch {
    return undefined;
  }
}
