/**
 * May this be done? One pure function for every tool: deny wins, then ask, then allow; the risk is judged here, never by the
 * model. `mapMode` then says who answers an ask. Later layers (the person's rules, a workspace's, a session's, the command
 * parser) add verdicts to `strictest`; none of them changes its shape.
 */
import type { Mode } from '../journal/event.ts';
import type { ResolvedPath } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import { hasHidden, visible } from './names.ts';
import { type Hidden, judgePath, nameOf, type PathVerdict } from './path.ts';
import type { Switches } from './switches.ts';

export interface Policy {
  readonly mode: Mode;
  /** False before the person trusts the workspace: then nothing is changed and nothing is run. */
  readonly trusted: boolean;
  /** Paths relative to the root that the person hides from every tool. */
  readonly hidden?: Hidden;
  /** What the person turned off for all runs. */
  readonly switches?: Switches;
}

/** All of a policy but the mode, which the person changes while a run is at work. */
export type Rights = Omit<Policy, 'mode'>;

export interface Decision extends PathVerdict {
  /** What was judged: it tells `mapMode` which modes may say yes. */
  readonly subject: Action['kind'];
}

/** Judges one action. The reason is one sentence for the person. */
export function decide(action: Action, policy: Policy): Decision {
  return { subject: action.kind, ...withoutCard(action, strictest(judgements(action, policy))) };
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
 * What the mode makes of a decision. `continuous` also says yes to commands: the person chose it together with a budget,
 * which the loop enforces; the sandbox that will bound such commands comes with the command policy. Where nobody can be
 * asked the loop takes `ask` for a no.
 */
export function mapMode(decision: Decision, mode: Mode): Answer {
  if (decision.verdict === 'deny') return { kind: 'refuse' };
  if (decision.verdict === 'allow') return { kind: 'run' };
  return !decision.always && SAYS_YES[mode].includes(decision.subject)
    ? { kind: 'accept', by: 'mode' }
    : { kind: 'ask' };
}

const SAYS_YES: Readonly<Record<Mode, readonly Action['kind'][]>> = {
  ask: [],
  readOnly: [],
  autoEdit: ['edit'],
  continuous: ['edit', 'command'],
};

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

function judgements(action: Action, { mode, trusted, hidden, switches }: Policy): [PathVerdict, ...PathVerdict[]] {
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
      return [judgePath(action.path, 'read', hidden), ...limits];
    case 'edit':
      return [
        judgePath(action.path, 'edit', hidden),
        ...(action.unsaved ? [UNSAVED] : []),
        ...(action.alert === undefined ? [] : [alarming(action.alert)]),
        ...limits,
      ];
    case 'delete':
      return [judgePath(action.path, 'edit', hidden), DELETION, ...limits];
    case 'command':
      return [...judgeCommand(action.command, action.cwd, hidden), ...limits];
  }
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
  ];
  return off.flatMap(([is, rule, reason]) => (is ? [{ verdict: 'deny', rule, reason }] : []));
}

const DELETION: PathVerdict = {
  verdict: 'ask',
  rule: 'deletion',
  reason: 'A deletion is asked about in every mode.',
  always: true,
};

/** Without a parser no command is provably harmless: each one asks. */
function judgeCommand(command: string, cwd: ResolvedPath, hidden: Hidden | undefined): [PathVerdict, ...PathVerdict[]] {
  const found: [PathVerdict, ...PathVerdict[]] = [
    { verdict: 'ask', rule: 'command', reason: 'A command can do anything its user can do: each one is shown first.' },
  ];
  const folder = judgePath({ ...cwd, kind: undefined }, 'edit', hidden);
  if (folder.verdict === 'deny') found.push(folder);
  else if (cwd.relative === undefined)
    found.push({ ...folder, reason: `The command runs in ${nameOf(cwd)}, outside the workspace.`, always: true });
  if (command.trim() === '') found.push({ verdict: 'deny', rule: 'command-empty', reason: 'The command is empty.' });
  if (command.includes('\0'))
    found.push({ verdict: 'deny', rule: 'command-nul', reason: 'The command holds a NUL character.' });
  if (hasHidden(command.replace(/[\t\n]/g, ''))) {
    found.push({
      verdict: 'ask',
      rule: 'command-hidden',
      reason: `The command holds characters that cannot be seen: ${visible(command)}`,
      always: true,
    });
  }
  return found;
}

/** Deny, then an ask no mode may answer, then ask, then allow; of equals the first. */
function strictest<V extends PathVerdict>(verdicts: readonly [V, ...V[]]): V {
  const rank = ({ verdict, always }: PathVerdict): number => ({ deny: 3, ask: always ? 2 : 1, allow: 0 })[verdict];
  return verdicts.reduce((worst, verdict) => (rank(verdict) > rank(worst) ? verdict : worst));
}

/**
 * A person can be asked about edits inside the workspace and about commands; there is no card yet for reading a guarded
 * file, for an edit outside or for one of the editor's folder. What cannot be asked is not done, and says so.
 */
function withoutCard(action: Action, verdict: PathVerdict): PathVerdict {
  if (verdict.verdict !== 'ask' || action.kind === 'command' || action.kind === 'none') return verdict;
  if (action.kind !== 'read' && action.path.relative !== undefined && verdict.rule !== 'editor-folder') return verdict;
  const { always: _, ...rest } = verdict;
  return {
    ...rest,
    verdict: 'deny',
    reason: `${verdict.reason} That needs a person's yes, which cannot be asked for yet.`,
  };
}
