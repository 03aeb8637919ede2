/**
 * Keeps a thread within its window. At three quarters the notes for its earlier part are prepared while the turns go on; when
 * they are there, or at the latest when the window is nearly full, the earlier part gives way to them: a new epoch.
 */
import { compaction, cutAt, summaryMessages } from '../context/compact.ts';
import type { Thread } from '../journal/state.ts';
import { promptTokens } from '../model/tokens.ts';
import type { Task } from '../queue/task.ts';
import { specs } from '../tools/registry.ts';
import { type AsideAnswer, aside } from './aside.ts';
import type { Engine } from './engine.ts';

const PREPARE_AT = 0.75;
const BLOCK_AT = 0.95;
/** Share of the window that stays word for word; less when the server said that it was too much. */
const KEEP = 0.25;
const KEEP_LITTLE = 0.1;
const NOTES_TOKENS = 900;

interface Preparing {
  readonly epoch: number;
  readonly from: number;
  readonly answer: Promise<AsideAnswer>;
  /** Ends what was under way when it was asked for. */
  readonly signal: AbortSignal;
  done: AsideAnswer | undefined;
}

const preparing = new WeakMap<Engine, Map<string, Preparing>>();

/** Called before each turn. True: the thread is another one now. */
export async function keepRoom(engine: Engine, task: Task, thread: Thread): Promise<boolean> {
  const window = engine.model.profile.contextWindow;
  const fill = fillOf(engine, thread) / window;
  const open = preparing.get(engine)?.get(thread.id);
  // What another epoch or an interrupted request left is asked for again.
  const isOpen = open?.epoch === thread.epoch && (open.done?.ok === true || !open.signal.aborted);
  if (!isOpen) preparing.get(engine)?.delete(thread.id);
  if (fill < PREPARE_AT) return false;
  const now = isOpen ? open : prepare(engine, task, thread, window * KEEP);
  if (!now) return false;
  if (!now.done && fill < BLOCK_AT) return false;
  return apply(engine, task, thread, now.from, now.done ?? (await now.answer));
}

/** The server refused the request as too long. False: there is nothing to shorten. */
export async function compactNow(engine: Engine, task: Task, thread: Thread): Promise<boolean> {
  // The window is smaller than we were told, so what there is tells more than its size.
  const keep = Math.min(engine.model.profile.contextWindow * KEEP_LITTLE, fillOf(engine, thread) / 4);
  const now = prepare(engine, task, thread, keep);
  return now !== undefined && apply(engine, task, thread, now.from, await now.answer);
}

/** Tokens of the next request: what the server counted for the last one and our estimate of what came since, or our estimate alone. */
export function fillOf({ tools }: Engine, { messages, tools: offered, measured }: Thread): number {
  const all = promptTokens({ messages, tools: specs(tools.filter(({ name }) => offered.includes(name))) });
  if (!measured) return all;
  const counted = measured.tokens + promptTokens({ messages: messages.slice(measured.messages), tools: [] });
  // A server that cuts prompts silently reports the cut: then its count says nothing.
  return counted < all / 2.5 ? all : counted;
}

function prepare(engine: Engine, task: Task, thread: Thread, keep: number): Preparing | undefined {
  const from = cutAt(thread.messages, keep);
  // Nothing is asked for what could not be used.
  if (from === undefined || !compaction(engine.state(), thread, task, from)) return undefined;
  const { contextWindow } = engine.model.profile;
  const signal = engine.stepSignal();
  const answer = aside(engine, {
    purpose: 'compact',
    task: task.id,
    thread: thread.id,
    messages: summaryMessages(thread, from, contextWindow / 2),
    maxOutputTokens: NOTES_TOKENS,
  });
  const made: Preparing = { epoch: thread.epoch, from, answer, signal, done: undefined };
  const of = preparing.get(engine) ?? new Map<string, Preparing>();
  preparing.set(engine, of.set(thread.id, made));
  // Journaling may fail while nobody waits: then the run has stopped recording and says so itself.
  void answer.then(
    (done) => {
      made.done = done;
    },
    () => undefined,
  );
  return made;
}

function apply(engine: Engine, task: Task, thread: Thread, from: number, answer: AsideAnswer): boolean {
  preparing.get(engine)?.delete(thread.id);
  if (engine.stepSignal().aborted) return false;
  const notes = answer.ok && answer.text !== '' ? answer.text : undefined;
  const made = compaction(engine.state(), thread, task, from, notes);
  if (made) engine.emit({ type: 'thread.compacted', thread: thread.id, ...made, seen: [...made.seen] });
  return made !== undefined;
}
