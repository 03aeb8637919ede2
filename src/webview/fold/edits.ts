/** Edits that wait for the person, and what each does to its file. */
import type { Subject } from '../../agent/journal/event.ts';
import { type Approval, type RunState, waiting } from '../../agent/journal/state.ts';

export type Edit = Extract<Subject, { kind: 'edit' }>;
export type WaitingEdit = Approval & { readonly subject: Edit };

export type Act = 'create' | 'edit' | 'delete' | 'move';

export function actOf({ from, before, after }: Edit): Act {
  if (from !== undefined) return 'move';
  if (after === undefined) return 'delete';
  return before === undefined ? 'create' : 'edit';
}

const isEdit = (approval: Approval): approval is WaitingEdit => approval.subject.kind === 'edit';

/** In the order the model made them: one that was asked again stands where its call stands. */
export function waitingEdits(state: RunState): readonly WaitingEdit[] {
  const calls = state.turn?.calls.map(({ id }) => id) ?? [];
  return waiting(state)
    .filter(isEdit)
    .toSorted((a, b) => calls.indexOf(a.call) - calls.indexOf(b.call));
}
