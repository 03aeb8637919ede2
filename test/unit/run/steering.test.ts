/** A person's commands while a run is at work: each changes what happens, at once or at the next turn, and beats the model. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/agent/index.ts';
import type { RunCommand } from '../../../src/agent/protocol.ts';
import type { Task } from '../../../src/agent/queue/task.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person, type Scene } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const plan = (tasks: object[], more: object = {}) => call('plan', { tasks, ...more });
const write = (path: string) => call('write', { path, content: 'x' });
const finish = call('finish', { summary: 'Done.' });
const statuses = (run: Run): Record<string, Task['status']> =>
  Object.fromEntries(run.state().queue.tasks.map(({ id, status }) => [id, status]));
const texts = (request: ChatRequest | undefined): string =>
  (request?.body.messages ?? []).map(({ content }) => content ?? '').join('\n');
/** The task a request is about: the last one it names as the one to do now. */
const taskIn = (request: ChatRequest): string =>
  [...texts(request).matchAll(/(?:Your task now is|Now|It is now) (t\d+)/g)].at(-1)?.[1] ?? 't1';

/** Plans first, then writes a file named after each task and finishes it. */
const worker =
  (tasks: object[]) =>
  (request: ChatRequest): { toolCalls: object[] } & object =>
    request.number === 0 ? { toolCalls: [plan(tasks)] } : { toolCalls: [write(`${taskIn(request)}.txt`), finish] };

/** Sends commands when the plan has been made and the first reply after it is under way; then lets it go. */
async function steered(
  tasks: object[],
  commands: readonly RunCommand[],
): Promise<{ run: Run; scene: Scene; problems: unknown[] }> {
  const scene = await openScene({ model: worker(tasks) as never, limits: { steps: 40 } });
  let held = scene.server.hold();
  const run = await scene.start('Write some files like t2.txt', yes);
  await held.request;
  const first = held;
  held = scene.server.hold();
  first.release();
  await held.request;
  const problems: unknown[] = [];
  for (const command of commands) {
    const sent = await run.send(command);
    problems.push(sent.ok ? undefined : sent.problem);
  }
  held.release();
  await run.finished;
  return { run, scene, problems };
}

const THREE = [{ title: 'One' }, { title: 'Two' }, { title: 'Three' }];

/** A plan of two tasks, the first of which needs a.txt to say two. */
const oneAnd = (second: object) => ({
  toolCalls: [plan([{ title: 'One', checks: [{ command: 'grep two a.txt' }] }, second])],
});

describe('the queue, in the hands of a person', () => {
  it('skips the task in work: its turn ends, nothing of it is done, the next one begins', async () => {
    const { run, scene } = await steered(THREE, [{ type: 'skipTask', task: 't2' }]);
    await using _ = scene;
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'skipped', t3: 'done', t4: 'done' });
    expect(await scene.read('t2.txt')).toBeUndefined();
    expect(await scene.read('t3.txt')).toBe('x');
  });

  it('skips one that waits, and what needs it goes on without it', async () => {
    const tasks = [{ title: 'One' }, { title: 'Two' }, { title: 'Three', after: [2] }];
    const { run, scene } = await steered(tasks, [{ type: 'skipTask', task: 't3' }]);
    await using _ = scene;
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'done', t3: 'skipped', t4: 'done' });
  });

  it('removes, adds, changes and reorders', async () => {
    const { run, scene, problems } = await steered(THREE, [
      { type: 'removeTask', task: 't3' },
      { type: 'addTask', title: 'Four', description: 'Added by hand.', priority: 5 },
      { type: 'editTask', task: 't4', title: 'Three, better', checks: [{ kind: 'file', path: 't4.txt' }] },
      { type: 'orderTasks', order: ['t5', 't4'] },
    ]);
    await using _ = scene;
    expect(problems).toEqual([undefined, undefined, undefined, undefined]);
    const started = run.events().flatMap((event) => (event.type === 'task.started' ? event.task : []));
    expect(started).toEqual(['t1', 't2', 't5', 't4']);
    expect(run.state().queue.tasks.map(({ id, title, proof }) => [id, title, proof])).toEqual([
      ['t1', 'Write some files like t2.txt', 'none'],
      ['t2', 'One', 'none'],
      ['t4', 'Three, better', 'code'],
      ['t5', 'Four', 'none'],
    ]);
    expect(await scene.read('t3.txt')).toBeUndefined();
  });

  it('tells the model when the task in work was changed', async () => {
    const { scene } = await steered(THREE, [{ type: 'editTask', task: 't2', description: 'Only small letters.' }]);
    await using _ = scene;
    const told = scene.server.requests.map(texts).find((text) => text.includes('The person changed your task.'));
    expect(told).toContain('It is now t2: One\nOnly small letters.');
  });

  it('says what is wrong with a command, and changes nothing', async () => {
    const tasks = [{ title: 'One' }, { title: 'Two', after: [1] }];
    const { run, scene, problems } = await steered(tasks, [
      { type: 'skipTask', task: 't9' },
      { type: 'skipTask', task: 't1' },
      { type: 'removeTask', task: 't1' },
      { type: 'retryTask', task: 't2' },
      { type: 'editTask', task: 't2', dependsOn: ['t3'] },
      { type: 'editTask', task: 't3', title: ' ' },
      { type: 'addTask', title: 'Three', dependsOn: ['t7'] },
      { type: 'model', id: 'other' },
    ]);
    await using _ = scene;
    expect(problems).toEqual([
      'There is no task t9 any more.',
      'This is the goal itself: stop the run instead.',
      'This is the goal itself: stop the run instead.',
      't2 has not ended yet.',
      't2 cannot wait for t3: t3 waits for t2.',
      'A task needs a title.',
      'There is no task t7 any more.',
      'The model of this run cannot be changed here.',
    ]);
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'done', t3: 'done' });
  });

  it('goes without a blocked task: the run goes on, with what was given up because of it', async () => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: worker([
        { title: 'One', checks: [{ command: 'grep two a.txt' }] },
        { title: 'Two', after: [1] },
      ]) as never,
    });
    const pauses: string[] = [];
    const run = await scene.start('Make a.txt say two', {
      ...yes,
      paused: ({ reason }, paused) => {
        pauses.push(reason);
        void paused.send({ type: 'skipTask', task: 't2' });
      },
    });
    await run.finished;
    expect(pauses).toEqual(['blocked']);
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'skipped', t3: 'done' });
    expect(run.state().outcome).toBe('done');
  });

  it('retries a blocked task and what was given up because of it', async () => {
    let mended = false;
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      model: (request) => {
        if (request.number === 0) return oneAnd({ title: 'Two', after: [1] });
        return { toolCalls: mended ? [call('write', { path: 'a.txt', content: 'two\n' }), finish] : [finish] };
      },
    });
    const pauses: string[] = [];
    const run = await scene.start('Make a.txt say two', {
      ...yes,
      paused: ({ reason }, paused) => {
        pauses.push(`${reason} ${Object.values(statuses(paused)).join(' ')}`);
        mended = true;
        void paused.send({ type: 'retryTask', task: 't2' });
      },
    });
    await run.finished;
    expect(pauses).toEqual(['blocked blocked blocked blocked']);
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'done', t3: 'done' });
    expect(run.state().outcome).toBe('done');
  });

  it('retries one of several blocked tasks; the others stay blocked, and are asked about again', async () => {
    let mended = false;
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      limits: { steps: 40 },
      model: (request) => {
        if (request.number === 0) return oneAnd({ title: 'Two', checks: [{ command: 'false' }] });
        const isFirst = taskIn(request) === 't2';
        return {
          toolCalls: mended && isFirst ? [call('write', { path: 'a.txt', content: 'two\n' }), finish] : [finish],
        };
      },
    });
    const asked: string[] = [];
    const run = await scene.start('Make a.txt say two', {
      ...yes,
      paused: ({ message }, paused) => {
        asked.push(
          message
            .split('\n')
            .filter((line) => /^(One|Two)$/.test(line))
            .join(' '),
        );
        mended = true;
        void paused.send(asked.length === 1 ? { type: 'retryTask', task: 't2' } : { type: 'skipTask', task: 't3' });
      },
    });
    await run.finished;
    expect(asked).toEqual(['One Two', 'Two']);
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'done', t3: 'skipped' });
    expect(run.state().outcome).toBe('done');
  });

  it('voids the question of a task that is taken away', async () => {
    await using scene = await openScene({
      model: (request) =>
        request.number === 0
          ? { toolCalls: [plan([{ title: 'One' }, { title: 'Two' }]), write('t2.txt'), finish] }
          : { toolCalls: [write('t3.txt'), finish] },
    });
    const run = await scene.start('Write t2.txt and t3.txt', {
      decide: async ({ subject }, asked) => {
        if (subject.kind !== 'edit' || subject.path !== 't2.txt') return 'accept';
        await asked.send({ type: 'skipTask', task: 't2' });
        return undefined;
      },
    });
    await run.finished;
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'skipped', t3: 'done' });
    expect(await scene.read('t2.txt')).toBeUndefined();
    const results = run.events().flatMap((event) => (event.type === 'call.finished' ? event.forModel : []));
    expect(results).toContain('Not done: the person took this task away.');
  });

  it('ends the command of a task that is taken away', async () => {
    await using scene = await openScene({
      model: (request) =>
        request.number === 0
          ? {
              toolCalls: [
                plan([{ title: 'One' }, { title: 'Two' }]),
                call('run', { command: 'touch begun; sleep 600' }),
              ],
            }
          : { toolCalls: [write('t3.txt'), finish] },
    });
    const run = await scene.start('Write begun and t3.txt', {
      ...yes,
      event: (event, at) =>
        void (
          event.type === 'call.started' &&
          event.intent?.kind === 'command' &&
          at.send({ type: 'skipTask', task: 't2' })
        ),
    });
    await run.finished;
    expect(statuses(run)).toEqual({ t1: 'done', t2: 'skipped', t3: 'done' });
  });
});

describe('the model’s own changes of the plan', () => {
  it('adds beside the task in work, and goes on with it', async () => {
    await using scene = await openScene({
      model: (request) => {
        if (request.number === 0)
          return {
            toolCalls: [
              plan([{ title: 'One' }]),
              plan([{ title: 'Found later', after: ['t2'] }], { as: 'more' }),
              write('t2.txt'),
              finish,
            ],
          };
        return { toolCalls: [write(`${taskIn(request)}.txt`), finish] };
      },
    });
    const run = await scene.start('Write t2.txt and more', yes);
    await run.finished;
    expect(run.state().queue.tasks.map(({ id, parent, dependsOn }) => [id, parent, dependsOn])).toEqual([
      ['t1', undefined, []],
      ['t2', 't1', []],
      ['t3', 't1', ['t2']],
    ]);
    const told = run
      .events()
      .flatMap((event) => (event.type === 'call.finished' && event.title === 'Plan (1)' ? event.forModel : []));
    expect(told[1]).toBe('Planned: t3 Found later.\nGo on with t2.');
  });

  it('replaces what has not begun, but nothing a person has touched', async () => {
    await using scene = await openScene({
      model: (request) => {
        if (request.number === 0) return { toolCalls: [plan(THREE)] };
        if (request.number === 1) return { toolCalls: [plan([{ title: 'Instead' }], { as: 'instead' }), finish] };
        return { toolCalls: [finish] };
      },
    });
    const first = scene.server.hold();
    const run = await scene.start('Write some files like t2.txt', yes);
    await first.request;
    const held = scene.server.hold();
    first.release();
    await held.request;
    await run.send({ type: 'editTask', task: 't3', priority: 60 });
    held.release();
    await run.finished;
    expect(run.state().queue.tasks.map(({ id, title }) => `${id} ${title}`)).toEqual([
      't1 Write some files like t2.txt',
      't2 One',
      't3 Two',
      't5 Instead',
    ]);
  });

  it('is told what does not fit the tasks there are', async () => {
    await using scene = await openScene({
      model: (request) => {
        if (request.number === 0) return { toolCalls: [plan(THREE)] };
        if (request.number === 1)
          return {
            toolCalls: [
              plan([{ title: 'three' }], { as: 'more' }),
              plan([{ title: 'Four', after: ['t12'] }], { as: 'more' }),
              plan([{ title: 'Five', after: ['t2'] }]),
            ],
          };
        return { toolCalls: [finish] };
      },
    });
    const run = await scene.start('Write some files like t2.txt', yes);
    await run.finished;
    const told = run.events().flatMap((event) => (event.type === 'call.finished' && !event.ok ? event.forModel : []));
    expect(told).toEqual([
      'Nothing was planned. Mend this and call plan again:\nTask 1: t4 has that title already. Leave it out, or say how it differs.',
      'Nothing was planned. Mend this and call plan again:\nTask 1: there is no t12. The tasks are: t1, t2, t3, t4.',
      'Nothing was planned. Mend this and call plan again:\nTask 1: it cannot come after t2, which waits for t2 and so for it.',
    ]);
  });
});

describe('a vague goal', () => {
  const ask = (question: string) => call('ask', { question });
  it('leads to at most three questions before any work', async () => {
    await using scene = await openScene({
      model: (request) => ({ toolCalls: request.number < 4 ? [ask(`Question ${request.number}?`)] : [finish] }),
    });
    const answered: string[] = [];
    await scene.run('Make something good', {
      ...yes,
      answer: ({ text }) => {
        answered.push(text);
        return 'Yes.';
      },
    });
    expect(answered).toEqual(['Question 0?', 'Question 1?', 'Question 2?']);
    expect(texts(scene.server.requests[0])).toContain(
      'Before any work ask at most three concrete questions, then go on.',
    );
    expect(texts(scene.server.requests[4])).toContain(
      'Three questions were asked before any work: state what you assume',
    );
  });

  it('in continuous mode leads to assumptions, not to questions', async () => {
    await using scene = await openScene({
      mode: 'continuous',
      model: [{ toolCalls: [ask('Which?')] }, { content: 'I assume a poem.' }],
    });
    const state = await scene.run('Make something good', yes);
    expect(state.asked).toBe(0);
    expect(texts(scene.server.requests[0])).toContain('State your assumptions, one line each, then go on.');
    expect(texts(scene.server.requests[1])).toContain('Nobody is asked in continuous mode');
  });
});
