/** A check by a model, for what no code can tell. Its yes is a proof of its own kind and is shown as such everywhere. */
import { isYes, judgeMessages, type Shown } from '../context/judge.ts';
import type { Check, CheckResult, Task } from '../queue/task.ts';
import { aside } from './aside.ts';
import type { Engine } from './engine.ts';
import { textAt } from './text-at.ts';

const FILES = 8;
const CHARS = 12_000;
const ANSWER_TOKENS = 300;

type Result = Pick<CheckResult, 'outcome' | 'evidence' | 'by'>;

/** `undefined`: the run was stopped before there was an answer. */
export async function runJudge(
  engine: Engine,
  task: Task,
  { question }: Extract<Check, { kind: 'judge' }>,
): Promise<Result | undefined> {
  const answer = await aside(engine, {
    purpose: 'judge',
    task: task.id,
    messages: judgeMessages(engine.state().goal, task, question, await changedFiles(engine)),
    maxOutputTokens: ANSWER_TOKENS,
  });
  if (!answer.ok)
    return answer.stopped
      ? undefined
      : { outcome: 'declined', by: 'policy', evidence: `The judge could not be asked: ${answer.text}` };
  return { outcome: isYes(answer.text) ? 'passed' : 'failed', evidence: `A judge model said: ${answer.text}` };
}

/** The files the run changed last, as they are now. */
async function changedFiles(engine: Engine): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const { path } of engine.state().changes.slice(-FILES)) {
    const at = await engine.ports.workspace.resolve(path);
    if ('fault' in at) continue;
    const read = at.exists ? await textAt(engine, path) : undefined;
    if (at.exists && read === undefined) continue;
    const text = read && engine.redact(read);
    const cut = text && text.length > CHARS ? `${text.slice(0, CHARS)}\n(cut)` : text;
    shown.push({ path, text: cut });
  }
  return shown;
}
