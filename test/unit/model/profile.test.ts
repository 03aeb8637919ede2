/** What a model can take, and what servers say of theirs. */
import { describe, expect, test } from 'vitest';
import { Profile } from '../../../src/agent/model/model.ts';
import { profileOf } from '../../../src/agent/model/profile.ts';
import { describeModels, isLocal, isLoopback, LOCAL_SERVERS, listModels } from '../../../src/agent/model/servers.ts';
import { json, openAiServer, type Raw } from '../../fixtures/openai-server.ts';
import { KEY } from './listen.ts';

const now = () => new AbortController().signal;

describe('a profile', () => {
  test.each([
    ['gpt-5.1', 400_000, 128_000, 1.25],
    ['gpt-4.1-2025-04-14', 1_047_576, 32_768, 2],
    ['openai/gpt-4o', 128_000, 16_384, 2.5],
    ['OpenAI/GPT-5-mini:online', 400_000, 128_000, 0.25],
    ['gpt-oss:20b', 32_768, 4_096, undefined],
    ['gpt-oss-20b', 131_072, 65_536, undefined],
    ['claude-sonnet-4-5', 200_000, 32_000, undefined],
    ['models/gemini-2.5-pro', 1_048_576, 65_536, undefined],
    ['qwen2.5-coder:7b', 32_768, 4_096, undefined],
    ['toString', 32_768, 4_096, undefined],
  ])('of %s', async (id, contextWindow, outputLimit, input) => {
    const profile = await profileOf(id);
    expect(Profile.parse(profile)).toEqual(profile);
    expect(profile).toMatchObject({ id, contextWindow, outputLimit, tools: 'native' });
    expect(profile.price?.input).toBe(input);
  });

  test('follows the server, and the person before all', async () => {
    const server = { id: 'x', contextWindow: 8_192, outputLimit: 8_192, images: true };
    expect(await profileOf('x', {}, server)).toMatchObject({
      id: 'x',
      contextWindow: 8_192,
      outputLimit: 4_096,
      images: true,
    });
    const price = { input: 1, output: 2 };
    expect(await profileOf('x', { contextWindow: 16_000, price, tools: 'text' }, server)).toMatchObject({
      contextWindow: 16_000,
      outputLimit: 8_000,
      price,
      tools: 'text',
    });
  });
});

describe('servers', () => {
  test('say what their models can take, each in its own words', async () => {
    await using server = await openAiServer([], {
      models: [
        'plain',
        { id: 'vllm', max_model_len: 40_960 },
        { id: 'llama.cpp', meta: { n_ctx: 16_384, n_ctx_train: 131_072 } },
        {
          id: 'openrouter/x',
          context_length: 262_144,
          top_provider: { context_length: 131_072, max_completion_tokens: 8_192 },
          architecture: { input_modalities: ['text', 'image'] },
          pricing: { prompt: '0.0000025', completion: '0.00001' },
        },
        { id: 'groq', context_window: 131_072, max_completion_tokens: 32_768 },
        { id: 'odd', context_length: 'long', pricing: 'free' },
        { name: 'without an id' },
      ],
    });
    expect(await describeModels(server.baseUrl, KEY, fetch, now())).toEqual([
      { id: 'plain' },
      { id: 'vllm', contextWindow: 40_960 },
      { id: 'llama.cpp', contextWindow: 16_384 },
      {
        id: 'openrouter/x',
        contextWindow: 131_072,
        outputLimit: 8_192,
        images: true,
        price: { input: 2.5, output: 10 },
      },
      { id: 'groq', contextWindow: 131_072, outputLimit: 32_768 },
      { id: 'odd' },
    ]);
    expect(server.log).toEqual(['GET /v1/models']);
  });

  test('that are not there, do not answer or answer something else have no models', async () => {
    const gone = await openAiServer();
    await gone.close();
    expect(await listModels(gone.baseUrl, undefined, fetch, now())).toEqual([]);
    const silent = () => new Promise<Response>(() => {});
    const stop = new AbortController();
    const asked = listModels('http://127.0.0.1:9/v1', undefined, silent, stop.signal);
    stop.abort();
    expect(await asked).toEqual([]);
    const odd = async () => Response.json({ models: [] });
    expect(await listModels('http://127.0.0.1:9/v1', undefined, odd, now())).toEqual([]);
  });

  test('are local or not', () => {
    for (const { baseUrl } of LOCAL_SERVERS) expect(isLoopback(baseUrl)).toBe(true);
    expect(['http://localhost:1/v1', 'http://[::1]:1/v1', 'http://127.1.2.3/v1'].every(isLoopback)).toBe(true);
    expect(
      ['http://192.168.1.5:11434/v1', 'http://box.local/v1', 'http://172.20.0.1/'].map((url) => [
        isLoopback(url),
        isLocal(url),
      ]),
    ).toEqual(Array.from({ length: 3 }, () => [false, true]));
    expect(
      [
        'https://api.openai.com/v1',
        'http://localhost.evil.com/v1',
        'http://172.32.0.1/',
        'nonsense',
        'http://10.0.0.1.evil.com',
      ].some(isLocal),
    ).toBe(false);
  });
});

test('the fixture server answers what no script foresaw with an error that says so', async () => {
  await using server = await openAiServer([json(200, {}) satisfies Raw]);
  const post = () => fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: '{"messages":[]}' });
  expect((await post()).status).toBe(200);
  const over = await post();
  expect(over.status).toBe(400);
  expect(await over.text()).toContain('script has ended');
  expect((await fetch(`${server.baseUrl}/else`)).status).toBe(404);
  server.answer({ content: 'More.' });
  expect(await (await post()).json()).toMatchObject({ choices: [{ message: { content: 'More.' } }] });
  expect((await server.nextRequest()).number).toBe(0);
  expect((await server.nextRequest()).number).toBe(1);
});

test.each([
  ['gpt-5.1', 'patch'],
  ['openai/gpt-4.1-mini', 'patch'],
  ['o3', 'patch'],
  ['gpt-4o', undefined],
  ['claude-sonnet-4-5', undefined],
  ['some-local-model', undefined],
])('%s writes changes best as: %s', async (name, edits) => expect((await profileOf(name)).edits).toBe(edits));
