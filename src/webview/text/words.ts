/** The panel's words for what the engine names: status, tasks, checks, proofs, limits. Read anew at every render. */
import * as l10n from '@vscode/l10n';
import type { LimitName, Mode, Outcome } from '../../agent/journal/event.ts';
import type { Check, Proof } from '../../agent/queue/task.ts';
import type { CheckState, TaskState } from '../fold/plan.ts';
import type { PauseReason, Status } from '../fold/status.ts';
import type { Icon, Tone } from '../look/icons.ts';
import { ACT_ICONS, waitingText } from './edits.ts';
import { minutes, money, shortNumber, wholeNumber } from './format.ts';
import { callText } from './tools.ts';

export interface Sign {
  readonly icon: Icon;
  readonly tone: Tone;
  readonly text: string;
  /** For where the rest stands beside it. */
  readonly short?: string;
}
const sign = (icon: Icon, tone: Tone, text: string): Sign => ({ icon, tone, text });

export function statusSign(status: Status): Sign {
  switch (status.kind) {
    case 'done':
      return { ...taskSign('done', status.proof), text: l10n.t('Done') };
    case 'failed':
      return sign('error', 'bad', l10n.t('Failed'));
    case 'stopped':
      return sign('debug-stop', 'quiet', l10n.t('Stopped'));
    case 'limit':
      return sign('dashboard', 'care', l10n.t('Stopped at a limit'));
    case 'approval':
      return {
        ...approvalSign(status),
        short: l10n.t('Waiting for you'),
      };
    case 'question':
      return sign('question', 'care', l10n.t('Waiting for your answer'));
    case 'paused':
      return sign('debug-pause', 'care', pauseText(status.reason));
    case 'interrupted':
      return sign('debug-pause', 'care', l10n.t('Interrupted'));
    case 'retrying':
      return sign('history', 'care', l10n.t('Waiting for the model'));
    case 'checking':
      return sign(
        'loading',
        'active',
        status.baseline ? l10n.t('Running the checks before the first change') : l10n.t('Checking the result'),
      );
    case 'calling':
      return sign('loading', 'active', callText(status.name));
    case 'thinking':
      return sign('loading', 'active', l10n.t('Thinking'));
    case 'working':
      return sign('loading', 'active', l10n.t('Working'));
    default:
      return status satisfies never;
  }
}

function approvalSign({ subject, name, act = 'edit', edits }: Extract<Status, { kind: 'approval' }>): Sign {
  switch (subject) {
    case 'edit':
      return sign(
        ACT_ICONS[act],
        'care',
        edits > 1 ? l10n.t('Waiting for you: {0} edits', edits) : waitingText(act, name),
      );
    case 'command':
      return sign('terminal', 'care', l10n.t('Waiting for you: run {0}', name));
    case 'watched':
      return sign('warning', 'care', l10n.t('Waiting for you: a command changed {0}', name));
    case 'read':
      return sign('eye', 'care', l10n.t('Waiting for you: show {0}', name));
    case 'weakened':
      return sign('warning', 'care', l10n.t('Waiting for you: weakened tests in {0}', name));
    default:
      return subject satisfies never;
  }
}

function pauseText(reason: PauseReason): string {
  switch (reason) {
    case 'person':
      return l10n.t('Paused');
    case 'limit':
      return l10n.t('Paused at a limit');
    case 'fault':
      return l10n.t('Paused: the model cannot be reached');
    case 'blocked':
      return l10n.t('Paused: a task is blocked');
    default:
      return reason satisfies never;
  }
}

export function taskSign(state: TaskState, proof?: Proof): Sign {
  switch (state) {
    case 'pending':
      return sign('circle', 'quiet', l10n.t('to do'));
    case 'waiting':
      return sign('circle', 'quiet', l10n.t('waits'));
    case 'running':
      return sign('loading', 'active', l10n.t('working'));
    case 'verifying':
      return sign('loading', 'active', l10n.t('checking'));
    case 'done':
      // What a model judged or nobody checked is done, and looks like less than what code has proven.
      return proof === 'code' ? sign('pass-filled', 'good', l10n.t('done')) : sign('pass', 'quiet', l10n.t('done'));
    case 'failed':
      return sign('error', 'bad', l10n.t('failed'));
    case 'blocked':
      return sign('warning', 'care', l10n.t('blocked'));
    case 'skipped':
      return sign('circle-slash', 'quiet', l10n.t('skipped'));
    case 'doomed':
      return sign('circle-slash', 'bad', l10n.t('cannot be done'));
    default:
      return state satisfies never;
  }
}

/** A task in work while the run stands still. */
export const pausedSign = (): Sign => sign('debug-pause', 'care', l10n.t('paused'));

/** A task that ended without a proof is never called verified. */
export function proofSign(proof: Proof | undefined): Sign {
  switch (proof) {
    case 'code':
      return sign('verified', 'good', l10n.t('verified by code'));
    case 'judge':
      return sign('beaker', 'care', l10n.t('judged by a model'));
    case 'none':
    case undefined:
      return sign('unverified', 'care', l10n.t('not verified'));
    default:
      return proof satisfies never;
  }
}

/** A model's yes never looks like the proof that code gives. */
export function checkSign(state: CheckState, kind: Check['kind'] = 'command'): Sign {
  if (kind === 'judge' && (state === 'passed' || state === 'guard'))
    return sign('beaker', 'care', l10n.t('a model says yes'));
  if (kind === 'judge' && state === 'failed') return sign('beaker', 'bad', l10n.t('a model says no'));
  switch (state) {
    case 'open':
      return sign('circle', 'quiet', l10n.t('not run yet'));
    case 'running':
      return sign('loading', 'active', l10n.t('running'));
    case 'passed':
      return sign('check', 'good', l10n.t('passed'));
    case 'guard':
      return sign('shield', 'good', l10n.t('guard'));
    case 'failed':
      return sign('close', 'bad', l10n.t('failed'));
    case 'declined':
      return sign('circle-slash', 'care', l10n.t('declined by you'));
    case 'notApplicable':
      return sign('circle-slash', 'quiet', l10n.t('does not apply'));
    default:
      return state satisfies never;
  }
}

/** What a check is; a command is named by itself. */
export function checkText(check: Check | undefined): string {
  if (!check) return '';
  if (check.kind === 'judge') return check.question;
  if (check.kind === 'diagnostics') return l10n.t('no new errors in {0}', check.path);
  if (check.kind === 'command')
    return check.exit === 0 ? check.command : l10n.t('{0} exits with {1}', check.command, check.exit);
  if (check.matches !== undefined) return l10n.t('{0} matches {1}', check.path, check.matches);
  if (check.valid !== undefined) return l10n.t('{0} is valid {1}', check.path, check.valid.toUpperCase());
  return l10n.t('{0} exists', check.path);
}

export function limitText(name: LimitName): string {
  switch (name) {
    case 'steps':
      return l10n.t('Steps');
    case 'tokens':
      return l10n.t('Tokens');
    case 'cost':
      return l10n.t('Cost');
    case 'minutes':
      return l10n.t('Minutes');
    case 'daySteps':
      return l10n.t('Steps today');
    case 'dayTokens':
      return l10n.t('Tokens today');
    case 'dayCost':
      return l10n.t('Cost today');
    case 'dayMinutes':
      return l10n.t('Minutes today');
    default:
      return name satisfies never;
  }
}

/** `value` is written already; dollars carry their own sign. */
export function amountText(name: LimitName, value: string): string {
  switch (name) {
    case 'steps':
      return l10n.t('{0} steps', value);
    case 'tokens':
      return l10n.t('{0} tokens', value);
    case 'cost':
      return value;
    case 'minutes':
      return l10n.t('{0} min', value);
    case 'daySteps':
      return l10n.t('{0} steps today', value);
    case 'dayTokens':
      return l10n.t('{0} tokens today', value);
    case 'dayCost':
      return l10n.t('{0} today', value);
    case 'dayMinutes':
      return l10n.t('{0} min today', value);
    default:
      return name satisfies never;
  }
}

/** A number as its limit counts it: whole, short, money or time. */
export function limitAmount(name: LimitName, value: number, language: string): string {
  switch (name) {
    case 'steps':
    case 'daySteps':
      return wholeNumber(value, language);
    case 'tokens':
    case 'dayTokens':
      return shortNumber(value, language);
    case 'cost':
    case 'dayCost':
      return money(value, language);
    case 'minutes':
    case 'dayMinutes':
      return minutes(value, language);
    default:
      return name satisfies never;
  }
}

/** What is done about a task that goes round in circles, the n-th time. */
export function stuckText(level: number, title: string): string {
  if (level <= 1) return l10n.t('“{0}” goes round in circles. The agent was told to try another way.', title);
  return level === 2
    ? l10n.t('“{0}” still goes round in circles. It goes back to the queue with what was learned.', title)
    : l10n.t('“{0}” went round in circles for the third time. It is blocked until you decide.', title);
}

export function modeText(mode: Mode): string {
  switch (mode) {
    case 'ask':
      return l10n.t('Ask before edits and commands');
    case 'autoEdit':
      return l10n.t('Edit freely, ask before commands');
    case 'continuous':
      return l10n.t('Continuous, within the limits');
    case 'readOnly':
      return l10n.t('Read only');
    default:
      return mode satisfies never;
  }
}

export function outcomeText(outcome: Outcome, proof?: Proof): string {
  switch (outcome) {
    case 'done':
      return proof === 'code' ? l10n.t('The goal is reached') : l10n.t('Finished');
    case 'failed':
      return l10n.t('The goal was not reached');
    case 'stopped':
      return l10n.t('Stopped by you');
    case 'limit':
      return l10n.t('Stopped at a limit');
    default:
      return outcome satisfies never;
  }
}
