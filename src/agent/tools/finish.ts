/** Says that the task in work is done. Whether it is, its checks decide. */
import * as z from 'zod';
import { tool } from './tool.ts';

export const finish = tool({
  name: 'finish',
  description: 'The current task is done: run its checks.',
  args: z.strictObject({ summary: z.string().describe('what you did, for the person') }),
  prepare: async ({ summary }) => ({ kind: 'steer', request: { kind: 'finish', summary: summary.trim() } }),
});
