/** What happened in a run, event by event, as blocks of Markdown: turns, calls with their results, and what people said and decided. */
import { checkText } from '../context/prompt.ts';
import { taskOf } from '../queue/queue.ts';
import type { RunEvent, Subject } from './event.ts';
import { apply } from './fold.ts';
import { code, fence, quote, words } from './markdown.ts';
import { approvalOf, initialState, type RunState } from './state.ts';

export const transcriptOf = (events: readonly RunEvent[]): readonly string[] => {
  let state = initialState;
  return events.flatMap((event) => {
    state = apply(state, event);
    return blocks(event, state);
  });
};

export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'edit':
      return `change ${code(subject.path)} (+${subject.added} −${subject.removed})`;
    case 'command':
      return `run ${code(subject.command)}${subject.cwd ? ` in ${code(subject.cwd)}` : ''}`;
    case 'watched':
      return `keep what a command changed: ${subject.changes.map(({ path, act }) => `${code(path)} (${act})`).join(', ')}`;
    case 'read':
      return `read ${subject.paths.map(code).join(', ')}`;
    case 'weakened':
      return `accept weaker tests: ${subject.findings.map(({ path, what }) => `${code(path)}: ${words(what)}`).join('; ')}`;
    default:
      return subject satisfies never;
  }
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** `state` is the state after the event. Empty for what is bookkeeping or stands elsewhere in the page. */
function blocks(event: RunEvent, state: RunState): readonly string[] {
  const taskName = (id: string): string => words(`${id} ${taskOf(state.queue, id)?.title ?? ''}`);
  const note = (text: string): readonly string[] => [`*${text}*`];
  switch (event.type) {
    case 'task.started':
      return [`### ${taskName(event.task)}`];
    case 'turn.finished':
      return [
        `**Turn ${event.turn}** (${time(event.at)})`,
        ...(event.text.trim() ? [quote(event.text)] : []),
        ...event.calls.map(({ name, arguments: args }) => `Calls ${code(name)}:\n\n${fence(indented(args), 'json')}`),
      ];
    case 'message.added':
      return event.orders
        ? note(
            `The name of a file or a task here tells agents what to do, which permits nothing: ${words(event.orders.quote)}`,
          )
        : [];
    case 'turn.faulted':
      return note(`Turn ${event.turn} failed (${event.reaction}): ${words(event.fault.message)}`);
    case 'call.finished': {
      const name = state.turn?.calls.find(({ id }) => id === event.call)?.name ?? event.call;
      const told = event.note === undefined ? event.forModel : `${event.forModel}\n${event.note}`;
      return [
        `${event.ok ? '✓' : '✗'} ${code(name)} ${words(event.title)}\n\n${fence(told)}`,
        ...(event.orders
          ? note(
              `The result holds text that tells agents what to do, which permits nothing: ${words(event.orders.quote)}`,
            )
          : []),
      ];
    }
    case 'approval.requested':
      return note(`Asks to ${subjectText(event.subject)}`);
    case 'approval.decided': {
      const { verdict, by, reason } = event;
      const subject = approvalOf(state, event.approval)?.subject;
      const what = subject ? subjectText(subject) : '';
      return note(
        `${verdict === 'accept' ? 'Accepted' : 'Rejected'} by ${by}: ${what}${reason ? ` (${words(reason)})` : ''}`,
      );
    }
    case 'person.said':
      return [`**You:**\n\n${quote(event.text)}`];
    case 'question.asked':
      return [`**Question:**\n\n${quote([event.text, ...event.options.map((option) => `- ${option}`)].join('\n'))}`];
    case 'question.answered':
      return [`**Answer:**\n\n${quote(event.text)}`];
    case 'check.finished': {
      const check = taskOf(state.queue, event.task)?.checks[event.check];
      const when = event.phase === 'baseline' ? 'Before the work' : 'Check';
      const shown = event.outcome === 'failed' && event.phase === 'verify' ? `\n\n${fence(event.evidence)}` : '';
      return [`*${when} ${event.outcome}: ${check ? words(checkText(check)) : event.task}*${shown}`];
    }
    case 'check.weakened':
      return event.findings.map(({ path, what }) => `*Weaker than before: ${code(path)}: ${words(what)}*`);
    case 'task.requeued': {
      const { evidence, lesson, strategy } = event;
      const learnt = lesson ? `. Lesson: ${words(lesson)}${strategy ? ` Now: ${words(strategy)}` : ''}` : '';
      return note(`${taskName(event.task)} goes back into the queue: ${words(evidence)}${learnt}`);
    }
    case 'task.ended':
      return note(`${taskName(event.task)}: ${event.status}${event.reason ? ` (${words(event.reason)})` : ''}`);
    case 'run.paused':
      return note(`Paused (${event.reason}) ${words(event.message)}`);
    case 'run.resumed':
      return note('Resumed');
    case 'run.recovered':
      return note('Loaded again after an interruption');
    case 'run.forked':
      return note(`Goes on from a copy of run ${code(event.from)} up to event ${event.upTo}`);
    case 'mode.changed':
      return note(`Mode: ${event.mode}`);
    case 'model.changed':
      return note(`Model: ${words(event.model)}`);
    case 'limit.reached':
      return note(`Limit reached: ${event.limit} ${event.used} of ${event.max}`);
    case 'stuck.noticed':
      return note(words(event.message));
    case 'thread.compacted':
      return [`*Earlier messages were replaced by a summary:*\n\n${quote(event.text)}`];
    default:
      return [];
  }
}

/** Arguments as they are read best; what is no JSON stays as the model wrote it. */
function indented(args: string): string {
  try {
    return JSON.stringify(JSON.parse(args), undefined, 2);
  } catch {
    return args;
  }
}
