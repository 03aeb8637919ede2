/** A check as a model writes it, and what becomes of it: `plan` and `finish` take the same form. */
import * as z from 'zod';
import { carriesSecret } from '../policy/placeholders.ts';
import type { Check } from '../queue/task.ts';
import { projectTests } from './project-tests.ts';
import type { ToolContext } from './tool.ts';

export const CheckArgs = z.strictObject({
  command: z.string().optional(),
  exit: z.number().int().optional(),
  cwd: z.string().optional(),
  file: z.string().optional(),
  valid: z.enum(['json', 'csv']).optional(),
  matches: z.string().optional().describe('regex'),
  tests: z.boolean().optional().describe("the project's own tests"),
  diagnostics: z.string().optional().describe('file without new errors'),
  judge: z.string().optional().describe('question, if nothing else fits'),
});
export type CheckArgs = z.infer<typeof CheckArgs>;

export const CHECKS = 'each a command (exit 0 unless said), file, tests, diagnostics or judge';

const KINDS = ['command', 'file', 'tests', 'diagnostics', 'judge'] as const;

/** The check, or what is wrong with it. `where`: "Task 2, check 1". */
export async function checkOf(args: CheckArgs, where: string, context: ToolContext): Promise<Check | string> {
  const kinds = KINDS.filter((kind) => args[kind] !== undefined && args[kind] !== false && args[kind] !== '');
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return `${where}: give exactly one of command (with exit, cwd), file (with valid, matches), tests, diagnostics or judge.`;
  const cwd = folderOf(args.cwd);
  switch (kind) {
    case 'command': {
      const { command = '', exit = 0 } = args;
      const secret = carriesSecret(command);
      return secret === undefined ? { kind, command, cwd, exit } : `${where}: ${secret}`;
    }
    case 'file': {
      const { file = '', valid, matches } = args;
      const problem = matches === undefined ? undefined : patternFault(matches);
      if (problem) return `${where}: matches is no regular expression: ${problem}`;
      return { kind, path: file, ...(valid && { valid }), ...(matches !== undefined && { matches }) };
    }
    case 'tests': {
      const command = await projectTests(context.workspace, cwd);
      return command === undefined
        ? `${where}: no manifest ${cwd === '' ? 'here' : `in ${cwd}`} names a command for its tests. Give the command.`
        : { kind: 'command', command, cwd, exit: 0, tests: true };
    }
    case 'diagnostics':
      return { kind, path: args.diagnostics ?? '' };
    case 'judge':
      return { kind, question: args.judge ?? '' };
    default:
      return kind satisfies never;
  }
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
