/** The runs of a folder: listed, renamed, gone back in, thrown away, exported, with their journals as the only record. */
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { latestRun } from '../../../src/agent/index.ts';
import { exportRun } from '../../../src/agent/journal/export.ts';
import { code, fence, quote, words } from '../../../src/agent/journal/markdown.ts';
import { deleteRun, listRuns, readRun, renameRun } from '../../../src/agent/journal/runs.ts';
import { nodeStore } from '../../../src/headless/ports/store.ts';
import { call, openScene, type Scene } from '../run/scene.ts';
import { row } from './cases.ts';

const FILES = { 'a.txt': 'one\n' };
const edited = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finished = call('finish', { summary: 'It says two.' });
const yes = { decide: () => 'accept' };

const folderOf = async ({ base }: Scene, id: string): Promise<string> => {
  const [home = ''] = await readdir(path.join(base, 'runs'));
  return path.join(base, 'runs', home, id);
};
const journalOf = async (scene: Scene, id: string): Promise<string> =>
  readFile(path.join(await folderOf(scene, id), 'journal.jsonl'), 'utf8');

describe('the list', () => {
  it('is what the journals say, newest first', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [{ content: 'Hello.' }, { toolCalls: [edited, finished] }],
    });
    const one = await scene.run('Say hello\nand nothing else');
    const two = await scene.run('Make it two', yes);
    const cost = two.spent.cost;
    expect(cost).toBeGreaterThan(0);
    expect(await listRuns(scene.ports.store)).toEqual([
      expect.objectContaining({ id: two.run, title: 'Make it two', status: 'ended', outcome: 'done', cost }),
      expect.objectContaining({
        id: one.run,
        title: 'Say hello',
        goal: 'Say hello\nand nothing else',
        unpriced: false,
      }),
    ]);
    const [newest] = await listRuns(scene.ports.store);
    expect(newest?.startedAt).toBeLessThanOrEqual(newest?.changedAt ?? 0);
  });

  test(
    row('jr-delete-safety', 'damaged, empty, newer and emptied runs are listed as such, and stay on disk'),
    async () => {
      await using scene = await openScene({ files: FILES, model: [{ content: 'Hello.' }, { content: 'Hello.' }] });
      const [one, two] = [await scene.run('First'), await scene.run('Second')];
      const journal = path.join(await folderOf(scene, one.run), 'journal.jsonl');
      const text = await readFile(journal, 'utf8');
      await writeFile(journal, text.replace('"First"', '"Fir5t"'));
      await scene.ports.store.create('20990101-000000-empty');
      await mkdir(await folderOf(scene, '20990101-000001-hollow'));
      const infos = await listRuns(scene.ports.store);
      expect(infos.map(({ id, status }) => [id, status])).toEqual([
        ['20990101-000001-hollow', 'damaged'],
        ['20990101-000000-empty', 'damaged'],
        [two.run, 'ended'],
        [one.run, 'damaged'],
      ]);
      expect(infos.map(({ problem }) => problem)).toEqual([
        'Its journal is gone.',
        'It was cut off before it began.',
        undefined,
        expect.stringContaining('The journal is damaged at byte 0'),
      ]);
      // What can be saved of it can be looked at, and the newest that can be read is what is shown after a reload.
      expect((await readRun(scene.ports.store, one.run))?.events.length).toBeGreaterThan(3);
      expect((await latestRun(scene.ports))?.id).toBe(two.run);
      expect(await readFile(journal, 'utf8')).toContain('Fir5t');
      expect(await renameRun(scene.ports, one.run, 'x')).toEqual({ problem: expect.stringContaining('damaged') });
      await expect(scene.resume(one.run)).rejects.toThrow('damaged');
      await expect(scene.fork(one.run, 3)).rejects.toThrow('damaged');
    },
  );

  it('tells a run that was cut off from one that ended', async () => {
    await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }] });
    const run = await scene.start('Make it two');
    await new Promise<void>((resolve) =>
      run.listen({ event: ({ type }) => type === 'approval.requested' && resolve() }),
    );
    await run.letGo();
    expect(await listRuns(scene.ports.store)).toEqual([expect.objectContaining({ id: run.id, status: 'unfinished' })]);
  });
});

describe('a name', () => {
  it('is given to a run that has ended, also while another one is at work, and to the one at work through itself', async () => {
    await using scene = await openScene({ files: FILES, model: [{ content: 'Hello.' }, { toolCalls: [edited] }] });
    const old = await scene.run('Say hello');
    expect(await renameRun(scene.ports, old.run, '  Greeting ')).toBeUndefined();
    const run = await scene.start('Make it two');
    const both = [renameRun(scene.ports, old.run, 'Greeting 2'), renameRun(scene.ports, old.run, 'Greeting 3')];
    expect(await Promise.all(both)).toEqual([undefined, undefined]);
    expect(await renameRun(scene.ports, run.id, 'x')).toEqual({ problem: 'This run is at work.' });
    expect(await run.send({ type: 'rename', title: 'Two' })).toEqual({ ok: true });
    expect((await listRuns(scene.ports.store)).map(({ title }) => title)).toEqual(['Two', 'Greeting 3']);
    expect(await renameRun(scene.ports, old.run, ' ')).toEqual({ problem: 'A name is needed.' });
    expect(await renameRun(scene.ports, 'nothing', 'x')).toEqual({ problem: 'There is no run nothing.' });
    await run.letGo();
    expect((await readRun(scene.ports.store, old.run))?.problem).toBeUndefined();
  });

  test(
    row('ho-two-windows', 'only the window that holds the folder may rename or throw away what is not ended'),
    async () => {
      await using scene = await openScene({ files: FILES, model: [{ toolCalls: [edited] }] });
      const run = await scene.start('Make it two');
      const other = await nodeStore({ base: scene.base, root: scene.root });
      const held = { problem: expect.stringContaining('Another run is at work in this folder (process ') };
      expect(await renameRun({ ...scene.ports, store: other }, run.id, 'x')).toEqual(held);
      expect(await deleteRun(other, run.id)).toEqual(held);
      expect(await deleteRun(scene.ports.store, run.id)).toEqual({ problem: 'This run is at work.' });
      expect(await listRuns(other)).toHaveLength(1);
    },
  );
});

describe('throwing away', () => {
  it('moves the folder, whatever state it is in, into the trash', async () => {
    await using scene = await openScene({ files: FILES, model: [{ content: 'Hello.' }, { content: 'Hello.' }] });
    const [one, two] = [await scene.run('First'), await scene.run('Second')];
    await appendFile(path.join(await folderOf(scene, two.run), 'journal.jsonl'), 'rubbish\n');
    const text = await journalOf(scene, one.run);
    expect(await deleteRun(scene.ports.store, one.run)).toBeUndefined();
    expect(await deleteRun(scene.ports.store, two.run)).toBeUndefined();
    expect(await listRuns(scene.ports.store)).toEqual([]);
    const trash = path.join(scene.base, 'trash');
    const kept = (await readdir(trash)).find((name) => name.startsWith(one.run)) ?? '';
    expect(await readFile(path.join(trash, kept, 'journal.jsonl'), 'utf8')).toBe(text);
    expect(await deleteRun(scene.ports.store, one.run)).toEqual({ problem: `There is no run ${one.run}.` });
    expect(await deleteRun(scene.ports.store, '../../..')).toEqual({ problem: 'There is no run ../../...' });
    expect(await stat(scene.root)).toBeDefined();
  });

  it('takes an ended run away while another one is at work', async () => {
    await using scene = await openScene({ files: FILES, model: [{ content: 'Hello.' }, { toolCalls: [edited] }] });
    const old = await scene.run('Say hello');
    const run = await scene.start('Make it two');
    expect(await deleteRun(scene.ports.store, old.run)).toBeUndefined();
    expect((await listRuns(scene.ports.store)).map(({ id }) => id)).toEqual([run.id]);
  });
});

describe('going back', () => {
  it('to what the person said: the copy goes on from there with other words, the old run stays as it is', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [{ content: 'Hello.' }, { toolCalls: [edited, finished] }, { content: 'Bye.' }],
    });
    const first = await scene.start('Say hello', {
      event: (event, run) =>
        void (event.type === 'turn.finished' && event.turn === 1 && run.send({ type: 'say', text: 'and make it two' })),
      ...yes,
    });
    const state = await first.finished;
    expect(state.changes.map(({ path }) => path)).toEqual(['a.txt']);
    const before = await journalOf(scene, first.id);
    const said = first.events().find(({ type }) => type === 'person.said');

    const fork = await scene.fork(first.id, said?.seq ?? 0, { text: 'say goodbye' });
    const forked = await fork.finished;
    expect(forked).toMatchObject({
      run: fork.id,
      forkedFrom: first.id,
      outcome: 'done',
      report: expect.stringContaining('Bye.'),
    });
    const told = scene.server.requests
      .at(-1)
      ?.body.messages.map(({ content }) => content)
      .join('\n');
    expect(told).toContain('say goodbye');
    expect(told).not.toContain('and make it two');
    // The file is as the other run left it, and the thread is told so.
    expect(told).toContain('a.txt');
    expect(await scene.read('a.txt')).toBe('two\n');
    expect(await journalOf(scene, first.id)).toBe(before);
    const at = fork.events().findIndex(({ type }) => type === 'run.forked');
    expect(fork.events().slice(0, at)).toEqual(first.events().slice(0, at));
    expect(fork.events()[at]).toMatchObject({ from: first.id, upTo: at, changedSince: ['a.txt'] });
    const [newest] = await listRuns(scene.ports.store);
    expect(newest).toMatchObject({ id: fork.id, forkedFrom: first.id, status: 'ended' });
    // What the copied part had cost is the other run's.
    expect(newest?.cost).toBeCloseTo(forked.spent.cost - costUpTo(first.events(), at), 10);
  });

  it('to an answer: the question gets another one', async () => {
    const ask = call('ask', { question: 'Which?', options: ['a', 'b'] });
    await using scene = await openScene({
      files: FILES,
      model: [{ toolCalls: [ask] }, { content: 'A then.' }, { content: 'B then.' }],
    });
    const first = await scene.start('Choose', { answer: () => 'a' });
    expect((await first.finished).report).toBe('A then.');
    const answered = first.events().find(({ type }) => type === 'question.answered');
    const fork = await scene.fork(first.id, answered?.seq ?? 0, { text: 'b' });
    expect((await fork.finished).report).toBe('B then.');
    expect(scene.server.requests.at(-1)?.body.messages.at(-1)).toMatchObject({ role: 'tool', content: 'b' });
  });

  it('to the very beginning: a new run with another goal', async () => {
    await using scene = await openScene({ model: [{ content: 'Hello.' }, { content: 'Bye.' }] });
    const first = await scene.run('Say hello');
    const fork = await scene.fork(first.run, 1, { text: 'Say goodbye' });
    const state = await fork.finished;
    expect(state).toMatchObject({ goal: 'Say goodbye', report: 'Bye.', limits: first.limits });
    expect(state.forkedFrom).toBeUndefined();
  });

  it('to before its first task was written down: the goal is that task again', async () => {
    await using scene = await openScene({ model: [{ content: 'Hello.' }, { content: 'Hello again.' }] });
    const first = await scene.run('Say hello');
    const state = await (await scene.fork(first.run, 2)).finished;
    expect(state).toMatchObject({ outcome: 'done', report: 'Hello again.' });
    expect(state.queue.tasks.map(({ id, title }) => [id, title])).toEqual([['t1', 'Say hello']]);
  });

  it('to anywhere: after the end the words are said, within a question it is asked anew', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { content: 'Well.' }, { toolCalls: [finished] }],
    });
    const first = await scene.start('Make it two', yes);
    await first.finished;
    const after = await scene.fork(first.id, first.events().length + 1, { text: 'Thanks' });
    expect((await after.finished).report).toContain('Well.');

    await writeFile(path.join(scene.root, 'a.txt'), 'one\n');
    const decided = first.events().find(({ type }) => type === 'approval.decided');
    const again = await scene.fork(first.id, decided?.seq ?? 0, {}, yes);
    const state = await again.finished;
    expect(state.approvals.map(({ status }) => status)).toEqual(['voided', 'accepted']);
    expect(await scene.read('a.txt')).toBe('two\n');
    for (const seq of [0, -1, 1.5, 10_000])
      await expect(scene.fork(first.id, seq)).rejects.toThrow(`There is no event ${seq}`);
  });

  it('keeps the blobs when the old run is thrown away', async () => {
    await using scene = await openScene({
      files: FILES,
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { content: 'Well.' }],
    });
    const first = await scene.run('Make it two', yes);
    const fork = await scene.fork(first.run, first.seq + 1, { text: 'Thanks' });
    await fork.finished;
    await deleteRun(scene.ports.store, first.run);
    const folder = await scene.ports.store.open(fork.id);
    const [change] = first.changes;
    expect(Buffer.from((await folder?.getBlob(change?.after ?? '')) ?? []).toString()).toBe('two\n');
  });

  it('that was cut off between the copy and its first own line is no run of its own', async () => {
    await using scene = await openScene({ model: [{ content: 'Hello.' }] });
    const first = await scene.run('Say hello');
    const text = await journalOf(scene, first.run);
    await scene.ports.store.fork(first.run, '20990101-000000-copy', Buffer.byteLength(text));
    const [copy] = await listRuns(scene.ports.store);
    expect(copy).toMatchObject({
      id: '20990101-000000-copy',
      status: 'damaged',
      problem: 'It was cut off before it began.',
    });
    expect((await latestRun(scene.ports))?.id).toBe(first.run);
    await expect(scene.resume('20990101-000000-copy')).rejects.toThrow('cut off before it began');
    expect(await deleteRun(scene.ports.store, '20990101-000000-copy')).toBeUndefined();
    await rm(await folderOf(scene, first.run), { recursive: true });
    expect(await latestRun(scene.ports)).toBeUndefined();
  });
});

function costUpTo(
  events: readonly { readonly seq: number; readonly type: string; readonly cost?: number | undefined }[],
  seq: number,
): number {
  return events.filter((event) => event.seq <= seq).reduce((sum, { cost = 0 }) => sum + cost, 0);
}

test(row('jr-secret-at-rest', 'what a command and a check print is in the journal without its secrets'), async () => {
  const token = ['gh', 'p_', 'Z9y8X7w6V5u4T3s2Z9y8X7w6V5u4T3s2Z9y8'].join('');
  const plan = call('plan', { tasks: [{ title: 'Say two', checks: [{ command: 'cat token.txt; false' }] }] });
  await using scene = await openScene({
    files: { ...FILES, 'token.txt': `${token}\n` },
    model: [
      { toolCalls: [plan, call('run', { command: 'cat token.txt' }), finished] },
      { content: 'It cannot be done.' },
    ],
  });
  const { run: id } = await scene.run('Make it two', yes);
  const journal = await journalOf(scene, id);
  expect(journal).not.toContain(token);
  expect(journal.match(/«secret:github:[0-9a-f]{4}»/g)?.length).toBeGreaterThanOrEqual(3);
  for (const request of scene.server.requests) expect(request.text).not.toContain(token);
});

describe('an export', () => {
  const token = ['gh', 'p_', 'a1B2c3D4e5F6g7H8a1B2c3D4e5F6g7H8a1B2'].join('');
  const checked = call('plan', { tasks: [{ title: 'Say *two*', checks: [{ command: 'grep -q two a.txt' }] }] });
  const open = () =>
    openScene({
      files: FILES,
      model: [
        { content: 'Look:\n```\nfenced\n```\n# not a heading', toolCalls: [checked] },
        { toolCalls: [edited, call('run', { command: `echo '\`\`\`\`'; echo ${token}` })] },
        { toolCalls: [finished] },
      ],
    });

  it('in Markdown holds the goal, the proof, what was said, decided and changed, and what it cost', async () => {
    await using scene = await open();
    const state = await scene.run('Make it two', yes);
    const run = await readRun(scene.ports.store, state.run);
    const page = run ? exportRun(run, 'md') : '';
    expect(page).toMatch(/^# Make it two\n/);
    expect(page).toContain('| Outcome | done |');
    expect(page).toMatch(/\| Used \| \d+ steps, \d+ tokens, \$0\.\d+ \|/);
    expect(page).toContain(
      '- t2 Say \\*two\\* (done, verified by code)\n    - passed: \\`grep -q two a.txt\\` exits 0',
    );
    expect(page).toContain('- change `a.txt` (+1 −1): accepted');
    expect(page).toContain('## Files changed\n\n- `a.txt`\n');
    expect(page).toContain('> Look:\n> ```\n> fenced\n> ```\n> # not a heading');
    expect(page).not.toContain(token);
    expect(page).toMatch(/## Left out\n\nSecrets, by the names that stand for them: `«secret:github:[0-9a-f]{4}»`\n$/);
  });

  it('in Markdown has fences that nothing in it can end', async () => {
    await using scene = await open();
    const state = await scene.run('Make it two', yes);
    const run = await readRun(scene.ports.store, state.run);
    let inside = '';
    const headings: string[] = [];
    for (const line of (run ? exportRun(run, 'md') : '').split('\n')) {
      const mark = /^(`{3,})\w*$/.exec(line)?.[1];
      if (inside === '' && mark) inside = mark;
      else if (line === inside) inside = '';
      else if (inside === '' && /^#+ /.test(line)) headings.push(line);
    }
    expect(inside).toBe('');
    expect(headings).toEqual([
      '# Make it two',
      '## Goal',
      '## Result',
      '## Tasks',
      '## Decisions',
      '## Files changed',
      '## Transcript',
      '### t1 Make it two',
      '### t2 Say \\*two\\*',
      '## Left out',
    ]);
  });

  it('in JSON is the events, without secrets, and says what was taken out', async () => {
    await using scene = await open();
    const state = await scene.run('Make it two', yes);
    const run = await readRun(scene.ports.store, state.run);
    const text = run ? exportRun(run, 'json') : '';
    expect(text).not.toContain(token);
    const page = JSON.parse(text);
    expect(page).toMatchObject({ run: state.run, removed: [expect.stringMatching(/^«secret:github:/)] });
    expect(page.events).toHaveLength(run?.events.length ?? 0);
    expect(page.events.map(({ type }: { type: string }) => type)).toEqual(run?.events.map(({ type }) => type));
  });

  it('of a damaged run says so', async () => {
    await using scene = await openScene({ model: [{ content: 'Hello.' }] });
    const { run: id } = await scene.run('Say hello');
    await appendFile(path.join(await folderOf(scene, id), 'journal.jsonl'), 'rubbish\n');
    const run = await readRun(scene.ports.store, id);
    expect(run && exportRun(run, 'md')).toContain(
      '> This journal can only be read in part. The journal is damaged at byte',
    );
    expect(JSON.parse(run ? exportRun(run, 'json') : '{}').problem).toContain('damaged');
  });
});

test('foreign text in a page stays what it is', () => {
  expect(fence('a\n```\nb')).toBe('````\na\n```\nb\n````');
  expect(code('`x')).toBe('`` `x ``');
  expect(code('a\nb')).toBe('`a ⏎ b`');
  expect(code('')).toBe('` `');
  expect(words('# *a*\n[b](c) | `d`')).toBe('\\# \\*a\\* \\[b\\](c) \\| \\`d\\`');
  expect(quote('a\n\nb\n')).toBe('> a\n>\n> b');
  expect(fence('x\n'.repeat(5_000))).toMatch(/\n… \d+ characters left out …\n/);
});
