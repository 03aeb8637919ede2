/**
 * Rules of a person, of a workspace and of a run: what they let pass, ask about or forbid beyond the built-in rules. A rule
 * names commands or paths (domains: hosts.ts). A workspace's rules can only narrow: one that lets something pass is left out.
 */
import * as z from 'zod';
import type { Understanding } from './command/understand.ts';
import { fold } from './names.ts';
import type { Access, PathVerdict } from './path.ts';

const Text = z.string().min(1).max(4000);

export const CommandRule = z.strictObject({
  verdict: z.enum(['allow', 'ask', 'deny']),
  /**
   * Either a whole command, met letter for letter, or the words of one simple command, met wherever it stands in another;
   * words that end in ` *` leave the further ones open.
   */
  command: Text,
  /** Only in this folder, relative to the root ('.' is the root); absent: in any. */
  in: z.string().optional(),
  /** Only while what a manifest says it stands for has this digest. */
  definition: z.string().optional(),
  /** With `allow`: also with the network. */
  network: z.boolean().optional(),
  /** With `network`: only while no others than these may be reached. */
  domains: z.array(z.string()).optional(),
});

const PathRule = z.strictObject({
  verdict: z.enum(['allow', 'ask', 'deny']),
  /** Relative to the root; `*` within a name, `**` for any folders, a folder for all in it. */
  path: Text,
  /** Absent: reading and editing. */
  access: z.enum(['read', 'edit']).optional(),
});

export const Rule = z.union([CommandRule, PathRule]);
export type Rule = z.infer<typeof Rule>;
export type CommandRule = z.infer<typeof CommandRule>;

export interface RuleSet {
  readonly user: readonly Rule[];
  readonly workspace: readonly Rule[];
  /** Of this run. */
  readonly run: readonly Rule[];
}

export const NO_RULES: RuleSet = { user: [], workspace: [], run: [] };

/** A rule with the place it comes from, as a verdict names it. */
export interface Met {
  readonly verdict: Rule['verdict'];
  readonly rule: string;
  readonly from: keyof RuleSet;
}

/** `user rule: allow npm test in .` */
const ruleText = (rule: Rule): string =>
  [
    rule.verdict,
    'command' in rule ? rule.command : rule.path,
    ...('in' in rule && rule.in !== undefined ? [`in ${rule.in}`] : []),
    ...('definition' in rule && rule.definition ? ['as it is now'] : []),
    ...('network' in rule && rule.network
      ? [rule.domains ? `with the domains ${rule.domains.join(', ')}` : 'with the network']
      : []),
    ...('access' in rule && rule.access ? [`to ${rule.access}`] : []),
  ].join(' ');

/** All rules that count, the narrowing ones of a workspace among them. */
const counting = (rules: RuleSet): readonly (readonly [keyof RuleSet, Rule])[] => [
  ...rules.user.map((rule) => ['user', rule] as const),
  ...rules.workspace.filter(({ verdict }) => verdict !== 'allow').map((rule) => ['workspace', rule] as const),
  ...rules.run.map((rule) => ['run', rule] as const),
];

const metBy = (from: keyof RuleSet, rule: Rule): Met => ({
  verdict: rule.verdict,
  rule: `${from} rule: ${ruleText(rule)}`,
  from,
});

export interface Asked {
  readonly command: string;
  /** Relative to the root; absent: outside it. */
  readonly folder: string | undefined;
  readonly definition: string | undefined;
  readonly understood: Understanding;
  /** Of the network it would reach only these; absent: all. */
  readonly domains: readonly string[] | undefined;
}

/** `whole`: rules about the command. `parts`: of each simple command, what lets it pass, if anything does. */
export function commandRules(
  rules: RuleSet,
  { command, folder, definition, understood, domains }: Asked,
): { readonly met: readonly Met[]; readonly passes: readonly (Met | undefined)[]; readonly network: boolean } {
  const applies = (rule: Rule): rule is CommandRule =>
    'command' in rule &&
    (rule.in === undefined || (folder !== undefined && folderOf(rule.in) === folderOf(folder))) &&
    (rule.definition === undefined || rule.definition === definition);
  const here = counting(rules).filter(([, rule]) => applies(rule)) as readonly (readonly [
    keyof RuleSet,
    CommandRule,
  ])[];
  const text = command.trim();
  const isCertain = understood.doubts.length === 0 && understood.parts.every(({ doubt }) => doubt === undefined);
  const met: Met[] = [];
  for (const [from, rule] of here) {
    const isWhole = rule.command.trim() === text;
    const isPart = understood.parts.some(({ argv }) => meets(rule.command, argv));
    // What could not be read is narrowed by any mention; it is let pass only letter for letter.
    const isMentioned = !isCertain && mentions(text, rule.command);
    if (isWhole || (rule.verdict !== 'allow' && (isPart || isMentioned))) met.push(metBy(from, rule));
  }
  const passes = understood.parts.map(({ argv, isOpen }) => {
    const found = isOpen ? undefined : here.find(([, rule]) => rule.verdict === 'allow' && meets(rule.command, argv));
    return found && metBy(...found);
  });
  const isReached = ({ network, domains: known }: CommandRule): boolean =>
    network === true && (known === undefined || domains?.every((domain) => known.includes(domain)) === true);
  return { met, passes, network: here.some(([, rule]) => isReached(rule) && rule.command.trim() === text) };
}

const folderOf = (folder: string): string => folder.replace(/^\.\/?/, '').replace(/\/+$/, '');

/** Words of a rule against words of a command. */
function meets(pattern: string, argv: readonly string[]): boolean {
  const words = pattern.trim().split(/\s+/);
  const isPrefix = words.length > 1 && words.at(-1) === '*';
  const wanted = isPrefix ? words.slice(0, -1) : words;
  return (
    (isPrefix ? argv.length >= wanted.length : argv.length === wanted.length) &&
    wanted.every((word, index) => word === argv[index])
  );
}

/** Every word of `pattern` stands somewhere in a text, a program's also with its folder. */
export function mentions(text: string, pattern: string): boolean {
  const words = text.split(/[^\w./+-]+/);
  const wanted = pattern.split(/[^\w./+-]+/).filter((word) => word !== '');
  return wanted.length > 0 && wanted.every((one) => words.some((word) => word === one || word.endsWith(`/${one}`)));
}

/** Rules about a path relative to the root. */
export function pathRules(rules: RuleSet, relative: string, access: Access): readonly Met[] {
  return counting(rules).flatMap(([from, rule]) =>
    'path' in rule && (rule.access === undefined || rule.access === access) && isUnder(relative, rule.path)
      ? [metBy(from, rule)]
      : [],
  );
}

/** Compared name by name, folded: no spelling gets around a rule. Linear in the names. */
export function isUnder(relative: string, pattern: string): boolean {
  const names = relative.split('/').map(fold);
  const wanted = pattern
    .replace(/^\.?\//, '')
    .replace(/\/+$/, '')
    .split('/')
    .map((name) => (name === '**' ? name : fold(name)));
  // The places of the pattern that can come next, after each name; a pattern that has been used up takes all below.
  let places = skipped(new Set([0]), wanted);
  for (const name of names) {
    const next = new Set<number>();
    for (const place of places) {
      const one = wanted[place];
      if (one === undefined || one === '**') next.add(place);
      else if (isNamed(name, one)) next.add(place + 1);
    }
    places = skipped(next, wanted);
  }
  return places.has(wanted.length);
}

/** `**` can also stand for no folder at all. */
function skipped(places: Set<number>, wanted: readonly string[]): Set<number> {
  for (const place of places) if (wanted[place] === '**') places.add(place + 1);
  return places;
}

function isNamed(name: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return name === head;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}

/** A rule that asks or forbids, as a verdict: no mode answers in the person's place. */
export const narrowing = ({ verdict, rule, from }: Met): PathVerdict[] =>
  verdict === 'allow'
    ? []
    : [
        {
          verdict,
          rule,
          reason: `${WHOSE[from]} ${verdict === 'deny' ? 'forbids it' : 'asks about it'}.`,
          always: true,
        },
      ];

const WHOSE: Readonly<Record<keyof RuleSet, string>> = {
  user: 'A rule of yours',
  workspace: 'A rule of this workspace',
  run: 'A rule of this run',
};
