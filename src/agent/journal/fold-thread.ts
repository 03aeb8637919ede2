/** What models see: threads, the messages that come to them, and requests beside them. */
import { charge, type Of, onThread, say } from './change.ts';
import type { RunState, Thread } from './state.ts';

export const THREAD_EVENTS = [
  'thread.opened',
  'message.added',
  'thread.compacted',
  'aside.started',
  'aside.finished',
] as const;

export function onThreads(state: RunState, event: Of<typeof THREAD_EVENTS>): RunState {
  switch (event.type) {
    case 'thread.opened':
      return {
        ...state,
        threads: {
          ...stillOpen(state),
          [event.thread]: {
            id: event.thread,
            tools: event.tools,
            messages: [{ role: 'system', text: event.system }],
            seen: {},
            rules: [],
            epoch: 0,
          },
        },
        // A task that goes on in a new thread (a new epoch) leaves the old turn behind.
        ...(state.current && { current: { ...state.current, thread: event.thread } }),
        turn: undefined,
      };
    case 'message.added': {
      const inbox = event.why === 'person' || event.heard ? state.inbox.slice(1) : state.inbox;
      const files = event.files ?? [];
      const told = onThread({ ...state, inbox }, event.thread, (thread) =>
        event.why === 'changed'
          ? { seen: learnt(thread, files) }
          : { rules: [...thread.rules, ...files.map(({ path }) => path)] },
      );
      return say(told, event.thread, { role: 'user', text: event.text });
    }
    case 'thread.compacted': {
      const compacted = onThread(state, event.thread, ({ messages, seen, epoch }) => ({
        messages: [
          ...messages.slice(0, 1),
          { role: 'user', text: event.text },
          ...messages.slice(Math.max(1, event.from)),
        ],
        seen: Object.fromEntries(Object.entries(seen).filter(([path]) => event.seen.includes(path))),
        rules: [],
        measured: undefined,
        epoch: epoch + 1,
      }));
      // What was forgotten may be read again.
      return state.current?.thread === event.thread ? { ...compacted, trace: [], quiet: 0 } : compacted;
    }
    case 'aside.started':
      return { ...state, spent: { ...state.spent, steps: state.spent.steps + 1 } };
    case 'aside.finished':
      return { ...state, spent: charge(state.spent, event) };
    default:
      return event satisfies never;
  }
}

/** The threads a task may go on in. What was said in the others, the journal knows. */
const stillOpen = ({ threads, current, last, turn }: RunState): RunState['threads'] =>
  Object.fromEntries(
    Object.entries(threads).filter(([id]) => id === current?.thread || id === last?.thread || id === turn?.thread),
  );

/** What the model knows of files after it was shown them; what it saw last stands last. */
export function learnt({ seen }: Thread, files: readonly { path: string; hash: string }[]): Thread['seen'] {
  const now = files.map(({ path, hash }): [string, string] => [path, hash]);
  const paths = new Set(files.map(({ path }) => path));
  return Object.fromEntries([...Object.entries(seen).filter(([path]) => !paths.has(path)), ...now]);
}
