/** Finds files by name. */
import * as z from 'zod';
import { visible } from '../policy/names.ts';
import { refused } from './refused.ts';
import { tool } from './tool.ts';

const LIMIT = 300;

export const find = tool({
  name: 'find',
  description: 'List files not ignored by git whose path matches a glob.',
  args: z.strictObject({
    glob: z.string().min(1).describe('"src/**/*.ts"'),
    path: z.string().optional().describe('folder'),
  }),
  async prepare({ glob, path: given = '.' }, { workspace, search, hidden }) {
    const path = await workspace.resolve(given);
    if ('fault' in path) return refused(`Find ${visible(glob)}`, path.fault);
    if (path.kind !== 'directory')
      return refused(
        `Find ${visible(glob)}`,
        `${visible(given)} is no folder: give the folder to look in, or none for all.`,
      );
    const title = `Find ${visible(glob)}${given === '.' ? '' : ` in ${visible(given)}`}`;
    return {
      kind: 'act',
      actions: [{ kind: 'read', path }],
      title,
      effect: { kind: 'none' },
      async perform({ signal }) {
        const found = await search.files({ path: path.real, glob, exclude: hidden, limit: LIMIT }, signal);
        if ('fault' in found) return { ok: false, title, forModel: `Nothing was found out: ${found.fault}` };
        return {
          ok: true,
          title: `${title}: ${found.total}`,
          forModel: listing(found.paths.map(visible), found.total),
        };
      },
    };
  },
});

function listing(paths: readonly string[], total: number): string {
  if (total === 0)
    return 'No file matches. Files that git ignores are not listed; a glob without / matches names in every folder.';
  const rest = total - paths.length;
  return [...paths, ...(rest > 0 ? [`[${rest} more of ${total}; narrow the glob]`] : [])].join('\n');
}
