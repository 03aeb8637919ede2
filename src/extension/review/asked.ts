/** Edits that wait for a decision, in the order the model made them. */
import { type Approval, type RunState, waiting } from '../../agent/journal/state.ts';

/** An approval of an edit. */
export type Asked = Approval & { readonly subject: Extract<Approval['subject'], { kind: 'edit' }> };

export const isEdit = (approval: Approval): approval is Asked => approval.subject.kind === 'edit';

/** One that was asked again (a merge, a reload) stands where its call stands, not at the end. */
export function waitingEdits(state: RunState | undefined): readonly Asked[] {
  const calls = state?.turn?.calls.map(({ id }) => id) ?? [];
  return state
    ? waiting(state)
        .filter(isEdit)
        .sort((a, b) => calls.indexOf(a.call) - calls.indexOf(b.call))
    : [];
}
