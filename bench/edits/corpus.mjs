/** Real texts to edit: sources of the installed packages, and what the project's history has changed in its own. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { structuredPatch } from 'diff';

const root = path.join(import.meta.dirname, '../..');
const KINDS = ['ts', 'js', 'mjs', 'cjs', 'css', 'json', 'md', 'py', 'html', 'yml', 'sh', 'txt', 'svg'];
const MAX_BYTES = 60_000;

/** @typedef {{ name: string, text: string }} SourceText */

/** Paths by ending, in an order that only the files decide. */
function pathsByKind() {
  /** @type {Map<string, string[]>} */
  const found = new Map(KINDS.map((kind) => [kind, []]));
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (entry.isFile()) found.get(path.extname(entry.name).slice(1))?.push(file);
    }
  };
  walk(path.join(root, 'node_modules'));
  for (const files of found.values()) files.sort();
  return [...found.values()].filter((files) => files.length > 0);
}

/** Text of LF lines that a person could have written, or undefined. @param {string} file */
function readText(file) {
  const { size } = statSync(file);
  if (size < 200 || size > MAX_BYTES) return undefined;
  const bytes = readFileSync(file);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes) || text.includes('\r') || text.includes('\0') || text.startsWith('\uFEFF'))
    return undefined;
  const lines = text.split('\n');
  return lines.length < 10 || text.length / lines.length > 120 || lines.some((line) => line.length > 800)
    ? undefined
    : text;
}

/** So many texts of all kinds. @param {import('./random.mjs').Random} random @param {number} count @returns {SourceText[]} */
export function textsOf(random, count) {
  const kinds = pathsByKind();
  /** @type {SourceText[]} */
  const texts = [];
  for (let tries = 0; texts.length < count && tries < count * 30; tries++) {
    // Half of them are TypeScript and JavaScript, of which there are thousands.
    const file = random.pick(random.chance(0.5) ? random.pick(kinds.slice(0, 2)) : random.pick(kinds));
    const text = readText(file);
    if (text !== undefined) texts.push({ name: path.relative(root, file), text });
  }
  return texts;
}

/** @typedef {{ from: number, to: number, put: string[] }} Hunk lines from..to (to excluded) become `put` */

/**
 * What commits changed in a file: its text before, and the hunks; none in a clone without history.
 * @param {import('./random.mjs').Random} random @param {number} count @param {string} until the last commit that counts
 * @returns {(SourceText & { hunks: Hunk[] })[]}
 */
export function historyOf(random, count, until) {
  /** @param {string[]} args */
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const commits = git('log', '--no-merges', '--format=%H', '-n', '200', until, '--').trim().split('\n').slice(0, -1);
    /** @type {(SourceText & { hunks: Hunk[] })[]} */
    const found = [];
    for (let tries = 0; found.length < count && tries < count && commits.length > 0; tries++) {
      const commit = random.pick(commits);
      const changed = git('diff-tree', '-r', '--diff-filter=M', `${commit}^`, commit, '--', 'src', 'test/unit', 'docs')
        .split('\n')
        .flatMap((line) => [/^:100\d+ 100\d+ (\w+) (\w+) M\t(.+)$/.exec(line)?.slice(1) ?? []])
        .filter((parts) => parts.length === 3);
      if (changed.length === 0) continue;
      const [old = '', now = '', name = ''] = random.pick(changed);
      const before = git('cat-file', 'blob', old);
      const hunks = hunksOf(before, git('cat-file', 'blob', now));
      const size = hunks.reduce((sum, { from, to, put }) => sum + to - from + put.length, 0);
      if (before.length < MAX_BYTES && hunks.length > 0 && hunks.length < 12 && size < 150)
        found.push({ name: `${commit.slice(0, 8)}:${name}`, text: before, hunks });
    }
    return found;
  } catch {
    return [];
  }
}

/** The lines that differ, and no others. @param {string} before @param {string} after @returns {Hunk[]} */
export const hunksOf = (before, after) =>
  (structuredPatch('', '', before, after, '', '', { context: 0 })?.hunks ?? []).map((hunk) => {
    const from = hunk.oldStart - 1;
    const put = hunk.lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
    return { from, to: from + hunk.oldLines, put };
  });
