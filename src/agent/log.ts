/** The run as AutoGPT's log lines: a pure fold of events to text, one tag per kind of fact. English, like all logs. */
import { checkText } from './context/prompt.ts';
import type { RunEvent } from './journal/event.ts';
import type { RunState } from './journal/state.ts';
import { visible } from './policy/names.ts';
import { type Redact, redactSecrets } from './policy/secret.ts';
import { taskOf } from './queue/queue.ts';

export type LogTag = 'INFO' | 'TASK' | 'SEARCH' | 'CODE' | 'FILE' | 'RESULT' | 'SUCCESS' | 'ERROR';

/** Neither control characters of a model's text nor secrets reach a terminal or a log. */
const oneLine = (text: string, redact: Redact): string => {
  const line = redact(visible(text.trim().split('\n', 1)[0] ?? ''));
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
};

const ordersText = (quote: string, where = 'Its result holds text'): string =>
  `${where} that tells agents what to do, which permits nothing: ${quote}`;

const TOOL_TAG: Readonly<Record<string, LogTag>> = {
  read: 'FILE',
  find: 'SEARCH',
  search: 'SEARCH',
  edit: 'FILE',
  write: 'FILE',
  patch: 'FILE',
  move: 'FILE',
  delete: 'FILE',
  run: 'CODE',
  git: 'CODE',
};

/** Lines for one event; `state` is the state after it. */
export function logLines(event: RunEvent, state: RunState, redact: Redact = redactSecrets): readonly string[] {
  const line = (tag: LogTag, text: string) => [`[${tag}] ${oneLine(text, redact)}`];
  const title = (id: string) => `${id} ${taskOf(state.queue, id)?.title ?? ''}`.trim();
  switch (event.type) {
    case 'run.created':
      return [
        ...line(
          'INFO',
          `${event.agent.name} (${event.agent.role}) starts in ${event.root} with ${event.model}, mode ${event.mode}`,
        ),
        ...line('INFO', `Goal: ${event.goal}`),
      ];
    case 'run.recovered':
      return line('INFO', 'The run was loaded again after an interruption');
    case 'run.forked':
      return line('INFO', `Goes on from a copy of run ${event.from} up to event ${event.upTo}`);
    case 'run.paused':
      return line('INFO', `Paused (${event.reason}) ${event.message}`);
    case 'run.resumed':
      return line('INFO', 'Resumed');
    case 'run.ended':
      return event.outcome === 'done'
        ? line('SUCCESS', event.report.replace(/^- /, '') || 'The goal is reached')
        : line('RESULT', `${event.outcome}: ${event.report}`);
    case 'tasks.planned':
      return event.tasks.flatMap((task) =>
        line(
          'TASK',
          `Planned ${task.id} ${task.title}${task.checks.length > 0 ? ` (checks: ${task.checks.map(checkText).join('; ')})` : ''}`,
        ),
      );
    case 'task.started':
      return line('TASK', `Started ${title(event.task)}`);
    case 'task.requeued':
      return line('TASK', `Back in the queue: ${title(event.task)}: ${event.lesson}`);
    case 'task.ended':
      return event.status === 'done'
        ? line(
            'SUCCESS',
            `${title(event.task)} (${event.proof === 'code' ? 'verified by code' : event.proof === 'judge' ? 'judged' : 'not verified'})`,
          )
        : line('RESULT', `${title(event.task)} is ${event.status}${event.reason ? `: ${event.reason}` : ''}`);
    case 'check.finished': {
      const check = taskOf(state.queue, event.task)?.checks[event.check];
      return line(
        'RESULT',
        `${event.phase === 'baseline' ? 'Before the work' : 'Check'} ${event.outcome}: ${check ? checkText(check) : ''}`,
      );
    }
    case 'turn.finished':
      return event.text.trim() ? line('INFO', event.text) : [];
    case 'turn.faulted':
      return line(
        'ERROR',
        `${event.fault.message} (${event.reaction}${event.delayMs ? ` in ${Math.ceil(event.delayMs / 1000)} s` : ''})`,
      );
    case 'approval.requested':
      switch (event.subject.kind) {
        case 'edit':
          return line('FILE', `Proposed ${event.subject.path} (+${event.subject.added} -${event.subject.removed})`);
        case 'command':
          return line('CODE', `Asks to run: ${event.subject.command}`);
        case 'watched':
          return line('CODE', `A command changed ${event.subject.changes.map(({ path }) => path).join(', ')}`);
        case 'read':
          return line('FILE', `Asks to read: ${event.subject.paths.join(', ')}`);
        case 'weakened':
          return line(
            'RESULT',
            `Asks to accept weakened tests: ${event.subject.findings.map(({ path }) => path).join(', ')}`,
          );
        default:
          return event.subject satisfies never;
      }
    case 'approval.decided':
      return line(
        'INFO',
        `${event.verdict === 'accept' ? 'Accepted' : 'Rejected'} by ${event.by}${event.reason ? `: ${event.reason}` : ''}`,
      );
    case 'call.started': {
      const call = state.turn?.calls.find(({ id }) => id === event.call);
      return event.intent?.kind === 'command'
        ? line('CODE', event.intent.command)
        : line(TOOL_TAG[call?.name ?? ''] ?? 'INFO', call?.name ?? event.call);
    }
    case 'call.finished':
      // What a verification showed has been said already.
      if (state.turn?.calls.find(({ id }) => id === event.call)?.name === 'finish') return [];
      return [
        ...line(event.ok ? 'RESULT' : 'ERROR', event.title),
        ...(event.orders ? line('INFO', ordersText(event.orders.quote)) : []),
      ];
    case 'message.added':
      return event.orders ? line('INFO', ordersText(event.orders.quote, 'A file or a task here has a name')) : [];
    case 'limit.warned':
    case 'limit.reached':
      return line(
        'INFO',
        `Limit ${event.type === 'limit.warned' ? 'near' : 'reached'}: ${event.limit} ${event.used} of ${event.max}`,
      );
    case 'stuck.noticed':
      return line('INFO', event.message);
    default:
      return [];
  }
}
