/** A check that is a command: asked for once for its exact text, folder and definition, then run and judged by its exit code. */
import { checkKey } from '../journal/state.ts';
import type { CommandResult } from '../ports.ts';
import type { Check, CheckResult, Task } from '../queue/task.ts';
import { authorise, judge } from './authorise.ts';
import { commandSubject } from './command-subject.ts';
import { definitionOf } from './definition.ts';
import type { Engine } from './engine.ts';
import { look } from './look.ts';
import { hasMovedOn } from './moved-on.ts';
import { reviewWatched, watchedNow } from './watch.ts';

const CHECK_TIMEOUT_MS = 300_000;
const EVIDENCE_CHARS = 2_000;

type Result = Pick<CheckResult, 'outcome' | 'evidence' | 'by'>;

/** `undefined`: the run was stopped before there was a result. */
export async function runCommandCheck(
  engine: Engine,
  task: Task,
  index: number,
  phase: CheckResult['phase'],
  check: Extract<Check, { kind: 'command' }>,
): Promise<Result | undefined> {
  const { state, emit, ports } = engine;
  const cwd = await ports.workspace.resolve(check.cwd || '.');
  if ('fault' in cwd) return { outcome: 'failed', evidence: `The folder ${check.cwd} cannot be used: ${cwd.fault}` };
  await ports.rules?.refresh();
  let looked = await look(engine, check.command, cwd, false);
  // Each round asks about it as it is now: a yes to what has changed since does not count.
  for (;;) {
    const actions = [{ kind: 'command', command: check.command, cwd, looked }] as const;
    const refused = judge(engine, actions);
    if (refused.verdict === 'deny') return { outcome: 'declined', by: 'policy', evidence: refused.reason };
    const defined = await definitionOf(engine, check.command, cwd.real);
    if (state().allowedChecks.includes(checkKey(check.cwd, check.command, defined.definition))) break;
    const subject = commandSubject({ command: check.command, cwd: check.cwd, check: true, ...defined }, looked);
    const verdict = await authorise(engine, `check:${task.id}:${index}`, actions, subject);
    if (verdict.kind === 'aborted') return undefined;
    if (verdict.kind !== 'accept')
      return {
        outcome: 'declined',
        by: verdict.kind === 'reject' ? 'person' : state().attended ? 'policy' : 'nobody',
        evidence: verdict.reason ?? 'The person declined to run it.',
      };
    if (!(await hasMovedOn(engine, check.command, cwd, looked, defined.definition))) break;
    looked = await look(engine, check.command, cwd, false);
  }
  if (engine.stepSignal().aborted) return undefined;
  emit({
    type: 'check.started',
    task: task.id,
    check: index,
    phase,
    intent: { kind: 'command', command: check.command, cwd: check.cwd },
  });
  await engine.flush();
  const before = await watchedNow(engine);
  const result = await ports.shell.run(
    {
      ...{ command: check.command, cwd: cwd.real, timeoutMs: CHECK_TIMEOUT_MS },
      ...(looked.sandbox && { sandbox: looked.sandbox }),
    },
    (text) => engine.delta({ kind: 'output', of: `check:${task.id}:${index}`, text }),
    engine.stepSignal(),
  );
  if (result.end.kind === 'stopped') return undefined;
  const changed = await reviewWatched(engine, `check:${task.id}:${index}`, before, looked);
  await ports.secrets?.refresh();
  const passed = result.end.kind === 'exit' && result.end.code === check.exit;
  return {
    outcome: passed ? 'passed' : 'failed',
    evidence: engine.redact([evidenceOf(result), changed].filter(Boolean).join('\n')),
  };
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
