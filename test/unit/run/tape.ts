/**
 * A run on tape: everything that reaches the engine from outside (results of its ports, pieces of the model's replies, the
 * person's commands) in the order in which it came, and how many events there were by then. Played back, the same things come
 * in the same order to an engine that touches nothing but the tape; it must then write the same journal.
 *
 * While recording, too, things come one at a time, each when all that followed from the one before has been done: two answers
 * that race are put into an order that can be repeated.
 */
import { setImmediate } from 'node:timers';
import { type Run, startRun } from '../../../src/agent/index.ts';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import type { Model, ModelEvent, ModelRequest } from '../../../src/agent/model/model.ts';
import type { Ports } from '../../../src/agent/ports.ts';
import type { RunCommand } from '../../../src/agent/protocol.ts';

type Outcome = { readonly value: unknown } | { readonly error: unknown };

interface Entry {
  /** Which call it answers, or that the person did something. */
  readonly key: string;
  readonly outcome: Outcome;
  /** Events written before it came. */
  readonly after: number;
}

export interface Tape {
  readonly entries: readonly Entry[];
  /** What functions that answer at once said, in order. */
  readonly instant: ReadonlyMap<string, readonly unknown[]>;
}

type Person = { readonly command: RunCommand } | { readonly approval: string; readonly draft: Uint8Array };
const PERSON = 'the person';

/** What stands between the engine and the world. */
interface Deck {
  /** An answer that takes time. */
  answer(key: string, real: () => Promise<unknown>): Promise<unknown>;
  /** An answer at once. */
  instant(key: string, real: () => unknown): unknown;
}

const keyOf = (name: string, args: readonly unknown[]): string =>
  `${name} ${JSON.stringify(args, (_, value: unknown) => (value instanceof Uint8Array || value instanceof AbortSignal ? '' : value))}`;

/** The journal's own lines hold times, so they are not part of what is asked. */
const NAMED_ONLY = new Set(['folder.append']);
/** What these resolve to is a part of the world itself. */
const PARTS: Readonly<Record<string, string>> = {
  'store.create': 'folder',
  'store.open': 'folder',
  'store.lock': 'lock',
};

/** These answer at once. */
const INSTANT = new Set(['clock.now', 'ids.next']);

function wrap<T extends object>(deck: Deck, prefix: string, target: T): T {
  return new Proxy(target, {
    get(_, name) {
      const inner: unknown = Reflect.get(target, name);
      if (typeof inner !== 'function') return inner;
      const path = `${prefix}.${String(name)}`;
      return (...args: readonly unknown[]) => {
        const key = NAMED_ONLY.has(path) ? path : keyOf(path, args);
        const real = (): unknown => Reflect.apply(inner, target, args);
        if (INSTANT.has(path)) return deck.instant(path, real);
        const answer = deck.answer(key, async () => real());
        const part = PARTS[path];
        return part === undefined
          ? answer
          : answer.then((value) => (isObject(value) ? wrap(deck, part, value) : value));
      };
    },
  });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const portsOf = (deck: Deck, { workspace, search, shell, store, clock, ids }: Ports): Ports => ({
  workspace: wrap(deck, 'workspace', workspace),
  search: wrap(deck, 'search', search),
  shell: wrap(deck, 'shell', shell),
  store: wrap(deck, 'store', store),
  clock: wrap(deck, 'clock', clock),
  ids: wrap(deck, 'ids', ids),
});

function modelOf(deck: Deck, { profile, stream }: Model): Model {
  return {
    profile,
    async *stream(request: ModelRequest, signal) {
      const key = keyOf('model', [request]);
      const real = stream(request, signal)[Symbol.asyncIterator]();
      for (;;) {
        const next = await deck.answer(key, () => real.next());
        if (!isIteration(next) || next.done) return;
        yield next.value;
      }
    },
  };
}

const isIteration = (value: unknown): value is IteratorResult<ModelEvent, void> => isObject(value) && 'done' in value;

/** One thing at a time: `step` says whether there was one. */
function turns(step: () => boolean): () => void {
  let running = false;
  const go = (): void => {
    running = step();
    if (running) setImmediate(go);
  };
  return () => {
    if (running) return;
    running = true;
    setImmediate(go);
  };
}

type Goal = Parameters<typeof startRun>[2];

/** Runs a goal with the real world and a person, and keeps what came. */
export async function record(
  real: Ports,
  model: Model,
  goal: Goal,
  attend: (run: Run) => void,
): Promise<{ readonly tape: Tape; readonly events: readonly RunEvent[] }> {
  const entries: Entry[] = [];
  const instant = new Map<string, unknown[]>();
  const arrived: { readonly key: string; readonly outcome: Outcome; release(): void }[] = [];
  let run: Run | undefined;
  const written = (): number => run?.events().length ?? 0;
  const deck: Deck = {
    instant(key, ask) {
      const value = ask();
      instant.set(key, [...(instant.get(key) ?? []), value]);
      return value;
    },
    answer: (key, ask) =>
      new Promise((resolve, reject) => {
        const put = (outcome: Outcome): void => {
          arrived.push({
            key,
            outcome,
            release: () => ('value' in outcome ? resolve(outcome.value) : reject(outcome.error)),
          });
          next();
        };
        ask().then(
          (value) => put({ value }),
          (error: unknown) => put({ error }),
        );
      }),
  };
  const next = turns(() => {
    const one = arrived.shift();
    if (!one) return false;
    entries.push({ key: one.key, outcome: one.outcome, after: written() });
    one.release();
    return true;
  });

  const started = await startRun(portsOf(deck, real), modelOf(deck, model), goal, { trusted: true });
  if ('problem' in started) throw new Error(started.problem);
  run = started.run;
  const { send, draft, finished } = run;
  const byPerson = <T>(value: Person, act: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      arrived.push({ key: PERSON, outcome: { value }, release: () => void act().then(resolve, reject) });
      next();
    });
  attend(
    Object.assign(Object.create(run), {
      send: (command: RunCommand) => byPerson({ command }, () => send(command)),
      draft: (approval: string, bytes: Uint8Array) =>
        byPerson({ approval, draft: bytes }, () => draft(approval, bytes)),
    }),
  );
  await finished;
  return { tape: { entries, instant }, events: [...run.events()] };
}

/** The same goal from the tape alone. `shapes`: ports of which nothing is called. Rejects as soon as an event is another one. */
export async function replay(
  tape: Tape,
  shapes: Ports,
  profile: Model,
  goal: Goal,
  recorded: readonly RunEvent[],
): Promise<readonly RunEvent[]> {
  const left = [...tape.entries];
  const instant = new Map([...tape.instant].map(([key, values]) => [key, [...values]]));
  const asked = new Map<string, ((outcome: Outcome) => void)[]>();
  let run: Run | undefined;
  const written = (): number => run?.events().length ?? 0;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  const deck: Deck = {
    instant: (key) => instant.get(key)?.shift(),
    answer: (key) =>
      new Promise((resolve, reject) => {
        const put = (outcome: Outcome): void => ('value' in outcome ? resolve(outcome.value) : reject(outcome.error));
        asked.set(key, [...(asked.get(key) ?? []), put]);
        if (!tape.entries.some((entry) => entry.key === key)) fail(new Error(`never asked before: ${key}`));
        next();
      }),
  };
  const next = turns(() => {
    const [first] = left;
    if (!first || first.after > written()) return false;
    if (first.key === PERSON) {
      left.shift();
      if (run) void act(run, first.outcome);
      return true;
    }
    const put = asked.get(first.key)?.shift();
    if (!put) return false;
    left.shift();
    put(first.outcome);
    return true;
  });

  const started = await Promise.race([
    startRun(portsOf(deck, shapes), modelOf(deck, profile), goal, { trusted: true }),
    failed,
  ]);
  if ('problem' in started) throw new Error(started.problem);
  run = started.run;
  const check = (event: RunEvent): void => {
    const was = recorded[event.seq - 1];
    if (JSON.stringify(timeless(event)) !== JSON.stringify(was && timeless(was)))
      fail(new Error(`event ${event.seq} was ${JSON.stringify(was)} and is ${JSON.stringify(event)}`));
    next();
  };
  run.events().forEach(check);
  run.listen({ event: check });
  await Promise.race([run.finished, failed]);
  return [...run.events()];
}

async function act(run: Run, outcome: Outcome): Promise<void> {
  if (!('value' in outcome) || !isObject(outcome.value)) return;
  if ('command' in outcome.value && isCommand(outcome.value)) await run.send(outcome.value.command);
  else if (isDraft(outcome.value)) await run.draft(outcome.value.approval, outcome.value.draft);
}

const isCommand = (value: object): value is { readonly command: RunCommand } => 'command' in value;
const isDraft = (value: object): value is { readonly approval: string; readonly draft: Uint8Array } => 'draft' in value;

/** Without when it happened. */
export const timeless = ({ at: _, ...event }: RunEvent): Omit<RunEvent, 'at'> => event;
