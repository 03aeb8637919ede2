/** What changed in the plan, in a sentence. */
import * as l10n from '@vscode/l10n';
import type { Task } from '../../agent/queue/task.ts';
import type { PlanNews } from '../fold/plan-news.ts';
import { proofSign, taskSign } from './words.ts';

const NAMED = 3;

function names(tasks: readonly Task[]): string {
  const named = tasks.slice(0, NAMED).map(({ title }) => title);
  return [...named, ...(tasks.length > NAMED ? [l10n.t('{0} more', tasks.length - NAMED)] : [])].join(', ');
}

export function newsText(news: PlanNews): string {
  switch (news.kind) {
    case 'added':
      return l10n.t('Added to the plan: {0}.', names(news.tasks));
    case 'removed':
      return l10n.t('Removed from the plan: {0}.', names(news.tasks));
    case 'again':
      return l10n.t('To do again: {0}.', names(news.tasks));
    case 'edited':
      return l10n.t('Changed: {0}.', names(news.tasks));
    case 'ended': {
      const { title, status, proof } = news.task;
      const { text } = taskSign(status);
      return l10n.t('{0}: {1}.', title, status === 'done' ? `${text}, ${proofSign(proof).text}` : text);
    }
    case 'unordered':
      return l10n.t('Back in the order of the priorities.');
    default:
      return news satisfies never;
  }
}
