/** Splits the goal, or the task in work, into tasks that can each be proven. Only says what is wanted: the loop does it. */
import * as z from 'zod';
import type { Check } from '../queue/task.ts';
import { refused } from './refused.ts';
import { type PlanItem, tool } from './tool.ts';

const CheckArgs = z.strictObject({
  command: z.string().optional(),
  exit: z.number().int().optional(),
  cwd: z.string().optional(),
  file: z.string().optional(),
  valid: z.enum(['json', 'csv']).optional(),
  matches: z.string().optional().describe('regex'),
});
type CheckArgs = z.infer<typeof CheckArgs>;

const TaskArgs = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  priority: z.number().min(0).max(100).optional(),
  after: z.array(z.number().int()).optional().describe('numbers of earlier tasks here, from 1'),
  checks: z.array(CheckArgs).optional().describe('each a command (exit 0 unless said) or a file'),
});
type TaskArgs = z.infer<typeof TaskArgs>;

export const plan = tool({
  name: 'plan',
  description: 'Split the work into tasks with checks that prove them.',
  args: z.strictObject({ tasks: z.array(TaskArgs).min(1).max(30) }),
  async prepare({ tasks }) {
    const read = tasks.map((task, index) => itemOf(task, index + 1));
    const wrong = read.filter((item) => typeof item === 'string');
    if (wrong.length > 0)
      return refused('Plan', `Nothing was planned. Mend this and call plan again:\n${wrong.join('\n')}`);
    return { kind: 'steer', request: { kind: 'plan', tasks: read.filter((item) => typeof item !== 'string') } };
  },
});

/** The task, or what is wrong with it. */
function itemOf(
  { title, description = '', priority = 50, after = [], checks = [] }: TaskArgs,
  number: number,
): PlanItem | string {
  if (isPlaceholder(title)) return `Task ${number}: "${title}" says nothing. Name the result it brings.`;
  const impossible = after.filter((other) => other < 1 || other >= number);
  if (impossible.length > 0) {
    const possible =
      number === 1 ? 'It is the first: leave after out' : `Name only tasks above it (1 to ${number - 1})`;
    return `Task ${number}: it cannot come after ${impossible.join(', ')}. ${possible}, or put the tasks in the order they are done.`;
  }
  const read = checks.map((check, index) => checkOf(check, `Task ${number}, check ${index + 1}`));
  const wrong = read.find((check) => typeof check === 'string');
  if (wrong !== undefined) return wrong;
  return {
    title: title.trim(),
    description,
    priority,
    after: [...new Set(after)],
    checks: read.filter((check) => typeof check !== 'string'),
  };
}

/** The check, or what is wrong with it. */
function checkOf({ command, exit, cwd, file, valid, matches }: CheckArgs, where: string): Check | string {
  if (command?.trim() && file === undefined) return { kind: 'command', command, cwd: folderOf(cwd), exit: exit ?? 0 };
  if (file?.trim() && command === undefined) {
    const problem = matches === undefined ? undefined : patternFault(matches);
    if (problem) return `${where}: matches is no regular expression: ${problem}`;
    return { kind: 'file', path: file, ...(valid && { valid }), ...(matches !== undefined && { matches }) };
  }
  return `${where}: give either command (with exit, cwd) or file (with valid, matches).`;
}

const folderOf = (cwd = ''): string => cwd.replace(/^\.(\/|$)/, '').replace(/\/$/, '');

/** It is tried line by line by ripgrep, which knows neither looking around nor references back. */
function patternFault(pattern: string): string | undefined {
  if (/\(\?<?[=!]/.test(pattern) || /\\[1-9]/.test(pattern))
    return 'looking around and references back are not supported';
  if (/\n|\\n/.test(pattern)) return 'it is tried on each line by itself, so it cannot hold a line break';
  try {
    new RegExp(pattern, 'mu');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Titles weak models write when they copy the form instead of thinking. */
const isPlaceholder = (title: string): boolean =>
  !/[\p{L}\p{N}]/u.test(title) ||
  /^\W*(task|step|todo|item|tbd|untitled|placeholder|title|name|example|foo|bar|\.\.\.)\W*\d*\W*$/i.test(
    title.trim(),
  ) ||
  /^<.*>$/.test(title.trim());
