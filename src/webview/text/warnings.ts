/** What an edit's card warns of: in the journal it is English, people read it in their language. Unknown ones stay as they are. */
import * as l10n from '@vscode/l10n';

const KINDS: Readonly<Record<string, () => string>> = {
  'text direction controls': () => l10n.t('text direction controls'),
  'invisible characters': () => l10n.t('invisible characters'),
  'tag characters': () => l10n.t('tag characters'),
  'control characters': () => l10n.t('control characters'),
  'invisible joiners': () => l10n.t('invisible joiners'),
  'names that mix look-alike letters of two alphabets': () =>
    l10n.t('names that mix look-alike letters of two alphabets'),
};

/** "U+202E in line 3 and 2 more": what, where, how many besides. */
const PLACE = /^Adds (.+?) \((\S+) in line (\d+)(?: and (\d+) more)?\)\.$/;

const PATTERNS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^Link: (.+) leads to (.+)\.$/, (from, to) => l10n.t('Link: {0} leads to {1}.', from ?? '', to ?? '')],
  [
    /^Link: the file has (\d+) names \(hard links\); all of them change\.$/,
    (count) => l10n.t('Link: the file has {0} names (hard links); all of them change.', count ?? ''),
  ],
  [
    /^Replaces (\d+) of your own unsaved lines\.$/,
    (count) => l10n.t('Replaces {0} of your own unsaved lines.', count ?? ''),
  ],
  [
    /^Mixed line endings are kept: written on disk, outside the undo of the editor\.$/,
    () => l10n.t('Mixed line endings are kept: written on disk, outside the undo of the editor.'),
  ],
  [
    /^(\d+ (?:bytes|KB)) that cannot be shown: it is .+\.$/,
    (size) => l10n.t('{0} that cannot be shown: this is no text.', size ?? ''),
  ],
];

export function warningText(text: string): string {
  const [, kind = '', char = '', line = '', more] = PLACE.exec(text) ?? [];
  const what = Object.hasOwn(KINDS, kind) ? KINDS[kind]?.() : undefined;
  if (what !== undefined)
    return more === undefined
      ? l10n.t('Adds {0} ({1} in line {2}).', what, char, line)
      : l10n.t('Adds {0} ({1} in line {2} and {3} more).', what, char, line, more);
  for (const [pattern, say] of PATTERNS) {
    const parts = pattern.exec(text);
    if (parts) return say(...parts.slice(1));
  }
  return text;
}
