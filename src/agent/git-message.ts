/** The commit message that is proposed for a run: its goal in one line, then what came of its tasks. The person changes it. */
import type { RunState } from './journal/state.ts';
import { type Redact, redactSecrets } from './policy/secret.ts';

const SUBJECT = 72;
const WIDTH = 72;
const MAX_TASKS = 12;
const MAX_PATHS = 8;

/** `paths`: what is committed. Lines of at most 72 characters, but for a word that is longer. */
export function commitMessage(
  state: Pick<RunState, 'goal' | 'title' | 'queue'>,
  paths: readonly string[],
  redact: Redact = redactSecrets,
): string {
  const oneLine = (text: string): string => redact(text).replace(/\s+/g, ' ').trim();
  const tasks = state.queue.tasks.filter(({ id, status }) => id !== 't1' && status === 'done');
  const said = tasks.map(({ title, summary }) => oneLine(summary ?? title));
  const whole = state.queue.tasks.find(({ id }) => id === 't1')?.summary;
  const body = said.length > 0 ? said.slice(0, MAX_TASKS).flatMap(bullet) : whole ? wrapped(oneLine(whole), '') : [];
  const more = said.length > MAX_TASKS ? [`- and ${said.length - MAX_TASKS} more`] : [];
  const rest = body.length > 0 ? [...body, ...more] : paths.slice(0, MAX_PATHS).map((path) => `- ${path}`);
  return [subjectOf(redact(state.title ?? state.goal)), ...(rest.length > 0 ? ['', ...rest] : [])].join('\n');
}

/** The first sentence or line, begun with a capital, without a full stop, cut at a word. */
function subjectOf(goal: string): string {
  const line =
    goal
      .trim()
      .split('\n', 1)[0]
      ?.replace(/^(please|kindly)[,\s]+/i, '')
      .trim() ?? '';
  const sentence = /^(.{8,}?)[.!?](?:\s|$)/.exec(line)?.[1] ?? line.replace(/[.!?]+$/, '');
  const plain = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  if (plain.length <= SUBJECT) return plain;
  const cut = plain.slice(0, SUBJECT - 1);
  const at = cut.lastIndexOf(' ');
  return `${(at > SUBJECT / 2 ? cut.slice(0, at) : cut).trimEnd()}…`;
}

const bullet = (text: string): string[] => wrapped(text, '- ');

function wrapped(text: string, mark: string): string[] {
  const indent = ' '.repeat(mark.length);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${last === undefined ? mark : indent}${word}`);
  }
  return lines;
}
