/** The main job on real files, a real shell and real HTTP: plan, edit, command, verification, repair, refusal, stop, resume. */
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { fold } from '../../../src/agent/journal/fold.ts';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
/** Goes on after an interruption, and only then. */
const goOn: NonNullable<Person['paused']> = ({ reason }, run) =>
  void run.send({ type: reason === 'recovered' ? 'resume' : 'stop' });
const planned = call('plan', { tasks: [{ title: 'Make a.txt say two', checks: [{ command: 'grep -q two a.txt' }] }] });
const edited = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finished = call('finish', { summary: 'a.txt says two.' });

describe('a run', () => {
  it('plans, runs the checks first, edits, verifies and reports with proof', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [planned, edited, finished] }],
    });
    const asked: string[] = [];
    const state = await scene.run('Make a.txt say two', {
      decide: ({ subject }) => {
        asked.push(
          subject.kind === 'edit' ? subject.path : subject.kind === 'command' ? subject.command : subject.kind,
        );
        return 'accept';
      },
    });
    expect(state).toMatchObject({ status: 'ended', outcome: 'done', report: 'a.txt says two.' });
    expect(state.queue.tasks.map(({ id, status, proof }) => [id, status, proof])).toEqual([
      ['t1', 'done', 'code'],
      ['t2', 'done', 'code'],
    ]);
    // The check only looks: it is not asked about.
    expect(asked).toEqual(['a.txt']);
    expect(await scene.read('a.txt')).toBe('two\n');
    expect(scene.server.requests).toHaveLength(1);
  });

  it('answers a question in text without a plan, and does not call that verified', async () => {
    await using scene = await openScene({ model: [{ content: 'It is 42.' }] });
    const state = await scene.run('What is it?', yes);
    expect(state).toMatchObject({ outcome: 'done', report: 'It is 42.' });
    expect(state.queue.tasks[0]?.proof).toBe('none');
  });

  it('gives a failed check back with its output, and is done when it passes', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [
        { toolCalls: [planned, call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'tow' }] }), finished] },
        { toolCalls: [call('edit', { path: 'a.txt', edits: [{ old: 'tow', new: 'two' }] }), finished] },
      ],
    });
    const state = await scene.run('Make a.txt say two', yes);
    expect(state.outcome).toBe('done');
    expect(state.queue.tasks[1]).toMatchObject({ attempts: 1, proof: 'code' });
    const told = scene.server.requests[1]?.body.messages.at(-1);
    expect(told).toMatchObject({ role: 'tool' });
    expect(told?.content).toContain('t2 is not done: a check failed.');
    expect(told?.content).toContain('exit 1');
  });

  it('blocks a task after three failed verifications and asks the person', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => ({ toolCalls: request.number === 0 ? [planned, finished] : [finished] }),
    });
    const pauses: string[] = [];
    const state = await scene.run('Make a.txt say two', {
      ...yes,
      paused: (event, run) => {
        pauses.push(event.reason);
        void run.send({ type: 'stop' });
      },
    });
    expect(pauses).toEqual(['blocked']);
    expect(state.outcome).toBe('stopped');
    expect(state.queue.tasks[1]?.status).toBe('blocked');
  });

  it('ends as failed when nobody can be asked about a blocked task', async () => {
    await using scene = await openScene({
      attended: false,
      mode: 'continuous',
      files: { 'a.txt': 'one\n' },
      model: (request) => ({ toolCalls: request.number === 0 ? [planned, finished] : [finished] }),
    });
    const state = await scene.run('Make a.txt say two');
    expect(state.outcome).toBe('failed');
    expect(state.queue.tasks.map(({ status }) => status)).toEqual(['blocked', 'blocked']);
  });

  it('tells the model that a rejected edit changed nothing, with the reason', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    await scene.run('Make a.txt say two', { decide: () => 'Wrong file.' });
    expect(await scene.read('a.txt')).toBe('one\n');
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toMatch(
      /^Not changed: the person rejected this change of a\.txt\. Reason: Wrong file\./,
    );
  });

  it('writes what the person made of the proposal and tells the model', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    await scene.run('Make a.txt say two', {
      async decide({ approval }, run) {
        await run.draft(approval, new TextEncoder().encode('two!\n'));
        return 'accept';
      },
    });
    expect(await scene.read('a.txt')).toBe('two!\n');
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain('+two!');
  });

  it('does not run a declined command and says so', async () => {
    await using scene = await openScene({
      model: [{ toolCalls: [call('run', { command: 'touch made' })] }, { content: 'I could not.' }],
    });
    const state = await scene.run('Make a file', { decide: () => 'Not now' });
    expect(await scene.read('made')).toBeUndefined();
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain(
      'Not run: the person declined this command. Reason: Not now',
    );
    expect(state.outcome).toBe('done');
  });

  it('shows a proposal again, merged, when the file changed while it was open', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n2\n3\n4\n5\nsix\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    let asked = 0;
    await scene.run('Make a.txt say two', {
      async decide() {
        asked++;
        if (asked === 1) await writeFile(`${scene.root}/a.txt`, 'one\n2\n3\n4\n5\nSIX\n');
        return 'accept';
      },
    });
    expect(asked).toBe(2);
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toContain('was merged with it');
    expect(await scene.read('a.txt')).toBe('two\n2\n3\n4\n5\nSIX\n');
  });

  it('accepts a decision once, with its nonce and what was shown', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    const problems: unknown[] = [];
    await scene.run('Make a.txt say two', {
      async decide({ approval, nonce, shown }, run) {
        problems.push(await run.send({ type: 'decide', approval, nonce: 'forged', shown, verdict: 'accept' }));
        problems.push(await run.send({ type: 'decide', approval, nonce, shown: '0'.repeat(64), verdict: 'accept' }));
        problems.push(await run.send({ type: 'decide', approval, nonce, shown, verdict: 'accept' }));
        problems.push(await run.send({ type: 'decide', approval, nonce, shown, verdict: 'accept' }));
        return undefined;
      },
    });
    expect(problems.map((sent) => (sent as { ok: boolean }).ok)).toEqual([false, false, true, false]);
  });

  it('asks the person what it cannot find out', async () => {
    await using scene = await openScene({
      model: [
        { toolCalls: [call('ask', { question: 'Which colour?', options: ['red', 'blue'] })] },
        { content: 'Blue it is.' },
      ],
    });
    const state = await scene.run('Pick a colour', { ...yes, answer: () => 'blue' });
    expect(scene.server.requests[1]?.body.messages.at(-1)?.content).toBe('blue');
    expect(state.report).toBe('Blue it is.');
  });

  it('stops at once while a question is open, and nothing was written', async () => {
    await using scene = await openScene({ files: { 'a.txt': 'one\n' }, model: [{ toolCalls: [edited] }] });
    const state = await scene.run('Make a.txt say two', {
      decide: (_, run) => {
        void run.send({ type: 'stop' });
        return undefined;
      },
    });
    expect(state).toMatchObject({ status: 'ended', outcome: 'stopped' });
    expect(state.approvals.map(({ status }) => status)).toEqual(['voided']);
    expect(await scene.read('a.txt')).toBe('one\n');
  });

  it('stops a running command and the model stream', async () => {
    await using scene = await openScene({
      model: [{ toolCalls: [call('run', { command: 'echo started; sleep 600' })] }],
    });
    const run = await scene.start('Wait', yes);
    await new Promise<void>((resolve) => {
      run.listen({ delta: ({ text }) => text.includes('started') && resolve() });
    });
    await run.send({ type: 'stop' });
    expect((await run.finished).outcome).toBe('stopped');
  });

  it('hears the person at the next turn', async () => {
    await using scene = await openScene({ model: [{ toolCalls: [call('find', { glob: '*' })] }, { content: 'Yes.' }] });
    const held = scene.server.hold();
    const run = await scene.start('Look around', yes);
    await held.request;
    await run.send({ type: 'say', text: 'Only the top folder.' });
    held.release();
    await run.finished;
    expect(scene.server.requests[1]?.body.messages.at(-1)).toMatchObject({
      role: 'user',
      content: 'Only the top folder.',
    });
  });

  it('tells a model that only talks to act, then requeues its task, then blocks it', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => (request.number === 0 ? { toolCalls: [edited] } : { content: 'I am thinking.' }),
    });
    const state = await scene.run('Make a.txt say two', yes);
    expect(state.queue.tasks[0]).toMatchObject({
      status: 'blocked',
      reason: 'Stuck: 3 replies in a row held no tool call.',
    });
    expect(scene.server.requests).toHaveLength(11);
  });

  it('keeps every request as the prefix of the next', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [
        { toolCalls: [call('read', { paths: ['a.txt'] })] },
        { toolCalls: [planned] },
        { toolCalls: [edited] },
        { toolCalls: [finished] },
      ],
    });
    await scene.run('Make a.txt say two', yes);
    const messages = scene.server.requests.map(({ body }) => body.messages.map((message) => JSON.stringify(message)));
    for (const [i, later] of messages.entries())
      if (i > 0) expect(later.slice(0, messages[i - 1]?.length)).toEqual(messages[i - 1]);
  });
});

describe('limits', () => {
  it('pause the run and ask; extending goes on', async () => {
    await using scene = await openScene({
      limits: { steps: 1 },
      model: [{ toolCalls: [call('find', { glob: '*' })] }, { content: 'Done.' }],
    });
    const seen: RunEvent['type'][] = [];
    const state = await scene.run('Look', {
      ...yes,
      event: ({ type }) => seen.push(type),
      paused: (_, run) => void run.send({ type: 'resume', extend: { steps: 5 } }),
    });
    expect(seen).toContain('limit.reached');
    expect(state.outcome).toBe('done');
  });

  it('end an unattended run with their own outcome', async () => {
    await using scene = await openScene({
      attended: false,
      limits: { steps: 1 },
      model: () => ({ toolCalls: [call('find', { glob: '*' })] }),
    });
    expect((await scene.run('Look')).outcome).toBe('limit');
  });

  it('are needed for continuous mode', async () => {
    await using scene = await openScene({ mode: 'continuous', limits: {}, model: [] });
    await expect(scene.run('Look')).rejects.toThrow('Continuous mode needs a limit');
  });

  it('shrink the reply to what is left of the money', async () => {
    await using scene = await openScene({ limits: { cost: 0.01 }, model: [{ content: 'Hi.' }] });
    await scene.run('Look', yes);
    const body = scene.server.requests[0]?.body;
    expect(Number(body?.max_completion_tokens ?? body?.max_tokens)).toBeLessThan(2_500);
  });
});

describe('after a crash', () => {
  it('an open question is asked again with a new nonce and the draft; nothing was written', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }],
    });
    let nonce = '';
    const first = await scene.start('Make a.txt say two', {
      async decide(event, run) {
        nonce = event.nonce;
        await run.draft(event.approval, new TextEncoder().encode('two, mine\n'));
        void run.letGo();
        return undefined;
      },
    });
    await first.finished;
    expect(await scene.read('a.txt')).toBe('one\n');

    const again = await scene.resume(first.id, {
      decide: (event) => {
        expect(event.nonce).not.toBe(nonce);
        return 'accept';
      },
    });
    const state = await again.finished;
    expect(state.outcome).toBe('done');
    expect(await scene.read('a.txt')).toBe('two, mine\n');
    expect(scene.server.requests).toHaveLength(2);
  });

  it('spends nothing before the person says go on', async () => {
    await using scene = await openScene({ model: [{ content: 'never' }] });
    const held = scene.server.hold();
    const first = await scene.start('Look', yes);
    await held.request;
    await first.letGo();
    held.release();
    const reasons: string[] = [];
    const again = await scene.resume(first.id, {
      paused: (event, run) => {
        reasons.push(event.reason);
        expect(scene.server.requests).toHaveLength(1);
        scene.server.answer({ content: 'Here.' });
        void run.send({ type: 'resume' });
      },
    });
    expect((await again.finished).outcome).toBe('done');
    expect(reasons).toEqual(['recovered']);
  });

  it('a command that had started is not run again: its outcome is unknown', async () => {
    await using scene = await openScene({
      model: [
        { toolCalls: [call('run', { command: 'echo x >> log' })] },
        { toolCalls: [finished] },
        { toolCalls: [finished] },
      ],
    });
    const first = await scene.start('Log', yes);
    await first.finished;
    await scene.cutAfter(first.id, 'call.started');
    const again = await scene.resume(first.id, { ...yes, paused: goOn });
    expect((await again.finished).outcome).toBe('done');
    expect(await scene.read('log')).toBe('x\n');
    expect(scene.server.requests.at(-1)?.body.messages.at(-1)?.content).toContain(
      'Its outcome is unknown; it was not run again.',
    );
  });

  it('an edit that had been written is not asked again', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { toolCalls: [finished] }],
    });
    const first = await scene.start('Make a.txt say two', yes);
    await first.finished;
    await scene.cutAfter(first.id, 'call.started');
    const again = await scene.resume(first.id, { decide: () => 'never', paused: goOn });
    const state = await again.finished;
    expect(state.outcome).toBe('done');
    expect(state.approvals).toHaveLength(1);
    expect(state.changes.map(({ path }) => path)).toEqual(['a.txt']);
  });

  it('an edit that had not been written is asked again', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { toolCalls: [finished] }],
    });
    const first = await scene.start('Make a.txt say two', yes);
    await first.finished;
    await scene.cutAfter(first.id, 'call.started');
    await writeFile(`${scene.root}/a.txt`, 'one\n');
    const again = await scene.resume(first.id, yes);
    expect((await again.finished).approvals).toHaveLength(2);
    expect(await scene.read('a.txt')).toBe('two\n');
  });

  it('an edit that ended as something else is a conflict for the model', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { toolCalls: [finished] }],
    });
    const first = await scene.start('Make a.txt say two', yes);
    await first.finished;
    await scene.cutAfter(first.id, 'call.started');
    await writeFile(`${scene.root}/a.txt`, 'three\n');
    const again = await scene.resume(first.id, { ...yes, paused: goOn });
    await again.finished;
    expect(scene.server.requests.at(-1)?.body.messages.at(-1)?.content).toContain('neither the old nor the new text');
    expect(await scene.read('a.txt')).toBe('three\n');
  });

  it('a mode that says yes by itself waits for the person', async () => {
    await using scene = await openScene({
      mode: 'autoEdit',
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [edited] }, { toolCalls: [finished] }, { toolCalls: [finished] }],
    });
    const first = await scene.start('Make a.txt say two', yes);
    await first.finished;
    await scene.cutAfter(first.id, 'turn.finished');
    await writeFile(`${scene.root}/a.txt`, 'one\n');
    const reasons: string[] = [];
    const again = await scene.resume(first.id, {
      paused: (event, run) => {
        reasons.push(event.reason);
        void scene.read('a.txt').then((text) => {
          expect(text).toBe('one\n');
          return run.send({ type: 'resume' });
        });
      },
    });
    await again.finished;
    expect(reasons).toEqual(['recovered']);
    expect(await scene.read('a.txt')).toBe('two\n');
  });

  it('folding the journal again gives the same state', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: [{ toolCalls: [planned, edited, finished] }],
    });
    const run = await scene.start('Make a.txt say two', yes);
    const state = await run.finished;
    expect(fold(run.events())).toEqual(state);
  });
});
