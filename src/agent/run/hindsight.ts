/**
 * Checks that are named only when the work is said to be done. What held before it is taken from the journal where that can
 * be known for certain: a file's content before the task's first change of it, and a command that was run before any change.
 */
import { decode } from '../edit/text-file.ts';
import { checkKey } from '../journal/state.ts';
import type { Check, CheckResult } from '../queue/task.ts';
import type { Engine } from './engine.ts';
import { contentFault } from './file-check.ts';

type Result = Pick<CheckResult, 'outcome' | 'evidence'>;

const UNKNOWN: Result = { outcome: 'notApplicable', evidence: 'What held before the work is not known.' };

export async function hindsight(engine: Engine, check: Check): Promise<Result> {
  switch (check.kind) {
    case 'command': {
      const seen = engine.state().observed[checkKey(check.cwd, check.command)];
      return seen && check.exit === 0 ? { outcome: seen, evidence: 'It was run before the first change.' } : UNKNOWN;
    }
    case 'file':
      return fileBefore(engine, check);
    case 'diagnostics':
    case 'judge':
      return UNKNOWN;
    default:
      return check satisfies never;
  }
}

async function fileBefore(engine: Engine, check: Extract<Check, { kind: 'file' }>): Promise<Result> {
  const at = await engine.ports.workspace.resolve(check.path);
  const path = 'fault' in at ? check.path : (at.relative ?? check.path);
  const change = engine.state().taskChanges.find((one) => one.path === path);
  // A command may have made it: then nothing is known.
  if (!change) return UNKNOWN;
  if (!change.before) return { outcome: 'failed', evidence: 'it did not exist' };
  const bytes = await engine.folder.getBlob(change.before);
  const text = bytes && decode(bytes);
  if (!text || 'fault' in text) return UNKNOWN;
  // Only what needs no search in the file can be told of bytes that are not there any more.
  if (check.matches !== undefined && /[\\^$.*+?()[\]{}|]/.test(check.matches)) return UNKNOWN;
  const problem =
    contentFault(check.valid, text.text) ??
    (check.matches !== undefined && !text.text.includes(check.matches) ? `no line holds ${check.matches}` : undefined);
  return problem
    ? { outcome: 'failed', evidence: problem }
    : { outcome: 'passed', evidence: 'It was so before the work.' };
}
