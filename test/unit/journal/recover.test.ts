/** Recovery, as properties of bytes: every cut, every flip, every disorder of a journal that holds every type of event. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JOURNAL_VERSION } from '../../../src/agent/journal/event.ts';
import { openJournal } from '../../../src/agent/journal/journal.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { row } from './cases.ts';
import { BODIES, build, fakeClock, fakeLock, HEADER, join, KEY, MemoryFolder, SEED, said } from './fixtures.ts';

const real = build(BODIES, { key: KEY });
const small = build([HEADER, said('one\u2028'), said('two')]);

describe('a journal with every type of event', () => {
  test('reads back what was written', () => {
    const found = recover(real.bytes, KEY);
    expect(found).toMatchObject({ state: 'whole', good: real.bytes.length, superseded: 0 });
    expect(found.events).toEqual(real.events);
    expect(found.last).toMatchObject({ seq: BODIES.length, sum: real.last.sum, fence: 1 });
    expect(recover(new Uint8Array()).state).toBe('empty');
  });

  test('cut at every byte: the state is the last complete record', () => {
    for (let size = 0; size < real.bytes.length; size += 1) {
      const complete = real.ends.filter((end) => end <= size).length;
      const found = recover(real.bytes.subarray(0, size), KEY);
      expect(found.events.length, `cut at ${size}`).toBe(complete);
      expect(found.good).toBe(real.ends[complete - 1] ?? 0);
      expect(found.state).toBe(size === 0 ? 'empty' : found.good === size ? 'whole' : 'torn');
    }
  });

  test('cut at every byte, recovered and continued: the new line is readable and no earlier one is lost', async () => {
    for (let size = 0; size < small.bytes.length; size += 1) {
      const folder = new MemoryFolder(small.bytes.subarray(0, size));
      const journal = await openJournal(folder, fakeLock(2), { clock: fakeClock() });
      const before = journal.events.length;
      expect(journal.events).toEqual(small.events.slice(0, before));
      journal.append(before === 0 ? HEADER : said('again'));
      await journal.flush();
      const found = recover(folder.bytes);
      expect(found.state, `cut at ${size}`).toBe('whole');
      expect(found.events).toEqual(journal.events);
      expect(found.events.length).toBe(before + 1);
      expect(join([small.bytes.subarray(0, found.good), ...folder.torn]).length).toBeGreaterThanOrEqual(size);
    }
  });

  test('blocks of zeros after the last complete byte are an unfinished line too', () => {
    const cut = small.ends[1] ?? 0;
    for (const size of [cut, cut + 20, small.bytes.length - 1]) {
      const found = recover(join([small.bytes.subarray(0, size), new Uint8Array(512)]));
      expect(found).toMatchObject({ state: 'torn', good: cut });
    }
  });
});

describe('damage is noticed', () => {
  test(row('jr-tamper', 'every flip of every bit of a small journal is noticed, with and without a key'), () => {
    for (const [key, { bytes, events, ends }] of [
      [undefined, small],
      [KEY, build([HEADER, said('x')], { key: KEY })],
    ] as const) {
      for (let at = 0; at < bytes.length; at += 1) {
        const line = ends.findIndex((end) => at < end);
        for (let bit = 0; bit < 8; bit += 1) {
          const flipped = bytes.slice();
          flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
          const found = recover(flipped, key);
          expect(['damaged', 'newer'], `byte ${at} bit ${bit}`).toContain(found.state);
          expect(found.events).toEqual(events.slice(0, line));
        }
      }
    }
  });

  test('any byte of a large journal replaced by any other is noticed', () => {
    const at = fc.nat(real.bytes.length - 1);
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = real.bytes.slice();
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const found = recover(bytes, KEY);
        expect(found.state).not.toBe('whole');
        expect(found.events).toEqual(real.events.slice(0, found.events.length));
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  test(
    row('jr-result-before-call', 'lines moved, repeated or missing are damage; what stands before them counts'),
    () => {
      const index = fc.nat(BODIES.length - 1);
      fc.assert(
        fc.property(index, index, fc.constantFrom('swap', 'repeat', 'drop'), (a, b, how) => {
          const lines = [...real.lines];
          const [one, two] = [lines[a], lines[b]];
          if (!one || !two) return;
          if (how === 'swap') [lines[a], lines[b]] = [two, one];
          if (how === 'repeat') lines.splice(b, 0, one);
          if (how === 'drop') lines.splice(a, 1);
          const same = (how === 'swap' && a === b) || (how === 'drop' && a === BODIES.length - 1);
          const found = recover(join(lines), KEY);
          expect(found.state).toBe(same ? 'whole' : 'damaged');
          expect(found.events).toEqual(real.events.slice(0, found.events.length));
        }),
        { numRuns: 500, seed: SEED },
      );
    },
  );

  test(row('jr-tamper', 'a line of another run with the same key and number does not fit in'), () => {
    const mine = build([HEADER, said('reject'), said('end')], { key: KEY });
    const other = build([{ ...HEADER, run: 'r2' } as typeof HEADER, said('accept'), said('end')], { key: KEY });
    for (const index of [1, 2]) {
      const lines = mine.lines.with(index, other.lines[index] ?? new Uint8Array());
      expect(recover(join(lines), KEY)).toMatchObject({ state: 'damaged', events: mine.events.slice(0, index) });
    }
  });

  test('a line that follows by its sum but not by its number is damage', () => {
    const next = build([said('x')], { from: { seq: small.last.seq + 1, sum: small.last.sum } });
    expect(recover(join([small.bytes, next.bytes]))).toMatchObject({ state: 'damaged', events: small.events });
  });

  test(row('jr-reordered-writes', 'a middle block of zeros: only the verified chain before it counts'), () => {
    const bytes = real.bytes.slice().fill(0, 2048, 4096);
    const found = recover(bytes, KEY);
    expect(found.state).toBe('damaged');
    expect(found.events).toEqual(real.events.filter((_, index) => (real.ends[index] ?? 0) <= 2048));
    expect(found.salvage).toEqual(real.events.filter((_, index) => (real.ends[index - 1] ?? 0) >= 4096));
  });

  test(row('jr-header-corrupt', 'a damaged first line: nothing counts, everything else can be salvaged'), () => {
    const bytes = small.bytes.slice();
    bytes[3] = 0xff;
    expect(recover(bytes)).toMatchObject({ state: 'damaged', good: 0, events: [], salvage: small.events.slice(1) });
    expect(recover(new TextEncoder().encode('not a journal'))).toMatchObject({ state: 'damaged', good: 0 });
  });

  test('a journal signed with another key, with a lost key, or not at all is not continued', () => {
    const other = recover(real.bytes, new Uint8Array(32));
    expect(other).toMatchObject({ state: 'damaged', events: [], salvage: [] });
    expect(other.problem).toContain('another key');
    expect(recover(real.bytes)).toMatchObject({ state: 'damaged', events: [], salvage: real.events });
    expect(recover(small.bytes, KEY)).toMatchObject({ state: 'damaged', events: [], salvage: small.events });
  });

  test('whatever the bytes, recovery does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(small.bytes.length), fc.boolean(), (noise, at, keyed) => {
        recover(noise, keyed ? KEY : undefined);
        const found = recover(join([small.bytes.subarray(0, at), noise, small.bytes.subarray(at)]));
        expect(found.events).toEqual(small.events.slice(0, found.events.length));
      }),
      { numRuns: 500, seed: SEED },
    );
  });
});

describe('newer versions', () => {
  const { 0: header = HEADER } = BODIES;

  test(row('jr-newer-version', 'a header of a later format opens read-only, whatever its lines look like'), () => {
    const newer = build([{ ...header, version: JOURNAL_VERSION + 1 } as typeof header, said('hello')]);
    const found = recover(newer.bytes);
    expect(found).toMatchObject({ state: 'newer', good: 0, events: [], salvage: newer.events });
    expect(found.problem).toContain('Update');
    const foreign = new TextEncoder().encode(`{"type":"run.created","version":${JOURNAL_VERSION + 1},"crc":"?"}\n???`);
    expect(recover(foreign)).toMatchObject({ state: 'newer', good: 0 });
  });

  test('an event type this version does not know is kept, named, and stops the journal from being continued', async () => {
    const strange = { type: 'policy.narrowed', rule: 'x' } as never;
    const { bytes, events } = build([header, strange, said('after')]);
    const found = recover(bytes);
    expect(found).toMatchObject({
      state: 'newer',
      good: bytes.length,
      events: [events[0], events[2]],
      last: { seq: 3 },
    });
    expect(found.problem).toContain('policy.narrowed');
    const folder = new MemoryFolder(join([bytes, new TextEncoder().encode('{"seq":4')]));
    const journal = await openJournal(folder, fakeLock(2), { clock: fakeClock() });
    expect(journal.fault?.kind).toBe('unreadable');
    expect(folder.log).toEqual([]);
  });
});

describe('fencing: lines of an owner that had lost the lock do not count', () => {
  const common = build([HEADER, said('shared')]);
  const old = build([said('old 1'), said('old 2')], { fence: 1, from: common.last });
  const fresh = build([said('new 1'), said('new 2'), said('new 3')], { fence: 2, from: common.last });

  test(row('jr-lock-stolen', 'in every interleaving of a sleeper and its successor, the successor counts'), () => {
    for (const order of interleavings(old.lines, fresh.lines)) {
      const found = recover(join([common.bytes, ...order]));
      expect(found).toMatchObject({ state: 'whole', superseded: 2, last: { seq: 5, fence: 2 } });
      expect(found.events).toEqual([...common.events, ...fresh.events]);
    }
  });

  test('a lower fence is no licence: repeated, moved or unlinked lines stay damage', () => {
    const [shared = new Uint8Array()] = common.lines.slice(1);
    const foreign = build([said('x')], { fence: 1, from: { seq: 7, sum: 'sha2-elsewhere' } });
    for (const lines of [
      [...fresh.lines, shared],
      [...fresh.lines, ...foreign.lines],
      [...fresh.lines, ...old.lines.slice(1)],
    ]) {
      expect(recover(join([common.bytes, ...lines])).state).toBe('damaged');
    }
  });
});

function* interleavings<T>(a: readonly T[], b: readonly T[]): Generator<T[]> {
  const [first, ...restA] = a;
  const [second, ...restB] = b;
  if (first === undefined || second === undefined) {
    yield [...a, ...b];
    return;
  }
  for (const rest of interleavings(restA, b)) yield [first, ...rest];
  for (const rest of interleavings(a, restB)) yield [second, ...rest];
}
