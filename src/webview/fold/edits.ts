/** What an edit does to its file. */
import type { Subject } from '../../agent/journal/event.ts';

export type Edit = Extract<Subject, { kind: 'edit' }>;

export type Act = 'create' | 'edit' | 'delete' | 'move';

export function actOf({ from, before, after }: Edit): Act {
  if (from !== undefined) return 'move';
  if (after === undefined) return 'delete';
  return before === undefined ? 'create' : 'edit';
}
