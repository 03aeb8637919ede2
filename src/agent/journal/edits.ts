/** Edits that are asked about: the card, the diff editor and the signs all go by these. */
import type { Subject } from './event.ts';
import { type Approval, type RunState, waiting } from './state.ts';

/** An approval of an edit. */
export type Asked = Approval & { readonly subject: Extract<Subject, { kind: 'edit' }> };

export const isEdit = (approval: Approval): approval is Asked => approval.subject.kind === 'edit';

/** In the order the model made them: one that was asked again (a merge, a reload) stands where its call stands. */
export function waitingEdits(state: RunState | undefined): readonly Asked[] {
  if (!state) return [];
  const calls = state.turn?.calls.map(({ id }) => id) ?? [];
  return waiting(state)
    .filter(isEdit)
    .toSorted((a, b) => calls.indexOf(a.call) - calls.indexOf(b.call));
}
