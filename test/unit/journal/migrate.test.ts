/** A journal that version 1 of the format really wrote (its process was killed in the middle of a turn), opened by this one. */
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { JOURNAL_VERSION } from '../../../src/agent/journal/event.ts';
import { fold } from '../../../src/agent/journal/fold.ts';
import { readJournal } from '../../../src/agent/journal/journal.ts';
import { migrate } from '../../../src/agent/journal/migrate.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { renameRun } from '../../../src/agent/journal/runs.ts';
import { taskOf } from '../../../src/agent/queue/queue.ts';
import { nodeStore } from '../../../src/headless/ports/store.ts';
import { call, openScene } from '../run/scene.ts';
import { row } from './cases.ts';
import { build, HEADER, KEY, said } from './fixtures.ts';

const FIXTURE = path.join(import.meta.dirname, '../../fixtures/journal-v1');
const ID = '20261123-010602-0mwskef3';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const original = await readFile(path.join(FIXTURE, ID, 'journal.jsonl'));
const key = new Uint8Array(await readFile(path.join(FIXTURE, 'journal.key')));

/** As version 1 left it: its key, its run, in the folder of this root. */
async function prepare(base: string, root: string): Promise<void> {
  await mkdir(base, { recursive: true });
  await cp(path.join(FIXTURE, 'journal.key'), path.join(base, 'journal.key'));
  await nodeStore({ base, root });
  const [home = ''] = await readdir(path.join(base, 'runs'));
  await cp(path.join(FIXTURE, ID), path.join(base, 'runs', home, ID), { recursive: true });
}

const write = call('write', { path: 'a.txt', content: 'two\n' });
const finish = call('finish', { summary: 'It says two.' });

describe('a journal of version 1', () => {
  it('is read as this version would have written it', () => {
    const { state, version, events } = recover(original, key);
    expect({ state, version, events: events.length }).toEqual({ state: 'whole', version: 1, events: 37 });
    expect(events.filter(({ type }) => type === 'task.requeued')).toEqual([
      expect.objectContaining({ task: 't2', evidence: 'grep -qx two a.txt: exit 1' }),
      expect.objectContaining({ task: 't2', evidence: 'grep -qx two a.txt: exit 1' }),
    ]);
    expect(taskOf(fold(events).queue, 't2')).toMatchObject({
      attempts: 2,
      lessons: [{ evidence: 'grep -qx two a.txt: exit 1' }, { evidence: 'grep -qx two a.txt: exit 1' }],
    });
  });

  test(
    row('ho-update', 'its run goes on to the end; the old bytes stay, the new lines say what they are'),
    async () => {
      await using scene = await openScene({
        files: { 'a.txt': 'three\n' },
        model: [{ toolCalls: [write, finish] }],
        prepare,
      });
      const run = await scene.resume(
        ID,
        {
          paused: (_, paused) => void paused.send({ type: 'resume' }),
        },
        { attended: true },
      );
      const state = await run.finished;
      expect(state).toMatchObject({ outcome: 'done', interrupted: false });
      expect(await scene.read('a.txt')).toBe('two\n');

      const folder = await scene.ports.store.open(ID);
      const bytes = (await folder?.read()) ?? new Uint8Array();
      expect(text(bytes).startsWith(text(original))).toBe(true);
      const [first = ''] = text(bytes.subarray(original.length)).split('\n');
      expect(JSON.parse(first)).toMatchObject({ seq: 38, type: 'journal.upgraded', version: JOURNAL_VERSION });
      const again = recover(bytes, key);
      expect(again).toMatchObject({ state: 'whole', version: JOURNAL_VERSION });
      expect(again.events).toEqual(run.events());
    },
  );

  it('is upgraded once, however often it is opened', async () => {
    await using scene = await openScene({ model: [], prepare });
    await renameRun(scene.ports, ID, 'Two');
    await renameRun(scene.ports, ID, 'Three');
    const folder = await scene.ports.store.open(ID);
    const { events } = folder ? await readJournal(folder, key) : { events: [] };
    expect(events.slice(37).map(({ type }) => type)).toEqual(['journal.upgraded', 'run.renamed', 'run.renamed']);
    expect(fold(events)).toMatchObject({ title: 'Three', goal: 'Make a.txt say two' });
  });
});

test(
  row('jr-newer-version', 'lines of a later version after ours: what stands before them is read, nothing is written'),
  () => {
    const { bytes } = build(
      [HEADER, said('one'), { type: 'journal.upgraded', version: JOURNAL_VERSION + 1 }, said('two')],
      { key: KEY },
    );
    const found = recover(bytes, KEY);
    expect(found).toMatchObject({ state: 'newer', version: JOURNAL_VERSION + 1 });
    expect(found.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(found.salvage).toEqual([expect.objectContaining({ type: 'person.said', text: 'two' })]);
    expect(found.problem).toContain(`format ${JOURNAL_VERSION + 1}`);
  },
);

describe('migrate', () => {
  it('changes nothing but what the steps name', () => {
    expect(migrate({ type: 'task.requeued', task: 't1', lesson: 'exit 1', at: 3 }, 1)).toEqual({
      type: 'task.requeued',
      task: 't1',
      evidence: 'exit 1',
      at: 3,
    });
    for (const other of [
      { type: 'person.said', lesson: 'x' },
      { type: 'task.requeued', evidence: 'e', lesson: 'l' },
      null,
      3,
      ['x'],
    ])
      expect(migrate(other, 1)).toBe(other);
    const now = { type: 'task.requeued', lesson: 'x' };
    expect(migrate(now, JOURNAL_VERSION)).toBe(now);
  });
});
