/**
 * A request in the words of Chat Completions. Everything here is a pure function of the messages, so that a thread's earlier
 * part always maps to the same bytes and the server's prefix cache holds.
 */
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { asData, isData } from '../policy/frame.ts';
import type { ChatMessage, ModelRequest, ToolCall } from './model.ts';
import type { Refused } from './wire.ts';

/** What a server is known to take; narrowed once it says otherwise. */
export interface Dialect {
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  readonly streamOptions: boolean;
}

/** OpenAI's newer models refuse `max_tokens`; most compatible servers know only that. */
export function firstDialect(baseUrl: string): Dialect {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  const modern = /(^|\.)openai\.com$|\.azure\.com$/.test(host);
  return { maxTokens: modern ? 'max_completion_tokens' : 'max_tokens', streamOptions: true };
}

/** A dialect to try instead, when the refusal names a parameter that we can do without; else undefined. Each is tried once. */
export function adaptedDialect(now: Dialect, first: Dialect, { status, body }: Refused): Dialect | undefined {
  if (status !== 400 && status !== 422) return undefined;
  if (
    !/unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed|invalid param/i.test(
      body,
    )
  ) {
    return undefined;
  }
  if (body.includes(now.maxTokens) && now.maxTokens === first.maxTokens) {
    return { ...now, maxTokens: now.maxTokens === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens' };
  }
  if (body.includes('stream_options') && now.streamOptions) return { ...now, streamOptions: false };
  return undefined;
}

export function chatBody(model: string, request: ModelRequest, dialect: Dialect): ChatCompletionCreateParamsStreaming {
  const tools = request.tools.map(({ name, description, parameters }) => ({
    type: 'function' as const,
    function: { name, description: description.toWellFormed(), parameters: { ...parameters } },
  }));
  return {
    model,
    messages: chatMessages(request.messages),
    ...(tools.length > 0 ? { tools } : {}),
    stream: true,
    ...(dialect.streamOptions ? { stream_options: { include_usage: true } } : {}),
    [dialect.maxTokens]: request.maxOutputTokens,
  };
}

/**
 * Ids become `c00000000`, `c00000001`, … in the order of the calls: nine letters and digits are valid for every server
 * (Mistral takes nothing else), and a thread that began with another model needs no translation. A reply without text and
 * calls is left out: servers refuse it.
 */
export function chatMessages(messages: readonly ChatMessage[]): ChatCompletionMessageParam[] {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `c${String(ids.size).padStart(8, '0')}`;
    ids.set(id, known);
    return known;
  };
  return messages.flatMap((message): ChatCompletionMessageParam[] => {
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ role: message.role, content: message.text.toWellFormed() }];
      case 'tool':
        return [{ role: 'tool', tool_call_id: idOf(message.call), content: resultOf(message).toWellFormed() }];
      case 'assistant': {
        const content = message.text === '' ? null : message.text.toWellFormed();
        const calls = message.calls.map((call) => ({
          id: idOf(call.id),
          type: 'function' as const,
          function: { name: sentName(call.name), arguments: sentArguments(call) },
        }));
        if (content === null && calls.length === 0) return [];
        return [{ role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
      }
      default:
        return message satisfies never;
    }
  });
}

/** What others made is framed as data; what is said to it stands outside. */
const resultOf = ({ name, own, text, note }: Extract<ChatMessage, { role: 'tool' }>): string =>
  [isData({ name, own }) ? asData(text) : text, ...(note === undefined ? [] : [note])].join('\n');

/** A name the model made up may hold what servers refuse in a history. */
const sentName = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unknown';

/**
 * Servers whose chat template reads the arguments need an object; whatever else the model once sent is wrapped (its result
 * already says that it was not accepted). Escaped lone surrogates are no text either.
 */
function sentArguments({ arguments: text }: ToolCall): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && text.isWellFormed() && !/\\u[dD][89a-fA-F]/.test(text)) return text;
  return JSON.stringify(isObject ? value : { invalid: text }, (_, part) =>
    typeof part === 'string' ? part.toWellFormed() : part,
  );
}
