/**
 * Any server that speaks Chat Completions (OpenAI, Azure, Ollama, LM Studio, llama.cpp, vLLM, OpenRouter, DeepSeek, Gemini's and
 * Anthropic's compatible endpoints), through the openai package. The package makes the request; the stream is read here, because
 * only its raw bytes show a cut or a byte that is no UTF-8. Nothing is sent before the first `stream`.
 */
import type { Clock } from '../ports.ts';
import { ChatReply } from './chat-reply.ts';
import { DONE, type Endpoint, replyEvents, sender } from './chat-send.ts';
import { faultOfError, faultOfRefusal } from './faults.ts';
import type { Fault, Model, ModelEvent, ModelRequest, Profile, Usage } from './model.ts';
import { redact } from './redact.ts';
import { isLocal } from './servers.ts';
import type { SseNotes } from './sse.ts';
import { countPrompt, countTokens, estimateTokens, promptTokens } from './tokens.ts';
import { type Timeouts, timeoutsFor, type Watchdog, watchdog } from './watchdog.ts';
import { Aborted, refusalIn, shownAddress, untilAborted } from './wire.ts';

export interface ChatOptions extends Endpoint {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts>;
  /** Characters of text and arguments that one reply may hold. */
  readonly maxReply?: number;
}

const MAX_REPLY = 8 * 1024 * 1024;

export function chatModel(options: ChatOptions): Model {
  const { baseUrl, apiKey, profile, clock, maxReply = MAX_REPLY } = options;
  const timeouts = { ...timeoutsFor(isLocal(baseUrl)), ...options.timeouts };
  const send = sender(options);

  /** Text as it comes, then either the calls and `end`, or a fault. Throws what the connection throws. */
  async function* converse(request: ModelRequest, reply: ChatReply, watch: Watchdog): AsyncGenerator<ModelEvent, void> {
    const response = await untilAborted(send(request, watch.signal), watch.signal);
    const notes: SseNotes = { invalid: false, tooLarge: false };
    try {
      // An event carries its text several times escaped at worst; what is larger than that is no event.
      for await (const { name, data, cut } of replyEvents(response, notes, { watch, clock, maxEvent: 2 * maxReply })) {
        if (data === DONE) {
          reply.close();
          break;
        }
        const events = reply.accept(data, name);
        if (cut && events.some(({ type }) => type === 'fault')) break;
        watch.alive(reply.finished ? 'closing' : reply.written.length > 0 ? 'idle' : undefined);
        for (const event of events) {
          yield event;
          if (event.type === 'fault') return;
        }
      }
    } catch (error) {
      // A finished reply is whole, however its connection ended afterwards.
      if (!reply.finished || (watch.signal.aborted && watch.expired() !== 'closing')) throw error;
    }
    if (notes.tooLarge) {
      yield {
        type: 'fault',
        fault: { kind: 'malformed', message: `The reply is larger than ${maxReply} characters.` },
      };
    } else {
      yield* reply.judge(notes.invalid);
    }
  }

  function faultOf(error: unknown, watch: Watchdog, caller: AbortSignal): Fault {
    const expired = watch.expired();
    if (caller.aborted) return { kind: 'cancelled', message: 'Cancelled.' };
    if (expired) {
      const what = expired === 'total' ? 'did not finish its reply' : 'sent nothing';
      return { kind: 'stall', message: `${shownAddress(baseUrl)} ${what} for ${timeouts[expired] / 1000} s.` };
    }
    const refusal = refusalIn(error);
    return refusal ? faultOfRefusal(refusal, baseUrl, clock.now()) : faultOfError(error, baseUrl);
  }

  /** A server that accepts more than the window holds has dropped a part: its reply cannot be trusted. */
  function silentOverflow({ usage }: ChatReply): Fault | undefined {
    if (!usage || usage.input <= profile.contextWindow) return undefined;
    const message = `The server read ${usage.input} tokens, more than the model's window of ${profile.contextWindow}.`;
    return { kind: 'overflow', message };
  }

  async function* stream(request: ModelRequest, caller: AbortSignal): AsyncGenerator<ModelEvent, void> {
    const watch = watchdog(clock, timeouts, caller);
    const reply = new ChatReply(baseUrl, maxReply);
    const calls: ModelEvent[] = [];
    let end: ModelEvent | undefined;
    let fault: Fault | undefined;
    try {
      for await (const event of converse(request, reply, watch)) {
        if (event.type === 'text' || event.type === 'reasoning') yield event;
        else if (event.type === 'fault') fault = event.fault;
        else if (event.type === 'end') end = event;
        else calls.push(event);
      }
      if (caller.aborted) throw new Aborted();
      fault ??= silentOverflow(reply);
    } catch (error) {
      fault = faultOf(error, watch, caller);
    } finally {
      // A whole reply leaves its connection to the next request; anything else closes it.
      if (end && !fault) watch.stop();
      else watch.close();
    }
    if (fault || !end) {
      const usage = reply.usage ?? (reply.written.length > 0 ? guessedUsage(request, reply) : undefined);
      if (usage) yield { type: 'usage', usage };
      const { kind = 'network', message = '', ...rest } = fault ?? {};
      yield { type: 'fault', fault: { kind, message: redact(message, [apiKey]), ...rest } };
      return;
    }
    yield* calls;
    yield { type: 'usage', usage: reply.usage ?? (await countedUsage(request, reply)) };
    yield end;
  }

  return { profile, stream };
}

/** High, and without loading the vocabulary: the reply failed, perhaps because the person waits for it to stop. */
const guessedUsage = (request: ModelRequest, { written }: ChatReply): Usage => ({
  input: promptTokens(request),
  output: estimateTokens(written.join('')),
  cached: 0,
  estimated: true,
});

const countedUsage = async (request: ModelRequest, { written }: ChatReply): Promise<Usage> => ({
  input: await countPrompt(request),
  output: await countTokens([written.join('')]),
  cached: 0,
  estimated: true,
});
