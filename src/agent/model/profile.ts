/**
 * What a model can take. In order: the person's settings, what its server says, gpt-tokenizer's list of OpenAI's models (windows
 * and limits only: its prices are wrong), a short table of other families, and a guess that is safe for any model of this decade.
 */
import type { Price, Profile } from './model.ts';
import type { ServerModel } from './servers.ts';

export type ProfileOverrides = Partial<Omit<Profile, 'id'>>;

const UNKNOWN = { contextWindow: 32_768, outputLimit: 4_096, images: false };

type Known = Pick<Profile, 'contextWindow' | 'outputLimit' | 'images'>;

/** Hosted families, at what the smallest current member takes. */
const families: readonly [RegExp, Known][] = [
  [/^claude-(3|haiku)/, { contextWindow: 200_000, outputLimit: 4_096, images: true }],
  [/^claude-/, { contextWindow: 200_000, outputLimit: 32_000, images: true }],
  [/^gemini-(2\.5|[3-9])/, { contextWindow: 1_048_576, outputLimit: 65_536, images: true }],
  [/^gemini-/, { contextWindow: 1_048_576, outputLimit: 8_192, images: true }],
  [/^deepseek-(chat|reasoner|v3|r1)/, { contextWindow: 64_000, outputLimit: 8_000, images: false }],
  [
    /^(mistral-(large|medium|small)|codestral|devstral|magistral)/,
    { contextWindow: 128_000, outputLimit: 8_192, images: false },
  ],
  [/^grok-/, { contextWindow: 131_072, outputLimit: 8_192, images: false }],
  [/^(kimi-k2|glm-4\.[5-9]|qwen3-(coder|max))/, { contextWindow: 131_072, outputLimit: 8_192, images: false }],
];

/** US dollars per million tokens: input, cached input, output. OpenAI's list prices of December 2025; what is not here is unknown. */
const prices: Readonly<Record<string, readonly [number, number, number]>> = {
  'gpt-4o': [2.5, 1.25, 10],
  'gpt-4o-mini': [0.15, 0.075, 0.6],
  'gpt-4.1': [2, 0.5, 8],
  'gpt-4.1-mini': [0.4, 0.1, 1.6],
  'gpt-4.1-nano': [0.1, 0.025, 0.4],
  'gpt-5': [1.25, 0.125, 10],
  'gpt-5-mini': [0.25, 0.025, 2],
  'gpt-5-nano': [0.05, 0.005, 0.4],
  'gpt-5.1': [1.25, 0.125, 10],
  'gpt-5.2': [1.75, 0.175, 14],
  o1: [15, 7.5, 60],
  o3: [2, 0.5, 8],
  'o3-mini': [1.1, 0.55, 4.4],
  'o4-mini': [1.1, 0.275, 4.4],
};

function priceOf(name: string): Price | undefined {
  const row = prices[name.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
  return row && { input: row[0], cached: row[1], output: row[2] };
}

/** Trained on the patch format. */
const WRITES_PATCHES = /^(gpt-(4\.1|5)|o[34]\b|codex)/;

/** `openai/gpt-5:online`, `models/gemini-2.5-pro` and `GPT-5` are the same model elsewhere. */
const plainName = (id: string): string => (id.split('/').at(-1) ?? id).replace(/:.*$/, '').toLowerCase();

async function knownOf(name: string): Promise<Known | undefined> {
  const family = families.find(([pattern]) => pattern.test(name))?.[1];
  if (family || !/^(gpt|o\d|chatgpt|chat)-?/.test(name)) return family;
  const models: Readonly<Record<string, unknown>> = await import('gpt-tokenizer/models');
  const spec = models[name];
  if (typeof spec !== 'object' || spec === null) return undefined;
  const number = (key: string): number | undefined => {
    const value: unknown = Reflect.get(spec, key);
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  const contextWindow = number('context_window');
  const outputLimit = number('max_output_tokens');
  if (contextWindow === undefined || outputLimit === undefined) return undefined;
  const modalities: unknown = Reflect.get(spec, 'modalities');
  return { contextWindow, outputLimit, images: JSON.stringify(modalities ?? '').includes('"image"') };
}

/** The profile of a model by its name at the server. The output limit never takes more than half of the window. */
export async function profileOf(
  modelId: string,
  overrides: ProfileOverrides = {},
  server?: ServerModel,
): Promise<Profile> {
  const name = plainName(modelId);
  const known = (await knownOf(name)) ?? UNKNOWN;
  const price = server?.price ?? priceOf(name);
  const { id: _, ...said } = server ?? { id: '' };
  const edits = WRITES_PATCHES.test(name) && { edits: 'patch' as const };
  const merged = { ...known, ...edits, tools: 'native' as const, ...(price && { price }), ...said, ...overrides };
  return { id: modelId, ...merged, outputLimit: Math.min(merged.outputLimit, Math.floor(merged.contextWindow / 2)) };
}
