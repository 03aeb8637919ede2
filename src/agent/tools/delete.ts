/** Takes files away. Each is shown with what is lost; the checkpoint before the task keeps them. */
import * as z from 'zod';
import { prepareChanges } from './change-file.ts';
import { tool } from './tool.ts';

export const remove = tool({
  name: 'delete',
  description: 'Delete files. The person is always asked.',
  args: z.object({ paths: z.array(z.string()).min(1) }),
  prepare: ({ paths }, context) =>
    prepareChanges(
      paths.map((path) => ({ kind: 'delete', path })),
      context,
    ),
});
