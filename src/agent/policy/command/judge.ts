/** A command that was looked into, judged: denials, places, doubts and the rules of person, workspace and run. Pure. */
import type { Action } from '../../tools/tool.ts';
import { hasHidden, visible } from '../names.ts';
import { type Hidden, judgePath, nameOf, type PathVerdict } from '../path.ts';
import { commandRules, NO_RULES, narrowing, type RuleSet } from '../rule.ts';
import type { Understanding } from './understand.ts';

type CommandAction = Extract<Action, { kind: 'command' }>;

/** Nothing is known of it. */
const UNREAD: Understanding = { parts: [], doubts: ['it was not looked into'], denials: [], touches: [] };

export function judgeCommand(
  { command, cwd, looked }: CommandAction,
  { hidden, rules = NO_RULES }: { readonly hidden: Hidden | undefined; readonly rules: RuleSet | undefined },
): [PathVerdict, ...PathVerdict[]] {
  const understood = looked?.understood ?? UNREAD;
  const { met, passes, network } = commandRules(rules, {
    command,
    folder: cwd.relative,
    definition: looked?.definition,
    understood,
    domains: looked?.sandbox?.domains,
  });
  const passed = met.find(({ verdict }) => verdict === 'allow');
  const open = understood.parts.flatMap(({ doubt }, index) => (doubt && !passes[index] ? [doubt] : []));
  const [doubt] = passed ? [] : [...open, ...understood.doubts];
  const by = passed ?? passes.find((one) => one !== undefined);
  const first: PathVerdict =
    doubt !== undefined
      ? { verdict: 'ask', rule: 'command', reason: `A command that is not provably harmless is shown first: ${doubt}.` }
      : by
        ? { verdict: 'allow', rule: by.rule, reason: 'A rule lets it pass.' }
        : { verdict: 'allow', rule: 'command-harmless', reason: 'It only looks at what it may look at.' };
  return [
    first,
    ...understood.denials.map(({ rule, reason }): PathVerdict => ({ verdict: 'deny', rule, reason })),
    ...placeOf(cwd, hidden),
    ...understood.touches.flatMap(({ path, access }) => {
      const verdict = judgePath(path, access, hidden);
      return verdict.verdict === 'deny' || verdict.always ? [verdict] : [];
    }),
    ...met.flatMap(narrowing),
    ...(looked?.sandbox?.network && !network ? [networkOf(looked.sandbox.domains)] : []),
    ...spellingOf(command),
  ];
}

const networkOf = (domains: readonly string[] | undefined): PathVerdict => ({
  verdict: 'ask',
  rule: domains ? 'command-domains' : 'command-network',
  reason: domains
    ? `It wants to reach the domains on your list (${visible(domains.join(', '))}), which a command may only when you say so.`
    : 'It wants to use the network, which a command gets only when you say so.',
  always: true,
});

function placeOf(cwd: CommandAction['cwd'], hidden: Hidden | undefined): PathVerdict[] {
  const folder = judgePath({ ...cwd, kind: undefined }, 'edit', hidden);
  if (folder.verdict === 'deny') return [folder];
  return cwd.relative === undefined
    ? [{ ...folder, reason: `The command runs in ${nameOf(cwd)}, outside the workspace.`, always: true }]
    : [];
}

function spellingOf(command: string): PathVerdict[] {
  const found: PathVerdict[] = [];
  if (command.trim() === '') found.push({ verdict: 'deny', rule: 'command-empty', reason: 'The command is empty.' });
  if (command.includes('\0'))
    found.push({ verdict: 'deny', rule: 'command-nul', reason: 'The command holds a NUL character.' });
  const shown = command.replace(/[\t\n]/g, '').replace(/\p{Extended_Pictographic}\u200d/gu, '');
  if (hasHidden(shown))
    found.push({
      verdict: 'ask',
      rule: 'command-hidden',
      reason: `The command holds characters that cannot be seen: ${visible(command)}`,
      always: true,
    });
  return found;
}
