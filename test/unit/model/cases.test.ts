/**
 * Every row of test/cases/fault-cases.jsonl about the model stream and the network: proved here over real HTTP where it is about
 * Chat Completions, or pointed to the part that proves it.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../../src/agent/model/model.ts';
import { type Reaction, reaction } from '../../../src/agent/model/reaction.ts';
import { promptTokens } from '../../../src/agent/model/tokens.ts';
import type { Fetch } from '../../../src/agent/model/wire.ts';
import { manualClock } from '../../fixtures/manual-clock.ts';
import { type Answer, json, openAiServer, sseOf, stream } from '../../fixtures/openai-server.ts';
import {
  bytes,
  call,
  callsOf,
  DONE,
  delta,
  dice,
  dripping,
  endOf,
  event,
  faultIn,
  hear,
  KEY,
  modelAt,
  modelOn,
  profile,
  question,
  textOf,
} from './listen.ts';

type Proof = (() => Promise<void>) | { readonly elsewhere: string };
const elsewhere = (where: string): Proof => ({ elsewhere: where });

/** One request to a server that gives this answer. */
async function answered(answer: Answer, more: Parameters<typeof modelAt>[1] = {}): Promise<ModelEvent[]> {
  await using server = await openAiServer([answer]);
  return await hear(modelAt(server, more));
}

/** What the loop does with the fault table: asks until the reply is whole or something other than a retry is due. */
async function persist(answers: readonly Answer[], random = () => 0.5) {
  await using server = await openAiServer(answers);
  const model = modelAt(server);
  const delays: number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const events = await hear(model);
    const fault = faultIn(events);
    const next: Reaction | undefined = fault && reaction(fault, attempt, random());
    if (next?.kind === 'retry') delays.push(next.delayMs);
    else return { events, next, delays, requests: server.requests.map(({ text }) => text) };
  }
}

const rateLimited = (headers: Record<string, string> = {}) =>
  json(429, { error: { message: 'Rate limit reached' } }, headers);
const good = { content: 'Good.' };
const write = { name: 'write', arguments: { path: 'a.txt', text: 'one two three four five six seven' } };

const proofs: Record<string, Proof> = {
  'ms-429-retry-after-s': async () => {
    const { events, delays, requests } = await persist([rateLimited({ 'retry-after': '7' }), good]);
    expect(delays).toHaveLength(1);
    expect(delays[0]).toBeGreaterThanOrEqual(7_000);
    expect(delays[0]).toBeLessThanOrEqual(7_700);
    expect(textOf(events)).toBe('Good.');
    expect(requests[1]).toBe(requests[0]);
  },
  'ms-429-retry-after-date': async () => {
    const far = await persist([rateLimited({ 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' }), good]);
    expect(far.delays).toEqual([120_000]);
    const soon = await persist([
      rateLimited({ 'retry-after': new Date(manualClock().now() + 9_000).toUTCString() }),
      good,
    ]);
    expect(soon.delays[0]).toBeGreaterThanOrEqual(9_000);
    expect(soon.delays[0]).toBeLessThanOrEqual(9_900);
    for (const unreadable of ['abc', '-5', '']) {
      const { delays } = await persist([rateLimited({ 'retry-after': unreadable }), good]);
      expect(delays, unreadable).toEqual([1_000]); // half of the first backoff of 2 s
    }
  },
  'ms-429-no-header': async () => {
    const random = dice(7);
    const { next, delays, requests } = await persist(
      Array.from({ length: 6 }, () => rateLimited()),
      random,
    );
    expect(requests).toHaveLength(5);
    delays.forEach((delay, at) => {
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(2_000 * 2 ** at);
    });
    expect(next).toMatchObject({ kind: 'pause', message: expect.stringContaining('Tried 5 times') });
  },
  'ms-400-bad-history': async () => {
    for (const message of [
      'messages.3: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1',
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
      "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
      'Not the same number of function calls and responses',
    ]) {
      const fault = faultIn(await answered(json(400, { error: { message } })));
      expect(fault, message).toMatchObject({ kind: 'history', status: 400 });
      if (!fault) continue;
      expect(reaction(fault, 1, 0)).toEqual({ kind: 'repair' });
      expect(reaction(fault, 2, 0).kind).toBe('stop');
    }
  },
  'ms-401-403': async () => {
    for (const status of [401, 403]) {
      const { events, next, requests } = await persist([
        json(status, { error: { message: `Incorrect API key provided: ${KEY}` } }),
      ]);
      expect(requests).toHaveLength(1);
      expect(next).toMatchObject({ kind: 'pause', message: expect.stringMatching(/API key.*Set a valid key/) });
      expect(JSON.stringify(events)).not.toContain(KEY);
    }
  },
  'ms-413': async () => {
    for (const status of [400, 413]) {
      const fault = faultIn(await answered({ status }));
      expect(fault).toMatchObject({ kind: 'overflow', status });
      if (!fault) continue;
      expect(reaction(fault, 1, 0)).toEqual({ kind: 'compact' });
      expect(reaction(fault, 2, 0).kind).toBe('pause');
    }
    expect(faultIn(await answered({ status: 429 }))?.kind).toBe('rateLimit');
  },
  'ms-context-silent': async () => {
    const over = { prompt_tokens: profile.contextWindow + 1, completion_tokens: 1 };
    expect(faultIn(await answered({ ...good, usage: over }))?.kind).toBe('overflow');
    const silent = await answered({ ...good, usage: { prompt_tokens: 0, completion_tokens: 0 } });
    expect(silent.find(({ type }) => type === 'usage')).toMatchObject({ usage: { estimated: true } });
    expect(promptTokens(question)).toBeGreaterThan(20); // the loop's reservation before sending
  },
  'ms-reset-before-output': async () => {
    const { events, delays, requests } = await persist([{ drop: true }, good]);
    expect(textOf(events)).toBe('Good.');
    expect(delays).toHaveLength(1);
    expect(requests[1]).toBe(requests[0]);
  },
  'ms-reset-mid-text': async () => {
    const chunks = [...Array.from({ length: 200 }, (_, at) => delta({ content: `w${at} ` }))];
    const events = await answered({ ...stream(...chunks), ending: 'destroy' });
    expect(faultIn(events)?.kind).toBe('network');
    expect(events.at(-2)).toMatchObject({ type: 'usage', usage: { estimated: true } }); // a cut reply is charged too
  },
  'ms-reset-mid-tool-args': async () => {
    const whole = bytes(...sseOf({ toolCalls: [write], piece: 60 }));
    const from = Buffer.from(whole).indexOf('path');
    const to = Buffer.from(whole).indexOf('"finish_reason":"tool_calls"');
    await using server = await openAiServer(({ number }) => ({
      ...stream(whole.subarray(0, from + number)),
      ending: 'destroy',
    }));
    const model = modelAt(server);
    for (let cut = from; cut < to; cut += 1) {
      const events = await hear(model);
      expect(callsOf(events), `cut at byte ${cut}`).toEqual([]);
      expect(faultIn(events)?.kind, `cut at byte ${cut}`).toBe('network');
    }
  },
  'ms-finish-length-tool': async () => {
    for (const cut of ['{"path":"a.txt","te', '', '[1', '12']) {
      const events = await answered({ toolCalls: [{ name: 'write', arguments: cut }], finish: 'length' });
      expect(callsOf(events)).toEqual([]);
      const fault = faultIn(events);
      expect(fault?.kind, cut).toBe('cut');
      if (!fault) continue;
      expect(reaction(fault, 1, 0)).toMatchObject({
        kind: 'tell',
        text: expect.stringMatching(/cut off.*smaller pieces/),
      });
      expect(reaction(fault, 2, 0).kind).toBe('tell');
      expect(reaction(fault, 3, 0).kind).toBe('stop');
    }
    expect(endOf(await answered({ content: 'Once upon', finish: 'length' }))).toBe('length');
  },
  'ms-args-not-object': async () => {
    for (const raw of ['"text"', '[1,2]', 'null', '42', 'true']) {
      const events = await answered({ toolCalls: [{ name: 'write', arguments: raw }] });
      expect(callsOf(events)).toEqual([['write', raw]]); // the tool's schema answers: test/unit/tools
    }
  },
  'ms-args-extra': elsewhere('tools/registry: the schema of the tool'),
  'ms-args-dup-keys': async () => {
    for (const raw of ['{"path":"a","path":".git/config"}', '{"a":[{"b":1,"\\u0062":2}]}']) {
      const events = await answered({ toolCalls: [{ name: 'write', arguments: raw }] });
      expect(callsOf(events)).toEqual([]);
      expect(faultIn(events)).toMatchObject({ kind: 'malformed', message: expect.stringContaining('twice') });
    }
  },
  'ms-args-double-encoded': async () => {
    const object = '{"path":"a","text":"x"}';
    const events = await answered({ toolCalls: [{ name: 'write', arguments: JSON.stringify(object) }] });
    expect(callsOf(events)).toEqual([['write', object]]);
    const twice = JSON.stringify(JSON.stringify(object));
    expect(callsOf(await answered({ toolCalls: [{ name: 'write', arguments: twice }] }))).toEqual([['write', twice]]);
  },
  'ms-args-huge': async () => {
    const part = 'x'.repeat(1024 * 1024);
    const chunks = [call({ index: 0, id: 'a', function: { name: 'write', arguments: '{"text":"' } })];
    for (let megabyte = 0; megabyte < 20; megabyte += 1) chunks.push(call({ index: 0, function: { arguments: part } }));
    await using server = await openAiServer([
      stream(...chunks, call({ index: 0, function: { arguments: '"}' } }, 'tool_calls'), DONE),
    ]);
    const events = await hear(modelAt(server));
    expect(callsOf(events)).toEqual([]);
    expect(faultIn(events)).toMatchObject({ kind: 'malformed', message: expect.stringContaining('larger than') });
    expect(await (await server.request(0)).closed).toBe('by client');
    // and as one event that never ends
    const single = await answered(stream(`data: {"choices":[{"delta":{"content":"${part.repeat(20)}`));
    expect(faultIn(single)).toMatchObject({ kind: 'malformed' });
  },
  'ms-unknown-tool': async () => {
    const events = await answered({ toolCalls: [{ name: 'writeFile', arguments: {} }] });
    expect(callsOf(events)).toEqual([['writeFile', '{}']]); // tools/registry answers with the valid names
  },
  'ms-tool-name-variants': async () => {
    const names = ['Read_File', 'functions.read_file', 'read_file<|channel|>'];
    const events = await answered({ toolCalls: names.map((name) => ({ name, arguments: {} })) });
    expect(callsOf(events).map(([name]) => name)).toEqual(names); // which of them are known is the registry's
    await using server = await openAiServer([good]);
    const calls = names.map((name, at) => ({ id: `id${at}`, name, arguments: '{}' }));
    await hear(modelAt(server), { ...question, messages: [{ role: 'assistant', text: '', calls }] });
    const sent = server.requests[0]?.body.messages[0]?.tool_calls ?? [];
    for (const { function: called } of sent) expect(called.name).toMatch(/^[\w-]{1,64}$/);
  },
  'ms-missing-tool-id': async () => {
    for (const id of [{}, { id: '' }, { id: null }]) {
      const events = await answered(
        stream(
          call({ index: 0, ...id, function: { name: 'read', arguments: '{"a":1}' } }),
          call({ index: 1, ...id, function: { name: 'read', arguments: '{"a":2}' } }, 'tool_calls'),
          DONE,
        ),
      );
      expect(callsOf(events)).toEqual([
        ['read', '{"a":1}'],
        ['read', '{"a":2}'],
      ]);
    }
  },
  'ms-id-charset': async () => {
    await using server = await openAiServer([good]);
    const id = `call|${'x'.repeat(80)}`;
    const messages = [
      { role: 'assistant' as const, text: '', calls: [{ id, name: 'read', arguments: '{}' }] },
      { role: 'tool' as const, call: id, name: 'read', text: 'ok' },
    ];
    await hear(modelAt(server), { ...question, messages });
    const [reply, result] = server.requests[0]?.body.messages ?? [];
    expect(reply?.tool_calls?.[0]?.id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(result?.tool_call_id).toBe(reply?.tool_calls?.[0]?.id);
  },
  'ms-parallel-interleaved': async () => {
    const events = await answered(
      stream(
        call({ index: 0, id: 'a', function: { name: 'read', arguments: '{"pa' } }),
        call({ index: 1, id: 'b', function: { arguments: '{"com' } }),
        call({ index: 0, function: { arguments: 'th":"x"}' } }),
        call({ index: 1, function: { name: 'run', arguments: 'mand":"y"}' } }, 'tool_calls'),
        DONE,
      ),
    );
    expect(callsOf(events)).toEqual([
      ['read', '{"path":"x"}'],
      ['run', '{"command":"y"}'],
    ]);
  },
  'ms-index-noncontiguous': async () => {
    const three = [1, 3, 0].map((index) =>
      call({ index, id: `i${index}`, function: { name: `t${index}`, arguments: '{}' } }),
    );
    expect(callsOf(await answered(stream(...three, DONE))).map(([name]) => name)).toEqual(['t1', 't3', 't0']);
    // every call at index 0, or at none: a new id with a name, or a name after whole arguments, begins the next
    const variants = [
      (at: number) => ({ index: 0, id: `i${at}` }),
      (at: number) => ({ id: `i${at}` }),
      () => ({ index: 0 }),
      () => ({}),
    ];
    for (const variant of variants) {
      const chunks = [1, 2].flatMap((at) => [
        call({ ...variant(at), function: { name: `t${at}`, arguments: '{"n":' } }),
        call({ ...variant(at), function: { arguments: `${at}}` } }),
      ]);
      expect(callsOf(await answered(stream(...chunks, DONE))), String(variant)).toEqual([
        ['t1', '{"n":1}'],
        ['t2', '{"n":2}'],
      ]);
    }
    // a name repeated in every delta does not
    const repeated = ['{"n"', ':1}'].map((part) =>
      call({ index: 0, id: 'a', function: { name: 'read', arguments: part } }),
    );
    expect(callsOf(await answered(stream(...repeated, DONE)))).toEqual([['read', '{"n":1}']]);
  },
  'ms-empty-choices': async () => {
    const odd = [event({ choices: [] }), event({ choices: null }), event({}), event(null), event('')];
    const events = await answered(stream(...odd, delta({ content: 'A' }), ...odd, delta({}, 'stop'), DONE));
    expect(textOf(events)).toBe('A');
    expect(endOf(events)).toBe('stop');
  },
  'ms-only-reasoning': async () => {
    for (const name of ['reasoning_content', 'reasoning']) {
      const events = await answered(stream(delta({ [name]: 'Hm.' }), delta({}, 'stop'), DONE));
      expect(events[0]).toEqual({ type: 'reasoning', text: 'Hm.' });
      expect(textOf(events)).toBe('');
      expect(endOf(events)).toBe('stop'); // without text and calls: the loop's "reply without a call"
    }
  },
  'ms-unknown-finish': async () => {
    for (const finish of ['weird', null]) {
      expect(endOf(await answered({ toolCalls: [write], finish }))).toBe('calls');
      expect(endOf(await answered({ content: 'A', finish }))).toBe('stop');
      expect(faultIn(await answered({ toolCalls: [{ name: 'write', arguments: '{"a":' }], finish }))?.kind).toBe(
        'malformed',
      );
    }
    const unmarked = sseOf({ content: 'A', finish: null, usage: null }).slice(0, -1);
    expect(faultIn(await answered(stream(...unmarked)))?.kind).toBe('network');
  },
  'ms-utf8-split': async () => {
    const args = JSON.stringify({ t: '漢🎉' });
    const whole = bytes(
      delta({ content: 'ä漢🎉é' }),
      call({ index: 0, function: { name: 'w', arguments: args } }),
      DONE,
    );
    const expected = await hear(modelOn([whole]));
    expect(textOf(expected)).toBe('ä漢🎉é');
    for (let at = 1; at < whole.length; at += 1) {
      expect(await hear(modelOn([whole.subarray(0, at), whole.subarray(at)])), `split at ${at}`).toEqual(expected);
    }
    await using server = await openAiServer([stream(...[...whole].map((byte) => Uint8Array.of(byte)))]);
    expect(textOf(await hear(modelAt(server)))).toBe('ä漢🎉é');
  },
  'ms-utf8-invalid': async () => {
    const spoil = (text: string) => Buffer.from(text.replaceAll('~', '\xff'), 'latin1');
    const inText = await answered(stream(spoil(delta({ content: 'a~b' })), delta({}, 'stop'), DONE));
    expect(textOf(inText)).toBe('a\uFFFDb');
    expect(endOf(inText)).toBe('stop');
    const args = call({ index: 0, id: 'a', function: { name: 'write', arguments: '{"path":"a~b"}' } }, 'tool_calls');
    const inArgs = await answered(stream(spoil(args), DONE));
    expect(callsOf(inArgs)).toEqual([]);
    expect(faultIn(inArgs)).toMatchObject({ kind: 'malformed', message: expect.stringContaining('UTF-8') });
    const meant = await answered({ toolCalls: [{ name: 'write', arguments: { text: '\uFFFD' } }] });
    expect(callsOf(meant)).toEqual([['write', '{"text":"\uFFFD"}']]);
  },
  'ms-sse-split': async () => {
    const called = call({ index: 0, function: { name: 'w', arguments: '{"a":1}' } });
    const chunks = [': keep-alive\n\n', 'event: message\n', delta({ content: 'Hi' }), called, delta({}, 'stop'), DONE];
    const expected = await hear(modelOn([bytes(...chunks)]));
    for (const end of ['\n', '\r\n', '\r']) {
      const whole = bytes('\uFEFF', ...chunks.map((chunk) => chunk.replaceAll('\n', end)));
      for (let at = 1; at < whole.length; at += 1) {
        const events = await hear(modelOn([whole.subarray(0, at), whole.subarray(at)]));
        expect(events, `${JSON.stringify(end)} split at ${at}`).toEqual(expected);
      }
    }
  },
  'ms-sse-multiline': async () => {
    const pretty = JSON.stringify(
      { choices: [{ index: 0, delta: { content: 'A' }, finish_reason: 'stop' }] },
      undefined,
      1,
    );
    const lines = pretty.split('\n').map((line) => `data: ${line}\n`);
    expect(textOf(await answered(stream(...lines, '\n', DONE)))).toBe('A');
  },
  'ms-sse-done-missing': async () => {
    const events = await answered(stream(...sseOf({ content: 'A', toolCalls: [write] }).slice(0, -1)));
    expect(callsOf(events)).toHaveLength(1);
    expect(endOf(events)).toBe('calls');
    const unfinishedLine = sseOf({ content: 'A', usage: null }).slice(0, -1).join('').trimEnd();
    expect(endOf(await answered(stream(unfinishedLine)))).toBe('stop');
  },
  'ms-sse-data-after-done': async () => {
    const events = await answered(stream(...sseOf(good), delta({ content: 'more' }), 'garbage', call({ index: 0 })));
    expect(textOf(events)).toBe('Good.');
    expect(endOf(events)).toBe('stop');
  },
  'ms-sse-error-event': async () => {
    const rows: [object, string][] = [
      [{ error: { message: 'Overloaded', code: 529 } }, 'server'],
      [{ error: { message: 'Rate limit reached', code: 429 } }, 'rateLimit'],
      [{ error: { message: 'Provider returned error', code: 502, metadata: { raw: 'upstream died' } } }, 'server'],
      [
        { error: { message: 'the request exceeds the available context size', type: 'exceed_context_size_error' } },
        'overflow',
      ],
      [{ error: 'boom' }, 'server'],
      [{ choices: [{ delta: { content: '' }, finish_reason: 'error', error: { message: 'Overloaded' } }] }, 'server'],
    ];
    for (const [payload, kind] of rows) {
      const events = await answered(stream(delta({ content: 'A' }), event(payload)));
      expect(faultIn(events)?.kind, JSON.stringify(payload)).toBe(kind);
    }
    const named = await answered(stream(delta({ content: 'A' }), 'event: error\ndata: {"message":"Overloaded"}\n\n'));
    expect(faultIn(named)).toMatchObject({ kind: 'server', message: expect.stringContaining('Overloaded') });
  },
  'ms-gzip-garbage': async () => {
    const { headers, chunks } = stream(...sseOf(good));
    const fault = faultIn(
      await answered({ headers: { ...headers, 'content-encoding': 'gzip' }, chunks: chunks ?? [] }),
    );
    expect(fault).toMatchObject({ kind: 'server', message: expect.stringContaining('compression') });
  },
  'ms-stall': async () => {
    // nothing but headers: the first-token deadline, longer for a local server
    for (const [baseUrl, deadline] of [
      ['http://127.0.0.1:9/v1', 300_000],
      ['https://model.example/v1', 180_000],
    ] as const) {
      const clock = manualClock();
      const silent: Fetch = () => Promise.resolve(new Response(new ReadableStream({})));
      const reply = hear(modelAt({ baseUrl }, { clock, fetch: silent }));
      await clock.asleep();
      await clock.advance(deadline - 1);
      expect(await Promise.race([reply, 'waiting'])).toBe('waiting');
      await clock.advance(1);
      expect(faultIn(await reply)).toMatchObject({
        kind: 'stall',
        message: expect.stringContaining(`${deadline / 1000} s`),
      });
    }
    // silence after the first token, over HTTP: the idle deadline, and the server sees the connection close
    const clock = manualClock();
    await using server = await openAiServer([{ ...stream(delta({ content: 'A' })), ending: 'hang' }]);
    const events = modelAt(server, { clock }).stream(question, new AbortController().signal)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ type: 'text' });
    const rest = events.next();
    await clock.advance(120_000);
    expect((await rest).value).toMatchObject({ type: 'usage' });
    expect((await events.next()).value).toMatchObject({ fault: { kind: 'stall' } });
    expect(await (await server.request(0)).closed).toBe('by client');
  },
  'ms-cancel-mid-stream': async () => {
    await using server = await openAiServer([
      { ...stream(delta({ content: 'A' }), call({ index: 0, id: 'a', function: { name: 'write' } })), ending: 'hang' },
    ]);
    const cancel = new AbortController();
    const events: ModelEvent[] = [];
    const start = performance.now();
    for await (const one of modelAt(server).stream(question, cancel.signal)) {
      events.push(one);
      if (one.type === 'text') cancel.abort();
    }
    expect(await (await server.request(0)).closed).toBe('by client');
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(callsOf(events)).toEqual([]);
    expect(faultIn(events)?.kind).toBe('cancelled');
    // before the answer, and before the request
    const held = server.hold();
    const waiting = new AbortController();
    const reply = hear(modelAt(server), question, waiting.signal);
    const { closed } = await held.request;
    waiting.abort();
    expect(faultIn(await reply)?.kind).toBe('cancelled');
    expect(await closed).toBe('by client');
    held.release();
    expect(await hear(modelAt(server), question, AbortSignal.abort())).toMatchObject([
      { fault: { kind: 'cancelled' } },
    ]);
    expect(server.requests).toHaveLength(2);
  },
  'ms-text-tool-quoted': elsewhere('model/text-tools; here text is never read as a call'),
  'ms-loop-same-call': elsewhere('run/stuck'),
  'ms-budget': elsewhere('run/limits'),
  'ms-usage-missing': async () => {
    const used = { prompt_tokens: 50, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 30 } };
    const usageOf = (events: readonly ModelEvent[]) => events.find(({ type }) => type === 'usage');
    const reported = { type: 'usage', usage: { input: 50, output: 5, cached: 30, estimated: false } };
    const text = delta({ content: 'Hello there' });
    const final = event({ choices: [], usage: used });
    expect(usageOf(await answered(stream(text, delta({}, 'stop'), final, DONE)))).toEqual(reported);
    const inChoice = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: used }] });
    expect(usageOf(await answered(stream(text, inChoice, DONE)))).toEqual(reported);
    const missing = [
      '',
      event({ choices: [], usage: null }),
      'data: {"choices":[],"usage":{"prompt_tokens":NaN,"completion_tokens":NaN}}\n\n',
      event({ choices: [], usage: { prompt_tokens: 'many' } }),
    ];
    for (const last of missing) {
      const events = await answered(stream(text, delta({}, 'stop'), last, DONE));
      expect(usageOf(events), last).toMatchObject({ usage: { output: 2, estimated: true } });
      expect(endOf(events)).toBe('stop');
    }
  },
  'ms-model-switch': async () => {
    await using first = await openAiServer([{ toolCalls: [{ ...write, id: 'toolu_01|very-special' }] }, good]);
    await using second = await openAiServer([good]);
    const [told] = callsOf(await hear(modelAt(first)));
    const messages = [
      ...question.messages,
      {
        role: 'assistant' as const,
        text: '',
        calls: [{ id: 'c1_1', name: told?.[0] ?? '', arguments: told?.[1] ?? '' }],
      },
      { role: 'tool' as const, call: 'c1_1', name: 'write', text: 'ok' },
    ];
    await hear(modelAt(second), { ...question, messages });
    await hear(modelAt(first), { ...question, messages });
    expect(first.requests[1]?.body.messages).toEqual(second.requests[0]?.body.messages);
  },
  'ms-lone-surrogate': async () => {
    await using server = await openAiServer([good]);
    const half = '\ud83d';
    const calls = [{ id: 'a', name: 'write', arguments: '{"text":"\\ud83d"}' }];
    const messages = [
      { role: 'user' as const, text: half },
      { role: 'assistant' as const, text: half, calls },
      { role: 'tool' as const, call: 'a', name: 'write', text: half },
    ];
    await hear(modelAt(server), { ...question, messages, tools: [{ name: 'x', description: half, parameters: {} }] });
    const [request] = server.requests;
    expect(request?.text.isWellFormed()).toBe(true);
    expect(request?.text).not.toMatch(/\\u+[dD]83[dD]/);
    expect(request?.body.messages[0]?.content).toBe('\uFFFD');
  },

  'nw-offline': async () => {
    for (const code of ['ENETUNREACH', 'ECONNREFUSED', 'EAI_AGAIN'])
      expect((await failing(code))?.kind, code).toBe('network');
    const gone = await openAiServer([]);
    await gone.close();
    const fault = faultIn(await hear(modelAt(gone)));
    expect(fault).toMatchObject({ kind: 'network', message: expect.stringContaining('Is the server running?') });
    if (fault) expect(reaction(fault, 5, 0).kind).toBe('pause'); // resuming is the person's
  },
  'nw-dns-fail': async () => {
    const again = await failing('EAI_AGAIN');
    const notFound = await failing('ENOTFOUND');
    expect(again && reaction(again, 1, 0).kind).toBe('retry');
    expect(notFound && reaction(notFound, 1, 0)).toMatchObject({
      kind: 'pause',
      message: expect.stringContaining('not found'),
    });
  },
  'nw-proxy': elsewhere("the hosts: the editor's patched fetch, undici's EnvHttpProxyAgent headless"),
  'nw-proxy-auth': async () => {
    const fault = faultIn(await answered({ status: 407 }));
    expect(fault).toMatchObject({ kind: 'auth', status: 407, message: expect.stringContaining('proxy') });
  },
  'nw-redirect-loop': async () => {
    await using server = await openAiServer(() => ({ status: 307, headers: { location: '/v1/chat/completions' } }));
    expect(faultIn(await hear(modelAt(server)))).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('redirects'),
    });
    expect(server.requests).toHaveLength(1); // a model's address is never left; tools/web has its own rule
  },
  'nw-redirect-private': async () => {
    await using trap = await openAiServer(() => good);
    await using server = await openAiServer([
      { status: 307, headers: { location: `${trap.baseUrl}/chat/completions` } },
    ]);
    expect(faultIn(await hear(modelAt(server)))?.kind).toBe('request');
    expect(trap.log).toEqual([]);
  },
  'nw-rebind': elsewhere("tools/web: the model's address is the person's own"),
  'nw-short-body': async () => {
    const chunk = sseOf({ toolCalls: [write] })
      .slice(0, 4)
      .join('');
    const headers = { 'content-type': 'text/event-stream', 'content-length': String(chunk.length + 500) };
    const events = await answered({ headers, chunks: [chunk], ending: 'destroy' });
    expect(callsOf(events)).toEqual([]);
    expect(faultIn(events)?.kind).toBe('network');
  },
  'nw-gzip-bomb': async () => {
    const bomb = gzipSync(bytes(`data: {"choices":[{"delta":{"content":"${'x'.repeat(100 * 1024 * 1024)}`));
    const events = await answered({
      headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
      chunks: [bomb],
    });
    expect(faultIn(events)).toMatchObject({ kind: 'malformed', message: expect.stringContaining('larger than') });
  },
  'nw-slow-drip': async () => {
    const clock = manualClock();
    const { body, read, drip } = dripping(':');
    const timeouts = { first: 2_000, idle: 2_000, total: 10_000 };
    const reply = hear(
      modelAt({ baseUrl: 'http://127.0.0.1:9/v1' }, { clock, timeouts, fetch: async () => new Response(body) }),
    );
    await read;
    for (let second = 0; second < 9; second += 1) {
      drip(':');
      await clock.advance(1_000);
    }
    expect(await Promise.race([reply, 'alive'])).toBe('alive');
    drip(':');
    await clock.advance(1_000);
    expect(faultIn(await reply)).toMatchObject({
      kind: 'stall',
      message: expect.stringContaining('did not finish its reply for 10 s'),
    });
  },
  'nw-charset': elsewhere('tools/web: an API speaks UTF-8'),
  'nw-mcp-disconnect': elsewhere('tools/mcp'),
  'nw-ipv6-only': elsewhere('the hosts: autoSelectFamily of Node'),
};

/** The fault of a fetch that fails as Node's does. */
async function failing(code: string) {
  const cause = Object.assign(new Error(`${code} somewhere`), { code });
  const fail: Fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
  return faultIn(await hear(modelAt({ baseUrl: 'https://model.example/v1' }, { fetch: fail })));
}

const rows = readFileSync(new URL('../../cases/fault-cases.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): { id: string; area: string; scenario: string } => JSON.parse(line))
  .filter(({ area }) => area === 'model-stream' || area === 'network');

describe('fault cases', () => {
  for (const { id, scenario } of rows) {
    const proof = proofs[id];
    if (typeof proof === 'function') test(`${id}: ${scenario}`, proof);
    else
      test(`${id}: ${proof ? `see ${proof.elsewhere}` : 'nobody proves it'}`, () =>
        expect(proof?.elsewhere).toBeTruthy());
  }
  test('no proof is for a row that does not exist', () => {
    expect(Object.keys(proofs).filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
  });
});
