/** The panel's words for edits: what becomes of a file, where a change is, what the person made of it, what a yes takes. */
import * as l10n from '@vscode/l10n';
import type { HunkChoice, HunkView } from '../../agent/protocol.ts';
import { isTaken } from '../fold/choices.ts';
import { type Act, actOf, type Edit } from '../fold/edits.ts';
import type { Icon } from '../look/icons.ts';

export const ACT_ICONS: Readonly<Record<Act, Icon>> = {
  create: 'new-file',
  edit: 'edit',
  delete: 'trash',
  move: 'file-symlink-file',
};

export function askText(act: Act): string {
  switch (act) {
    case 'create':
      return l10n.t('Create this file?');
    case 'edit':
      return l10n.t('Edit this file?');
    case 'delete':
      return l10n.t('Delete this file?');
    case 'move':
      return l10n.t('Move this file?');
    default:
      return act satisfies never;
  }
}

/** One word, for a list; an ordinary edit needs none. */
export function actText(act: Act): string {
  switch (act) {
    case 'create':
      return l10n.t('new file');
    case 'edit':
      return '';
    case 'delete':
      return l10n.t('deletion');
    case 'move':
      return l10n.t('move');
    default:
      return act satisfies never;
  }
}

export function waitingText(act: Act, path: string): string {
  switch (act) {
    case 'create':
    case 'edit':
      return l10n.t('Waiting for you: edit {0}', path);
    case 'delete':
      return l10n.t('Waiting for you: delete {0}', path);
    case 'move':
      return l10n.t('Waiting for you: move {0}', path);
    default:
      return act satisfies never;
  }
}

/** "a.ts", "a.ts → b.ts", "a.ts (deletion)". */
export function pathText(edit: Edit): string {
  const act = actOf(edit);
  if (act === 'move') return `${edit.from} → ${edit.path}`;
  return act === 'delete' ? l10n.t('{0} (deletion)', edit.path) : edit.path;
}

/** Where there is nothing to show line by line. What cannot be shown has said so above. */
export const noLinesText = (act: Act): string =>
  act === 'move' ? l10n.t('The content stays as it is.') : l10n.t('There is no text to show.');

/** "Lines 10–16, change 2 of 3". What is left empty is named by the old lines. */
export function hunkText({ oldStart, oldLines, newStart, newLines }: HunkView, number: number, count: number): string {
  const [first, size] = newLines > 0 ? [newStart, newLines] : [oldStart, oldLines];
  const place = size > 1 ? l10n.t('Lines {0}–{1}', first, first + size - 1) : l10n.t('Line {0}', first);
  return count > 1 ? l10n.t('{0}, change {1} of {2}', place, number, count) : place;
}

/** What the person has done with a hunk; nothing, if it is taken as it was proposed. */
export function stateText(state: HunkChoice['state']): string {
  switch (state) {
    case 'proposed':
      return '';
    case 'edited':
      return l10n.t('changed by you');
    case 'own':
      return l10n.t('added by you');
    case 'rejected':
      return l10n.t('left out');
    default:
      return state satisfies never;
  }
}

/** What a yes takes; without anything to take there is none. Of a list that is cut off the whole is not known. */
export function yesText(hunks: readonly HunkChoice[], truncated: boolean): string {
  const taken = hunks.filter(isTaken).length;
  if (taken === hunks.length || taken === 0) return l10n.t('Accept');
  return truncated
    ? l10n.t('Accept all but {0}', hunks.length - taken)
    : l10n.t('Accept {0} of {1}', taken, hunks.length);
}

/** "line 3", "lines 3–5" of the proposed text. */
export const remarkText = (first: number, last: number): string =>
  first === last ? l10n.t('line {0}', first) : l10n.t('lines {0}–{1}', first, last);
