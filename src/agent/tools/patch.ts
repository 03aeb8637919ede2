/** Changes several files by one patch, in the format some models write best. */
import * as z from 'zod';
import { type PatchFile, parsePatch } from '../edit/patch.ts';
import { type FileWish, prepareChanges } from './change-file.ts';
import { tool } from './tool.ts';

export const patch = tool({
  name: 'patch',
  description:
    'Change files by a patch: *** Begin Patch, then *** Update File: path (*** Move to: path; @@ line above; lines marked space, - or +), *** Add File: path or *** Delete File: path, then *** End Patch. All of it applies or nothing.',
  args: z.object({ patch: z.string() }),
  async prepare({ patch: text }, context) {
    const parsed = parsePatch(text);
    if ('fault' in parsed)
      return { kind: 'refusal', title: 'patch: not understood', forModel: `Not changed: ${parsed.fault}` };
    return prepareChanges(parsed.files.map(wishOf), context);
  },
});

function wishOf(file: PatchFile): FileWish {
  const { path } = file;
  switch (file.kind) {
    case 'add':
      return { kind: 'text', path, wanted: { text: file.text }, isNew: true };
    case 'delete':
      return { kind: 'delete', path };
    case 'update': {
      const wanted = file.chunks.length > 0 ? { wanted: { chunks: file.chunks } } : undefined;
      if (file.moveTo !== undefined) return { kind: 'move', path, to: file.moveTo, ...wanted };
      return { kind: 'text', path, wanted: { chunks: file.chunks } };
    }
    default:
      return file satisfies never;
  }
}
