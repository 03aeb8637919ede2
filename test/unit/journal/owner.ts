/**
 * A window in a process of its own, for tests that kill and suspend it. `node owner.ts <base> <root> [machine]`; each line on
 * stdin is a command, each line on stdout its answer in JSON:
 *
 *     lock            {fence} or {heldBy}              held            {held}
 *     open <id>       {events, fault}                  append <text>   {seq} once it is on the medium, or {fault}
 *     release         {}                               work <id> <n>   {}: n events, taking turns with others for the lock
 *     spam            {seq} for each event on the medium, for ever
 */
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { JournalFault } from '../../../src/agent/journal/fault.ts';
import { type Journal, openJournal } from '../../../src/agent/journal/journal.ts';
import type { Lock } from '../../../src/agent/ports.ts';
import { nodeStore } from '../../../src/headless/ports/store.ts';

const [base = '', root = '', machine] = process.argv.slice(2);
/** Events one turn of `work` appends before it lets the others have the lock. */
const TURN = 25;

const answer = (value: unknown): void => console.log(JSON.stringify(value));
const said = (text: string) => ({ type: 'person.said', text }) as const;

let lock: Lock | undefined;
let journal: Journal | undefined;

try {
  const store = await nodeStore({ base, root, ...(machine && { lock: { machine } }) });

  const open = async (id: string, owner: Lock): Promise<Journal> => {
    const folder = await store.open(id);
    if (!folder) throw new Error(`no run ${id}`);
    return openJournal(folder, owner, { key: store.key, clock: Date });
  };

  const work = async (id: string, count: number): Promise<void> => {
    for (let left = count; left > 0; ) {
      const taken = await store.lock();
      if ('heldBy' in taken) {
        await setImmediate();
        continue;
      }
      const turn = await open(id, taken);
      for (let index = 0; index < TURN && left > 0; index += 1, left -= 1) turn.append(said(`${process.pid} ${left}`));
      await turn.close();
      await taken.release();
    }
  };

  const append = async (text: string): Promise<unknown> => {
    try {
      const seq = journal?.append(said(text)).seq;
      await journal?.flush();
      return { seq };
    } catch (error) {
      return { fault: error instanceof JournalFault ? error.kind : String(error) };
    }
  };

  answer({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, first = '', second = ''] = line.split(' ');
    if (command === 'lock') {
      const taken = await store.lock();
      if (!('heldBy' in taken)) lock = taken;
      answer('heldBy' in taken ? taken : { fence: taken.fence });
    } else if (command === 'held') answer({ held: await lock?.held() });
    else if (command === 'release') {
      await lock?.release();
      answer({});
    } else if (command === 'open' && lock) {
      journal = await open(first, lock);
      answer({ events: journal.events.length, fault: journal.fault?.kind });
    } else if (command === 'append') answer(await append(line.slice('append '.length)));
    else if (command === 'work') {
      await work(first, Number(second));
      answer({});
    } else if (command === 'spam') for (;;) answer(await append('x'.repeat(500)));
  }
} catch (error) {
  answer({ error: error instanceof Error ? error.message : String(error) });
}
process.exit();
