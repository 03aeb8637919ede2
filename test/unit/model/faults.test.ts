/** Which fault is it, what is said about it, and what is done about it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultOfError, faultOfRefusal } from '../../../src/agent/model/faults.ts';
import { type Fault, FaultKind } from '../../../src/agent/model/model.ts';
import { MAX_BAD_REPLIES, MAX_TRIES, reaction } from '../../../src/agent/model/reaction.ts';
import { redact } from '../../../src/agent/model/redact.ts';
import { Refused } from '../../../src/agent/model/wire.ts';

const base = 'https://api.example.com/v1';
const refused = (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  faultOfRefusal(
    new Refused(status, new Headers(headers), typeof body === 'string' ? body : JSON.stringify(body)),
    base,
    0,
  );
const worded = (status: number, message: string, more: object = {}) =>
  refused(status, { error: { message, ...more } }).kind;

describe('classification', () => {
  test.each([
    ['Anthropic', 400, 'prompt is too long: 213462 tokens > 200000 maximum'],
    ['Bedrock', 400, 'Input is too long for requested model.'],
    ['OpenAI', 400, 'Your input exceeds the context window of this model.'],
    [
      'OpenAI',
      400,
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens.",
    ],
    ['Gemini', 400, 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).'],
    ['xAI', 400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens."],
    ['Groq', 400, 'Please reduce the length of the messages or completion.'],
    [
      'OpenRouter',
      400,
      "This endpoint's maximum context length is 65536 tokens. However, you requested about 70000 tokens.",
    ],
    ['llama.cpp', 400, 'the request exceeds the available context size, try increasing it'],
    ['LM Studio', 400, 'The number of tokens to keep from the initial prompt is greater than the context length.'],
    ['LM Studio', 500, 'Context size has been exceeded.'],
    ['Copilot', 400, 'prompt token count of 70000 exceeds the limit of 64000'],
    ['MiniMax', 400, 'invalid params, context window exceeds limit'],
    ['Kimi', 400, 'Your request exceeded model token limit: 131072 (requested: 140000)'],
    ['Mistral', 400, 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length'],
    ['a proxy', 413, '<html><h1>413 Request Entity Too Large</h1></html>'],
  ])('overflow as %s says it (%i)', (_, status, message) => {
    expect(worded(status, message)).toBe('overflow');
    expect(refused(status, message).kind).toBe('overflow');
    expect(worded(429, message)).toBe('rateLimit');
  });

  test.each([
    ['rateLimit', 429, { error: { message: 'Rate limit reached', type: 'requests' } }],
    ['quota', 429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
    ['rateLimit', 429, [{ error: { message: 'You exceeded your current quota', status: 'RESOURCE_EXHAUSTED' } }]],
    ['quota', 402, { error: { message: 'Insufficient Balance' } }],
    ['quota', 400, { error: { message: 'Your credit balance is too low to access the API.' } }],
    ['auth', 401, {}],
    ['auth', 403, 'Forbidden'],
    [
      'auth',
      400,
      [{ error: { message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } }],
    ],
    [
      'filter',
      400,
      {
        error: {
          message: "The response was filtered due to Azure's content management policy.",
          code: 'content_filter',
        },
      },
    ],
    ['request', 404, { error: { message: 'The model `gpt-9` does not exist', code: 'model_not_found' } }],
    ['request', 400, { error: { message: 'registry.ollama.ai/library/x does not support tools' } }],
    ['request', 422, { detail: [{ msg: 'field required' }] }],
    ['server', 500, 'Internal Server Error'],
    ['server', 503, { error: { message: 'Loading model', code: 503 } }],
    ['server', 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ['server', 408, ''],
    ['server', 502, '<html>Bad gateway</html>'],
  ] as const)('%s for %i %j', (kind, status, body) => {
    expect(refused(status, body)).toMatchObject({ kind, status });
  });

  test('reads what other servers hide elsewhere in the body', () => {
    expect(refused(400, { detail: 'no such thing' }).message).toContain('no such thing');
    expect(refused(400, { object: 'error', message: 'vLLM says so' }).message).toContain('vLLM says so');
    expect(refused(400, { error: 'as plain text' }).message).toContain('as plain text');
    expect(refused(502, '<html>…</html>').message).toContain('a web page');
    expect(refused(500, 'x'.repeat(10_000)).message.length).toBeLessThan(500);
  });

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 1969 23:59:00 GMT', undefined],
    ['-5', undefined],
    ['soon', undefined],
  ])('Retry-After: %s', (header, ms) => {
    expect(refused(429, {}, { 'retry-after': header }).retryAfterMs).toBe(ms);
  });

  test('Retry-After in its other places', () => {
    expect(refused(429, {}, { 'retry-after-ms': '250', 'retry-after': '9' }).retryAfterMs).toBe(250);
    expect(refused(429, '{"error":{"details":[{"retryDelay": "29s"}]}}').retryAfterMs).toBe(29_000);
  });

  test('finds the code of a failed connection in causes and in attempts', () => {
    const attempt = Object.assign(new Error('connect'), { code: 'ENOTFOUND' });
    const wrapped = new TypeError('fetch failed', { cause: new AggregateError([attempt]) });
    expect(faultOfError(wrapped, base)).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('ENOTFOUND'),
    });
    for (const [code, kind] of [
      ['CERT_HAS_EXPIRED', 'request'],
      ['SELF_SIGNED_CERT_IN_CHAIN', 'request'],
      ['UND_ERR_HEADERS_TIMEOUT', 'stall'],
      ['ECONNRESET', 'network'],
      ['SOMETHING_NEW', 'network'],
    ]) {
      expect(faultOfError(Object.assign(new Error('x'), { code }), base).kind, code).toBe(kind);
    }
    expect(faultOfError('not even an error', base).kind).toBe('network');
  });

  test('never shows a key or a login', () => {
    const key = 'my+odd/key=1234';
    const leaks = `${key} ${encodeURIComponent(key)} Bearer abcdef123456 sk-proj-AbC123dEf456Ghi789 https://me:pass@host/?api_key=topsecret`;
    const shown = redact(leaks, [key, undefined]);
    for (const secret of [key, encodeURIComponent(key), 'abcdef123456', 'AbC123', 'me:pass', 'topsecret'])
      expect(shown).not.toContain(secret);
    expect(redact('sk-ip the task: nothing to hide in task-runner', [])).toBe(
      'sk-ip the task: nothing to hide in task-runner',
    );
    expect(faultOfError(new Error('x'), 'https://user:pw@host/v1?key=1').message).not.toMatch(/pw|key=1/);
  });
});

describe('reactions', () => {
  const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({ kind, message: 'It failed.', ...more });
  const kinds = (kind: FaultKind) => [1, 2, 3, 4, 5, 6].map((attempt) => reaction(fault(kind), attempt, 0.5).kind);

  test('are these', () => {
    expect(Object.fromEntries(FaultKind.options.map((kind) => [kind, kinds(kind).join(' ')]))).toEqual({
      rateLimit: 'retry retry retry retry pause pause',
      server: 'retry retry retry retry pause pause',
      network: 'retry retry retry retry pause pause',
      stall: 'retry retry pause pause pause pause',
      quota: 'pause pause pause pause pause pause',
      auth: 'pause pause pause pause pause pause',
      request: 'pause pause pause pause pause pause',
      recording: 'pause pause pause pause pause pause',
      overflow: 'compact pause pause pause pause pause',
      history: 'repair stop stop stop stop stop',
      filter: 'stop stop stop stop stop stop',
      cut: 'tell tell stop stop stop stop',
      malformed: 'tell tell stop stop stop stop',
      cancelled: 'stop stop stop stop stop stop',
    });
    expect([MAX_TRIES, MAX_BAD_REPLIES]).toEqual([5, 3]);
  });

  test('end, whatever happens: no kind is retried, told, compacted or repaired for ever', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FaultKind.options), fc.integer({ min: MAX_TRIES }), (kind, attempt) => {
        expect(['pause', 'stop']).toContain(reaction(fault(kind), attempt, 0).kind);
      }),
    );
  });

  test('wait with full jitter, at least as long as the server asks and two minutes at most', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        random,
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.nat(600_000), { nil: undefined }),
        (dice, attempt, asked) => {
          const next = reaction(fault('rateLimit', asked === undefined ? {} : { retryAfterMs: asked }), attempt, dice);
          if (next.kind !== 'retry') return expect.fail(next.kind);
          expect(next.delayMs).toBeLessThanOrEqual(120_000);
          if (asked === undefined) expect(next.delayMs).toBeLessThanOrEqual(2_000 * 2 ** (attempt - 1));
          else expect(next.delayMs).toBeGreaterThanOrEqual(Math.min(asked, 120_000));
        },
      ),
    );
  });

  test('tell the model what was wrong with its reply', () => {
    const message = 'The arguments of write name "path" twice.';
    expect(reaction(fault('malformed', { message }), 1, 0)).toEqual({
      kind: 'tell',
      text: `Your last reply was discarded and nothing of it was executed. ${message} Send the call again, corrected.`,
    });
  });
});
