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
import { askAboutBlocked, halt } from './block.ts';
import { dropCall, runCall } from './call.ts';
import { checkpointAfter, checkpointAtEnd } from './checkpoint.ts';
import { createEngine, type Engine, type Listener, type Parts } from './engine.ts';
import { follow } from './follow.ts';
import { addTask, hear } from './hear.ts';
import { next, type Step, succeeded } from './next.ts';
import { startTask, wrapUp } from './start.ts';
import { answerFinish } from './steer.ts';
import { heed, runTurn } from './turn.ts';
import { unstick } from './unstick.ts';
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
    // None outlives the run, also not one that is only let go: nobody would read or end it.
    const ended = parts.ports.shell.jobs?.close();
    await engine.flush().catch(() => undefined);
    await parts.journal.close().catch(() => undefined);
    await release().catch(() => undefined);
    await ended?.catch(() => undefined);
    return state();
  })();

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
        const problem = await follow(engine, command, stop);
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
  const recorded = new Set<string>();
  while (!detached() && !journal.fault) {
    engine.beginStep();
    const step = next(engine.state());
    // A journal that does not take this any more says why itself.
    if (step.do === 'end') return checkpointAtEnd(engine).catch(() => undefined);
    try {
      await perform(engine, step);
      await checkpointAfter(engine, recorded);
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
        cause: 'dependency',
        reason: doomReason(state(), step.task.id),
      });
    case 'call':
      return runCall(engine, step.call);
    case 'drop':
      return dropCall(engine, step.call);
    case 'unstick':
      return unstick(engine, step.task, step.stuck);
    case 'askBlocked':
      return askAboutBlocked(engine);
    case 'check':
      return runCheck(engine, step.task, step.check, 'verify');
    case 'judge':
      return judgeTask(engine, step.task);
    case 'answer':
      return answerFinish(engine, step.call, step.task);
    case 'heed':
      return heed(engine, step.task, step.text);
    case 'hear':
      return hear(engine, step.heard, step.thread);
    case 'turn':
      return runTurn(engine, step.task, step.thread);
    case 'add':
      return addTask(engine, step.text);
    case 'report':
      return emit({ type: 'run.ended', ...reportOf(state()) });
    default:
      return step satisfies never;
  }
}

function doomReason({ queue }: RunState, id: string): string {
  const task = taskOf(queue, id);
  const lost = queue.tasks.find(
    ({ id: other, parent, status }) =>
      (task?.dependsOn.includes(other) || parent === id) && (status === 'blocked' || status === 'failed'),
  );
  return lost ? `It needs ${lost.id} (${lost.title}), which is ${lost.status}.` : 'What it needs cannot be done.';
}

function reportOf(state: RunState): Pick<EventOf<'run.ended'>, 'outcome' | 'report'> {
  const ok = succeeded(state);
  const goals = state.queue.tasks.filter(({ parent }) => parent === undefined);
  const said = goals.map(({ summary, reason }) => (ok ? summary : (reason ?? summary)) ?? '');
  return { outcome: ok ? 'done' : 'failed', report: said.filter((text) => text !== '').join('\n\n') };
}
