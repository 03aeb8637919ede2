/** Programs whose words need more than a table: each says which files it reads, or why it asks. */
import { type Named, readArguments, type Understood } from './arguments.ts';
import { PROGRAMS, type Program } from './programs.ts';
import type { Word } from './script.ts';

type Reader = (args: readonly Word[]) => Understood;

const doubt = (text: string): Understood => ({ doubt: text });
const words = (text: string): readonly string[] => text.split(' ');

/** Names of files in its place could be flags. */
const mayBeFlag = ({ text, isPattern }: Word): boolean => isPattern && /^[-*?[]/.test(text);

/** Tests that look; `-exec`, `-delete`, `-fprint` and what is not known ask. */
const FIND_TESTS: ReadonlySet<string> = new Set(
  words(
    '-name -iname -path -ipath -wholename -regex -iregex -type -size -maxdepth -mindepth -mtime -mmin -atime -ctime -newer -perm -user -group -links -printf -regextype',
  ),
);
const FIND_PLAIN: ReadonlySet<string> = new Set(
  words(
    '-print -print0 -not ! -o -or -a -and ( ) -empty -readable -executable -prune -depth -xdev -mount -follow -quit -true -false -ls',
  ),
);

const find: Reader = (args) => {
  const start = args.findIndex(({ text }) => /^[-!(]/.test(text));
  const roots = start < 0 ? args : args.slice(0, start);
  const rest = start < 0 ? [] : args.slice(start);
  if (roots.some(mayBeFlag)) return doubt('find is given a pattern that may become a test');
  const names: Named[] = roots.map((word) => ({ word, access: 'names' }));
  for (let at = 0; at < rest.length; at++) {
    const { text, isPattern } = rest[at] as Word;
    if (isPattern) return doubt('find is given a pattern that the shell fills in');
    if (FIND_PLAIN.has(text)) continue;
    if (!FIND_TESTS.has(text)) return doubt(`find is given ${text}, of which it is not known that it only looks`);
    const value = rest[++at];
    if (!value || value.isPattern) return doubt(`find is given ${text} without a plain value`);
    if (text === '-newer') names.push({ word: value, access: 'names' });
  }
  return { names };
};

/** A script that only prints lines: `10,20p`, `$p`, `/text/p`; several joined by `;`. */
const SED_PRINTS = /^(?:(?:\d+|\$|\/[^/\\{}]*\/)(?:,(?:\d+|\$|\+\d+|\/[^/\\{}]*\/))?[pq=]?;?)+$/;

const sed: Reader = (args) => {
  const flags = args.filter(({ text }) => /^-/.test(text) && text !== '-');
  if (
    flags.some(({ text }) => !/^-[nErs]+$/.test(text) && !['--quiet', '--silent', '--regexp-extended'].includes(text))
  )
    return doubt('sed is given a flag of which it is not known that it only prints');
  if (args.some(mayBeFlag)) return doubt('sed is given a pattern that may become a flag');
  const [script, ...files] = args.filter((word) => !flags.includes(word));
  if (!script || !SED_PRINTS.test(script.text)) return doubt('the script of sed does more than print lines');
  return { names: files.map((word) => ({ word, access: 'content' })) };
};

/** Subcommands that look, with their flags; patches only where no program of the repository makes them. */
const PATCH = ['no-ext-diff', 'no-textconv'];
const LIMITED = words('stat shortstat numstat name-only name-status summary no-patch quiet');
const DIFF = [
  ...LIMITED,
  ...PATCH,
  ...words('cached staged no-color no-renames ignore-all-space ignore-space-change word-diff patch'),
  'exit-code',
  'check',
];
const LOG = [
  ...DIFF,
  ...words(
    'oneline all graph decorate no-decorate merges no-merges first-parent follow reverse abbrev-commit date-order topo-order branches tags remotes',
  ),
];
const LOG_VALUED = words('max-count skip since until after before author committer grep date diff-filter');
const LOG_JOINED = words('format pretty decorate unified color abbrev');

const GIT: Readonly<Record<string, Program & { readonly patches?: 'always' | 'asked' }>> = {
  status: {
    short: 'sbvz',
    joined: 'u',
    long: words('short branch long porcelain verbose ahead-behind no-renames show-stash null'),
    longJoined: words('porcelain untracked-files ignored'),
    operands: 'names',
  },
  log: {
    short: 'nzi',
    valued: 'nL',
    long: LOG,
    longValued: LOG_VALUED,
    longJoined: LOG_JOINED,
    operands: 'names',
    isCounted: true,
    patches: 'asked',
  },
  diff: {
    short: 'swbzp',
    joined: 'U',
    long: DIFF,
    longValued: ['diff-filter'],
    longJoined: words('unified color'),
    operands: 'names',
    patches: 'always',
  },
  show: {
    short: 'sz',
    joined: 'U',
    long: LOG,
    longValued: LOG_VALUED,
    longJoined: LOG_JOINED,
    operands: 'names',
    patches: 'always',
  },
  'ls-files': {
    short: 'comdzst',
    long: words('cached others modified deleted exclude-standard stage full-name'),
    operands: 'names',
  },
  'ls-tree': { short: 'rtlz', long: words('name-only full-tree long'), operands: 'names' },
  'rev-parse': {
    short: 'q',
    long: words('verify short abbrev-ref show-toplevel is-inside-work-tree git-dir symbolic-full-name show-prefix'),
    longJoined: ['short', 'abbrev-ref'],
    operands: 'text',
  },
  'rev-list': {
    short: 'n',
    valued: 'n',
    long: words('count all merges no-merges'),
    longValued: ['max-count'],
    operands: 'text',
  },
  describe: { long: words('tags always dirty all long'), longJoined: ['abbrev'], operands: 'text' },
  branch: {
    short: 'avrl',
    long: words('all list show-current verbose remotes merged no-merged'),
    longValued: ['sort', 'format'],
    operands: 'none',
  },
  tag: { short: 'l', long: ['list'], longValued: ['sort'], operands: 'none' },
  remote: { short: 'v', long: ['verbose'], operands: 'none' },
  blame: { short: 'swle', valued: 'L', long: PATCH, longValued: ['date'], operands: 'names', patches: 'always' },
  grep: {
    short: 'nilLcvwhHEFPq',
    valued: 'eABC',
    long: words(
      'line-number ignore-case files-with-matches count invert-match word-regexp fixed-strings extended-regexp cached untracked',
    ),
    longValued: words('max-depth context'),
    givesPattern: ['e'],
    operands: 'pattern-files',
  },
  shortlog: { short: 'sne', operands: 'text' },
  reflog: { valued: 'n', operands: 'none', isCounted: true },
  'show-ref': { short: 'dsq', long: words('heads tags head dereference hash verify quiet'), operands: 'text' },
  'for-each-ref': {
    long: ['ignore-case'],
    longValued: words('count sort format points-at merged no-merged contains no-contains'),
    operands: 'text',
  },
  // A second operand is what it is set to.
  'symbolic-ref': { short: 'q', long: words('short quiet'), operands: 'text', max: 1 },
  'merge-base': { short: 'a', long: words('all is-ancestor octopus fork-point'), operands: 'text' },
  'name-rev': { long: words('name-only tags always'), operands: 'text' },
  'check-ignore': { short: 'vqn', long: words('verbose quiet non-matching no-index'), operands: 'names' },
  'count-objects': { short: 'vH', operands: 'none' },
  'stash list': { operands: 'none' },
  'worktree list': { short: 'v', long: ['porcelain'], operands: 'none' },
  'remote get-url': { long: ['all'], operands: 'text' },
  'cat-file': { short: 'tsp', operands: 'text' },
};

const git: Reader = (args) => {
  const rest = args[0]?.text === '--no-pager' ? args.slice(1) : args;
  const [verb, ...after] = rest;
  if (!verb) return doubt('git is given nothing');
  const isPair = after[0] !== undefined && Object.hasOwn(GIT, `${verb.text} ${after[0].text}`);
  const first = isPair ? { text: `${verb.text} ${after[0]?.text}`, isPattern: false } : verb;
  const others = isPair ? after.slice(1) : after;
  if (first.text === '--version' && others.length === 0) return { names: [] };
  const program = Object.hasOwn(GIT, first.text) ? GIT[first.text] : undefined;
  if (!program || first.isPattern) return doubt(`git ${first.text} may change something`);
  const given = new Set(others.map(({ text }) => text));
  const asksForPatch =
    given.has('-p') || given.has('--patch') || [...given].some((text) => /^-U|^--unified|^-L/.test(text));
  const isLimited = LIMITED.some((name) => given.has(`--${name}`)) || given.has('-s');
  const isBlob =
    first.text === 'show' &&
    !given.has('--') &&
    others.some(({ text }) => /^[^-:][^:]*:[^:]+$/.test(text)) &&
    others.every(({ text }) => /^-[sz]$/.test(text) || /^[^-:][^:]*:[^:]+$/.test(text));
  const showsPatch =
    program.patches === 'always'
      ? (asksForPatch || !isLimited) && !isBlob
      : program.patches === 'asked' && asksForPatch;
  if (showsPatch && !PATCH.every((name) => given.has(`--${name}`)))
    return doubt(`git ${first.text} may run what the repository names for showing differences`);
  const understood = readArguments(`git ${first.text}`, program, others);
  if ('doubt' in understood) return understood;
  if (program.operands === 'pattern-files') return understood;
  // Revisions and paths look alike: each is judged as a path, of `revision:path` the path; a range names none.
  const operands = others.filter(({ text }) => !text.startsWith('-'));
  if (operands.some(({ text }) => /^[/~]/.test(text))) return doubt('git is given a path that is not of the work tree');
  return {
    names: operands
      .filter(({ text }) => !/^[\w./@^~-]*[\w@^~-]\.\.\.?[\w@^~-][\w./@^~-]*$/.test(text) || text.includes('/../'))
      .map(({ text, isPattern }) => ({
        word: { text: text.replace(/^[^:]*:(?=.)/, ''), isPattern },
        access: 'content' as const,
      })),
  };
};

/** What npm says of the project without running anything of it. */
const NPM: Readonly<Record<string, Program>> = Object.fromEntries(
  words('ls list ll root prefix').map((name) => [
    name,
    { short: 'a', long: words('all json parseable long'), longValued: words('depth omit include'), operands: 'text' },
  ]),
);

const npm: Reader = (args) => {
  const [first, ...others] = args;
  const program = first && Object.hasOwn(NPM, first.text) ? NPM[first.text] : undefined;
  if (program) return readArguments(`npm ${first?.text}`, program, others);
  return args.length === 1 && /^(?:--version|-v)$/.test(first?.text ?? '')
    ? { names: [] }
    : doubt(`npm ${first?.text ?? ''} can run scripts and fetch packages`);
};

/** Says where a program is; anything else it runs. */
const command: Reader = ([flag, ...names]) =>
  /^-[vV]$/.test(flag?.text ?? '') && names.every(({ text, isPattern }) => !text.startsWith('-') && !isPattern)
    ? { names: [] }
    : doubt('command runs what it is given');

/** A comparison of numbers evaluates expressions in some shells; what asks about one file, or compares texts, does not. */
const test: Reader = (args) => {
  // Names of files could become questions.
  if (args.some(({ isPattern }) => isPattern)) return doubt('test is given a pattern');
  const [first, second, third, ...more] = args[0]?.text === '!' ? args.slice(1) : args;
  if (!first || !second || more.length > 0) return doubt('test is given more than one question');
  if (third) return /^(?:!?=|==)$/.test(second.text) ? { names: [] } : doubt('test compares more than texts');
  if (/^-[zn]$/.test(first.text)) return { names: [] };
  return /^-[edfrwxsLhO]$/.test(first.text)
    ? { names: [{ word: second, access: 'names' }] }
    : doubt(`test is given ${first.text}, of which it is not known that it only looks`);
};

const bracket: Reader = (args) => (args.at(-1)?.text === ']' ? test(args.slice(0, -1)) : doubt('[ is not closed'));

/** A format for numbers evaluates expressions in some shells. */
const printf: Reader = ([format]) =>
  format && !format.isPattern && !format.text.startsWith('-') && /^(?:[^%]|%[%sbq])*$/.test(format.text)
    ? { names: [] }
    : doubt('printf is given more than a format for texts');

/** A filter can show the environment and read further files. */
const jq: Reader = (args) => {
  const filter = args.find(({ text }) => !text.startsWith('-'));
  return /(?<![.\w"])env\b|\$ENV|\$__|\b(?:import|include|modulemeta|get_search_list)\b/.test(filter?.text ?? '')
    ? doubt('the filter of jq can show more than its files')
    : readArguments('jq', PROGRAMS.jq as Program, args);
};

export const SPECIAL: Readonly<Record<string, Reader>> = {
  find,
  sed,
  git,
  npm,
  command,
  test,
  '[': bracket,
  printf,
  jq,
};
