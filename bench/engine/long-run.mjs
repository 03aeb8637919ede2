/**
 * A run of many turns through the real engine, journal and lock, with a model that answers at once and a tool that does
 * nothing: what is left of the time is the engine's own, from the end of a reply to the next request.
 */
import * as z from 'zod';
import { JOURNAL_VERSION } from '../../src/agent/journal/event.ts';
import { openJournal } from '../../src/agent/journal/journal.ts';
import { openRun } from '../../src/agent/run/run.ts';
import { tool } from '../../src/agent/tools/tool.ts';
import { nodePorts } from '../../src/headless/ports/node-ports.ts';

/** About as much as a file's excerpt or a test's output: 2 KB. */
const RESULT = 'const total = items.reduce((sum, item) => sum + item.price * item.count, 0); // line\n'.repeat(24);

const look = tool({
  name: 'look',
  description: 'Looks at a page.',
  args: z.strictObject({ page: z.number() }),
  prepare: async ({ page }) => ({
    kind: 'act',
    actions: [{ kind: 'none' }],
    title: `Looked at page ${page}`,
    effect: { kind: 'none' },
    perform: async () => ({ ok: true, title: `Looked at page ${page}`, forModel: `page ${page}\n${RESULT}` }),
  }),
});

/** A run's folder and lock that cost nothing, to tell the engine's time from the disk's. */
const nowhere = {
  folder: {
    id: 'bench',
    read: async () => new Uint8Array(),
    append: async () => undefined,
    sync: async () => undefined,
    cut: async () => undefined,
    putBlob: async () => '',
    getBlob: async () => undefined,
  },
  lock: { fence: 1, held: async () => true, release: async () => undefined },
};

/**
 * Milliseconds per step, in order. `on`: journaled on the disk, or nowhere. `asking(n)` is called with each request, whose
 * time does not count.
 */
export async function longRun({ root, base, turns, on, asking = () => {} }) {
  const own = [];
  let asked = 0;
  let left;
  const model = {
    profile: {
      id: 'bench',
      contextWindow: 128_000,
      outputLimit: 4_000,
      tools: 'native',
      images: false,
      price: { input: 1, output: 4 },
    },
    async *stream({ tools }) {
      const usage = { type: 'usage', usage: { input: 0, output: 20, cached: 0, estimated: true } };
      if (tools.length === 0) {
        yield { type: 'text', text: 'Pages were looked at. Nothing was found. Go on.' };
        yield usage;
        yield { type: 'end', reason: 'stop' };
        return;
      }
      if (left !== undefined) own.push(performance.now() - left);
      asked += 1;
      asking(asked);
      try {
        if (asked > turns) yield { type: 'text', text: 'That was all.' };
        else yield { type: 'toolCall', name: 'look', arguments: JSON.stringify({ page: asked }) };
        yield usage;
        yield { type: 'end', reason: asked > turns ? 'stop' : 'calls' };
      } finally {
        left = performance.now();
      }
    },
  };

  const ports = await nodePorts(root, base);
  const { folder, lock } =
    on === 'disk' ? { lock: await ports.store.lock(), folder: await ports.store.create('bench') } : nowhere;
  const journal = await openJournal(folder, lock, { key: ports.store.key, clock: ports.clock });
  const agent = { name: 'Goalwright', role: 'a bench' };
  journal.append({
    type: 'run.created',
    version: JOURNAL_VERSION,
    run: 'bench',
    goal: 'Look at every page.',
    root: 'work',
    mode: 'continuous',
    model: 'bench',
    limits: { steps: 10 * turns },
    agent,
    attended: false,
  });
  journal.append({
    type: 'tasks.planned',
    by: 'person',
    tasks: [{ id: 't1', title: 'Look', description: '', priority: 50, dependsOn: [], checks: [] }],
  });
  const run = openRun({ ports, folder, journal, model, tools: [look], policy: { trusted: true }, hidden: [] }, () =>
    lock.release(),
  );
  const state = await run.finished;
  if (state.outcome !== 'done' || asked !== turns + 1)
    throw new Error(`the run ended ${state.outcome} after ${asked} requests: ${state.report}`);
  return own;
}
