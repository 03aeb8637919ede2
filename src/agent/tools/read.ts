/** Shows files and folders. What an open editor holds unsaved is the truth; nothing is cut without naming the next step. */
import * as z from 'zod';
import { contentHash, decode } from '../edit/text-file.ts';
import type { Seen } from '../journal/event.ts';
import { visible } from '../policy/names.ts';
import { judgeMoved } from '../policy/path.ts';
import type { Hash, PathFault, ResolvedPath, Workspace } from '../ports.ts';
import { excerpt } from './excerpt.ts';
import { type Span, spanOf, wholeFile } from './span.ts';
import { suggestNames } from './suggest.ts';
import { tool } from './tool.ts';

/** Bytes of one file; the true limit, told in the description. */
const FILE_LIMIT = 40 * 1024;
/** Bytes of one call: what no longer fits is named, to be read next. */
const CALL_LIMIT = 4 * FILE_LIMIT;
const NAMES_LIMIT = 300;

export const read = tool({
  name: 'read',
  description: 'Show files or folders, up to 40 KB a file.',
  args: z.strictObject({
    paths: z.array(z.string().min(1)).min(1).max(20).describe('"src/a.ts", or lines of it: "src/a.ts:10-80"'),
    numbers: z.boolean().optional().describe('with line numbers'),
  }),
  async prepare({ paths, numbers = false }, { workspace }) {
    const wanted = await Promise.all(paths.map((given) => locate(given, workspace)));
    const found = wanted.filter((item) => 'path' in item);
    const title = `Read ${wanted.map(({ span }) => visible(span.path)).join(', ')}`;
    return {
      kind: 'act',
      actions: found.map(({ path }) => ({ kind: 'read', path })),
      title,
      effect: { kind: 'none' },
      async perform() {
        let room = CALL_LIMIT;
        const parts: string[] = [];
        let ok = false;
        const seen: Seen[] = [];
        for (const item of wanted) {
          const shown = 'fault' in item ? miss(item.span, item.fault) : await show(item, { room, numbers, workspace });
          room -= shown.text.length;
          ok ||= shown.ok;
          if (shown.hash && 'path' in item && item.path.relative !== undefined)
            seen.push({ path: item.path.relative, hash: shown.hash });
          parts.push(`=== ${visible(item.span.path)} (${shown.header})\n${shown.text}`);
        }
        return { ok, title, forModel: parts.join('\n').trimEnd(), seen };
      },
    };
  },
});

interface Wanted {
  readonly span: Span;
  readonly path: ResolvedPath;
}
type Unresolved = { readonly span: Span } & PathFault;

interface Shown {
  readonly ok: boolean;
  readonly header: string;
  readonly text: string;
  /** Of the file whose text is shown. */
  readonly hash?: Hash;
}

const miss = (_: Span, header: string): Shown => ({ ok: false, header, text: '' });

/** A file that is really called `a:10` is meant as such. */
async function locate(given: string, workspace: Workspace): Promise<Wanted | Unresolved> {
  const span = spanOf(given);
  const literal = await workspace.resolve(given);
  if (!span || (!('fault' in literal) && literal.exists)) {
    return 'fault' in literal ? { span: wholeFile(given), ...literal } : { span: wholeFile(given), path: literal };
  }
  const path = await workspace.resolve(span.path);
  return 'fault' in path ? { span, ...path } : { span, path };
}

async function show(
  { span, path }: Wanted,
  { room, numbers, workspace }: { readonly room: number; readonly numbers: boolean; readonly workspace: Workspace },
): Promise<Shown> {
  const moved = judgeMoved(path, await workspace.resolve(span.path));
  if (moved) return miss(span, moved.reason);
  if (path.kind === 'directory') return folder(await workspace.list(path.real));
  const content = await workspace.read(path.real);
  if (!content) return miss(span, `does not exist.${await suggestNames(path.real, workspace)}`);
  if ('fault' in content) return miss(span, content.fault);
  const file = content.unsaved === undefined ? decode(content.bytes, content.encoding) : { text: content.unsaved };
  if ('fault' in file) return miss(span, `${file.fault}, ${content.bytes.length} bytes; not shown`);
  if (room < FILE_LIMIT) return miss(span, 'not shown: this call is full; read it next');
  const { header, text } = excerpt(file.text, span, { limit: FILE_LIMIT, numbered: numbers });
  return {
    ok: true,
    hash: contentHash(content),
    header: content.unsaved === undefined ? header : `${header}, with unsaved changes of the editor`,
    text,
  };
}

function folder(names: readonly string[]): Shown {
  const rest = names.length - NAMES_LIMIT;
  const shown = names.slice(0, NAMES_LIMIT).map(visible).join('\n');
  const header = `folder, ${names.length === 1 ? '1 name' : `${names.length} names`}`;
  return { ok: true, header, text: `${shown}\n${rest > 0 ? `[${rest} more; use find with a glob]\n` : ''}` };
}
