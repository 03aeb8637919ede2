/** A check by a model, for what no code can tell. Its yes is a proof of its own kind and is shown as such everywhere. */
import { isYes, judgeMessages, type Shown } from '../context/judge.ts';
import { decode } from '../edit/text-file.ts';
import type { Check, CheckResult, Task } from '../queue/task.ts';
import { aside } from './aside.ts';
import { judge } from './authorise.ts';
import type { Engine } from './engine.ts';

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
  const { workspace } = engine.ports;
  const shown: Shown[] = [];
  for (const { path } of engine.state().changes.slice(-FILES)) {
    const at = await workspace.resolve(path);
    if ('fault' in at || judge(engine, [{ kind: 'read', path: at }]).verdict !== 'allow') continue;
    const content = await workspace.read(at.real);
    if (content && 'fault' in content) continue;
    const text = content && decode(content.bytes, content.encoding);
    if (text && 'fault' in text) continue;
    const cut = text && text.text.length > CHARS ? `${text.text.slice(0, CHARS)}\n(cut)` : text?.text;
    shown.push({ path, text: cut });
  }
  return shown;
}
