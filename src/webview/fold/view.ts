/** Everything a panel shows of a run, as one fold over its events: the engine's own state and the transcript beside it. */
import type { RunEvent } from '../../agent/journal/event.ts';
import { apply } from '../../agent/journal/fold.ts';
import { initialState, type RunState } from '../../agent/journal/state.ts';
import { type Item, takeEvent } from './items.ts';
import type { Checking } from './plan.ts';

export interface RunView {
  readonly state: RunState;
  readonly items: readonly Item[];
  readonly checking?: Checking;
  /** The latest model fault nothing has followed yet. */
  readonly fault?: Extract<RunEvent, { type: 'turn.faulted' }>;
  /** The limit that stopped the run, while it is paused for it. */
  readonly limit?: Extract<RunEvent, { type: 'limit.reached' }>;
}

export const emptyView: RunView = { state: initialState, items: [] };

export function advance(view: RunView, events: readonly RunEvent[]): RunView {
  const items = [...view.items];
  let now = view;
  for (const event of events) {
    takeEvent(items, event, now.state.queue);
    now = { ...latest(now, event), state: apply(now.state, event) };
  }
  return { ...now, items };
}

/** What matters only until the next step. */
function latest(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'check.started':
      return { ...view, checking: { task: event.task, check: event.check, phase: event.phase } };
    case 'check.finished':
    case 'run.recovered':
      return { ...view, checking: undefined };
    case 'turn.faulted':
      return { ...view, fault: event };
    case 'limit.reached':
      return { ...view, limit: event };
    case 'turn.started':
    case 'run.resumed':
      return { ...view, fault: undefined, limit: undefined };
    case 'run.ended':
      return { ...view, checking: undefined, fault: undefined, limit: undefined };
    default:
      return view;
  }
}
