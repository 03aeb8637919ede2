/**
 * A run to keep or to pass on: Markdown for people, JSON for programs. Both are the journal told again, without the contents
 * of files in its blobs, with every secret replaced by its name and a list of the names of what was taken out.
 */
import { checkText } from '../context/prompt.ts';
import { visibleText } from '../policy/names.ts';
import { type Redact, redactAll, redactSecrets, secretsIn } from '../policy/secret.ts';
import type { Task } from '../queue/task.ts';
import { JOURNAL_VERSION } from './event.ts';
import { code, quote, words } from './markdown.ts';
import type { ReadRun } from './runs.ts';
import type { RunState } from './state.ts';
import { subjectText, transcriptOf } from './transcript.ts';

export type ExportFormat = 'md' | 'json';

/** `redact`: what the workspace makes a secret besides. */
export const exportRun = (run: ReadRun, format: ExportFormat, redact: Redact = redactSecrets): string =>
  format === 'md' ? markdownOf(run, redact) : jsonOf(run, redact);

/** `removed`: the names that stand for secrets. */
function jsonOf({ id, events, problem }: ReadRun, redact: Redact): string {
  const told = redactAll(events, redact);
  const removed = secretsIn(JSON.stringify(told));
  const page = { run: id, version: JOURNAL_VERSION, ...(problem && { problem }), removed, events: told };
  return `${JSON.stringify(page, undefined, 2)}\n`;
}

function markdownOf({ id, events, state, problem }: ReadRun, redact: Redact): string {
  const [first, last] = [events[0], events.at(-1)];
  const facts: readonly (readonly [string, string])[] = [
    ['Run', code(id)],
    ...(state.forkedFrom ? [['Forked from', code(state.forkedFrom)] as const] : []),
    ['Folder', words(state.root)],
    ['Model', words(state.model)],
    ['Mode', state.mode],
    ['Began', first ? new Date(first.at).toISOString() : ''],
    ['Last change', last ? new Date(last.at).toISOString() : ''],
    ['Outcome', state.outcome ?? `unfinished (${state.status})`],
    ['Used', usedText(state)],
  ];
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Goal', [quote(state.goal)]],
    ['Result', state.report ? [quote(state.report)] : []],
    ['Tasks', [state.queue.tasks.map((task) => taskLines(task, state)).join('\n')]],
    ['Decisions', [decisionsOf(state)]],
    [
      'Files changed',
      [state.changes.map(({ path, before, after }) => `- ${code(path)}${changeWord(before, after)}`).join('\n')],
    ],
    ['Transcript', transcriptOf(events)],
  ];
  const page = [
    `# ${words(state.title ?? state.goal.split('\n', 1)[0] ?? id)}`,
    ...(problem ? [quote(`This journal can only be read in part. ${problem}`)] : []),
    `| | |\n| --- | --- |\n${facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`,
    ...sections.flatMap(([title, body]) => [`## ${title}`, ...(body.join('') === '' ? ['None.'] : body)]),
  ].join('\n\n');
  const shown = redact(visibleText(page));
  const removed = secretsIn(shown);
  const note =
    removed.length === 0
      ? ''
      : `\n\n## Left out\n\nSecrets, by the names that stand for them: ${removed.map(code).join(', ')}`;
  return `${shown}${note}\n`;
}

function usedText({ spent }: RunState): string {
  const cost = spent.unpriced ? 'price not known' : `$${spent.cost.toFixed(4)}`;
  return `${spent.steps} steps, ${spent.input + spent.output} tokens, ${cost}`;
}

const PROOF = { code: 'verified by code', judge: 'judged by a model', none: 'not verified' } as const;

function taskLines(task: Task, { queue }: RunState): string {
  const depth = (of: Task): number => {
    const parent = queue.tasks.find(({ id }) => id === of.parent);
    return parent ? depth(parent) + 1 : 0;
  };
  const indent = '  '.repeat(depth(task));
  const end = task.status === 'done' ? `done, ${PROOF[task.proof ?? 'none']}` : task.status;
  const checks = task.checks.map((check, index) => {
    const result = task.results.findLast((one) => one.check === index && one.phase === 'verify');
    return `${indent}  - ${result?.outcome ?? 'not run'}: ${words(checkText(check))}`;
  });
  const why = task.reason ? `: ${words(task.reason)}` : '';
  return [`${indent}- ${words(`${task.id} ${task.title}`)} (${end})${why}`, ...checks].join('\n');
}

const decisionsOf = ({ approvals }: RunState): string =>
  approvals
    .map(({ subject, status, answer }) => `- ${subjectText(subject)}: ${status}${answer ? ` (${words(answer)})` : ''}`)
    .join('\n');

const changeWord = (before: string | undefined, after: string | undefined): string =>
  before === undefined ? ' (new)' : after === undefined ? ' (deleted)' : '';
