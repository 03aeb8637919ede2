/**
 * The file format of a recorded session, and the key by which an exchange is found again: the goal, then each earlier reply
 * of the thread with the results it got, normalised. System text, schemas and the user messages are not part of the key, so a
 * recording outlives a better prompt; the digest of the prompt it was made with shows when it should be made again.
 */
import * as z from 'zod';
import { hashOf } from '../hash.ts';
import { type ChatMessage, type ModelEvent, type ModelRequest, type ToolSpec, textOf, Usage } from './model.ts';
import { normalise, type Places } from './normalise.ts';

export const RECORDING_VERSION = 1;

const Digest = z.string().regex(/^[0-9a-f]{16}$/);

/** The events of a whole reply; faults are not recorded. */
export const RecordedEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('toolCall'), name: z.string(), arguments: z.string() }),
  z.object({ type: z.literal('usage'), usage: Usage }),
  z.object({ type: z.literal('end'), reason: z.enum(['stop', 'calls', 'length']) }),
]) satisfies z.ZodType<ModelEvent>;
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** One earlier reply and the results of its calls. The texts are for people: they show what differed. */
export const Step = z.object({
  reply: Digest,
  says: z.string(),
  results: z.array(z.object({ tool: z.string(), digest: Digest, text: z.string() })),
});
export type Step = z.infer<typeof Step>;

export const Exchange = z.object({
  key: Digest,
  /** Key of the exchange before it in the same thread, and what came since; absent for a thread's first. */
  parent: Digest.optional(),
  step: Step.optional(),
  /** Tells apart the first requests of several threads, whose keys are equal: the digest of the user messages. */
  brief: Digest,
  /** The system text and the tools it was made with. */
  prompt: Digest,
  events: z.array(RecordedEvent).min(1),
});
export type Exchange = z.infer<typeof Exchange>;

export const Recording = z.object({
  version: z.literal(RECORDING_VERSION),
  goal: z.string(),
  /** Whose replies these are. */
  model: z.string(),
  exchanges: z.array(Exchange),
});
export type Recording = z.infer<typeof Recording>;

/** Why a text is no recording. */
export interface RecordingFault {
  readonly fault: string;
}

export function parseRecording(text: string): Recording | RecordingFault {
  try {
    const parsed = Recording.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : { fault: `This is no recording: ${z.prettifyError(parsed.error)}` };
  } catch {
    return { fault: 'This is no recording: it is not JSON.' };
  }
}

export const serialiseRecording = (recording: Recording): string => `${JSON.stringify(recording, undefined, 2)}\n`;

const digest = (...parts: readonly string[]): string => hashOf(JSON.stringify(parts)).slice(0, 16);

const sameGoal = (goal: string): string => goal.replace(/\s+/g, ' ').trim();

/** Characters of a result that a recording shows. */
const SHOWN = 1_000;

const replyDigest = (text: string, calls: readonly (readonly [string, string])[], places: Places): string =>
  digest(normalise(text, places), ...calls.flatMap(([name, args]) => [name, normalise(args, places)]));

/** The thread so far, without system and user messages. */
export function stepsOf(messages: readonly ChatMessage[], places: Places): Step[] {
  const steps: Step[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      const calls = message.calls.map(({ name, arguments: args }) => [name, args] as const);
      const says = [message.text, ...calls.map(([name, args]) => `${name} ${args}`)].join(' ').trim();
      steps.push({
        reply: replyDigest(message.text, calls, places),
        says: normalise(says, places).slice(0, 120),
        results: [],
      });
    } else if (message.role === 'tool') {
      const text = normalise(textOf(message), places);
      steps.at(-1)?.results.push({ tool: message.name, digest: digest(text), text: text.slice(0, SHOWN) });
    }
  }
  return steps;
}

/** Keys of a thread, shortest first: the first for the request without replies, the last for this request. */
export function keysOf(goal: string, steps: readonly Step[]): string[] {
  const keys = [digest(sameGoal(goal))];
  for (const { reply, results } of steps) {
    keys.push(digest(keys.at(-1) ?? '', reply, ...results.flatMap(({ tool, digest: result }) => [tool, result])));
  }
  return keys;
}

export const briefOf = (messages: readonly ChatMessage[], places: Places): string =>
  digest(...messages.flatMap((message) => (message.role === 'user' ? [normalise(message.text, places)] : [])));

/** `system`: the whole system text. */
const promptDigest = (system: string, tools: readonly ToolSpec[], places: Places): string =>
  digest(normalise(system, places), JSON.stringify(tools));

const systemOf = (messages: readonly ChatMessage[]): string =>
  messages.flatMap((message) => (message.role === 'system' ? [message.text] : [])).join('\n');

/** The entry for one request and the reply it got. */
export function exchangeOf(request: ModelRequest, events: readonly RecordedEvent[], places: Places): Exchange {
  const steps = stepsOf(request.messages, places);
  const keys = keysOf(request.goal, steps);
  const parent = keys.at(-2);
  const step = steps.at(-1);
  return {
    key: keys.at(-1) ?? '',
    ...(parent !== undefined && { parent }),
    ...(step && { step }),
    brief: briefOf(request.messages, places),
    prompt: promptDigest(systemOf(request.messages), request.tools, places),
    events: [...events],
  };
}

/** Positions of the exchanges that were made with another prompt than this one. */
export function outdated(
  recording: Recording,
  prompt: { readonly system: string; readonly tools: readonly ToolSpec[] },
  places: Places,
): number[] {
  const now = promptDigest(prompt.system, prompt.tools, places);
  return recording.exchanges.flatMap((exchange, at) => (exchange.prompt === now ? [] : [at]));
}

/** For a person: how this request left the recording. */
export function whereItEnds(recording: Recording, request: ModelRequest, places: Places): string {
  if (sameGoal(recording.goal) !== sameGoal(request.goal)) {
    return `The recording is for another goal: "${recording.goal}".`;
  }
  const steps = stepsOf(request.messages, places);
  const keys = keysOf(request.goal, steps);
  const known = new Set(recording.exchanges.map(({ key }) => key));
  const shared = keys.findLastIndex((key) => known.has(key));
  const here = steps[shared];
  const nearest = recording.exchanges.filter(({ parent }) => parent === keys[shared]).map(({ step }) => step);
  const recorded = nearest.find((step) => step?.reply === here?.reply) ?? nearest[0];
  const ends = `The recording ends here, after reply ${shared + 1}`;
  if (!here || !recorded) return `${ends}: nothing more was recorded.`;
  if (recorded.reply !== here.reply) return `${ends}: it goes on from "${recorded.says}", not from "${here.says}".`;
  const at = recorded.results.findIndex(({ digest: result }, index) => result !== here.results[index]?.digest);
  const expected = recorded.results[at];
  const got = here.results[at];
  if (!expected || !got)
    return `${ends}: ${recorded.results.length} results were recorded, here are ${here.results.length}.`;
  const [was, is] = firstDifference(expected.text, got.text);
  return `${ends}: ${got.tool} answered differently. Recorded: "${was}". Here: "${is}".`;
}

function firstDifference(recorded: string, here: string): [string, string] {
  const [was, is] = [recorded.split('\n'), here.split('\n')];
  const at = was.findIndex((line, index) => line !== is[index]);
  const line = (lines: readonly string[]) => (lines[at < 0 ? was.length : at] ?? '(nothing)').slice(0, 200);
  return [line(was), line(is)];
}
