/** Calls that change several files, delete and move them, and the questions about them: put together, answered one by one. */
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/agent/index.ts';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { type Approval, waiting } from '../../../src/agent/journal/state.ts';
import { call, openScene, type Person, type Scene } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const finish = call('finish', { summary: 'Done.' });
const edit = (file: string, old: string, put: string) => call('edit', { path: file, edits: [{ old, new: put }] });
const files = { 'a.txt': 'one\n', 'b.txt': 'one\n', 'sub/c.txt': 'one\n' };

/** What the model was told of the calls of its n-th reply. */
const told = ({ server }: Scene, n: number): string[] => {
  const { messages = [] } = server.requests[n + 1]?.body ?? {};
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(last + 1).map(({ content }) => content ?? '');
};

describe('the edits of one reply', () => {
  it('are asked about together, decided in any order, and made in theirs', async () => {
    await using scene = await openScene({
      files,
      model: [
        {
          toolCalls: [
            edit('a.txt', 'one', 'two'),
            edit('b.txt', 'one', 'two'),
            call('write', { path: 'new.txt', content: 'new\n' }),
          ],
        },
        { toolCalls: [finish] },
      ],
    });
    const applied: string[] = [];
    const run = await scene.start('Make them two', {
      async decide(_, at) {
        if (waiting(at.state()).length < 3) return undefined;
        // The last one first.
        for (const { id, nonce, shown } of waiting(at.state()).toReversed())
          await at.send({ type: 'decide', approval: id, nonce, shown, verdict: 'accept' });
        return undefined;
      },
      event: (event) => {
        if (event.type === 'call.finished') applied.push(...event.changes.map((change) => change.path));
      },
    });
    expect((await run.finished).outcome).toBe('done');
    expect(applied).toEqual(['a.txt', 'b.txt', 'new.txt']);
    expect(run.events().filter(({ type }) => type === 'approval.requested')).toHaveLength(3);
    expect(await scene.read('new.txt')).toBe('new\n');
  });

  it('that build on one another, or follow a command, wait for it', async () => {
    await using scene = await openScene({
      files,
      model: [
        {
          toolCalls: [
            edit('a.txt', 'one', 'two'),
            edit('a.txt', 'two', 'three'),
            call('run', { command: 'true' }),
            edit('b.txt', 'one', 'two'),
          ],
        },
        { toolCalls: [finish] },
      ],
    });
    const most = { waiting: 0 };
    const state = await scene.run('Count', {
      decide: (_, run) => {
        most.waiting = Math.max(most.waiting, waiting(run.state()).length);
        return 'accept';
      },
    });
    expect(state.outcome).toBe('done');
    expect(most.waiting).toBe(1);
    expect(await scene.read('a.txt')).toBe('three\n');
  });

  it('of a file that an earlier one changes on being saved is asked about as it is by then', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [edit('a.txt', 'one', 'two'), edit('b.txt', 'one', 'two')] }, { toolCalls: [finish] }],
    });
    const asked: string[] = [];
    const state = await scene.run('Make them two', {
      async decide({ subject }, run) {
        if (subject.kind !== 'edit') return 'accept';
        const n = asked.push(subject.path);
        if (n === 2) return undefined; // it will be put again
        if (n > 2) return 'accept';
        await new Promise<void>((resolve) => {
          const both = () => waiting(run.state()).length === 2;
          const off = run.listen({ event: () => both() && resolve(off()) });
          if (both()) resolve(off());
        });
        await writeFile(path.join(scene.root, 'b.txt'), 'zero\none\n');
        return 'accept';
      },
    });
    expect(state.outcome).toBe('done');
    expect(asked).toEqual(['a.txt', 'b.txt', 'b.txt']);
    expect(await scene.read('b.txt')).toBe('zero\ntwo\n');
  });

  it('are void when the run is loaded again, and asked anew', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [edit('a.txt', 'one', 'two'), edit('b.txt', 'one', 'two')] }, { toolCalls: [finish] }],
    });
    const first = await scene.start('Make them two');
    await new Promise<void>((resolve) => {
      const off = first.listen({ event: (_, state) => waiting(state).length === 2 && resolve(off()) });
      if (waiting(first.state()).length === 2) resolve();
    });
    await first.letGo();
    const events: RunEvent[] = [];
    const run = await scene.resume(first.id, { ...yes, event: (event) => void events.push(event) });
    expect((await run.finished).outcome).toBe('done');
    const types = (type: RunEvent['type']) => events.filter((event) => event.type === type).length;
    expect([types('approval.voided'), types('approval.requested')]).toEqual([2, 2]);
    expect([await scene.read('a.txt'), await scene.read('b.txt')]).toEqual(['two\n', 'two\n']);
  });
});

describe('deleting', () => {
  it('is asked about in every mode, and not offered where nobody is', async () => {
    await using scene = await openScene({
      files,
      mode: 'continuous',
      model: [{ toolCalls: [call('delete', { paths: ['a.txt', 'sub/c.txt'] })] }, { toolCalls: [finish] }],
    });
    const asked: unknown[] = [];
    const state = await scene.run('Tidy up', {
      decide: ({ subject, rule }) => {
        asked.push([rule, subject.kind === 'edit' && [subject.path, subject.after, subject.removed]]);
        return subject.kind === 'edit' && subject.path === 'a.txt' ? 'accept' : 'Keep it.';
      },
    });
    expect(state.outcome).toBe('done');
    expect(asked).toEqual([
      ['deletion', ['a.txt', undefined, 1]],
      ['deletion', ['sub/c.txt', undefined, 1]],
    ]);
    expect(await readdir(scene.root, { recursive: true })).toEqual(['b.txt', 'sub', 'sub/c.txt']);
    expect(told(scene, 0)).toEqual([
      'Deleted a.txt.\nNot changed: the person rejected deleting sub/c.txt. Reason: Keep it. Do not propose the same again.',
    ]);
    expect(state.changes.map((change) => [change.path, change.after])).toEqual([['a.txt', undefined]]);

    await using alone = await openScene({ attended: false, mode: 'continuous', model: [{ content: 'Hm.' }] });
    await alone.run('Tidy up');
    expect(alone.server.requests[0]?.body.tools?.map(({ function: { name } }) => name)).not.toContain('delete');
  });

  it('of an empty folder or nothing is answered with what to do instead', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [call('delete', { paths: ['empty'] }), call('delete', { paths: ['a.txt', 'none.txt'] })] },
        { toolCalls: [finish] },
      ],
    });
    await mkdir(path.join(scene.root, 'empty'));
    await scene.run('Tidy up', yes);
    expect(told(scene, 0)).toEqual([
      'Not changed: empty is a folder without files.',
      expect.stringContaining('none.txt does not exist'),
    ]);
    expect(await scene.read('a.txt')).toBe('one\n');
  });

  it('leaves a file alone that changed after the question was put', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [call('delete', { paths: ['a.txt'] })] }, { toolCalls: [finish] }],
    });
    await scene.run('Tidy up', {
      async decide() {
        await writeFile(path.join(scene.root, 'a.txt'), 'mine\n');
        return 'accept';
      },
    });
    expect(told(scene, 0)).toEqual(['Not changed: a.txt was changed meanwhile. Read it again.']);
    expect(await scene.read('a.txt')).toBe('mine\n');
  });
});

describe('moving', () => {
  it('keeps the bytes and the mode, and makes the folders', async () => {
    await using scene = await openScene({
      files: { 'run.sh': '#!/bin/sh\r\n' },
      model: [{ toolCalls: [call('move', { path: 'run.sh', to: 'bin/deep/run.sh' })] }, { toolCalls: [finish] }],
    });
    await chmod(path.join(scene.root, 'run.sh'), 0o755);
    const state = await scene.run('Tidy up', yes);
    expect(told(scene, 0)).toEqual(['Moved run.sh to bin/deep/run.sh.']);
    expect(await scene.read('bin/deep/run.sh')).toBe('#!/bin/sh\r\n');
    expect(await scene.read('run.sh')).toBeUndefined();
    expect((await stat(path.join(scene.root, 'bin/deep/run.sh'))).mode & 0o777).toBe(0o755);
    expect(state.changes.map((change) => change.path)).toEqual(['run.sh', 'bin/deep/run.sh']);
  });

  it('never overwrites: neither what is there, nor what comes there while the question is open', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [call('move', { path: 'a.txt', to: 'b.txt' })] },
        { toolCalls: [call('move', { path: 'a.txt', to: 'd.txt' })] },
        { toolCalls: [finish] },
      ],
    });
    await scene.run('Tidy up', {
      async decide() {
        await writeFile(path.join(scene.root, 'd.txt'), 'mine\n');
        return 'accept';
      },
    });
    expect(told(scene, 0)[0]).toContain('b.txt exists already');
    expect(told(scene, 1)[0]).toContain('d.txt exists already');
    expect([await scene.read('a.txt'), await scene.read('d.txt')]).toEqual(['one\n', 'mine\n']);
  });
});

describe('a call of several files', () => {
  it('that fails at one of them puts the others back', async () => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [call('delete', { paths: ['a.txt', 'b.txt', 'sub/c.txt'] })] }, { toolCalls: [finish] }],
    });
    await chmod(path.join(scene.root, 'sub/c.txt'), 0o444);
    const state = await scene.run('Tidy up', yes);
    expect(told(scene, 0)[0]).toMatch(
      /^sub\/c\.txt was NOT changed: it is read-only.*\nNothing of this call was written\.$/s,
    );
    expect([await scene.read('a.txt'), await scene.read('b.txt')]).toEqual(['one\n', 'one\n']);
    expect(state.changes).toEqual([]);
  });
});

describe('a patch', () => {
  const patch = (...lines: string[]) =>
    call('patch', { patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') });

  it('changes, adds, moves and deletes files, each asked about, all of it or nothing', async () => {
    await using scene = await openScene({
      files,
      profile: { edits: 'patch' },
      model: [
        { toolCalls: [patch('*** Update File: a.txt', '@@', '-one', '+two', '*** Delete File: none.txt')] },
        {
          toolCalls: [
            patch(
              '*** Update File: a.txt',
              '@@',
              '-one',
              '+two',
              '*** Add File: new/d.txt',
              '+new',
              '*** Update File: b.txt',
              '*** Move to: moved.txt',
              '@@',
              '-one',
              '+three',
              '*** Delete File: sub/c.txt',
            ),
          ],
        },
        { toolCalls: [finish] },
      ],
    });
    const asked: unknown[] = [];
    const state = await scene.run('Change them', {
      decide: ({ subject }) => {
        if (subject.kind === 'edit') asked.push([subject.path, subject.from, subject.after !== undefined]);
        return 'accept';
      },
    });
    expect(state.outcome).toBe('done');
    expect(scene.server.requests[0]?.body.tools?.map(({ function: { name } }) => name)).toContain('patch');
    expect(told(scene, 0)).toEqual([expect.stringContaining('none.txt does not exist')]);
    expect(asked).toEqual([
      ['a.txt', undefined, true],
      ['new/d.txt', undefined, true],
      ['moved.txt', 'b.txt', true],
      ['sub/c.txt', undefined, false],
    ]);
    expect(told(scene, 1)).toEqual([
      'Wrote a.txt (+1 −1).\nCreated new/d.txt (+1 −0).\nMoved b.txt to moved.txt, with changes (+1 −1).\nDeleted sub/c.txt.',
    ]);
    expect(await readdir(scene.root, { recursive: true })).toEqual(
      expect.arrayContaining(['a.txt', 'moved.txt', 'new/d.txt']),
    );
    expect([await scene.read('moved.txt'), await scene.read('b.txt'), await scene.read('sub/c.txt')]).toEqual([
      'three\n',
      undefined,
      undefined,
    ]);
  });

  it('in another form is answered with the form it takes', async () => {
    await using scene = await openScene({
      files,
      profile: { edits: 'patch' },
      model: [
        { toolCalls: [call('patch', { patch: '--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n' })] },
        { toolCalls: [patch('*** Add File: a.txt', '+new')] },
        { toolCalls: [finish] },
      ],
    });
    await scene.run('Change them', yes);
    expect(told(scene, 0)[0]).toContain('*** Update File');
    expect(told(scene, 1)).toEqual([
      'Not changed: a.txt exists already. Change it with *** Update File, or delete it first.',
    ]);
  });
});

describe('what the editor shows', () => {
  it('is told where it is new, of the files that were changed', async () => {
    const watched: string[] = [];
    await using scene = await openScene({
      files,
      language: {
        errors: async () => undefined,
        watch: async (real) => {
          watched.push(path.basename(real));
          return real.endsWith('b.txt') ? undefined : { news: async () => ['line 1: demo: It is bad.'] };
        },
      },
      model: [
        { toolCalls: [edit('a.txt', 'one', 'two'), edit('b.txt', 'one', 'two'), edit('sub/c.txt', 'one', 'two')] },
        { toolCalls: [finish] },
      ],
    });
    await scene.run('Make them two', {
      decide: ({ subject }) => (subject.kind === 'edit' && subject.path === 'sub/c.txt' ? 'No.' : 'accept'),
    });
    expect(watched).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(told(scene, 0)).toEqual([
      'Wrote a.txt (+1 −1).\nThe editor shows new problems in a.txt:\n~~~data\n- line 1: demo: It is bad.\n~~~',
      'Wrote b.txt (+1 −1).',
      expect.stringMatching(/^Not changed: .*Reason: No\./),
    ]);
  });
});

describe('remarks on the lines of a proposal', () => {
  it.each([
    ['accept', 'Wrote a.txt (+1 −1).'],
    ['No.', 'Not changed: the person rejected this change of a.txt. Reason: No. Do not propose the same again.'],
  ])('go to the model with the decision: %s', async (answer, first) => {
    await using scene = await openScene({
      files,
      model: [{ toolCalls: [edit('a.txt', 'one', 'two')] }, { toolCalls: [finish] }],
    });
    await scene.run('Make it two', {
      async decide({ approval }, run) {
        const comments = [{ first: 1, last: 1, quote: 'two', text: 'Say "second".' }];
        await run.send({ type: 'comment', approval, comments });
        return answer;
      },
    });
    expect(told(scene, 0)).toEqual([
      `${first}\nThe person remarked on your text of a.txt:\n- line 1 (two): Say "second".`,
    ]);
  });
});

describe('a question that was put ahead', () => {
  const answer = (run: Run, { id, nonce, shown }: Approval, verdict: 'accept' | 'reject') =>
    run.send({ type: 'decide', approval: id, nonce, shown, verdict });
  const both = { toolCalls: [edit('a.txt', 'one', 'two'), edit('b.txt', 'one', 'two')] };

  it('and answered with no stays answered, though the mode would say yes by then', async () => {
    await using scene = await openScene({ files, model: [both, { toolCalls: [finish] }] });
    const state = await scene.run('Make them two', {
      async decide(_, at) {
        const [first, second] = waiting(at.state());
        if (!first || !second) return undefined;
        await answer(at, second, 'reject');
        await at.send({ type: 'mode', mode: 'autoEdit' });
        await answer(at, first, 'accept');
        return undefined;
      },
    });
    expect([await scene.read('a.txt'), await scene.read('b.txt')]).toEqual(['two\n', 'one\n']);
    expect(state.approvals.map(({ status }) => status)).toEqual(['accepted', 'rejected']);
    expect(told(scene, 0)[1]).toContain('the person rejected this change of b.txt');
  });

  it('and not answered yet waits for the person, though the mode would say yes by then', async () => {
    await using scene = await openScene({ files, model: [both, { toolCalls: [finish] }] });
    const run = await scene.start('Make them two', {
      async decide(_, at) {
        const [first, second] = waiting(at.state());
        if (!first || !second) return undefined;
        await at.send({ type: 'mode', mode: 'autoEdit' });
        await answer(at, first, 'accept');
        return undefined;
      },
    });
    await expect.poll(() => scene.read('a.txt')).toBe('two\n');
    const [second] = waiting(run.state());
    expect(second?.subject).toMatchObject({ path: 'b.txt' });
    expect(await scene.read('b.txt')).toBe('one\n');
    if (second) await answer(run, second, 'accept');
    expect((await run.finished).outcome).toBe('done');
    expect(await scene.read('b.txt')).toBe('two\n');
  });

  it('is taken back when its call cannot be done any more', async () => {
    await using scene = await openScene({ files, model: [both, { toolCalls: [finish] }] });
    const state = await scene.run('Make them two', {
      async decide(_, at) {
        const [first, second] = waiting(at.state());
        if (!first || !second) return undefined;
        await writeFile(path.join(scene.root, 'b.txt'), 'other\n');
        await answer(at, first, 'accept');
        return undefined;
      },
    });
    expect(state.outcome).toBe('done');
    expect(state.approvals.map(({ status }) => status)).toEqual(['accepted', 'voided']);
  });
});

it('a link in a folder that is deleted is not followed', async () => {
  await using scene = await openScene({
    files: { 'src/a.txt': 'one\n', 'keep/y.txt': 'mine\n' },
    model: [{ toolCalls: [call('delete', { paths: ['src'] })] }, { toolCalls: [finish] }],
  });
  await symlink('../keep/y.txt', path.join(scene.root, 'src/link.txt'));
  const { approvals } = await scene.run('Tidy up', yes);
  expect(approvals).toEqual([]);
  expect(told(scene, 0)[0]).toContain('src/link.txt is a link to');
  expect(await scene.read('keep/y.txt')).toBe('mine\n');
});
