/**
 * How many tokens is this? Two answers: a fast guess that errs high, for reserving room before a request, and a count with a real
 * vocabulary, loaded only when a server did not say what a reply cost.
 */
import { asData } from '../policy/frame.ts';
import { type ChatMessage, type ModelRequest, type ToolSpec, textOf } from './model.ts';

/** What a chat template puts around one message, and around the whole. */
const PER_MESSAGE = 5;
const PER_REQUEST = 8;

/** Tokens for a lower-case word with at most one leading capital: short ones are in every vocabulary, long ones fall apart. */
const wordCost = (length: number): number =>
  length <= 6 ? 1.15 : length <= 14 ? 1.15 + (length - 6) * 0.3 : 3.55 + (length - 14) * 0.55;

/** Any other character, by its range: white space, punctuation, Latin to Arabic, Indic to Thai, a half of an emoji, CJK and the rest. */
const others: readonly [number, number][] = [
  [0x20, 1],
  [0x7f, 0.85],
  [0x5ff, 0.65],
  [0x1fff, 1],
  [0xd7ff, 1.25],
  [0xdfff, 1.9],
];
const costOf = (code: number): number => others.find(([last]) => code <= last)?.[1] ?? 1.25;

/**
 * A statistical upper bound: for code, prose, data, logs and the larger scripts it lies between 1 and 2 times (scripts that
 * newer vocabularies know well: 3 times) what o200k_base counts; test/unit/model/tokens.test.ts holds the corpus it was fitted to.
 * Costs 7 ms a megabyte.
 */
export function estimateTokens(text: string): number {
  let sum = 0;
  let at = 0;
  const runOf = (from: number, to: number): number => {
    const start = at;
    while (at < text.length && text.charCodeAt(at) >= from && text.charCodeAt(at) <= to) at += 1;
    return at - start;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) sum += wordCost(runOf(0x61, 0x7a));
    else if (code >= 0x41 && code <= 0x5a) {
      const capitals = runOf(0x41, 0x5a);
      sum += capitals > 1 ? capitals * 0.7 : wordCost(1 + runOf(0x61, 0x7a));
    } else if (code >= 0x30 && code <= 0x39) sum += Math.ceil(runOf(0x30, 0x39) / 3) * 1.25;
    else if (code === 0x20) sum += runOf(0x20, 0x20) === 1 ? 0.05 : 1;
    else {
      sum += costOf(code);
      at += 1;
    }
  }
  return Math.ceil(sum);
}

type Prompt = Pick<ModelRequest, 'messages' | 'tools'>;

const FENCES = asData('');

/** Everything of a message that the model reads. */
const textsOf = (message: ChatMessage): string[] =>
  message.role === 'assistant'
    ? [message.text, ...message.calls.flatMap(({ name, arguments: args }) => [name, args])]
    : [textOf(message), ...(message.role === 'tool' ? [FENCES] : [])];

const textsOfTool = ({ name, description, parameters }: ToolSpec): string[] => [
  name,
  description,
  JSON.stringify(parameters),
];

const promptTexts = ({ messages, tools }: Prompt): string[] => [
  ...messages.flatMap(textsOf),
  ...tools.flatMap(textsOfTool),
];

/** A thread only grows, and each of its messages is estimated with every request: none of them ever changes. */
const estimated = new WeakMap<ChatMessage | ToolSpec, number>();

function estimateOf(part: ChatMessage | ToolSpec): number {
  const known = estimated.get(part);
  if (known !== undefined) return known;
  const tokens = ('role' in part ? textsOf(part) : textsOfTool(part)).reduce(
    (sum, text) => sum + estimateTokens(text),
    0,
  );
  estimated.set(part, tokens);
  return tokens;
}

const around = ({ messages, tools }: Prompt): number => PER_REQUEST + PER_MESSAGE * (messages.length + tools.length);

/** The input of a request, guessed high: what to reserve. */
export const promptTokens = (request: Prompt): number =>
  [...request.messages, ...request.tools].reduce((sum, part) => sum + estimateOf(part), around(request));

/** The input of a request, counted. */
export const countPrompt = async (request: Prompt): Promise<number> =>
  around(request) + (await countTokens(promptTexts(request)));

/** Longer runs without a boundary make the encoder quadratic: 200,000 times the letter "a" in one piece take 20 s. */
const SLICE = 2_000;

/**
 * Tokens of some texts by cl100k_base: half the memory and load time of o200k_base (44 MB, 150 ms at the first call), and where
 * they differ it counts more. A server that reports no usage is hardly ever OpenAI's, so neither would be exact.
 */
export async function countTokens(texts: readonly string[]): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/cl100k_base');
  let sum = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += SLICE) {
      sum += count(text.slice(at, at + SLICE).toWellFormed(), { disallowedSpecial: new Set() });
    }
  }
  return sum;
}
