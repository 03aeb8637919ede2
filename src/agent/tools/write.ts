/** Creates a file, or replaces all of its text. */
import * as z from 'zod';
import { prepareChange } from './change-file.ts';
import { tool } from './tool.ts';

export const write = tool({
  name: 'write',
  description: 'Create a file (with its folders) or replace all of its text.',
  args: z.object({ path: z.string(), content: z.string() }),
  prepare: ({ path, content }, context) => prepareChange(path, { text: content }, context),
});
