/** Events that the transcript shows as one quiet line, worded where they are rendered (parts/note.ts). */
import type { EventOf, RunEvent } from '../../agent/journal/event.ts';

export type NoteEvent = EventOf<
  | 'mode.changed'
  | 'model.changed'
  | 'limit.warned'
  | 'limit.reached'
  | 'run.paused'
  | 'run.resumed'
  | 'run.recovered'
  | 'run.forked'
  | 'run.renamed'
  | 'stuck.noticed'
  | 'check.weakened'
  | 'thread.compacted'
  | 'message.added'
  | 'tasks.planned'
  | 'task.edited'
  | 'task.removed'
  | 'task.retried'
  | 'tasks.ordered'
  | 'checkpoint.taken'
  | 'checkpoint.failed'
  | 'checkpoint.restored'
>;

/** The note an event leaves, or `undefined`: it is said elsewhere, or to the model only. */
export function noteOf(event: RunEvent): NoteEvent | undefined {
  switch (event.type) {
    case 'mode.changed':
    case 'model.changed':
    case 'limit.warned':
    case 'limit.reached':
    case 'run.paused':
    case 'run.resumed':
    case 'run.recovered':
    case 'run.forked':
    case 'run.renamed':
    case 'stuck.noticed':
    case 'thread.compacted':
    case 'task.retried':
    case 'tasks.ordered':
    case 'checkpoint.failed':
    case 'checkpoint.restored':
      return event;
    // What was recorded after a task, or before a restore, is in the list of checkpoints.
    case 'checkpoint.taken':
      return event.when === 'before' || event.when === 'demand' ? event : undefined;
    case 'check.weakened':
      return event.findings.length > 0 ? event : undefined;
    // The goal itself stands above everything; what the model plans is its call.
    case 'tasks.planned':
      return event.replaces?.length || (event.by === 'person' && event.tasks.some(({ id }) => id !== 't1'))
        ? event
        : undefined;
    case 'task.edited':
    case 'task.removed':
      return event.by === 'person' ? event : undefined;
    case 'message.added':
      return event.why === 'nudge' || event.why === 'changed' || event.why === 'rules' || event.orders
        ? event
        : undefined;
    default:
      return undefined;
  }
}

/** These follow from what was just shown: what is told to the model about it is not said a second time. */
export const isRetold = (note: NoteEvent, before: NoteEvent | undefined): boolean =>
  note.type === 'message.added' && note.why === 'nudge' && before?.type === 'stuck.noticed';
