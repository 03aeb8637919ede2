/** How the run as a whole changes: its beginning and end, mode, model and limits, and what the person says to it. */
import { unblock } from '../queue/give-up.ts';
import { decided, hear, type Of } from './change.ts';
import { initialState, type RunState } from './state.ts';

export const RUN_EVENTS = [
  'run.created',
  'run.recovered',
  'run.forked',
  'journal.upgraded',
  'run.renamed',
  'run.paused',
  'run.resumed',
  'run.ended',
  'mode.changed',
  'model.changed',
  'day.counted',
  'limit.warned',
  'limit.reached',
  'person.said',
  'question.asked',
  'question.answered',
] as const;

export function onRun(state: RunState, event: Of<typeof RUN_EVENTS>): RunState {
  switch (event.type) {
    case 'run.created': {
      const { run, goal, root, mode, model, limits, agent, attended } = event;
      return { ...initialState, run, goal, root, mode, model, limits, agent, attended };
    }
    case 'run.recovered':
      return state.status === 'ended'
        ? state
        : {
            ...state,
            attended: event.attended ?? state.attended,
            interrupted: true,
            allowedChecks: [],
            rules: [],
          };
    case 'run.forked': {
      const forked: RunState = {
        ...state,
        run: event.run,
        forkedFrom: event.from,
        attended: event.attended ?? state.attended,
        status: 'running',
        pause: undefined,
        outcome: undefined,
        report: undefined,
        interrupted: false,
        faults: {},
        allowedChecks: [],
        rules: [],
        // What was spent before belongs to the run it was copied from.
        day: { since: 0, steps: 0, tokens: 0, cost: 0, minutes: 0, ownFrom: state.spent },
        approvals: state.approvals.map((a) => (a.status === 'waiting' ? { ...a, status: 'voided' } : a)),
      };
      return event.changedSince.length > 0 ? hear(forked, { kind: 'changed', paths: event.changedSince }) : forked;
    }
    case 'journal.upgraded':
      return state;
    case 'run.renamed':
      return { ...state, title: event.title };
    case 'run.paused':
      return { ...state, status: 'paused', pause: { reason: event.reason, message: event.message } };
    case 'run.resumed': {
      const again = state.pause?.reason === 'blocked' && !event.keepsBlocked;
      const queue = again ? unblock(state.queue) : state.queue;
      const limits = { ...state.limits, ...event.extended };
      return {
        ...state,
        status: 'running',
        pause: undefined,
        interrupted: false,
        faults: {},
        idle: 0,
        warned: [],
        queue,
        limits,
      };
    }
    case 'run.ended':
      return {
        ...state,
        status: 'ended',
        outcome: event.outcome,
        report: event.report,
        pause: undefined,
        current: undefined,
      };
    case 'mode.changed':
      return { ...state, mode: event.mode };
    case 'model.changed':
      return { ...state, model: event.model, faults: {} };
    case 'day.counted': {
      const { since, steps, tokens, cost, minutes } = event;
      const ownFrom = state.day?.since === since ? state.day.ownFrom : state.day ? state.spent : initialState.spent;
      return { ...state, day: { since, steps, tokens, cost, minutes, ownFrom } };
    }
    case 'limit.warned':
      return { ...state, warned: [...state.warned, event.limit] };
    case 'limit.reached':
      return state;
    case 'person.said':
      return {
        ...decided(hear(state, { kind: 'said', text: event.text }), event.text),
        interrupted: false,
        trace: [],
        quiet: 0,
      };
    case 'question.asked':
      return {
        ...state,
        asked: state.asked + 1,
        question: { id: event.question, call: event.call, text: event.text, options: event.options },
      };
    case 'question.answered':
      return state.question?.id === event.question
        ? {
            ...decided(state, `Asked "${state.question.text}", they answered: ${event.text}`),
            question: { ...state.question, answer: event.text },
            interrupted: false,
          }
        : state;
    default:
      return event satisfies never;
  }
}
