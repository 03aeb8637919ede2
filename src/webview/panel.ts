/**
 * The panel's whole state as a pure function of the host's messages. `outOfStep` asks the shell to say `ready` again:
 * after a gap nothing is guessed, everything is sent anew.
 */
import type { RunEvent } from '../agent/journal/event.ts';
import { approvalOf } from '../agent/journal/state.ts';
import type { Delta, HostState, JobView, ToView } from '../agent/protocol.ts';
import { advance, emptyView, type RunView } from './fold/view.ts';

export type Proposal = Pick<Extract<ToView, { type: 'proposal' }>, 'shown' | 'hunks' | 'truncated'>;

export interface Panel {
  readonly host?: HostState;
  readonly language: string;
  readonly bundle: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly view: RunView;
  /** Text still streaming: `text:3` (a turn), `reasoning:3`, `output:c7` (a call). */
  readonly streams: Readonly<Record<string, string>>;
  /** Approval -> what was last shown for it. */
  readonly proposals: Readonly<Record<string, Proposal>>;
  /** Approval -> how many decisions on it could not be followed. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Commands in the background, oldest first. */
  readonly jobs: readonly JobView[];
  readonly outOfStep: boolean;
}

export const emptyPanel: Panel = {
  language: 'en',
  bundle: {},
  view: emptyView,
  streams: {},
  proposals: {},
  refusals: {},
  jobs: [],
  outOfStep: false,
};

/** Output of a command is only glanced at while it runs. Characters. */
const OUTPUT_KEPT = 8_000;

export function receive(panel: Panel, message: ToView): Panel {
  switch (message.type) {
    case 'init': {
      const { host, language, bundle, run, events } = message;
      const view = advance(emptyView, events);
      const known = run === panel.run ? {} : { proposals: {}, refusals: {} };
      return { ...panel, ...known, host, language, bundle, run, view, streams: {}, outOfStep: false };
    }
    case 'host':
      return { ...panel, host: message.host };
    case 'jobs':
      return { ...panel, jobs: message.jobs };
    case 'event':
      return onEvent(panel, message.run, message.event);
    case 'delta':
      return message.run === panel.run ? { ...panel, streams: message.deltas.reduce(append, panel.streams) } : panel;
    case 'proposal': {
      const { approval, shown, hunks, truncated } = message;
      return { ...panel, proposals: { ...panel.proposals, [approval]: { shown, hunks, truncated } } };
    }
    case 'refused': {
      const { refusals } = panel;
      return { ...panel, refusals: { ...refusals, [message.approval]: (refusals[message.approval] ?? 0) + 1 } };
    }
    case 'focusGoal':
      return panel;
    default:
      return message satisfies never;
  }
}

function onEvent(panel: Panel, run: string, event: RunEvent): Panel {
  const isNew = run !== panel.run;
  if (isNew && event.type !== 'run.created') return { ...panel, outOfStep: true };
  if (isNew) return { ...panel, run, view: advance(emptyView, [event]), streams: {}, proposals: {}, refusals: {} };
  const last = panel.view.state.seq;
  if (event.seq <= last) return panel;
  if (event.seq !== last + 1) return { ...panel, outOfStep: true };
  return { ...panel, view: advance(panel.view, [event]), streams: settle(panel.streams, event) };
}

function append(streams: Panel['streams'], { kind, of, text }: Delta): Panel['streams'] {
  const key = `${kind}:${of}`;
  const all = (streams[key] ?? '') + text;
  return { ...streams, [key]: kind === 'output' ? all.slice(-OUTPUT_KEPT) : all };
}

/** The finished message replaces what streamed of it. */
function settle(streams: Panel['streams'], event: RunEvent): Panel['streams'] {
  const over =
    event.type === 'turn.finished' || event.type === 'turn.faulted'
      ? [`text:${event.turn}`, `reasoning:${event.turn}`]
      : event.type === 'call.finished'
        ? [`output:${event.call}`]
        : event.type === 'check.finished'
          ? [`output:check:${event.task}:${event.check}`]
          : event.type === 'run.ended'
            ? Object.keys(streams)
            : [];
  if (!over.some((key) => key in streams)) return streams;
  return Object.fromEntries(Object.entries(streams).filter(([key]) => !over.includes(key)));
}

/** What a decision on this approval must name, or `undefined` while its changes have not been shown. */
export function shownOf(panel: Panel, approval: string): string | undefined {
  const asked = approvalOf(panel.view.state, approval);
  if (asked?.subject.kind !== 'edit') return asked?.shown;
  const proposal = panel.proposals[approval];
  return proposal?.shown === asked.shown ? proposal.shown : undefined;
}
