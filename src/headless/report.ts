/** What a run came to, for a terminal: result, proof, files, checks, cost. */
import { checkText } from '../agent/context/prompt.ts';
import type { RunState } from '../agent/journal/state.ts';
import { visibleText } from '../agent/policy/names.ts';
import type { Task } from '../agent/queue/task.ts';

const proofText = (task: Task): string =>
  task.status !== 'done'
    ? task.status
    : task.proof === 'code'
      ? 'done, verified by code'
      : task.proof === 'judge'
        ? 'done, judged by a model'
        : 'done, not verified';

const checkLines = (task: Task): readonly string[] =>
  task.results
    .filter(({ phase }) => phase === 'verify')
    .map((result) => {
      const check = task.checks[result.check];
      const guard = task.results.some(
        (r) => r.check === result.check && r.phase === 'baseline' && r.outcome === 'passed',
      );
      return `    ${result.outcome}${guard ? ' (guard)' : ''}: ${check ? checkText(check) : ''}`;
    });

export const reportText = (state: RunState): string => visibleText(reportOf(state));

function reportOf(state: RunState): string {
  const { spent, changes } = state;
  const cost = spent.unpriced ? 'price not known' : `$${spent.cost.toFixed(4)}`;
  return [
    `${state.outcome ?? 'interrupted'}: ${state.goal}`,
    ...(state.report ? [state.report] : []),
    'Tasks:',
    ...state.queue.tasks.flatMap((task) => [`  ${task.id} ${task.title}: ${proofText(task)}`, ...checkLines(task)]),
    `Files changed: ${changes.length === 0 ? 'none' : changes.map(({ path }) => path).join(', ')}`,
    `Used: ${spent.steps} steps, ${spent.input + spent.output} tokens, ${cost}`,
  ].join('\n');
}
