/** Limits of a run and of a day: enforced before each request, warned of at 80 %, extended by the person, kept over restarts. */
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/agent/journal/event.ts';
import { usedOf } from '../../../src/agent/journal/state.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person } from './scene.ts';

/** Reads another file each time, for ever. */
const busy = (request: ChatRequest) => ({ toolCalls: [call('find', { glob: `*${request.number}` })] });
const yes: Person = { decide: () => 'accept' };

describe('a limit', () => {
  it.each([
    ['steps', { steps: 5 }, 5],
    ['tokens', { tokens: 12_000 }, undefined],
    ['cost', { cost: 0.02 }, undefined],
    ['daySteps', { daySteps: 5 }, 5],
    ['dayTokens', { dayTokens: 12_000 }, undefined],
    ['dayCost', { dayCost: 0.02 }, undefined],
  ] satisfies [string, Limits, number | undefined][])(
    'of %s is warned of, stops the run before it is overrun, and can be extended',
    async (name, limits, requests) => {
      await using scene = await openScene({
        limits,
        model: (request) => ({ ...busy(request), usage: { prompt_tokens: 1_000, completion_tokens: 500 } }),
      });
      const seen: string[] = [];
      let extended = false;
      const state = await scene.run('Look for many things', {
        ...yes,
        event: (event) => {
          if (event.type === 'limit.warned' || event.type === 'limit.reached')
            seen.push(`${event.type} ${event.limit}`);
        },
        paused: ({ reason }, run) => {
          expect(reason).toBe('limit');
          if (!extended && requests !== undefined) expect(scene.server.requests).toHaveLength(requests);
          const max = Object.values(limits)[0] ?? 0;
          const used = usedOf(run.state())[name as keyof Limits];
          expect(used).toBeLessThanOrEqual(max * (extended ? 2 : 1));
          void run.send(extended ? { type: 'stop' } : { type: 'resume', extend: { [name]: max * 2 } });
          extended = true;
        },
      });
      expect(seen).toEqual([
        `limit.warned ${name}`,
        `limit.reached ${name}`,
        `limit.warned ${name}`,
        `limit.reached ${name}`,
      ]);
      expect(state.outcome).toBe('stopped');
    },
  );

  it('of a day counts what other runs of the day have used, of any folder, and not what was used yesterday', async () => {
    await using scene = await openScene({ limits: { daySteps: 5 }, model: busy, attended: false });
    const first = await scene.run('Look for many things');
    expect(first).toMatchObject({ outcome: 'limit', spent: { steps: 5 } });
    const second = await scene.run('Look for more things');
    expect(second).toMatchObject({ outcome: 'limit', spent: { steps: 0 }, day: { steps: 5 } });
    scene.clock.now += 24 * 3_600_000;
    const third = await scene.run('Look for other things');
    expect(third).toMatchObject({ outcome: 'limit', spent: { steps: 5 }, day: { steps: 0 } });
  });

  it('is charged for replies that cannot be understood, of which nothing is done', async () => {
    await using scene = await openScene({
      limits: { steps: 20 },
      model: () => ({ toolCalls: [{ name: 'run', arguments: '{"command": "touch made' }] }),
    });
    const state = await scene.run('Make it', yes);
    expect(await scene.read('made')).toBeUndefined();
    expect(state.spent).toMatchObject({ steps: 3, input: 300, output: 60 });
    expect(state.queue.tasks).toMatchObject([{ status: 'blocked' }]);
  });

  it('holds over a restart', async () => {
    await using scene = await openScene({ limits: { steps: 4 }, model: busy });
    const run = await scene.start('Look for many things', {
      ...yes,
      event: (event, at) => void (event.type === 'turn.finished' && event.turn === 2 && at.letGo()),
      paused: () => undefined,
    });
    await run.finished;
    const seen: string[] = [];
    const again = await scene.resume(run.id, {
      ...yes,
      paused: ({ reason }, at) => {
        seen.push(reason);
        void at.send(reason === 'recovered' ? { type: 'resume' } : { type: 'stop' });
      },
    });
    expect((await again.finished).spent.steps).toBe(4);
    expect(seen).toEqual(['recovered', 'limit']);
  });

  it('must bound continuous mode before it starts', async () => {
    await using scene = await openScene({ mode: 'continuous', limits: { minutes: 5 }, model: busy });
    await expect(scene.start('Look')).rejects.toThrow('Continuous mode needs a limit on steps or cost.');
  });

  it('bounds requests beside the conversation too', async () => {
    await using scene = await openScene({
      limits: { steps: 2 },
      attended: false,
      mode: 'continuous',
      model: (request) =>
        request.number === 0
          ? {
              toolCalls: [
                call('plan', {
                  tasks: [{ title: 'Judge it', checks: [{ judge: 'Is it good?' }, { judge: 'Is it nice?' }] }],
                }),
                call('write', { path: 'a.txt', content: 'x' }),
                call('finish', { summary: 'Done.' }),
              ],
            }
          : { content: 'YES' },
    });
    const state = await scene.run('Write a.txt');
    expect(scene.server.requests).toHaveLength(2);
    expect(state.queue.tasks[1]).toMatchObject({ status: 'blocked' });
    expect(state.queue.tasks[1]?.reason).toContain('The judge could not be asked: the limit of steps is reached');
  });
});
