/** Properties of the stream: how the network cuts it changes nothing, and a cut reply is never executed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../../src/agent/model/model.ts';
import { sseOf } from '../../fixtures/openai-server.ts';
import { answering, bytes, callsOf, endOf, faultIn, hear, modelAt, modelOn, question } from './listen.ts';

const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
const said = fc.record({
  content: fc.string({ unit: 'grapheme' }),
  reasoning: fc.string({ unit: 'grapheme', maxLength: 10 }),
  toolCalls: fc.array(
    fc.record({
      name: fc.constantFrom('read', 'write', 'run'),
      arguments: fc.dictionary(fc.string(), value, { maxKeys: 3 }),
    }),
    { maxLength: 3 },
  ),
  piece: fc.integer({ min: 1, max: 20 }),
});
const recorded = said.map((reply) => ({ reply, stream: bytes(...sseOf(reply)) }));

/** Cuts at these fractions of the length. */
function splitAt(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => Math.floor(place * whole.length)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => whole.subarray(from, cuts[index] ?? whole.length));
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const whole = (events: readonly ModelEvent[]) => callsOf(events).length > 0 || endOf(events) !== undefined;

describe('the stream', () => {
  test('gives back what was said', async () => {
    await fc.assert(
      fc.asyncProperty(recorded, async ({ reply, stream }) => {
        const events = await hear(modelOn([stream]));
        const textOf = (type: 'text' | 'reasoning') =>
          events.map((event) => (event.type === type ? event.text : '')).join('');
        expect(textOf('text')).toBe(reply.content);
        expect(textOf('reasoning')).toBe(reply.reasoning);
        expect(callsOf(events)).toEqual(reply.toolCalls.map((call) => [call.name, JSON.stringify(call.arguments)]));
        expect(endOf(events)).toBe(reply.toolCalls.length > 0 ? 'calls' : 'stop');
      }),
    );
  });

  test('is the same however it is split', async () => {
    await fc.assert(
      fc.asyncProperty(recorded, fc.array(fraction, { maxLength: 30 }), async ({ stream }, places) => {
        expect(await hear(modelOn(splitAt(stream, places)))).toEqual(await hear(modelOn([stream])));
      }),
    );
  });

  test('is never executed when it is cut before the server finished, cleanly or by a reset', async () => {
    await fc.assert(
      fc.asyncProperty(recorded, fraction, fc.boolean(), async ({ stream }, place, reset) => {
        // The chunk that holds finish_reason is whole when its last brace is there.
        const finish = Buffer.from(stream).lastIndexOf('"finish_reason":"');
        const marker = Buffer.from(stream).indexOf('}]}', finish) + 3;
        const cut = stream.subarray(0, Math.floor(place * (marker - 1)));
        const failure = reset ? Object.assign(new TypeError('terminated'), { code: 'UND_ERR_SOCKET' }) : undefined;
        const events = await hear(modelAt({ baseUrl: 'http://127.0.0.1:9/v1' }, { fetch: answering([cut], failure) }));
        expect(whole(events)).toBe(false);
        expect(faultIn(events)?.kind).toBe('network');
      }),
      { numRuns: 300 },
    );
  });

  test('is executed whole or not at all, wherever it is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(recorded, fraction, fc.integer({ min: 0, max: 255 }), async ({ stream, reply }, place, byte) => {
        const damaged = Uint8Array.from(stream);
        damaged[Math.floor(place * (stream.length - 1))] = byte;
        const events = await hear(modelOn([damaged]));
        const last = events.at(-1)?.type;
        expect(last === 'end' || last === 'fault').toBe(true);
        if (last === 'fault') expect(callsOf(events)).toEqual([]);
        for (const [, args] of callsOf(events)) expect(() => JSON.parse(args)).not.toThrow();
        expect(callsOf(events).length).toBeLessThanOrEqual(reply.toolCalls.length + 1);
      }),
      { numRuns: 300 },
    );
  });

  test('survives any bytes at all: exactly one end or fault, and no exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (chunks) => {
        const events = await hear(modelOn(chunks));
        expect(events.filter(({ type }) => type === 'end' || type === 'fault')).toHaveLength(1);
      }),
    );
  });

  test('is not executed when the person cancelled, even if all of it had arrived', async () => {
    const cancel = new AbortController();
    const events: ModelEvent[] = [];
    const stream = bytes(...sseOf({ content: 'I write.', toolCalls: [{ name: 'write', arguments: {} }] }));
    for await (const event of modelOn([stream]).stream(question, cancel.signal)) {
      events.push(event);
      cancel.abort();
    }
    expect(callsOf(events)).toEqual([]);
    expect(faultIn(events)?.kind).toBe('cancelled');
  });
});
