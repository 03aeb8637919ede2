/** The small changes of the state that several kinds of events make. */
import type { ChatMessage } from '../model/model.ts';
import type { Change, EventBody, EventOf } from './event.ts';
import type { Call, Heard, RunState, Spent, Thread } from './state.ts';

/** Events of some types. */
export type Of<T extends readonly EventBody['type'][]> = Extract<EventBody, { type: T[number] }>;

export const onThread = (state: RunState, thread: string, with_: (thread: Thread) => Partial<Thread>): RunState => {
  const into = state.threads[thread];
  return into ? { ...state, threads: { ...state.threads, [thread]: { ...into, ...with_(into) } } } : state;
};

export const say = (state: RunState, thread: string, ...messages: readonly ChatMessage[]): RunState =>
  onThread(state, thread, (into) => ({ messages: [...into.messages, ...messages] }));

export const hear = (state: RunState, heard: Heard): RunState => ({ ...state, inbox: [...state.inbox, heard] });

export const decided = (state: RunState, decision: string): RunState => ({
  ...state,
  decisions: [...state.decisions, decision],
});

export const onCall = (state: RunState, id: string, with_: Partial<Call>): RunState =>
  state.turn
    ? {
        ...state,
        turn: { ...state.turn, calls: state.turn.calls.map((call) => (call.id === id ? { ...call, ...with_ } : call)) },
      }
    : state;

export const charge = (
  spent: Spent,
  event: { usage: EventOf<'turn.finished'>['usage']; cost?: number | undefined },
): Spent => ({
  ...spent,
  input: spent.input + event.usage.input,
  output: spent.output + event.usage.output,
  cached: spent.cached + event.usage.cached,
  cost: spent.cost + (event.cost ?? 0),
  unpriced: spent.unpriced || (event.cost === undefined && event.usage.input + event.usage.output > 0),
});

export const omitKey = <V>(record: Readonly<Record<string, V>>, key: string): Record<string, V> =>
  Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));

/** The later change of a file replaces the earlier one but keeps where it began. */
export const merged = (changes: readonly Change[], more: readonly Change[]): readonly Change[] =>
  more.reduce((all, change) => {
    const at = all.findIndex(({ path }) => path === change.path);
    return at < 0 ? all.concat(change) : all.with(at, { ...change, before: all[at]?.before });
  }, changes);
