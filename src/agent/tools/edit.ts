/** Replaces pieces of a file's text. */
import * as z from 'zod';
import { prepareChange } from './change-file.ts';
import { tool } from './tool.ts';

export const edit = tool({
  name: 'edit',
  description:
    'Replace text in a file. Each old must be in the file, as it is now, exactly once. All edits of a call apply or none.',
  args: z.object({
    path: z.string(),
    edits: z.array(z.object({ old: z.string(), new: z.string() })).min(1),
  }),
  prepare: ({ path, edits }, context) => prepareChange(path, { edits }, context),
});
