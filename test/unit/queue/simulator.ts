/**
 * A run as the queue sees it, played by dice: a model and a person do anything, sensible or not, in any order. What happens is
 * a list of events, so that every property is about the reducer and the schedule alone.
 */
import fc from 'fast-check';
import type { EventBody } from '../../../src/agent/journal/event.ts';
import { applyToQueue, emptyQueue, isDoomed, type Queue, taskOf } from '../../../src/agent/queue/queue.ts';
import { nextTask } from '../../../src/agent/queue/schedule.ts';
import { isTerminal, type PlannedTask, type Task } from '../../../src/agent/queue/task.ts';

export interface Dice {
  readonly move: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export const games = (moves: number): fc.Arbitrary<readonly Dice[]> =>
  fc.array(fc.record({ move: fc.nat(20), a: fc.nat(40), b: fc.nat(40), c: fc.nat(100) }), {
    maxLength: moves,
    // Without it only short games are drawn.
    size: 'max',
  });

export interface Played {
  readonly events: readonly EventBody[];
  /** The queue after each event; one more than there are events. */
  readonly queues: readonly Queue[];
}

const GOAL: PlannedTask = { id: 't1', title: 'Goal', description: '', priority: 50, dependsOn: [], checks: [] };
const MAX_ATTEMPTS = 3;

export function play(dice: readonly Dice[]): Played {
  const events: EventBody[] = [];
  const queues: Queue[] = [emptyQueue];
  const emit = (event: EventBody): void => {
    events.push(event);
    queues.push(applyToQueue(now(), event));
  };
  const now = (): Queue => queues.at(-1) ?? emptyQueue;
  emit({ type: 'tasks.planned', by: 'person', tasks: [GOAL] });
  for (const one of dice) for (const event of movesOf(now(), one)) emit(event);
  return { events, queues };
}

const inWork = (queue: Queue): Task | undefined =>
  queue.tasks.find(({ status }) => status === 'running' || status === 'verifying');

/** Any id that was ever given, and a few that never were. */
const anyId = (queue: Queue, n: number): string => `t${1 + (n % (queue.nextId + 1))}`;

function movesOf(queue: Queue, { move, a, b, c }: Dice): EventBody[] {
  const task = anyId(queue, a);
  const other = anyId(queue, b);
  const current = inWork(queue);
  const by = c % 2 === 0 ? 'model' : 'person';
  switch (move) {
    case 0:
    case 1:
    case 2: {
      // The loop: start the most urgent task, unless one is in work (one lane).
      const next = current ? undefined : nextTask(queue);
      return next ? [{ type: 'task.started', task: next.id, thread: 'h1' }] : [];
    }
    case 3:
    case 4:
      return current
        ? [
            { type: 'task.verifying', task: current.id, summary: 'done' },
            { type: 'task.ended', task: current.id, status: 'done', proof: 'code' },
          ]
        : [];
    case 5:
      if (!current) return [];
      return [
        { type: 'task.verifying', task: current.id, summary: 'done' },
        current.attempts + 1 < MAX_ATTEMPTS
          ? { type: 'task.requeued', task: current.id, evidence: 'exit 1' }
          : { type: 'task.ended', task: current.id, status: 'blocked', reason: 'exit 1' },
      ];
    case 6: {
      // The loop gives up only when nothing is ready; here it may happen sooner.
      const doomed = current ? undefined : queue.tasks.find((one) => isDoomed(queue, one));
      return doomed ? [{ type: 'task.ended', task: doomed.id, status: 'blocked', cause: 'dependency' }] : [];
    }
    case 7:
    case 8:
    case 9:
      return [planned(queue, current, by, a, b, c)];
    case 10:
      // What is done is done; all else a person may decide to go without, also what has failed.
      return taskOf(queue, task)?.status === 'done'
        ? []
        : [{ type: 'task.ended', task, status: 'skipped', by: 'person' }];
    case 11:
      // What has failed is what one would rather not see.
      return [{ type: 'task.removed', task: (b % 2 === 0 && failed(queue)) || task, by }];
    case 12:
      return [{ type: 'task.retried', task: (b % 2 === 0 && failed(queue)) || task }];
    case 13:
    case 14:
      return [{ type: 'task.edited', task, by, title: `${by} ${b}`, priority: c, dependsOn: [other, anyId(queue, c)] }];
    case 15:
      return [{ type: 'tasks.ordered', order: c % 4 === 0 ? [] : [task, other] }];
    case 16:
      return [{ type: 'stuck.noticed', task, rule: 'cycle', level: 1, message: '' }];
    case 17:
      return [{ type: 'reward.given', task, amount: (c % 11) - 5, why: 'checkPassed' }];
    case 18:
      return [
        { type: 'check.finished', task, check: 0, phase: 'baseline', outcome: 'failed', evidence: '' },
        { type: 'task.edited', task, by, checks: [{ kind: 'file', path: `${b}.txt` }] },
      ];
    case 19:
      return current ? [{ type: 'task.ended', task: current.id, status: 'blocked' }] : [];
    default: {
      // What comes too late or makes no sense: the reducer must not be misled by it.
      const ended = queue.tasks.find(({ id, status }) => isTerminal(status) && (id === task || b % 2 === 0));
      if (!ended) return [];
      return [
        { type: 'task.started', task: ended.id, thread: 'h1' },
        { type: 'task.ended', task: ended.id, status: c % 3 === 0 ? 'blocked' : 'done' },
        { type: 'tasks.planned', by, tasks: [{ ...GOAL, id: task }] },
      ];
    }
  }
}

const failed = (queue: Queue): string | undefined =>
  queue.tasks.find(({ status, id }) => status === 'blocked' && id !== 't1')?.id;

/** One to three tasks, of the task in work or beside it, that may name what does not exist or stands behind them. */
function planned(
  queue: Queue,
  current: Task | undefined,
  by: 'model' | 'person',
  a: number,
  b: number,
  c: number,
): EventBody {
  const parent = c % 3 === 0 ? undefined : c % 3 === 1 ? current?.id : anyId(queue, a);
  const tasks = Array.from(
    { length: 1 + (a % 3) },
    (_, i): PlannedTask => ({
      id: `t${queue.nextId + i}`,
      title: `Task ${a} ${b}`,
      description: '',
      priority: (c * 7 + i * 31) % 101,
      dependsOn: [`t${1 + ((b + i) % (queue.nextId + 4))}`, `t${1 + (c % (queue.nextId + 4))}`],
      checks: [],
      ...(parent && { parent }),
    }),
  );
  return { type: 'tasks.planned', by, tasks, replaces: c % 5 === 0 ? [anyId(queue, b), anyId(queue, c)] : [] };
}
