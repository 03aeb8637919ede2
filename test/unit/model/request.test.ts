/** What is sent: to whom, with which parameters, and that it only grows. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { chatMessages, firstDialect } from '../../../src/agent/model/chat-request.ts';
import type { ChatMessage } from '../../../src/agent/model/model.ts';
import type { Fetch } from '../../../src/agent/model/wire.ts';
import { manualClock } from '../../fixtures/manual-clock.ts';
import { json, openAiServer, sseOf } from '../../fixtures/openai-server.ts';
import { bytes, callsOf, dripping, endOf, event, faultIn, hear, KEY, modelAt, question, textOf } from './listen.ts';

const good = { content: 'Good.' };

describe('a request', () => {
  test('sends nothing before the first reply is asked for', async () => {
    await using server = await openAiServer([good]);
    const model = modelAt(server);
    const reply = model.stream(question, new AbortController().signal);
    expect(server.log).toEqual([]);
    for await (const _ of reply);
    expect(server.log).toEqual(['POST /v1/chat/completions']);
  });

  test('carries the key, the messages, the tools and the limit, and nothing that tells on the machine', async () => {
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-the-environment');
    vi.stubEnv('OPENAI_API_KEY', 'key-of-the-environment');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-private: header of the environment');
    await using server = await openAiServer([good, good]);
    await hear(modelAt(server));
    await hear(modelAt(server, { apiKey: undefined }));
    vi.unstubAllEnvs();
    const [request, keyless] = server.requests;
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(keyless?.headers.authorization).toBeUndefined();
    expect(JSON.stringify(server.requests)).not.toContain('of the environment');
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
    expect(request?.body).toEqual({
      model: 'test-model',
      messages: [
        { role: 'system', content: 'You are an agent.' },
        { role: 'user', content: 'Fix it.' },
      ],
      tools: [{ type: 'function', function: question.tools[0] }],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 1_000,
    });
  });

  test('names the limit as the server wants it, asking once', async () => {
    expect(firstDialect('https://api.openai.com/v1').maxTokens).toBe('max_completion_tokens');
    expect(firstDialect('http://localhost:11434/v1').maxTokens).toBe('max_tokens');
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    await using server = await openAiServer([json(400, { error: { message } }), good, good]);
    const model = modelAt(server);
    expect(textOf(await hear(model))).toBe('Good.');
    expect(textOf(await hear(model))).toBe('Good.');
    expect(server.requests.map(({ body }) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [1_000, undefined],
      [undefined, 1_000],
      [undefined, 1_000],
    ]);
  });

  test('does without stream_options where a server does not know them, and never asks in circles', async () => {
    const unknown = (name: string) =>
      json(422, { detail: [{ msg: 'Extra inputs are not permitted', loc: ['body', name] }] });
    await using server = await openAiServer([unknown('stream_options'), good]);
    expect(textOf(await hear(modelAt(server)))).toBe('Good.');
    expect(server.requests[1]?.body.stream_options).toBeUndefined();
    await using stubborn = await openAiServer(({ number }) =>
      unknown(number % 2 === 0 ? 'max_tokens' : 'max_completion_tokens'),
    );
    expect(faultIn(await hear(modelAt(stubborn)))).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('not permitted'),
    });
    expect(stubborn.requests).toHaveLength(2);
  });

  /** A reply whose server ends the body only when told; `fate` says what became of its connection. */
  async function connection(chunks: readonly string[], clock = manualClock()) {
    const fate = Promise.withResolvers<string>();
    const heard = Promise.withResolvers<void>();
    const rest = [...chunks];
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const next = rest.shift();
          if (next !== undefined) return controller.enqueue(bytes(next));
          await heard.promise;
          controller.close();
          fate.resolve('read to the end');
        },
        cancel: () => fate.resolve('closed'),
      },
      { highWaterMark: 0 },
    );
    const answer: Fetch = (_, init) => {
      init?.signal?.addEventListener('abort', () => fate.resolve('closed'));
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    await hear(modelAt({ baseUrl: 'http://127.0.0.1:9/v1' }, { fetch: answer, clock }));
    return { fate: fate.promise, end: heard.resolve };
  }

  test('reads a good reply to its very end, so that the connection serves the next one', async () => {
    const { fate, end } = await connection(sseOf(good));
    end();
    expect(await fate).toBe('read to the end');
  });

  test('closes the connection of a bad reply, and of a server that does not end a good one within a second', async () => {
    expect(await (await connection([event({ error: { message: 'boom' } })])).fate).toBe('closed');
    const clock = manualClock();
    const { fate } = await connection(sseOf(good), clock);
    await clock.advance(1_000);
    expect(await fate).toBe('closed');
  });

  test('does not wait long for the closing words of a finished reply', async () => {
    const clock = manualClock();
    const { body, read, drip } = dripping(
      sseOf({ ...good, usage: null })
        .slice(0, -1)
        .join(''),
    );
    const reply = hear(modelAt({ baseUrl: 'http://127.0.0.1:9/v1' }, { clock, fetch: async () => new Response(body) }));
    await read;
    for (let second = 0; second < 5; second += 1) {
      await clock.advance(1_000);
      drip(': still here\n\n');
    }
    expect(textOf(await reply)).toBe('Good.');
    expect(endOf(await reply)).toBe('stop');
  });

  test('understands a server that answers with a document instead of a stream', async () => {
    const toolCalls = [{ id: 'x', type: 'function', function: { name: 'read', arguments: '{"a":1}' } }];
    const message = { role: 'assistant', content: 'Hello', tool_calls: toolCalls };
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    await using server = await openAiServer([
      json(200, { choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage }),
    ]);
    const events = await hear(modelAt(server));
    expect(textOf(events)).toBe('Hello');
    expect(callsOf(events)).toEqual([['read', '{"a":1}']]);
    expect(endOf(events)).toBe('calls');
  });

  test('names a web page at the address for what it is', async () => {
    await using server = await openAiServer([
      { headers: { 'content-type': 'text/html' }, chunks: ['<html>Log in to the Wi-Fi</html>'] },
    ]);
    expect(faultIn(await hear(modelAt(server)))).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('web page'),
    });
  });
});

describe('the messages', () => {
  const text = fc.string();
  const turn = fc.record({
    text,
    names: fc.array(fc.constantFrom('read', 'run'), { maxLength: 3 }),
    results: fc.array(text),
  });

  test('only ever grow: an earlier request is a prefix of every later one', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 6 }), (turns) => {
        const messages: ChatMessage[] = [{ role: 'user', text: 'Go.' }];
        let before = JSON.stringify(chatMessages(messages)).slice(0, -1);
        turns.forEach(({ text: said, names, results }, at) => {
          const calls = names.map((name, n) => ({ id: `t${at}|${n}`, name, arguments: '{}' }));
          messages.push({ role: 'assistant', text: said, calls });
          for (const [n, { id, name }] of calls.entries())
            messages.push({ role: 'tool', call: id, name, text: results[n] ?? '' });
          const after = JSON.stringify(chatMessages(messages)).slice(0, -1);
          expect(after.startsWith(before)).toBe(true);
          before = after;
        });
      }),
    );
  });

  test('give every server arguments that are an object', () => {
    const calls = ['{"a":1}', '[1]', '"x"', 'null'].map((args, at) => ({
      id: `i${at}`,
      name: 'read',
      arguments: args,
    }));
    const [reply] = chatMessages([{ role: 'assistant', text: '', calls }]);
    const sent = reply?.role === 'assistant' ? (reply.tool_calls ?? []) : [];
    expect(sent.map((call) => call.type === 'function' && call.function.arguments)).toEqual([
      '{"a":1}',
      '{"invalid":"[1]"}',
      '{"invalid":"\\"x\\""}',
      '{"invalid":"null"}',
    ]);
    expect(reply).toMatchObject({ content: null });
  });

  test('leave out a reply that said nothing', () => {
    expect(chatMessages([{ role: 'assistant', text: '', calls: [] }])).toEqual([]);
  });
});
