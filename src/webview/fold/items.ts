/**
 * The transcript as a list of items, folded from events. An item keeps its identity until something about it changes, so
 * that a view re-renders only what an event touched.
 */
import type { Change, CommandChanges, EventOf, Outcome, RunEvent, Subject } from '../../agent/journal/event.ts';
import { type Queue, taskOf } from '../../agent/queue/queue.ts';
import type { CheckResult } from '../../agent/queue/task.ts';
import { isRetold, type NoteEvent, noteOf } from './notes.ts';

/** How a call or a check came to run, or not. */
export interface Decision {
  readonly verdict: 'accept' | 'reject' | 'void';
  readonly by?: EventOf<'approval.decided'>['by'];
  readonly reason?: string;
  /** What was accepted is not all that was proposed, or more. */
  readonly altered?: boolean;
}

/** What was asked about a call: an edit of several files asks about each. */
export interface Question {
  readonly approval: string;
  readonly subject: Subject;
  readonly decision?: Decision;
}

export type CallStatus = 'waiting' | 'asking' | 'running' | 'ok' | 'failed';

export type Item = { readonly key: string } /** `seq`: of its event, where the run can be taken up again. */ & (
  | { readonly kind: 'goal' | 'said'; readonly text: string; readonly seq: number }
  | { readonly kind: 'text'; readonly text: string; readonly reasoning?: string }
  | {
      readonly kind: 'call';
      readonly call: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: CallStatus;
      readonly title?: string;
      readonly result?: string;
      /** Words in the result that tell agents what to do. */
      readonly orders?: string;
      readonly changes: readonly Change[];
      /** What became of files while its command ran. */
      readonly commandChanges?: CommandChanges;
      /** It needs a real terminal, and can have one of the person's. */
      readonly isForOwnTerminal?: boolean;
      /** As they stand: one that is asked again takes the place of the earlier. */
      readonly questions: readonly Question[];
    }
  /** A check that a person was asked about. */
  | ({ readonly kind: 'approval' } & Question)
  /** Titles are kept as they were: a task may be deleted later. */
  | { readonly kind: 'task'; readonly task: string; readonly title: string; readonly attempt: number }
  /** One verification of a task; `passed` is absent while it lasts. */
  | {
      readonly kind: 'checks';
      readonly task: string;
      readonly passed?: boolean;
      readonly results: readonly CheckResult[];
    }
  | { readonly kind: 'taskEnd'; readonly event: EventOf<'task.ended'>; readonly title: string }
  | { readonly kind: 'lesson'; readonly event: EventOf<'task.requeued'> }
  /** `over`: the next attempt has begun, or there will be none. */
  | { readonly kind: 'fault'; readonly event: EventOf<'turn.faulted'>; readonly over: boolean }
  | { readonly kind: 'question'; readonly question: string; readonly text: string; readonly answer?: string }
  /** `title`: of the task it is about. */
  | { readonly kind: 'note'; readonly event: NoteEvent; readonly title?: string }
  | { readonly kind: 'report'; readonly outcome: Outcome; readonly report: string }
);
export type ItemOf<K extends Item['kind']> = Extract<Item, { kind: K }>;

/** Changes the latest item that matches. Looks from the end: what changes is nearly always recent. */
function change<K extends Item['kind']>(
  items: Item[],
  kind: K,
  matches: (item: ItemOf<K>) => boolean,
  with_: (item: ItemOf<K>) => Partial<ItemOf<K>>,
): boolean {
  const is = (item: Item): item is ItemOf<K> => item.kind === kind;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (!item || !is(item) || !matches(item)) continue;
    items[at] = { ...item, ...with_(item) };
    return true;
  }
  return false;
}

const onCall = (items: Item[], call: string, with_: Partial<ItemOf<'call'>>): boolean =>
  change(
    items,
    'call',
    (item) => item.call === call,
    () => with_,
  );

type Answer = Decision & { readonly after?: string };

function decide(items: Item[], approval: string, decision: Answer): void {
  const onCalls = change(
    items,
    'call',
    ({ questions }) => questions.some((one) => one.approval === approval),
    (item) => {
      const questions = item.questions.map((one) => (one.approval === approval ? answered(one, decision) : one));
      const isOpen = questions.some((one) => one.decision === undefined);
      return { questions, status: isOpen ? 'asking' : 'waiting' };
    },
  );
  if (!onCalls)
    change(
      items,
      'approval',
      (item) => item.approval === approval,
      (item) => answered(item, decision),
    );
}

/** An edit's yes names what was accepted. */
function answered<Q extends Question>(question: Q, { after, ...decision }: Answer): Q {
  const { subject } = question;
  const altered = after !== undefined && subject.kind === 'edit' && subject.after !== after;
  return { ...question, decision: { ...decision, ...(altered && { altered }) } };
}

/** A question that is asked again replaces the earlier one about the same file. */
function ask(questions: readonly Question[], question: Question): readonly Question[] {
  const nameOf = ({ subject }: Question): string => (subject.kind === 'edit' ? subject.path : subject.kind);
  const at = questions.findIndex((one) => nameOf(one) === nameOf(question));
  return at < 0 ? [...questions, question] : questions.with(at, question);
}

const settleFault = (items: Item[]): boolean =>
  change(
    items,
    'fault',
    (item) => !item.over,
    () => ({ over: true }),
  );

/** A task that starts again says which attempt it is. */
const attemptOf = (items: readonly Item[], task: string): number =>
  items.filter((item) => item.kind === 'task' && item.task === task).length + 1;

const titleIn = (queue: Queue, task: string): string => taskOf(queue, task)?.title ?? task;

/** What one event does to the list. `queue`: as it was before the event. */
export function takeEvent(items: Item[], event: RunEvent, queue: Queue): void {
  const key = String(event.seq);
  switch (event.type) {
    case 'run.created':
      items.push({ key, kind: 'goal', text: event.goal, seq: event.seq });
      break;
    case 'person.said':
      items.push({ key, kind: 'said', text: event.text, seq: event.seq });
      break;
    case 'question.asked':
      items.push({ key, kind: 'question', question: event.question, text: event.text });
      break;
    case 'question.answered':
      change(
        items,
        'question',
        (item) => item.question === event.question,
        () => ({ answer: event.text }),
      );
      break;

    case 'task.started':
      items.push({
        key,
        kind: 'task',
        task: event.task,
        title: titleIn(queue, event.task),
        attempt: attemptOf(items, event.task),
      });
      break;
    case 'task.verifying':
      items.push({ key, kind: 'checks', task: event.task, results: [] });
      break;
    case 'check.finished': {
      const { task, check, phase, outcome, evidence } = event;
      if (phase !== 'verify') break;
      const result = { check, phase, outcome, evidence };
      change(
        items,
        'checks',
        (item) => item.task === task,
        (item) => ({ results: [...item.results, result] }),
      );
      break;
    }
    case 'checks.judged':
      if (event.phase === 'verify')
        change(
          items,
          'checks',
          (item) => item.task === event.task,
          () => ({ passed: event.passed }),
        );
      break;
    case 'task.requeued':
      items.push({ key, kind: 'lesson', event });
      break;
    case 'task.ended':
      items.push({ key, kind: 'taskEnd', event, title: titleIn(queue, event.task) });
      break;

    case 'turn.started':
      settleFault(items);
      break;
    case 'turn.finished':
      if (event.text.trim() !== '' || event.reasoning)
        items.push({ key, kind: 'text', text: event.text, ...(event.reasoning && { reasoning: event.reasoning }) });
      for (const { id, name, arguments: args } of event.calls)
        items.push({
          key: `${key}:${id}`,
          kind: 'call',
          call: id,
          name,
          arguments: args,
          status: 'waiting',
          changes: [],
          questions: [],
        });
      break;
    case 'turn.faulted':
      settleFault(items);
      items.push({ key, kind: 'fault', event, over: event.reaction !== 'retry' });
      break;

    case 'approval.requested': {
      const { approval, call, subject } = event;
      const isCall = change(
        items,
        'call',
        (item) => item.call === call,
        ({ questions }) => ({ status: 'asking', questions: ask(questions, { approval, subject }) }),
      );
      if (!isCall) items.push({ key, kind: 'approval', approval, subject });
      break;
    }
    case 'approval.decided': {
      const { approval, verdict, by, reason, after } = event;
      decide(items, approval, { verdict, by, ...(reason && { reason }), ...(after && { after }) });
      break;
    }
    case 'approval.voided':
      decide(items, event.approval, { verdict: 'void', reason: event.reason });
      break;
    case 'call.started':
      onCall(items, event.call, { status: 'running' });
      break;
    case 'call.finished': {
      const { ok, title, forModel, note: said, orders, changes, commandChanges, ownTerminal } = event;
      const result = said === undefined ? forModel : `${forModel}\n${said}`;
      onCall(items, event.call, {
        ...{ status: ok ? 'ok' : 'failed', title, result, changes },
        ...(commandChanges && { commandChanges }),
        ...(ownTerminal && { isForOwnTerminal: true }),
        ...(orders && { orders: orders.quote }),
      });
      break;
    }

    case 'run.ended':
      settleFault(items);
      items.push({ key, kind: 'report', outcome: event.outcome, report: event.report });
      break;

    default:
      note(items, key, event, queue);
  }
}

function note(items: Item[], key: string, event: RunEvent, queue: Queue): void {
  const shown = noteOf(event);
  if (!shown) return;
  const last = items.at(-1);
  if (isRetold(shown, last?.kind === 'note' ? last.event : undefined)) return;
  settleFault(items);
  const task = 'task' in shown ? shown.task : undefined;
  items.push({ key, kind: 'note', event: shown, ...(task !== undefined && { title: titleIn(queue, task) }) });
}
