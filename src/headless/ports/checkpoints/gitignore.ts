/** The lines of one .gitignore (or exclude) file, and what they say of a path: the last one that matches wins. */
import { wildmatch } from './wildmatch.ts';

/** True: ignored; false: wanted back by a `!` line; undefined: this file says nothing of it. */
export type Verdict = boolean | undefined;

/** `relative`: to the folder of the file, with `/`. */
export type IgnoreRules = (relative: string, isFolder: boolean) => Verdict;

interface Rule {
  readonly negative: boolean;
  readonly folderOnly: boolean;
  readonly matches: (relative: string, name: string) => boolean;
}

/** A longer line is no pattern anybody wrote; without it more is kept, not less. */
const LONGEST_LINE = 1024;

export function parseIgnore(text: string, ignoreCase: boolean): IgnoreRules {
  const rules = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line) => parseLine(line.replace(/\r$/, ''), ignoreCase) ?? [])
    .reverse();
  return (relative, isFolder) => {
    const name = relative.slice(relative.lastIndexOf('/') + 1);
    const rule = rules.find((one) => (isFolder || !one.folderOnly) && one.matches(relative, name));
    return rule && !rule.negative;
  };
}

function parseLine(line: string, ignoreCase: boolean): Rule | undefined {
  if (line === '' || line.startsWith('#') || line.length > LONGEST_LINE) return undefined;
  const trimmed = trimEnd(line);
  const negative = trimmed.startsWith('!');
  const body = negative ? trimmed.slice(1) : trimmed;
  const folderOnly = body.endsWith('/');
  const pattern = folderOnly ? body.slice(0, -1) : body;
  if (pattern === '') return undefined;
  // Without a slash it is about the name alone, at any depth.
  if (!pattern.includes('/')) {
    const match = matcher(pattern, ignoreCase);
    return { negative, folderOnly, matches: (_relative, name) => match(name) };
  }
  const match = matcher(pattern.replace(/^\//, ''), ignoreCase);
  return { negative, folderOnly, matches: (relative) => match(relative) };
}

/** Most patterns are a name or an ending. */
function matcher(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  if (ignoreCase || /[?[\\]/.test(pattern)) return wildmatch(pattern, ignoreCase);
  if (!pattern.includes('*')) return (text) => text === pattern;
  const ending = /^\*([^*/]+)$/.exec(pattern)?.[1];
  return ending === undefined
    ? wildmatch(pattern, false)
    : (text) => text.endsWith(ending) && !text.slice(0, -ending.length).includes('/');
}

/** Without the spaces at its end, but for one that is escaped. */
function trimEnd(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === ' ') continue;
    end = Math.min(at + 1, line.length);
  }
  return line.slice(0, end);
}
