/** Moves or renames a file. References to it are not changed. */
import * as z from 'zod';
import { prepareChanges } from './change-file.ts';
import { tool } from './tool.ts';

export const move = tool({
  name: 'move',
  description:
    'Move or rename a file (its folders are created). Nothing is overwritten; references to it stay as they are.',
  args: z.object({ path: z.string(), to: z.string() }),
  prepare: ({ path, to }, context) => prepareChanges([{ kind: 'move', path, to }], context),
});
