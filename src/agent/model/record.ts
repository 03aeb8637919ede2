/** Records a model's exchanges and replays them: the test double, and the demo that needs no key. Reading and writing is the host's. */
import type { Clock } from '../ports.ts';
import type { Model, ModelEvent, ModelRequest, Profile } from './model.ts';
import { groundRoot, liftRoot, type Places } from './normalise.ts';
import {
  briefOf,
  type Exchange,
  exchangeOf,
  keysOf,
  RECORDING_VERSION,
  type RecordedEvent,
  type Recording,
  type RecordingFault,
  stepsOf,
  whereItEnds,
} from './recording.ts';

export { outdated, parseRecording, type Recording, type RecordingFault, serialiseRecording } from './recording.ts';

export interface Recorder {
  /** Answers as the recorded model does, and takes notes. */
  readonly model: Model;
  /** What was exchanged so far. */
  recording(): Recording;
}

/** Only whole replies are kept: a fault leaves no trace in a thread, so replaying it would prove nothing. */
export function recordingModel(
  model: Model,
  { goal, ...places }: Places & { readonly goal: string },
  sink: (exchange: Exchange) => void = () => {},
): Recorder {
  const exchanges: Exchange[] = [];
  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void> {
    const events: RecordedEvent[] = [];
    for await (const event of model.stream(request, signal)) {
      if (event.type !== 'fault') note(events, event, places);
      if (event.type === 'end') {
        const exchange = exchangeOf(request, events, places);
        exchanges.push(exchange);
        sink(exchange);
      }
      yield event;
    }
  }
  return {
    model: { profile: model.profile, stream },
    recording: () => ({ version: RECORDING_VERSION, goal, model: model.profile.id, exchanges: [...exchanges] }),
  };
}

/** Pieces of one text become one; the root becomes a mark, so that the reply fits another place. */
function note(events: RecordedEvent[], event: RecordedEvent, places: Places): void {
  const last = events.at(-1);
  if ((event.type === 'text' || event.type === 'reasoning') && last?.type === event.type) {
    last.text = liftRoot(last.text + event.text, places);
  } else if (event.type === 'text' || event.type === 'reasoning') {
    events.push({ type: event.type, text: liftRoot(event.text, places) });
  } else if (event.type === 'toolCall') {
    events.push({ ...event, arguments: liftRoot(event.arguments, places) });
  } else {
    events.push(event);
  }
}

export interface ReplayOptions extends Places {
  /** With a pace: milliseconds between two pieces of text, so that a demo looks live. Without: everything at once. */
  readonly clock?: Clock;
  readonly paceMs?: number;
}

/** Window and limit are never in the way of a replay, and it costs nothing. */
const replayProfile = (id: string): Profile => ({
  id,
  contextWindow: 200_000,
  outputLimit: 32_000,
  tools: 'native',
  images: false,
  price: { input: 0, output: 0 },
});

/** `undefined`: there is no recording for this goal, which is said with the first request. */
export function recordedModel(recording: Recording | RecordingFault | undefined, options: ReplayOptions): Model {
  const uses = new Map<string, number>();
  const played = recording && 'exchanges' in recording ? recording : undefined;
  const missing =
    recording && 'fault' in recording
      ? recording.fault
      : 'There is no recording for this goal: the recorded model knows only the example goals. Set an API key or select another model, then go on.';

  /** Equal keys: the exchange with the same brief if there is one, and in recorded order when they come again. */
  function find({ exchanges }: Recording, request: ModelRequest): Exchange | undefined {
    const key = keysOf(request.goal, stepsOf(request.messages, options)).at(-1) ?? '';
    const brief = briefOf(request.messages, options);
    const sameKey = exchanges.filter((exchange) => exchange.key === key);
    const sameBrief = sameKey.filter((exchange) => exchange.brief === brief);
    const candidates = sameBrief.length > 0 ? sameBrief : sameKey;
    const slot = sameBrief.length > 0 ? `${key} ${brief}` : key;
    const used = uses.get(slot) ?? 0;
    uses.set(slot, used + 1);
    return candidates[used % candidates.length];
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void> {
    const exchange = played && find(played, request);
    if (!exchange) {
      const message = played ? whereItEnds(played, request, options) : missing;
      yield { type: 'fault', fault: { kind: 'recording', message } };
      return;
    }
    for (const event of exchange.events) {
      for (const piece of pieces(event, options)) {
        if (options.clock && options.paceMs) await options.clock.sleep(options.paceMs, signal);
        if (signal.aborted) {
          yield { type: 'fault', fault: { kind: 'cancelled', message: 'Cancelled.' } };
          return;
        }
        yield piece;
      }
    }
  }

  return { profile: replayProfile(played ? `${played.model} (recorded)` : 'recorded'), stream };
}

/** About a word each, as a model streams. Joined they are the recorded text. */
function pieces(event: RecordedEvent, places: Places): ModelEvent[] {
  if (event.type === 'toolCall') return [{ ...event, arguments: groundRoot(event.arguments, places) }];
  if (event.type !== 'text' && event.type !== 'reasoning') return [event];
  const words = groundRoot(event.text, places).match(/\s*\S{1,24}|\s+$/g) ?? [];
  return words.map((text) => ({ type: event.type, text }));
}
