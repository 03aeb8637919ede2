/**
 * Cmdlets that only look, each with every parameter it may be given, spelled out: PowerShell takes any beginning of a name, a
 * table of what is allowed does not. Native programs go by the tables of programs, as far as no alias stands in their way.
 */
import { readArguments, type Understood } from './arguments.ts';
import { type GitFacts, readGit } from './git.ts';
import { PROGRAMS, type Program } from './programs.ts';
import type { Simple, Word } from './script.ts';
import { SPECIAL } from './special.ts';

interface Cmdlet extends Program {
  /** Parameters whose value is one more operand. */
  readonly paths?: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');
const PATHS = words('path literalpath');
const TEXT: Cmdlet = { operands: 'text' };

const CMDLETS: Readonly<Record<string, Cmdlet>> = {
  'get-childitem': {
    long: words('recurse name file directory force hidden readonly system'),
    longValued: words('filter include exclude depth'),
    ...{ paths: PATHS, operands: 'names' },
  },
  'get-content': {
    long: ['raw'],
    longValued: words('totalcount head first tail last encoding readcount'),
    ...{ paths: PATHS, operands: 'files' },
  },
  'get-item': { long: ['force'], paths: PATHS, operands: 'names' },
  'get-location': { operands: 'none' },
  'get-filehash': { longValued: ['algorithm'], paths: PATHS, operands: 'files' },
  'test-path': { longValued: ['pathtype'], paths: PATHS, operands: 'names' },
  'resolve-path': { long: ['relative'], paths: PATHS, operands: 'names' },
  'select-string': {
    long: words('simplematch casesensitive notmatch list quiet allmatches'),
    longValued: words('pattern context encoding include exclude'),
    ...{ givesPattern: ['pattern'], paths: PATHS, operands: 'pattern-files' },
  },
  'measure-object': {
    long: words('line word character sum average maximum minimum'),
    ...{ longValued: ['property'], operands: 'none' },
  },
  'select-object': {
    long: ['unique'],
    longValued: words('first last skip index property expandproperty'),
    operands: 'text',
  },
  'sort-object': { long: words('descending unique casesensitive'), longValued: ['property'], operands: 'text' },
  'group-object': { long: ['noelement'], longValued: ['property'], operands: 'text' },
  'format-table': { long: words('autosize wrap hidetableheaders'), longValued: ['property'], operands: 'text' },
  'format-list': { longValued: ['property'], operands: 'text' },
  'out-string': { longValued: ['width'], operands: 'none' },
  'out-null': { operands: 'none' },
  'write-output': TEXT,
  'write-host': { long: ['nonewline'], operands: 'text' },
  'get-date': { longValued: words('format uformat'), operands: 'none' },
  'split-path': { long: words('leaf parent qualifier extension leafbase'), longValued: ['path'], operands: 'text' },
};

const ALIASES: Readonly<Record<string, string>> = {
  ...{ ls: 'get-childitem', dir: 'get-childitem', gci: 'get-childitem' },
  ...{ cat: 'get-content', gc: 'get-content', type: 'get-content', gi: 'get-item' },
  ...{ pwd: 'get-location', gl: 'get-location', rvpa: 'resolve-path', sls: 'select-string' },
  ...{ measure: 'measure-object', select: 'select-object', sort: 'sort-object', group: 'group-object' },
  ...{ ft: 'format-table', fl: 'format-list', echo: 'write-output', write: 'write-output' },
  ...{ cd: 'set-location', sl: 'set-location', chdir: 'set-location' },
  ...{ rm: 'remove-item', ri: 'remove-item', del: 'remove-item', erase: 'remove-item' },
  ...{ rd: 'remove-item', rmdir: 'remove-item', cp: 'copy-item', copy: 'copy-item', cpi: 'copy-item' },
  ...{ mv: 'move-item', move: 'move-item', mi: 'move-item', ren: 'rename-item', rni: 'rename-item' },
  ...{ ni: 'new-item', md: 'new-item', mkdir: 'new-item', sc: 'set-content', ac: 'add-content' },
  ...{ clc: 'clear-content', tee: 'tee-object', curl: 'invoke-webrequest', wget: 'invoke-webrequest' },
  ...{ iwr: 'invoke-webrequest', irm: 'invoke-restmethod' },
};

/** A cmdlet's or program's name in one spelling. */
export function cmdletName(name: string): string {
  const plain = name.toLowerCase();
  // `sort.exe` is a program; the alias of that name is none.
  const program = plain.replace(/\.exe$/, '');
  if (program !== plain) return NATIVE.has(program) ? program : plain;
  return Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] ?? plain) : plain;
}

/** The same command as the rules that deny know it. */
export function inOtherWords({ argv: [name, ...args], ...rest }: Simple): Simple {
  const known = cmdletName(name.text);
  const text = known === 'remove-item' ? 'rm' : /^invoke-(?:webrequest|restmethod)$/.test(known) ? 'curl' : known;
  const slashed = args.map((word) => ({
    ...word,
    text: word.text.replace(/^\$(?:env:USERPROFILE|env:HOME|HOME)(?=$|[\\/])/i, '~').replaceAll('\\', '/'),
  }));
  return { ...rest, argv: [{ ...name, text }, ...slashed] };
}

/** Write to what their operands name. */
const WRITERS: ReadonlySet<string> = new Set(
  words(
    'remove-item copy-item move-item rename-item new-item set-content add-content clear-content out-file tee-object',
  ),
);

export const cmdletWrites = ({ argv: [name, ...args] }: Simple): readonly Word[] =>
  WRITERS.has(cmdletName(name.text)) ? args.filter(({ text }) => !text.startsWith('-')) : [];

/** Programs that mean the same in every shell. */
const NATIVE: ReadonlySet<string> = new Set([
  ...words('git npm'),
  ...Object.entries(PROGRAMS).flatMap(([name, { onlyAlone }]) => (onlyAlone ? [name] : [])),
]);

/** `git`: of the repository it would work on; undefined where nothing is known of it. */
export function readCmdlet({ argv: [name, ...args] }: Simple, git: GitFacts | undefined): Understood {
  const known = cmdletName(name.text);
  if (Object.hasOwn(CMDLETS, known)) {
    const cmdlet = CMDLETS[known] as Cmdlet;
    // PowerShell leaves patterns to the cmdlet.
    return readArguments(known, { ...cmdlet, hasHarmlessFlags: true }, asFlags(cmdlet, args));
  }
  if (!NATIVE.has(known)) return { doubt: `${name.text} can do anything` };
  const quoting = args.find(({ text }) => text.includes('"'));
  if (quoting) return { doubt: 'a quote in a word may reach the program as something else' };
  if (known === 'git') return readGit(args, git);
  return SPECIAL[known]?.(args) ?? readArguments(known, PROGRAMS[known] as Program, args);
}

/** Parameters in the spelling of the tables; values of those that name paths stand behind all other operands. */
function asFlags({ paths = [] }: Cmdlet, args: readonly Word[]): readonly Word[] {
  const flags: Word[] = [];
  const named: Word[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as Word;
    const parameter = /^-([A-Za-z]\w*)$/.exec(word.text)?.[1]?.toLowerCase();
    const value = args[at + 1];
    if (parameter === undefined) flags.push(word);
    else if (paths.includes(parameter) && value && !value.text.startsWith('-')) {
      named.push(value);
      at++;
    } else flags.push({ ...word, text: `--${parameter}` });
  }
  return [...flags, ...named];
}
