/**
 * The journal against its budgets: opening 10,000 events within 300 ms and 100,000 within 2 s (fold not included), and
 * what an append and a flush cost on this disk. `node bench/journal.mjs`; exit code 1 when a budget is exceeded.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openJournal } from '../src/agent/journal/journal.ts';
import { nodeStore } from '../src/headless/ports/store.ts';
import { BODIES, fakeLock, HEADER } from '../test/unit/journal/fixtures.ts';

const OPEN_BUDGETS = [
  { events: 10_000, ms: 300 },
  { events: 100_000, ms: 2_000 },
];
const FLUSHES = 200;

const home = await mkdtemp(path.join(tmpdir(), 'goalwright-bench-'));
const rest = BODIES.slice(1);

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

try {
  const store = await nodeStore({ base: home, root: home });
  const options = { key: store.key, clock: Date };
  for (const { events, ms: budget } of OPEN_BUDGETS) {
    const folder = await store.create(`run-${events}`);
    const journal = await openJournal(folder, fakeLock(), options);
    journal.append(HEADER);
    const written = await timed(async () => {
      for (let index = 1; index < events; index += 1) journal.append(rest[index % rest.length]);
      await journal.flush();
    });
    const opened = await timed(() => openJournal(folder, fakeLock(), options));
    if (opened.value.events.length !== events) throw new Error(`${opened.value.events.length} of ${events} events`);
    const { good } = opened.value.recovery;
    console.log(
      `${events} events (${(good / 1e6).toFixed(1)} MB): appended at ${((written.ms * 1000) / events).toFixed(1)} us each, ` +
        `opened in ${opened.ms.toFixed(0)} ms (budget ${budget} ms)`,
    );
    if (opened.ms > budget) process.exitCode = 1;
  }
  const journal = await openJournal(await store.create('flush'), fakeLock(), options);
  journal.append(HEADER);
  const flushes = [];
  for (let index = 0; index < FLUSHES; index += 1) {
    journal.append(rest[index % rest.length]);
    flushes.push((await timed(() => journal.flush())).ms);
  }
  flushes.sort((a, b) => a - b);
  console.log(
    `one event appended and flushed: median ${flushes[FLUSHES / 2].toFixed(2)} ms, worst ${flushes.at(-1).toFixed(2)} ms`,
  );
} finally {
  await rm(home, { recursive: true, force: true });
}
