/**
 * What may be done with a path. Judged on both its real form (links resolved) and the form it was asked for, by the table
 * in path-rules.ts: deny wins over ask, ask over allow.
 */
import type { PathFault, ResolvedPath } from '../ports.ts';
import { fold, foldInvisible, hasHidden, segmentsOf, visible } from './names.ts';
import { PATH_RULES, type PathRule, type Restriction } from './path-rules.ts';
import { isWindowsPath, spellingFault } from './spelling.ts';

/** `name`: no more than that it is there, its size and its kind. Inside the workspace only a hidden one is no business of anyone. */
export type Access = 'name' | 'read' | 'edit';

export interface PathVerdict {
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly rule: string;
  /** One sentence for a person. */
  readonly reason: string;
  /** It asks in every mode. */
  readonly always?: boolean;
  /** What the model can do instead. */
  readonly instead?: string;
}

/** True for a path, relative to the root, that the person hides from every tool (`.goalwrightignore`). */
export type Hidden = (relative: string) => boolean;

/** Judges one path. A path that cannot be resolved is denied. */
export function judgePath(path: ResolvedPath | PathFault, access: Access, hidden: Hidden = () => false): PathVerdict {
  if ('fault' in path) return { verdict: 'deny', rule: 'path-spelling', reason: path.fault };
  const fault = spellingFault(path.given, isWindowsPath(path.real));
  if (fault) return { verdict: 'deny', rule: 'path-spelling', reason: fault };
  const found = [...fromTable(path, access), ...fromState(path, access, hidden)];
  return (
    found.find(({ verdict }) => verdict === 'deny') ??
    found.find(({ verdict }) => verdict === 'ask') ??
    (access !== 'edit'
      ? { verdict: 'allow', rule: 'workspace-read', reason: `${nameOf(path)} is in the workspace.` }
      : {
          verdict: 'ask',
          rule: 'workspace-edit',
          reason: `${nameOf(path)} is in the workspace: each edit is shown first.`,
        })
  );
}

/** An approval holds for one place: deny when the same path now leads elsewhere (a folder swapped for a link). */
export function judgeMoved(before: ResolvedPath, now: ResolvedPath | PathFault): PathVerdict | undefined {
  if (!('fault' in now) && now.real === before.real && now.kind === before.kind) return undefined;
  return {
    verdict: 'deny',
    rule: 'path-moved',
    reason: `${nameOf(before)} no longer leads where it did when it was judged.`,
  };
}

/** Name for people: relative to the root where possible, hidden characters written out. */
export const nameOf = (path: ResolvedPath): string =>
  `"${visible(path.relative === undefined ? path.real : path.relative || '.')}"`;

/** Rules of the table that meet the path. */
function fromTable(path: ResolvedPath, access: Access): PathVerdict[] {
  const where = path.relative === undefined ? 'outside' : 'inside';
  if (access === 'name' && where === 'inside') return [];
  const forms = formsOf(path);
  return PATH_RULES.flatMap((rule) => {
    const restriction = rule[access === 'name' ? 'read' : access];
    if (!restriction || (rule.where && rule.where !== where)) return [];
    if (forms.some(({ folded, own }) => meets(rule, folded, own))) return [verdictOf(path, rule, restriction)];
    // Only without its invisible characters does it meet the rule. Git itself takes such a name for `.git`; elsewhere it
    // is another file on most systems, so a person looks at it.
    if (!forms.some(({ bare, own }) => bare && meets(rule, bare, own))) return [];
    return [verdictOf(path, rule, rule.name === 'git' ? restriction : 'ask')];
  });
}

/** What the rules cannot say by name: what the path is, and where. */
function fromState(path: ResolvedPath, access: Access, hidden: Hidden): PathVerdict[] {
  const name = nameOf(path);
  const found: PathVerdict[] = [];
  const add = (verdict: Restriction, rule: string, reason: string): void => {
    found.push({ verdict, rule, reason: `${name} ${reason}.`, ...(verdict === 'ask' && { always: true }) });
  };
  const inside = path.relative !== undefined;
  if (path.hidden || [path.relative, path.lexical].some((form) => form && hidden(form)))
    found.push({
      verdict: 'deny',
      rule: 'ignored',
      reason: `${name} is hidden from Goalwright by .goalwrightignore.`,
      instead: 'Nothing was read or changed there. Go on without it.',
    });
  if (path.kind === 'other') add('deny', 'special-file', 'is a device, pipe or socket');
  if (access === 'edit' && path.kind === 'directory') add('deny', 'folder', 'is a folder, not a file');
  if (!inside) add('ask', 'outside', 'is outside the workspace');
  if (path.given.startsWith('-') || path.lexical?.startsWith('-'))
    add('ask', 'option-like', 'looks like an option of a command');
  if (access === 'edit' && path.kind === 'file' && path.links > 1)
    add('ask', 'several-links', `has ${path.links} names: the others change with it`);
  if (access === 'edit' && hasHidden(path.given))
    add('ask', 'hidden-characters', 'has characters in its name that cannot be seen');
  return found;
}

function verdictOf(path: ResolvedPath, rule: PathRule, verdict: Restriction): PathVerdict {
  return {
    verdict,
    rule: rule.name,
    reason: `${nameOf(path)} ${rule.why}.`,
    ...(verdict === 'ask' && { always: true }),
    ...(rule.instead && { instead: rule.instead }),
  };
}

/** A path's names as they are compared. */
interface Form {
  readonly folded: readonly string[];
  /** Without invisible characters, where there are any. */
  readonly bare: readonly string[] | undefined;
  /** How many of the names are the root's: a root inside `.aws` does not taint everything in it. */
  readonly own: number;
}

function formsOf(path: ResolvedPath): Form[] {
  const real = segmentsOf(path.real);
  if (path.relative === undefined) return [formOf(real, 0), formOf(segmentsOf(path.lexical ?? path.given), 0)];
  const inside = path.relative === '' ? [] : segmentsOf(path.relative);
  const root = real.slice(0, real.length - inside.length);
  const forms = [formOf(real, root.length)];
  if (path.lexical && path.lexical !== path.relative)
    forms.push(formOf([...root, ...segmentsOf(path.lexical)], root.length));
  return forms;
}

function formOf(names: readonly string[], own: number): Form {
  const folded = names.map(fold);
  const bare = names.map(foldInvisible);
  return { folded, bare: bare.some((name, index) => name !== folded[index]) ? bare : undefined, own };
}

/** A pattern met anywhere below the root's own names; what it is met by must not be an exception. */
function meets(rule: PathRule, names: readonly string[], own: number): boolean {
  const { patterns, except } = testsOf(rule);
  return patterns.some((pattern) => {
    for (let end = Math.max(own + 1, pattern.length); end <= names.length; end++) {
      const met = pattern.every((test, index) => test.test(names[end - pattern.length + index] ?? ''));
      if (met && !except.some((test) => test.test(names[end - 1] ?? ''))) return true;
    }
    return false;
  });
}

interface Tests {
  readonly patterns: readonly (readonly RegExp[])[];
  readonly except: readonly RegExp[];
}
const known = new WeakMap<PathRule, Tests>();

function testsOf(rule: PathRule): Tests {
  let tests = known.get(rule);
  if (!tests) {
    const patterns = rule.patterns.map(segmentsOf);
    // The many patterns of one name are one test.
    const single = patterns.flatMap((names) => (names.length === 1 ? names : []));
    const longer = patterns.filter((names) => names.length > 1);
    tests = {
      patterns: [
        ...(single.length > 0 ? [[nameTest(single)]] : []),
        ...longer.map((names) => names.map((name) => nameTest([name]))),
      ],
      except: (rule.except ?? []).map((name) => nameTest([name])),
    };
    known.set(rule, tests);
  }
  return tests;
}

/** Any of these names, with `*` for any run of characters; an anchored pattern's first name is the empty one. */
const nameTest = (names: readonly string[]): RegExp => new RegExp(`^(?:${names.map(nameSource).join('|')})$`, 'su');

const nameSource = (name: string): string =>
  name
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
