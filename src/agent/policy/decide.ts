/**
 * May this be done? One pure function for every tool: deny wins, then ask, then allow; the risk is judged here, never by the
 * model. The person's rules, a workspace's and a run's only add verdicts. `mapMode` then says who answers an ask.
 */
import type { Mode } from '../journal/event.ts';
import type { Confinement, ResolvedPath } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import { judgeCommand } from './command/judge.ts';
import { visible } from './names.ts';
import { type Access, type Hidden, judgePath, type PathVerdict } from './path.ts';
import { mentions, narrowing, pathRules, type RuleSet } from './rule.ts';
import type { Switches } from './switches.ts';

export interface Policy {
  readonly mode: Mode;
  /** False before the person trusts the workspace: then nothing is changed and nothing is run. */
  readonly trusted: boolean;
  /** Paths relative to the root that the person hides from every tool. */
  readonly hidden?: Hidden;
  /** What the person turned off for all runs. */
  readonly switches?: Switches;
  /** What the person, the workspace and this run add to the built-in rules. */
  readonly rules?: RuleSet;
  /** Hears each decision, a line each: DEBUG=True. */
  readonly log?: (line: string) => void;
}

/** All of a policy but the mode, which the person changes while a run is at work. */
export type Rights = Omit<Policy, 'mode'>;

export interface Decision extends PathVerdict {
  /** What was judged: it tells `mapMode` which modes may say yes. */
  readonly subject: Action['kind'];
  /** A command that would run in the sandbox. */
  readonly isConfined?: boolean;
}

/** Judges one action. The reason is one sentence for the person. */
export function decide(action: Action, policy: Policy): Decision {
  return {
    subject: action.kind,
    ...(action.kind === 'command' && { isConfined: action.looked?.sandbox !== undefined }),
    ...strictest(judgements(action, policy)),
  };
}

/** Judges a whole call: its strictest action decides. A call that touches nothing is allowed. */
export function decideAll(actions: readonly Action[], policy: Policy): Decision {
  const [first = decide({ kind: 'none' }, policy), ...rest] = actions.map((action) => decide(action, policy));
  return strictest([first, ...rest]);
}

/** Who answers: nobody need (`run`), the mode (`accept`), the person (`ask`), or it is not done (`refuse`). */
export type Answer =
  | { readonly kind: 'run' }
  | { readonly kind: 'accept'; readonly by: 'mode' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'refuse' };

/**
 * What the mode makes of a decision. `continuous` also says yes to commands, but only to those that run in the sandbox.
 * Where nobody can be asked the loop takes `ask` for a no.
 */
export function mapMode(decision: Decision, mode: Mode): Answer {
  if (decision.verdict === 'deny') return { kind: 'refuse' };
  if (decision.verdict === 'allow') return { kind: 'run' };
  const isBound = decision.subject !== 'command' || decision.isConfined === true;
  return !decision.always && isBound && SAYS_YES[mode].includes(decision.subject)
    ? { kind: 'accept', by: 'mode' }
    : { kind: 'ask' };
}

const SAYS_YES: Readonly<Record<Mode, readonly Action['kind'][]>> = {
  ask: [],
  readOnly: [],
  autoEdit: ['edit'],
  continuous: ['edit', 'command'],
};

/** One line for the log. */
export const decisionLine = (what: string, { verdict, rule, reason }: Decision, answer: Answer): string =>
  `[DEBUG] ${visible(what)}: ${verdict}, ${answer.kind} (${rule}): ${reason}`;

/** What the model is told of a refusal: that nothing happened, why, and what to do instead. */
export function refusalText(decision: Decision): string {
  const next = decision.instead ?? INSTEAD[decision.subject];
  return `Refused by policy (${decision.rule}), nothing was done: ${decision.reason} ${next}`;
}

const INSTEAD: Readonly<Record<Action['kind'], string>> = {
  none: 'Go on without it.',
  read: 'Go on without it, or repeat the call without this path.',
  delete: 'The file was NOT deleted. Leave it, or tell the person that it is no longer needed.',
  edit: 'The file was NOT changed. Reach the goal another way, or tell the person what to change there.',
  command: 'The command was NOT run. Reach the goal another way, or tell the person what to run.',
};

function judgements(
  action: Action,
  { mode, trusted, hidden, switches, rules }: Policy,
): [PathVerdict, ...PathVerdict[]] {
  const effect = action.kind !== 'none' && action.kind !== 'read';
  const limits: PathVerdict[] = [];
  if (effect && !trusted)
    limits.push({
      verdict: 'deny',
      rule: 'untrusted',
      reason: 'The workspace is not trusted: until it is, Goalwright only reads.',
    });
  if (effect && mode === 'readOnly')
    limits.push({
      verdict: 'deny',
      rule: 'read-only',
      reason: 'The run is in read-only mode: nothing is changed and nothing is run.',
    });
  limits.push(...turnedOff(action, switches));
  switch (action.kind) {
    case 'none':
      return [{ verdict: 'allow', rule: 'no-effect', reason: 'The call touches nothing.' }];
    case 'read':
      return [...judgeByRules(action.path, 'read', hidden, rules), ...limits];
    case 'edit':
      return [
        ...judgeByRules(action.path, 'edit', hidden, rules),
        ...(action.unsaved ? [UNSAVED] : []),
        ...(action.alert === undefined ? [] : [alarming(action.alert)]),
        ...limits,
      ];
    case 'delete':
      return [...judgeByRules(action.path, 'edit', hidden, rules), DELETION, ...limits];
    case 'command':
      return [...judgeCommand(action, { hidden, rules }), ...limits];
  }
}

/** A rule that lets a path pass answers the plain question about an edit, never one that is asked in every mode. */
function judgeByRules(
  path: ResolvedPath,
  access: Access,
  hidden: Hidden | undefined,
  rules: RuleSet | undefined,
): [PathVerdict, ...PathVerdict[]] {
  const built = judgePath(path, access, hidden);
  const met = rules && path.relative !== undefined ? pathRules(rules, path.relative, access) : [];
  const passed = met.find(({ verdict }) => verdict === 'allow');
  const first: PathVerdict =
    passed && built.verdict === 'ask' && !built.always
      ? { verdict: 'allow', rule: passed.rule, reason: 'A rule lets it pass.' }
      : built;
  return [first, ...met.flatMap(narrowing)];
}

const UNSAVED: PathVerdict = {
  verdict: 'ask',
  rule: 'unsaved',
  reason: 'The file has unsaved changes of yours in the editor: accepting saves them too.',
  always: true,
};

const alarming = (alert: string): PathVerdict => ({
  verdict: 'ask',
  rule: 'edit-alert',
  reason: alert,
  always: true,
});

/** What the person turned off says no before anything else is looked at. */
function turnedOff(action: Action, switches: Switches | undefined): PathVerdict[] {
  if (!switches || action.kind === 'none') return [];
  const place = action.kind === 'command' ? action.cwd : action.path;
  const off: [boolean, string, string][] = [
    [
      action.kind === 'edit' || action.kind === 'delete' ? !switches.edits : false,
      'edits-off',
      'Changing files is turned off.',
    ],
    [action.kind === 'delete' && !switches.deletion, 'deletion-off', 'Deleting files is turned off.'],
    [action.kind === 'command' && !switches.commands, 'commands-off', 'Running commands is turned off.'],
    [
      !switches.outside && !('fault' in place) && place.relative === undefined,
      'outside-off',
      'Whatever is outside the workspace is turned off.',
    ],
    [
      action.kind === 'command' && goesFurther(action.looked?.sandbox, switches.domains),
      'network-domains',
      `Only some domains may be reached (allowedDomains), and a command gets all of the network or none: ${(action.kind === 'command' && action.looked?.allOrNothing) || 'nothing here can hold it to them.'}`,
    ],
    [
      action.kind === 'command' && switches.disabled.some((name) => names(action, name)),
      'program-off',
      'A program in it is turned off (disabledCommands).',
    ],
  ];
  return off.flatMap(([is, rule, reason]) => (is ? [{ verdict: 'deny', rule, reason }] : []));
}

/** It would reach more than the person's list of domains. */
const goesFurther = (sandbox: Confinement | undefined, listed: readonly string[] | undefined): boolean =>
  sandbox?.network === true &&
  listed !== undefined &&
  sandbox.domains?.every((domain) => listed.includes(domain)) !== true;

/** A program runs in it, or may: its name stands in what nobody can read for certain. */
function names({ command, looked }: Extract<Action, { kind: 'command' }>, program: string): boolean {
  const { parts, doubts } = looked?.understood ?? { parts: [], doubts: ['unread'] };
  if (parts.some(({ argv: [name] }) => name.replace(/^.*\//, '') === program)) return true;
  const isCertain = doubts.length === 0 && parts.every(({ doubt }) => doubt === undefined);
  return !isCertain && mentions(command, program);
}

const DELETION: PathVerdict = {
  verdict: 'ask',
  rule: 'deletion',
  reason: 'A deletion is asked about in every mode.',
  always: true,
};

/** Deny, then an ask no mode may answer, then ask, then allow; of equals the first. */
function strictest<V extends PathVerdict>(verdicts: readonly [V, ...V[]]): V {
  const rank = ({ verdict, always }: PathVerdict): number => ({ deny: 3, ask: always ? 2 : 1, allow: 0 })[verdict];
  return verdicts.reduce((worst, verdict) => (rank(verdict) > rank(worst) ? verdict : worst));
}
