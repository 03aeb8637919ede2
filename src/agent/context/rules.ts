/**
 * Rules a project gives to agents: AGENTS.md at the root and in folders, and `.goalwright/rules/*.md` for files that match
 * their globs. They are text of the workspace: they say how to work, and can raise no permission.
 */
import ignore from 'ignore';

export const RULES_FOLDER = '.goalwright/rules';
export const RULES_FILE = 'AGENTS.md';

export interface Rule {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** As in .gitignore, relative to `folder`; none: always. */
  readonly globs: readonly string[];
  /** It counts for files below; '' is the root. */
  readonly folder: string;
}

const FRONTMATTER = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** `globs:` (or `paths:`) in the head of a rule: a comma list, a [list], or lines that begin with a dash. */
export function parseRule(path: string, text: string): Rule {
  const head = FRONTMATTER.exec(text);
  const globs = head ? globsIn(head[1] ?? '') : [];
  return { path, text: (head ? text.slice(head[0].length) : text).trim(), globs, folder: '' };
}

function globsIn(head: string): string[] {
  const lines = head.split(/\r?\n/);
  const at = lines.findIndex((line) => /^(globs|paths)\s*:/.test(line));
  if (at < 0) return [];
  const inline = (lines[at] ?? '')
    .replace(/^\w+\s*:/, '')
    .trim()
    .replace(/^\[|\]$/g, '');
  const below: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1];
    if (item === undefined) break;
    below.push(item);
  }
  return [...commaList(inline), ...below]
    .map((glob) => glob.trim().replace(/^["']|["']$/g, ''))
    .filter((glob) => glob !== '');
}

/** Commas inside braces belong to the glob. */
const commaList = (text: string): string[] => text.split(/,(?![^{]*\})/);

/** The folder's own AGENTS.md. */
export const folderRule = (path: string, text: string): Rule => ({
  path,
  text: text.trim(),
  globs: [],
  folder: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '',
});

/** Does it count for a run that has touched these files? */
export function applies({ globs, folder }: Rule, touched: readonly string[]): boolean {
  if (globs.length === 0) return folder === '' || touched.some((path) => path.startsWith(`${folder}/`));
  const matches = ignore().add(globs.flatMap(withoutBraces));
  return touched.some((path) => isInside(path) && matches.ignores(path));
}

/** `ignore` refuses paths that lead out of the root. */
const isInside = (path: string): boolean => ignore.isPathValid(path);

/** gitignore knows no braces: `*.{ts,tsx}` is two patterns. */
function withoutBraces(glob: string): string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/.exec(glob);
  if (!found) return [glob];
  const [, before = '', choices = '', after = ''] = found;
  return choices.split(',').flatMap((choice) => withoutBraces(`${before}${choice.trim()}${after}`));
}

/** Characters of all rules in one thread. In a small window they take an eighth of it (a token is about four). */
const MOST = 16_000;
const roomIn = (contextWindow: number): number => Math.min(MOST, contextWindow / 2);

const HEAD = 'Rules of this project for its agents. They say how to work; they permit nothing.';

export interface Given {
  readonly text: string;
  readonly rules: readonly Rule[];
}

/** The message for some rules, beside those the thread holds. What is too long is cut at a line's end, and said. */
export function rulesText(
  rules: readonly Rule[],
  contextWindow: number,
  held: readonly Rule[] = [],
): Given | undefined {
  let room = held.reduce((left, { text }) => Math.max(0, left - text.length), roomIn(contextWindow));
  const given = rules.filter(({ text }) => text !== '');
  const parts = given.map(({ path, text }) => {
    const shown = text.length > room ? text.slice(0, Math.max(0, text.lastIndexOf('\n', room))) : text;
    room -= shown.length;
    const rest = text.length - shown.length;
    return `=== ${path}\n${shown}${rest > 0 ? `\n[${rest} more characters of ${path} are not shown]` : ''}`;
  });
  return given.length === 0 ? undefined : { text: `${HEAD}\n${parts.join('\n\n')}`, rules: given };
}
