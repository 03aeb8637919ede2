/** What a run is doing, in one word: the first rule that fits. Wording and icons live in text/words.ts. */
import { waitingEdits } from '../../agent/journal/edits.ts';
import type { Subject } from '../../agent/journal/event.ts';
import { isAsking, waiting } from '../../agent/journal/state.ts';
import type { Proof } from '../../agent/queue/task.ts';
import { type Act, actOf } from './edits.ts';
import type { ItemOf } from './items.ts';
import { proofOfRun } from './plan.ts';
import type { RunView } from './view.ts';

export type PauseReason = 'person' | 'limit' | 'fault' | 'blocked';

export type Status =
  | { readonly kind: 'done'; readonly proof: Proof }
  | { readonly kind: 'failed' | 'stopped' | 'limit' }
  /** `act`: of an edit. `edits`: how many of them wait. */
  | {
      readonly kind: 'approval';
      readonly subject: Subject['kind'];
      readonly name: string;
      readonly act?: Act;
      readonly edits: number;
    }
  | { readonly kind: 'question' }
  | { readonly kind: 'paused'; readonly reason: PauseReason }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'retrying'; readonly until: number }
  | { readonly kind: 'checking'; readonly baseline: boolean }
  | { readonly kind: 'calling'; readonly name: string }
  | { readonly kind: 'thinking' | 'working' };

export function statusOf({ state, items, checking, fault }: RunView): Status {
  if (state.status === 'ended')
    return state.outcome === undefined || state.outcome === 'done'
      ? { kind: 'done', proof: proofOfRun(state.queue) }
      : { kind: state.outcome };
  const [first] = waiting(state);
  if (first) {
    const { subject } = first;
    const name =
      subject.kind === 'edit'
        ? subject.path
        : subject.kind === 'command'
          ? subject.command
          : subject.kind === 'read'
            ? subject.paths.join(', ')
            : subject.kind === 'watched'
              ? (subject.changes[0]?.path ?? '')
              : (subject.findings[0]?.path ?? '');
    const act = subject.kind === 'edit' && { act: actOf(subject) };
    return { kind: 'approval', subject: subject.kind, name, ...act, edits: waitingEdits(state).length };
  }
  if (isAsking(state)) return { kind: 'question' };
  const isInterrupted = state.status === 'running' ? state.interrupted : state.pause?.reason === 'recovered';
  if (isInterrupted) return { kind: 'interrupted' };
  if (state.status === 'paused') return { kind: 'paused', reason: pauseReason(state.pause?.reason) };
  if (fault?.reaction === 'retry') return { kind: 'retrying', until: fault.at + (fault.delayMs ?? 0) };
  if (checking) return { kind: 'checking', baseline: checking.phase === 'baseline' };
  if (state.queue.tasks.some(({ status }) => status === 'verifying')) return { kind: 'checking', baseline: false };
  const running = items.findLast((item): item is ItemOf<'call'> => item.kind === 'call' && item.status === 'running');
  if (running) return { kind: 'calling', name: running.name };
  return { kind: state.turn?.status === 'open' ? 'thinking' : 'working' };
}

const pauseReason = (reason: PauseReason | 'recovered' | undefined): PauseReason =>
  reason === undefined || reason === 'recovered' ? 'person' : reason;

/** A person's word is what the run waits for. */
export const needsPerson = ({ kind }: Status): boolean =>
  kind === 'approval' || kind === 'question' || kind === 'paused' || kind === 'interrupted';
