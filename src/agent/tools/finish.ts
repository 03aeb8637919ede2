/** Says that the task in work is done. Whether it is, its checks decide. */
import * as z from 'zod';
import type { Check } from '../queue/task.ts';
import { CheckArgs, checkOf } from './check-args.ts';
import { refused } from './refused.ts';
import { tool } from './tool.ts';

export const finish = tool({
  name: 'finish',
  description: 'The current task is done: run its checks.',
  args: z.strictObject({
    summary: z.string().describe('what you did, for the person'),
    // The shape stands in `plan` already: a model need not read it twice.
    checks: z
      .array(z.looseObject({}))
      .optional()
      .describe('what proves it, if the task has no check that does: as in plan'),
  }),
  async prepare({ summary, checks = [] }, context) {
    const read: (Check | string)[] = [];
    for (const [index, check] of checks.entries()) {
      const where = `Check ${index + 1}`;
      const args = CheckArgs.safeParse(check);
      read.push(args.success ? await checkOf(args.data, where, context) : `${where}: ${z.prettifyError(args.error)}`);
    }
    const wrong = read.filter((check) => typeof check === 'string');
    if (wrong.length > 0)
      return refused('Finish', `Not finished. Mend this and call finish again:\n${wrong.join('\n')}`);
    return {
      kind: 'steer',
      request: { kind: 'finish', summary: summary.trim(), checks: read.filter((check) => typeof check !== 'string') },
    };
  },
});
