/**
 * Verification by code. Each check runs once before the task's first effect (the baseline) and again when the task is
 * said to be finished. Only this module lets a task become done: the model's word is never enough.
 */

import { checkText } from '../context/prompt.ts';
import type { Subject } from '../journal/event.ts';
import { checkKey } from '../journal/state.ts';
import type { CommandResult } from '../ports.ts';
import { proofOf, taskOf } from '../queue/queue.ts';
import type { Check, CheckResult, Task } from '../queue/task.ts';
import { authorise, judge } from './authorise.ts';
import type { Engine } from './engine.ts';
import { runFileCheck } from './file-check.ts';

/** Failed verifications after which a task is blocked and the person is asked. */
const MAX_ATTEMPTS = 3;
const CHECK_TIMEOUT_MS = 300_000;
const EVIDENCE_CHARS = 2_000;

/** Runs the checks of the current task that have no baseline yet. False: the run was stopped meanwhile. */
export async function baseline(engine: Engine): Promise<boolean> {
  const task = taskOf(engine.state().queue, engine.state().current?.task ?? '');
  if (!task) return true;
  for (const check of task.checks.keys()) {
    const known = taskOf(engine.state().queue, task.id)?.results.some((r) => r.check === check);
    if (!known && !(await runCheck(engine, task, check, 'baseline'))) return false;
  }
  return !engine.signal.aborted;
}

/** Runs one check and journals its result. False: the run was stopped before there was one. */
export async function runCheck(
  engine: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
): Promise<boolean> {
  const check = task.checks[index];
  if (!check) return false;
  const result =
    check.kind === 'command'
      ? await command(engine, task, index, phase, check)
      : check.kind === 'file'
        ? await runFileCheck(engine, check)
        : { outcome: 'notApplicable' as const, evidence: 'It cannot be checked here.' };
  if (!result) return false;
  engine.emit({ type: 'check.finished', task: task.id, check: index, phase, ...result });
  return true;
}

type Result = Pick<CheckResult, 'outcome' | 'evidence' | 'by'>;

async function command(
  engine: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
  check: Extract<Check, { kind: 'command' }>,
): Promise<Result | undefined> {
  const { state, emit, ports } = engine;
  const cwd = await ports.workspace.resolve(check.cwd || '.');
  if ('fault' in cwd) return { outcome: 'failed', evidence: `The folder ${check.cwd} cannot be used: ${cwd.fault}` };
  const actions = [{ kind: 'command', command: check.command, cwd }] as const;
  const refused = judge(engine, actions);
  if (refused.verdict === 'deny') return { outcome: 'declined', by: 'policy', evidence: refused.reason };
  // One yes covers this exact command in this folder for the run.
  if (!state().allowedChecks.includes(checkKey(check.cwd, check.command))) {
    const subject: Subject = { kind: 'command', command: check.command, cwd: check.cwd, check: true };
    const verdict = await authorise(engine, `check:${task.id}:${index}`, actions, subject);
    if (verdict.kind === 'aborted') return undefined;
    if (verdict.kind !== 'accept')
      return {
        outcome: 'declined',
        by: verdict.kind === 'reject' ? 'person' : state().attended ? 'policy' : 'nobody',
        evidence: verdict.reason ?? 'The person declined to run it.',
      };
  }
  if (engine.signal.aborted) return undefined;
  emit({
    type: 'check.started',
    task: task.id,
    check: index,
    phase,
    intent: { kind: 'command', command: check.command, cwd: check.cwd },
  });
  await engine.flush();
  const result = await ports.shell.run(
    { command: check.command, cwd: cwd.real, timeoutMs: CHECK_TIMEOUT_MS },
    (text) => engine.delta({ kind: 'output', of: `check:${task.id}:${index}`, text }),
    engine.signal,
  );
  if (result.end.kind === 'stopped') return undefined;
  const passed = result.end.kind === 'exit' && result.end.code === check.exit;
  return { outcome: passed ? 'passed' : 'failed', evidence: evidenceOf(result) };
}

function evidenceOf({ end, output }: CommandResult): string {
  const how =
    end.kind === 'exit'
      ? `exit ${end.code}`
      : end.kind === 'signal'
        ? `killed by ${end.signal}`
        : end.kind === 'timeout'
          ? 'timed out'
          : end.kind === 'failed'
            ? end.message
            : 'stopped';
  const tail =
    output.length > EVIDENCE_CHARS
      ? `…${output.slice(output.indexOf('\n', output.length - EVIDENCE_CHARS) + 1 || output.length - EVIDENCE_CHARS)}`
      : output;
  return tail.trim() ? `${how}\n${tail.trimEnd()}` : how;
}

/** All checks of a verifying task have a result: done, given back, or blocked. */
export function judgeTask({ state, emit }: Engine, task: Task): void {
  const results = task.results.filter(({ phase }) => phase === 'verify');
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const unrun = results.filter(({ outcome, by }) => outcome === 'declined' && by !== 'person');
  const passed = failed.length + unrun.length === 0;
  emit({ type: 'checks.judged', task: task.id, phase: 'verify', passed });
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
    return;
  }
  const lesson = [...failed, ...unrun]
    .map(({ check, evidence }) => `${nameOf(task.checks[check])}: ${evidence}`)
    .join('\n');
  // Trying again does not help where a check may not be run.
  if (failed.length > 0 && task.attempts + 1 < MAX_ATTEMPTS) {
    emit({ type: 'task.requeued', task: task.id, evidence: lesson });
    return;
  }
  emit({ type: 'task.ended', task: task.id, status: 'blocked', reason: lesson });
  if (state().attended) emit({ type: 'run.paused', reason: 'blocked', message: `${task.title}\n${lesson}` });
}

const nameOf = (check: Check | undefined): string => (check ? checkText(check) : 'check');
