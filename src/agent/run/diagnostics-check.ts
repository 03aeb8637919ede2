/** A check by the editor's own diagnostics: a file must show no more errors than before the work. */
import type { Check, CheckResult, Task } from '../queue/task.ts';
import type { Engine } from './engine.ts';

type Result = Pick<CheckResult, 'outcome' | 'evidence'>;

const COUNT = /^(\d+) errors?\b/;

/** Without an editor, without anything that looks at such files, or without a count from before, it does not apply. */
export async function runDiagnosticsCheck(
  { ports, stepSignal }: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
  { path }: Extract<Check, { kind: 'diagnostics' }>,
): Promise<Result> {
  const notApplicable = (why: string): Result => ({ outcome: 'notApplicable', evidence: why });
  const at = await ports.workspace.resolve(path);
  if ('fault' in at) return notApplicable(at.fault);
  const found = at.exists ? await ports.language?.errors(at.real, stepSignal()) : undefined;
  if (phase === 'baseline' && !at.exists) return { outcome: 'passed', evidence: '0 errors: it does not exist yet' };
  if (!found) return notApplicable('Nothing here looks for errors in such a file.');
  const said = `${found.count} error${found.count === 1 ? '' : 's'}${found.first ? `\n${found.first}` : ''}`;
  if (phase === 'baseline') return { outcome: found.count === 0 ? 'passed' : 'failed', evidence: said };
  const before = task.results.find((result) => result.check === index && result.phase === 'baseline')?.evidence ?? '';
  const count = COUNT.exec(before)?.[1];
  if (count === undefined) return notApplicable('It was not looked at before the work.');
  return { outcome: found.count <= Number(count) ? 'passed' : 'failed', evidence: `${said}\nbefore: ${count}` };
}
