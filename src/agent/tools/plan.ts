/** Splits the goal, or the task in work, into tasks that can each be proven. Only says what is wanted: the loop does it. */
import * as z from 'zod';
import type { Check } from '../queue/task.ts';
import { CHECKS, CheckArgs, checkOf } from './check-args.ts';
import { refused } from './refused.ts';
import { type PlanItem, type ToolContext, tool } from './tool.ts';

const TaskArgs = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  priority: z.number().min(0).max(100).optional(),
  after: z
    .array(z.union([z.number().int(), z.string()]))
    .optional()
    .describe('tasks it needs: numbers in this list, or ids ("t3")'),
  checks: z.array(CheckArgs).optional().describe(CHECKS),
});
type TaskArgs = z.infer<typeof TaskArgs>;

export const plan = tool({
  name: 'plan',
  description: 'Split the work into tasks with checks that prove them.',
  args: z.strictObject({
    tasks: z.array(TaskArgs).min(1).max(30),
    as: z
      .enum(['parts', 'more', 'instead'])
      .optional()
      .describe('parts of the current task (default), more beside it, instead of those not begun'),
  }),
  async prepare({ tasks, as = 'parts' }, context) {
    const read = await Promise.all(tasks.map((task, index) => itemOf(task, index + 1, tasks.length, context)));
    const wrong = read.filter((item) => typeof item === 'string');
    const items = read.filter((item) => typeof item !== 'string');
    if (wrong.length === 0) wrong.push(...faultsTogether(items));
    if (wrong.length > 0)
      return refused('Plan', `Nothing was planned. Mend this and call plan again:\n${wrong.join('\n')}`);
    return { kind: 'steer', request: { kind: 'plan', tasks: items, as } };
  },
});

/** The task, or what is wrong with it. */
async function itemOf(
  { title, description = '', priority = 50, after = [], checks = [] }: TaskArgs,
  number: number,
  count: number,
  context: ToolContext,
): Promise<PlanItem | string> {
  if (isPlaceholder(title)) return `Task ${number}: "${title}" says nothing. Name the result it brings.`;
  const numbers = after.flatMap((other) => (/^\d+$/.test(String(other)) ? [Number(other)] : []));
  const ids = after.flatMap((other) => (/^\d+$/.test(String(other)) ? [] : [String(other).trim()]));
  const strange = ids.find((id) => !/^t\d+$/.test(id));
  if (strange !== undefined)
    return `Task ${number}: "${strange}" is no task. Use a number of this list, or an id like "t3".`;
  const impossible = numbers.filter((other) => other < 1 || other > count || other === number);
  if (impossible.length > 0)
    return `Task ${number}: it cannot come after ${impossible.join(', ')}. This list has tasks 1 to ${count}; name others of them.`;
  const read: (Check | string)[] = [];
  for (const [index, check] of checks.entries())
    read.push(await checkOf(check, `Task ${number}, check ${index + 1}`, context));
  const wrong = read.find((check) => typeof check === 'string');
  if (wrong !== undefined) return wrong;
  return {
    title: title.trim(),
    description,
    priority,
    after: [...new Set(numbers)],
    afterIds: [...new Set(ids)],
    checks: read.filter((check) => typeof check !== 'string'),
  };
}

/** What is wrong with a list whose items are each in order. */
function faultsTogether(items: readonly PlanItem[]): string[] {
  const titles = items.map(({ title }) => plainTitle(title));
  const twice = titles.findIndex((title, i) => titles.indexOf(title) !== i);
  const faults: string[] = [];
  if (twice >= 0)
    faults.push(
      `Task ${twice + 1} has the title of task ${titles.indexOf(titles[twice] ?? '') + 1}. Leave one out, or say how they differ.`,
    );
  const circle = circleIn(items);
  if (circle) faults.push(`Tasks ${circle.join(', ')} wait for each other in a circle. Take one "after" out.`);
  return faults;
}

/** For comparing titles: case, white space and end marks do not make another task. */
export const plainTitle = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.!…]+$/, '');

/** Positions (from 1) of items that cannot be put in any order. */
function circleIn(items: readonly PlanItem[]): readonly number[] | undefined {
  const left = new Set(items.keys());
  for (;;) {
    const free = [...left].filter((i) => items[i]?.after.every((n) => !left.has(n - 1)));
    if (free.length === 0) break;
    for (const i of free) left.delete(i);
  }
  return left.size > 0 ? [...left].map((i) => i + 1) : undefined;
}

/** Titles weak models write when they copy the form instead of thinking. */
const isPlaceholder = (title: string): boolean =>
  !/[\p{L}\p{N}]/u.test(title) ||
  /^\W*(task|step|todo|item|tbd|untitled|placeholder|title|name|example|foo|bar|\.\.\.)\W*\d*\W*$/i.test(
    title.trim(),
  ) ||
  /^<.*>$/.test(title.trim());
