/**
 * The names no tool may read, as globs for ripgrep, from the same table that judges paths. They may hide a little more
 * than the table (never less, for an ordinary spelling); what they miss, such as a look-alike name, the tool still judges.
 */
import { PATH_RULES } from './path-rules.ts';

/** Met case-insensitively, at any depth; a folder hides what is in it. */
export const HIDDEN_GLOBS: readonly string[] = PATH_RULES.filter((rule) => rule.read && rule.where !== 'outside')
  .flatMap(({ patterns, except = [] }) =>
    patterns.filter((pattern) => !pattern.startsWith('/')).flatMap((pattern) => globsOf(pattern, except)),
  )
  .map((glob) => `**/${glob}`);

function globsOf(pattern: string, except: readonly string[]): string[] {
  const prefix = pattern.slice(0, -1);
  const words = except.filter((word) => !word.includes('*') && word.startsWith(prefix));
  return pattern.endsWith('*') && words.length > 0 ? allBut(prefix, words) : [pattern];
}

/**
 * Globs that together meet every name beginning with `prefix` but `words`: ripgrep cannot take a name back out of what a
 * glob excludes. For each beginning of a word: that beginning alone, and that beginning gone wrong at the next letter.
 */
function allBut(prefix: string, words: readonly string[]): string[] {
  const stems = new Set(words.flatMap((word) => Array.from(word, (_, end) => word.slice(0, end))));
  const wrong = [...stems, ...words]
    .filter((stem) => stem.startsWith(prefix))
    .flatMap((stem) => {
      const next = new Set(words.filter((word) => word.startsWith(stem)).map((word) => word.charAt(stem.length)));
      next.delete('');
      const further = next.size > 0 ? `${stem}[!${[...next].join('')}]*` : `${stem}?*`;
      return words.includes(stem) ? [further] : [stem, further];
    });
  return [...new Set(wrong)];
}
