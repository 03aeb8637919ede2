/** Fixed sentences of the engine that stand in its events: in the journal they are English, people read them in their language. */
import * as l10n from '@vscode/l10n';
import { TaskStatus } from '../../agent/queue/task.ts';
import { taskSign } from './words.ts';

const SENTENCES: Readonly<Record<string, () => string>> = {
  'A check was declined, so this is unverified by choice.': () =>
    l10n.t('A check was declined, so this is unverified by choice.'),
  'The person declined to run it.': () => l10n.t('You declined to run it.'),
  'The person skipped it.': () => l10n.t('You skipped it.'),
  'The person took the task away.': () => l10n.t('You took the task away.'),
  'The run was interrupted.': () => l10n.t('The run was interrupted.'),
  'What it needed failed and was removed.': () => l10n.t('What it needed failed and was removed.'),
  'What it needs cannot be done.': () => l10n.t('What it needs cannot be done.'),
  'Nothing here looks for errors in such a file.': () => l10n.t('Nothing here looks for errors in such a file.'),
  stopped: () => l10n.t('the run was stopped'),
};

/** "It needs t8 (Publish the package), which is blocked." */
const NEEDS = /^It needs t\d+ \((.+)\), which is (\w+)\.$/s;

/** A text of the engine in the panel's language; one it does not know stays as it is. */
export function inWords(text: string): string {
  if (Object.hasOwn(SENTENCES, text)) return SENTENCES[text]?.() ?? text;
  const [, title, status] = NEEDS.exec(text) ?? [];
  const known = TaskStatus.safeParse(status);
  return title !== undefined && known.success
    ? l10n.t('It needs “{0}”, which is: {1}', title, taskSign(known.data).text)
    : text;
}
