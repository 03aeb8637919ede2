/**
 * The run: decide the next step from the folded state, carry it out, again, until the run has ended. A person's commands
 * arrive at any time and act only by appending events; the loop sees them at its next step.
 */
import type { EventOf, RunEvent } from '../journal/event.ts';
import { JournalFault, journalFault } from '../journal/fault.ts';
import { approvalOf, type RunState, waiting } from '../journal/state.ts';
import type { Hash } from '../ports.ts';
import type { RunCommand } from '../protocol.ts';
import { taskOf } from '../queue/queue.ts';
import { type PlannedTask, titleOf } from '../queue/task.ts';
import { objection } from './authorise.ts';
import { runCall } from './call.ts';
import { createEngine, type Engine, type Listener, type Parts } from './engine.ts';
import { unfit } from './limits.ts';
import { next, type Step, succeeded } from './next.ts';
import { startTask, wrapUp } from './start.ts';
import { answerFinish } from './steer.ts';
import { halt, heed, runTurn } from './turn.ts';
import { judgeTask, runCheck } from './verify.ts';

/** A command that could not be followed says why, for the person. */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly problem: string };

export interface Run {
  readonly id: string;
  state(): RunState;
  events(): readonly RunEvent[];
  listen(listener: Listener): () => void;
  send(command: RunCommand): Promise<Sent>;
  /** Stores what the person made of a waiting edit; Accept writes the latest. */
  draft(approval: string, bytes: Uint8Array): Promise<Sent>;
  blob(hash: Hash): Promise<Uint8Array | undefined>;
  /** Resolves when the run has ended or was let go, with everything durable. */
  readonly finished: Promise<RunState>;
  /** Why the run can no longer be recorded (its folder was taken over, its journal is damaged); then nothing is done. */
  readonly problem: string | undefined;
  /** Stops working without ending the run: it can be resumed from its journal. */
  letGo(): Promise<void>;
}

export function openRun(parts: Parts, release: () => Promise<void>): Run {
  const abort = new AbortController();
  let detached = false;
  const engine = createEngine(parts, abort.signal);
  const { state, emit } = engine;

  const stop = (): void => {
    for (const { id } of waiting(state())) emit({ type: 'approval.voided', approval: id, reason: 'stopped' });
    emit({ type: 'run.ended', outcome: 'stopped', report: '' });
    abort.abort();
  };

  const finished = (async () => {
    await drive(engine, () => detached);
    await engine.flush().catch(() => undefined);
    await parts.journal.close().catch(() => undefined);
    await release().catch(() => undefined);
    return state();
  })();

  const follow = (command: RunCommand): string | undefined => {
    if (state().status === 'ended') return 'This run has ended.';
    switch (command.type) {
      case 'say':
        emit({ type: 'person.said', text: command.text });
        // Talking to a run that waits for its person lets it go on; a limit needs an explicit extension.
        if (state().status === 'paused' && state().pause?.reason !== 'limit') emit({ type: 'run.resumed' });
        return undefined;
      case 'decide': {
        const problem = objection(engine, command);
        if (problem) return problem;
        const after = approvalOf(state(), command.approval)?.shown;
        const isEdit = approvalOf(state(), command.approval)?.subject.kind === 'edit';
        emit({
          type: 'approval.decided',
          approval: command.approval,
          verdict: command.verdict,
          by: 'person',
          ...(command.reason?.trim() && { reason: command.reason.trim() }),
          ...(isEdit && after && { after }),
        });
        return undefined;
      }
      case 'answer':
        if (state().question?.id !== command.question || state().question?.answer !== undefined)
          return 'This question is no longer open.';
        emit({ type: 'question.answered', question: command.question, text: command.text });
        return undefined;
      case 'pause':
        if (state().status === 'running') emit({ type: 'run.paused', reason: 'person', message: '' });
        return undefined;
      case 'resume':
        if (state().status !== 'paused') return 'This run is not paused.';
        emit({ type: 'run.resumed', ...(command.extend && { extended: command.extend }) });
        return undefined;
      case 'mode': {
        const problem = unfit(command.mode, state().limits, engine.model.profile.price !== undefined);
        if (problem) return problem;
        emit({ type: 'mode.changed', mode: command.mode });
        return undefined;
      }
      case 'stop':
        stop();
        return undefined;
      default:
        return command satisfies never;
    }
  };

  return {
    id: state().run,
    state,
    events: () => parts.journal.events,
    listen: engine.listen,
    finished,
    blob: (hash) => parts.folder.getBlob(hash),
    get problem() {
      const { fault } = parts.journal;
      return fault && fault.kind !== 'closed' ? fault.message : undefined;
    },
    async send(command) {
      try {
        const problem = follow(command);
        if (problem !== undefined) return { ok: false, problem };
        await engine.flush();
        return { ok: true };
      } catch (error) {
        return { ok: false, problem: messageOf(error) };
      }
    },
    async draft(approval, bytes) {
      const after = await parts.folder.putBlob(bytes);
      const open = approvalOf(state(), approval);
      if (open?.status !== 'waiting' || open.subject.kind !== 'edit')
        return { ok: false, problem: 'This question is no longer open.' };
      if (open.shown !== after) emit({ type: 'proposal.drafted', approval, after });
      return { ok: true };
    },
    async letGo() {
      detached = true;
      abort.abort();
      await finished;
    },
  };
}

async function drive(engine: Engine, detached: () => boolean): Promise<void> {
  const { journal } = engine;
  while (!detached() && !journal.fault) {
    const step = next(engine.state());
    if (step.do === 'end') return;
    try {
      await perform(engine, step);
    } catch (error) {
      if (journal.fault || detached()) return;
      // Storage that failed is told and tried again when the person resumes; anything else is a bug in here.
      const isStorage = error instanceof JournalFault || (error instanceof Error && 'code' in error);
      if (isStorage) halt(engine, 'fault', journalFault(error).message);
      else engine.emit({ type: 'run.ended', outcome: 'failed', report: `Goalwright failed: ${messageOf(error)}` });
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function perform(engine: Engine, step: Exclude<Step, { do: 'end' }>): Promise<unknown> {
  const { state, emit } = engine;
  switch (step.do) {
    case 'wait':
      return engine.until((now) => now.status !== 'paused');
    case 'hold':
      return halt(engine, 'recovered', 'The run was interrupted.');
    case 'start':
      return startTask(engine, step.task);
    case 'wrapUp':
      return wrapUp(engine, step.task);
    case 'doom':
      return emit({
        type: 'task.ended',
        task: step.task.id,
        status: 'blocked',
        reason: doomReason(state(), step.task.id),
      });
    case 'call':
      return runCall(engine, step.call);
    case 'check':
      return runCheck(engine, step.task, step.check, 'verify');
    case 'judge':
      return judgeTask(engine, step.task);
    case 'answer':
      return answerFinish(engine, step.call, step.task);
    case 'heed':
      return heed(engine, step.task, step.text);
    case 'hear':
      return emit({ type: 'message.added', thread: step.thread, text: step.text, why: 'person' });
    case 'turn':
      return runTurn(engine, step.task, step.thread);
    case 'add':
      return emit({ type: 'tasks.planned', by: 'person', tasks: [taskFor(state(), step.text)] });
    case 'report':
      return emit({ type: 'run.ended', ...reportOf(state()) });
    default:
      return step satisfies never;
  }
}

function doomReason({ queue }: RunState, id: string): string {
  const task = taskOf(queue, id);
  const lost = queue.tasks.find(
    ({ id: other, parent, status }) => (task?.dependsOn.includes(other) || parent === id) && status !== 'done',
  );
  return lost ? `It needs ${lost.id} (${lost.title}), which is ${lost.status}.` : 'What it needs cannot be done.';
}

/** What the person said when everything else was done: a task of its own. */
const taskFor = ({ queue }: RunState, text: string): PlannedTask => ({
  id: `t${queue.tasks.length + 1}`,
  title: titleOf(text),
  description: text,
  priority: 50,
  dependsOn: [],
  checks: [],
});

function reportOf(state: RunState): Pick<EventOf<'run.ended'>, 'outcome' | 'report'> {
  const ok = succeeded(state);
  const goals = state.queue.tasks.filter(({ parent }) => parent === undefined);
  const said = goals.map(({ summary, reason }) => (ok ? summary : (reason ?? summary)) ?? '');
  return { outcome: ok ? 'done' : 'failed', report: said.filter((text) => text !== '').join('\n\n') };
}
