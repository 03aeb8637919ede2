/** Git's subcommands that look, and what of a repository makes even those more than a look. */
import { readArguments, type Understood } from './arguments.ts';
import type { Program } from './programs.ts';
import type { Word } from './script.ts';

/** What is known of the repository that a git command would work on. */
export interface GitFacts {
  /** What it makes git start, if anything; ends a sentence. */
  readonly starts?: string;
  /** A file it keeps that may not be shown unasked, if any. `past`: or ever kept. */
  holds(past: boolean): Promise<string | undefined>;
}

const doubt = (text: string): Understood => ({ doubt: text });
const words = (text: string): readonly string[] => text.split(' ');

/** With these no program of the repository makes the differences. */
const PATCH = ['no-ext-diff', 'no-textconv'];
/** Flags after which no difference is shown. */
const LIMITED = words('stat shortstat numstat name-only name-status summary no-patch');
const DIFF = [
  ...LIMITED,
  ...PATCH,
  ...words('cached staged no-color no-renames ignore-all-space ignore-space-change word-diff patch'),
  'exit-code',
  'quiet',
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

interface Subcommand extends Program {
  /** It shows differences: unless told otherwise, or where it is told to. */
  readonly patches?: 'always' | 'asked';
  /** It takes operands only beside one of these flags: without, it makes what they name. */
  readonly listsWith?: readonly string[];
}

const GIT: Readonly<Record<string, Subcommand>> = {
  status: {
    short: 'sbz',
    joined: 'u',
    long: words('short branch long porcelain ahead-behind no-renames show-stash null'),
    longJoined: words('porcelain untracked-files ignored'),
    operands: 'names',
  },
  log: {
    short: 'nzip',
    valued: 'nLSG',
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
    short: 'szp',
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
  // Not --dirty: it writes the index, by which a hook starts.
  describe: { long: words('tags always all long'), longJoined: ['abbrev'], operands: 'text' },
  branch: {
    short: 'avrl',
    long: words('all list show-current verbose remotes merged no-merged contains no-contains points-at'),
    longValued: ['sort', 'format'],
    operands: 'text',
    // Before git 2.19 `-l` was another flag.
    listsWith: words('--list --merged --no-merged --contains --no-contains --points-at'),
  },
  tag: {
    short: 'l',
    joined: 'n',
    long: words('list merged no-merged contains no-contains points-at'),
    longValued: ['sort', 'format'],
    operands: 'text',
    listsWith: words('-l --list --merged --no-merged --contains --no-contains --points-at'),
  },
  remote: { short: 'v', long: ['verbose'], operands: 'none' },
  blame: { short: 'swle', valued: 'L', long: PATCH, longValued: ['date'], operands: 'names', patches: 'always' },
  grep: {
    short: 'nilLcvwhHEFPqro',
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
  cherry: { short: 'v', long: ['abbrev'], operands: 'text' },
  'stash list': { operands: 'none' },
  'stash show': { short: 'p', long: DIFF, operands: 'names', patches: 'always' },
  'worktree list': { short: 'v', long: ['porcelain'], operands: 'none' },
  'remote get-url': { long: ['all'], operands: 'text' },
  'cat-file': { short: 'tsp', operands: 'text' },
};

/** Settings that are no secrets, asked for one at a time. */
const SETTING =
  /^(?:user\.(?:name|email)|core\.\w+|init\.defaultbranch|branch\.[\w./-]+|remote\.[\w-]+\.url|pull\.\w+)$/i;

function config(args: readonly Word[]): Understood {
  const [setting, ...more] = args.filter(({ text }) => !/^--(?:get|local|global)$/.test(text));
  return setting && more.length === 0 && SETTING.test(setting.text)
    ? { names: [] }
    : doubt('git config may change something');
}

/** `facts`: undefined where nothing is known of the repository. */
export function readGit(args: readonly Word[], facts: GitFacts | undefined): Understood {
  if (facts?.starts !== undefined) return doubt(`the repository's configuration makes git run ${facts.starts}`);
  const [verb, ...after] = args[0]?.text === '--no-pager' ? args.slice(1) : args;
  if (!verb) return doubt('git is given nothing');
  if (verb.text === 'config') return config(after);
  if (verb.text === '--version' && after.length === 0) return { names: [] };
  const isPair = after[0] !== undefined && Object.hasOwn(GIT, `${verb.text} ${after[0].text}`);
  const name = isPair ? `${verb.text} ${after[0]?.text}` : verb.text;
  const others = isPair ? after.slice(1) : after;
  const program = Object.hasOwn(GIT, name) ? GIT[name] : undefined;
  if (!program || verb.isPattern) return doubt(`git ${name} may change something`);
  if (program.listsWith && others.some(isOperand) && !others.some(({ text }) => program.listsWith?.includes(text)))
    return doubt(`git ${name} may make what it is given`);
  if (others.some(({ text }) => /%G|%\(signature/.test(text))) return doubt(`git ${name} may check signatures`);
  const shows = showsOf(name, program, others);
  if (shows === 'differences' && !facts && !PATCH.every((flag) => others.some(({ text }) => text === `--${flag}`)))
    return doubt(`git ${name} may run what the repository names for showing differences`);
  const understood = readArguments(`git ${name}`, program, others);
  if ('doubt' in understood) return understood;
  // Revisions and paths look alike: each is judged as a path, of `revision:path` the path; a range names none.
  const named =
    program.operands === 'pattern-files' ? understood.names.map(({ word }) => word) : others.flatMap(pathLike);
  if (named.some(({ text }) => /^[/~]/.test(text))) return doubt('git is given a path that is not of the work tree');
  if (named.some(({ text }) => /^:\(|^:[^!^/:\w.]/.test(text))) return doubt('git is given a pattern of its own');
  return {
    ...(shows !== 'names' && !others.some(isBlob) && { whole: isOfNow(name, others) ? 'now' : 'past' }),
    names: named
      .filter(({ text }) => !/^[\w./@^~-]*[\w@^~-]\.\.\.?[\w@^~-][\w./@^~-]*$/.test(text) || text.includes('/../'))
      .flatMap(({ text }) => [text, ...partsOf(text)].filter((one) => one !== '' && !one.startsWith(':')))
      .map((text) => ({
        // Git fills in patterns itself, quoted ones too.
        word: { text, isPattern: /[*?[]/.test(text) },
        access: shows === 'names' ? 'names' : 'content',
      })),
  };
}

/** Of the work tree and the index alone: no revision is named. */
function isOfNow(name: string, args: readonly Word[]): boolean {
  const end = args.findIndex(({ text }) => text === '--');
  const operands = args.slice(0, end < 0 ? args.length : end).filter(isOperand);
  return name === 'diff' ? operands.length === 0 : name === 'grep' && operands.length <= 1;
}

const isOperand = ({ text }: Word): boolean => !text.startsWith('-');

/** `revision:path`: the file as it was there. */
const isBlob = ({ text }: Word): boolean => /^[^-:][^:]*:[^:]+$/.test(text);

/** Operands, values of flags, and the file that `-L` names. */
const pathLike = (word: Word): readonly Word[] =>
  isOperand(word) ? [word] : /^-L./.test(word.text) ? [{ ...word, text: word.text.slice(2) }] : [];

/** What stands behind each colon. */
const partsOf = (text: string): readonly string[] =>
  [...text.matchAll(/:/g)].map(({ index }) => text.slice(index + 1).replace(/^[!^]/, ''));

function showsOf(name: string, program: Subcommand, args: readonly Word[]): 'differences' | 'content' | 'names' {
  const given = new Set(args.map(({ text }) => text));
  if (!program.patches)
    return program.operands === 'pattern-files' || (name === 'cat-file' && !given.has('-t') && !given.has('-s'))
      ? 'content'
      : 'names';
  const asksForPatch = [...given].some((text) => /^(?:-p|--patch|-[ULSG].*|--unified.*)$/.test(text));
  // In blame `-s` is about columns.
  const isLimited = name !== 'blame' && (given.has('-s') || LIMITED.some((flag) => given.has(`--${flag}`)));
  const isOnlyBlob =
    name === 'show' &&
    !given.has('--') &&
    args.some(isBlob) &&
    args.every((word) => /^-[sz]$/.test(word.text) || isBlob(word));
  if (isOnlyBlob) return 'content';
  return asksForPatch || (program.patches === 'always' && !isLimited) ? 'differences' : 'names';
}
