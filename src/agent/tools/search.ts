/** Finds text in files. Ignored and hidden files are not looked into; the total is true even when not all hits are shown. */
import * as z from 'zod';
import { fold, visible } from '../policy/names.ts';
import { judgePath } from '../policy/path.ts';
import type { ResolvedPath, SearchHit } from '../ports.ts';
import { refused } from './refused.ts';
import { tool } from './tool.ts';

const HITS = 200;
/** Characters of all hits. */
const TEXT = 20_000;

export const search = tool({
  name: 'search',
  description: 'Find a regular expression (ripgrep) in files not ignored by git. Shows path:line: text.',
  args: z.strictObject({
    pattern: z.string().min(1),
    path: z.string().optional().describe('file or folder'),
    glob: z.string().optional(),
    literal: z.boolean().optional(),
    ignore_case: z.boolean().optional(),
  }),
  async prepare({ pattern, path: given = '.', glob, literal = false, ignore_case: ignoreCase = false }, context) {
    const path = await context.workspace.resolve(given);
    if ('fault' in path) return refused(`Search ${visible(given)}`, path.fault);
    if (!path.exists)
      return refused(`Search ${visible(given)}`, `${visible(given)} does not exist: look for it with find.`);
    const title = `Search ${visible(pattern)}${given === '.' ? '' : ` in ${visible(given)}`}`;
    return {
      kind: 'act',
      actions: [{ kind: 'read', path }],
      title,
      effect: { kind: 'none' },
      async perform({ signal }) {
        const query = { pattern, literal, ignoreCase, path: path.real, glob, exclude: context.hidden, limit: HITS };
        const found = await context.search.grep(query, signal);
        if ('fault' in found) return { ok: false, title, forModel: `Nothing was searched: ${found.fault}` };
        const open = found.hits.filter((hit) => isOpen(hit, path));
        const closed = found.hits.filter((hit) => !open.includes(hit));
        const total = found.total - closed.length;
        const files = found.files - new Set(closed.map((hit) => hit.path)).size;
        return { ok: true, title: `${title}: ${hits(total)}`, forModel: listing(open, total, files) };
      },
    };
  },
});

/** ripgrep was told what to leave out; a name that only looks like another is judged here. */
function isOpen({ path }: SearchHit, searched: ResolvedPath): boolean {
  if (searched.relative === undefined || searched.kind === 'file') return true;
  const root = searched.real.slice(0, searched.real.length - searched.relative.length).replace(/[\\/]$/, '');
  const real = `${root}/${path}`;
  const folded = {
    given: path,
    real,
    relative: path,
    lexical: path.split('/').map(fold).join('/'),
    exists: true,
    kind: 'file',
    links: 1,
  } as const;
  return judgePath(folded, 'read').verdict === 'allow';
}

function listing(found: readonly SearchHit[], total: number, files: number): string {
  if (total === 0) return 'No hits. Files that git ignores and hidden secrets are not searched.';
  const lines: string[] = [];
  let size = 0;
  for (const { path, line, text } of found) {
    const next = `${visible(path)}:${line}: ${text}`;
    size += next.length + 1;
    if (size > TEXT && lines.length > 0) break;
    lines.push(next);
  }
  const rest = total - lines.length;
  const head = `${hits(total)} in ${files === 1 ? '1 file' : `${files} files`}${rest > 0 ? `, the first ${lines.length} shown; narrow it by path, glob or pattern for the rest` : ''}`;
  return [head, ...lines].join('\n');
}

const hits = (count: number): string => (count === 1 ? '1 hit' : `${count} hits`);
