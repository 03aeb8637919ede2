/**
 * Verification. Each check runs once before the task's first effect (the baseline) and again when the task is said to be
 * finished. Only this module lets a task become done: the model's word is never enough.
 */
import { checkText } from '../context/prompt.ts';
import type { Finding } from '../journal/event.ts';
import { proofOf, taskOf } from '../queue/queue.ts';
import { REWARDS } from '../queue/reward.ts';
import type { CheckResult, Task } from '../queue/task.ts';
import { askPerson } from './authorise.ts';
import { blockTask, MAX_ATTEMPTS } from './block.ts';
import { runCommandCheck } from './command-check.ts';
import { runDiagnosticsCheck } from './diagnostics-check.ts';
import type { Engine } from './engine.ts';
import { runFileCheck } from './file-check.ts';
import { runJudge } from './judge-check.ts';
import { requeue } from './reflect.ts';
import { findWeakened, takeWitness } from './witness.ts';

/** Runs the checks of the current task that have no baseline yet. False: the run was stopped meanwhile. */
export async function baseline(engine: Engine): Promise<boolean> {
  const task = taskOf(engine.state().queue, engine.state().current?.task ?? '');
  if (!task) return true;
  for (let check = 0; ; check += 1) {
    // The person may change the checks meanwhile.
    const now = taskOf(engine.state().queue, task.id);
    if (!now || check >= now.checks.length) break;
    const known = now.results.some((r) => r.check === check);
    if (!known && !(await runCheck(engine, now, check, 'baseline'))) return false;
  }
  await takeWitness(engine, task);
  return !engine.stepSignal().aborted;
}

/** Runs one check and journals its result. False: the run was stopped before there was one. */
export async function runCheck(
  engine: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
): Promise<boolean> {
  const result = await resultOf(engine, task, index, phase);
  if (!result) return false;
  const { effects, queue } = engine.state();
  // What was measured says nothing of a check that stands there now instead.
  const now = taskOf(queue, task.id)?.checks[index];
  if (JSON.stringify(now) !== JSON.stringify(task.checks[index])) return true;
  const isFirst = !effects[task.id] && !task.results.some((r) => r.check === index && r.phase === 'baseline');
  // Nothing was done yet: what is seen now is also what was before.
  if (phase === 'verify' && isFirst && task.checks[index]?.kind !== 'judge')
    engine.emit({ type: 'check.finished', task: task.id, check: index, phase: 'baseline', ...result });
  engine.emit({ type: 'check.finished', task: task.id, check: index, phase, ...result });
  return true;
}

async function resultOf(
  engine: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
): Promise<Pick<CheckResult, 'outcome' | 'evidence' | 'by'> | undefined> {
  const check = task.checks[index];
  switch (check?.kind) {
    case undefined:
      return undefined;
    case 'command':
      return runCommandCheck(engine, task, index, phase, check);
    case 'file':
      return runFileCheck(engine, check);
    case 'diagnostics':
      return runDiagnosticsCheck(engine, task, index, phase, check);
    case 'judge':
      // There is nothing to judge yet.
      return phase === 'baseline'
        ? { outcome: 'notApplicable', evidence: 'Asked when the work is done.' }
        : runJudge(engine, task, check);
    default:
      return check satisfies never;
  }
}

/** All checks of a verifying task have a result: done, given back, or blocked. */
export async function judgeTask(engine: Engine, task: Task): Promise<void> {
  const { state, emit } = engine;
  const results = task.results.filter(({ phase }) => phase === 'verify');
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const unrun = results.filter(({ outcome, by }) => outcome === 'declined' && by !== 'person');
  const hold = failed.length + unrun.length === 0;
  const weakened = hold ? await weakenedBy(engine, task) : [];
  if (weakened === 'stopped') return;
  const passed = hold && weakened.length === 0;
  emit({ type: 'checks.judged', task: task.id, phase: 'verify', passed });
  reward(engine, task, results);
  if (passed) {
    const declined = results.some(({ outcome }) => outcome === 'declined');
    const proof = declined ? 'none' : proofOf(state().queue, task);
    const reason = declined ? 'A check was declined, so this is unverified by choice.' : undefined;
    emit({
      type: 'task.ended',
      task: task.id,
      status: 'done',
      proof,
      ...(reason && { reason }),
      ...(task.summary && { summary: task.summary }),
    });
    emit({ type: 'reward.given', task: task.id, amount: REWARDS.taskDone, why: 'taskDone' });
    return;
  }
  const evidence = [
    ...[...failed, ...unrun].map(({ check, evidence: shown }) => `${nameOf(task, check)}: ${shown}`),
    ...(weakened.length > 0 ? [weakenedText(weakened)] : []),
  ].join('\n');
  // Trying again does not help where a check may not be run.
  const again = (failed.length > 0 || weakened.length > 0) && task.attempts + 1 < MAX_ATTEMPTS;
  if (!again) blockTask(engine, task, evidence);
  else if (task.attempts === 0) emit({ type: 'task.requeued', task: task.id, evidence });
  else await requeue(engine, task, evidence);
}

/** The checks of one verification share a point, so that many small checks weigh no more than one. */
function reward({ emit }: Engine, task: Task, results: readonly CheckResult[]): void {
  const judged = results.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed');
  for (const { outcome } of judged) {
    const why = outcome === 'passed' ? 'checkPassed' : 'checkFailed';
    emit({ type: 'reward.given', task: task.id, amount: REWARDS[why] / judged.length, why });
  }
}

/** Tests that pass because they say less: the person may accept that, otherwise they count as not passed. */
async function weakenedBy(engine: Engine, task: Task): Promise<readonly Finding[] | 'stopped'> {
  const findings = await findWeakened(engine, task);
  if (findings.length === 0) return [];
  const said = JSON.stringify(findings);
  const isAccepted = engine
    .state()
    .approvals.some(
      ({ subject, status }) =>
        subject.kind === 'weakened' &&
        subject.task === task.id &&
        status === 'accepted' &&
        JSON.stringify(subject.findings) === said,
    );
  if (isAccepted) return [];
  engine.emit({ type: 'check.weakened', task: task.id, findings: [...findings] });
  const verdict = await askPerson(
    engine,
    `weakened:${task.id}`,
    { kind: 'weakened', task: task.id, findings: [...findings] },
    { rule: 'weakened-tests', reason: 'The checks pass, but tests say less than before this task.' },
  );
  if (verdict.kind === 'aborted') return 'stopped';
  return verdict.kind === 'accept' ? [] : findings;
}

const weakenedText = (findings: readonly Finding[]): string =>
  `the checks pass only because tests say less than before: ${findings.map(({ path, what }) => `${path}: ${what}`).join('; ')}. That was not accepted: restore them and make the work pass.`;

const nameOf = (task: Task, check: number): string => {
  const known = task.checks[check];
  return known ? checkText(known) : 'check';
};
