/**
 * Programs that only read, each with every flag it may be given: a table of what is allowed, not of what is not. A flag that
 * is not here, an abbreviated one, an operand that is written to: that asks. What operands name is judged as a path.
 */

/** What a program makes of its operands. */
export type Operands =
  | 'none'
  | 'text'
  /** Files whose content is shown. */
  | 'files'
  /** Files of which no more than names and sizes are shown. */
  | 'names'
  /** A pattern to search for, then files; no pattern where a flag gave it. */
  | 'pattern-files';

export interface Program {
  /** One-letter flags without a value. */
  readonly short?: string;
  /** One-letter flags with one, joined to it or as the next word. */
  readonly valued?: string;
  /** One-letter flags whose value, if any, is joined to them. */
  readonly joined?: string;
  /** One-letter flags with a value that stand alone: it is the next word. */
  readonly alone?: string;
  readonly long?: readonly string[];
  /** `--name=value` or `--name value`. */
  readonly longValued?: readonly string[];
  /** `--name` or `--name=value`, never with the next word. */
  readonly longJoined?: readonly string[];
  /** Flags (without dashes) that stand for the pattern of `pattern-files`. */
  readonly givesPattern?: readonly string[];
  readonly operands: Operands;
  /** At most so many operands: more are written to. */
  readonly max?: number;
  /** `-5` is a number of lines. */
  readonly isCounted?: boolean;
  /** Nothing may stand beside its flag. */
  readonly onlyAlone?: boolean;
  /** A flag of several letters behind one dash. */
  readonly whole?: string;
  /** No flag it has does more than look: a pattern may become any. */
  readonly hasHarmlessFlags?: boolean;
}

const words = (text: string): readonly string[] => text.split(' ');

/** `-v`, or `-V`, where it asks for the version: elsewhere it makes a program talk while it runs what comes in. */
const version = (flag = ''): Program => ({ operands: 'none', short: flag, long: ['version', 'help'], onlyAlone: true });

/** None of them may follow links below what it is given: `-L` of ls and rg, `-l` of tree, `-R` of grep, `-r` of diff. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  ls: {
    short: 'aAlhtrSR1dFinsgGopkBcuxmXCUqQ',
    long: words(
      'all almost-all human-readable recursive reverse directory classify inode size numeric-uid-gid no-group',
    ),
    longValued: words('sort time time-style ignore format'),
    longJoined: ['color'],
    operands: 'names',
    hasHarmlessFlags: true,
  },
  tree: { short: 'adfishDrtvpugn', alone: 'LIP', long: words('dirsfirst noreport prune'), operands: 'names' },
  pwd: { short: 'LP', operands: 'none' },
  true: { operands: 'none' },
  false: { operands: 'none' },
  whoami: { operands: 'none' },
  id: { short: 'ugGnrz', operands: 'text' },
  groups: { operands: 'text' },
  // With an operand it sets it.
  hostname: { short: 'sfidAI', operands: 'none' },
  arch: { operands: 'none' },
  uptime: { short: 'ps', operands: 'none' },
  free: { short: 'bkmghtw', operands: 'none' },
  tty: { short: 's', operands: 'none' },
  locale: { short: 'a', operands: 'none' },
  ':': { operands: 'text' },
  type: { short: 'tapP', operands: 'text' },
  uname: { short: 'asnrvmpio', operands: 'none' },
  nproc: { operands: 'none' },
  basename: { short: 'a', valued: 's', operands: 'text' },
  dirname: { operands: 'text' },
  which: { short: 'a', operands: 'text' },
  seq: { short: 'w', valued: 's', operands: 'text' },
  sleep: { operands: 'text', max: 1 },
  cat: {
    short: 'nbsETAvetu',
    long: words('number number-nonblank squeeze-blank show-all'),
    operands: 'files',
    hasHarmlessFlags: true,
  },
  tac: { operands: 'files' },
  nl: { valued: 'bnsv', operands: 'files' },
  head: { short: 'qv', valued: 'nc', longValued: words('lines bytes'), operands: 'files', isCounted: true },
  tail: { short: 'qv', valued: 'nc', longValued: words('lines bytes'), operands: 'files', isCounted: true },
  wc: { short: 'clmwL', long: words('lines words chars bytes max-line-length'), operands: 'files' },
  cut: {
    short: 'sn',
    valued: 'dfcb',
    longValued: words('delimiter fields characters bytes output-delimiter'),
    operands: 'files',
  },
  sort: {
    short: 'rnuhVfbdigMRsz',
    valued: 'kt',
    long: words('reverse numeric-sort unique human-numeric-sort version-sort ignore-case stable zero-terminated'),
    longValued: words('key field-separator'),
    operands: 'files',
  },
  uniq: { short: 'cdui', valued: 'fsw', long: words('count repeated unique ignore-case'), operands: 'files', max: 1 },
  tr: { short: 'cdst', long: words('delete squeeze-repeats complement'), operands: 'text', max: 2 },
  comm: { short: '123i', operands: 'files' },
  cmp: { short: 'slb', valued: 'n', operands: 'files' },
  diff: {
    short: 'uqNwbBiay',
    valued: 'UC',
    long: words('brief ignore-all-space ignore-blank-lines ignore-case unified side-by-side'),
    longValued: ['exclude'],
    longJoined: words('color unified'),
    operands: 'files',
  },
  stat: { short: 'Lft', valued: 'c', longValued: words('format printf'), operands: 'names' },
  file: { short: 'bhiLk', long: words('brief mime mime-type'), operands: 'names' },
  du: {
    short: 'shackxmb',
    valued: 'd',
    long: words('human-readable summarize total'),
    longValued: words('max-depth exclude'),
    operands: 'names',
  },
  df: { short: 'hTkim', operands: 'names' },
  realpath: { short: 'emsLP', operands: 'names' },
  readlink: { short: 'fenmv', operands: 'names' },
  // Not here: what shows a file in a form in which secrets are not recognised (base64, xxd, od, fold, rev …).
  fmt: { short: 'csu', valued: 'w', operands: 'files' },
  expand: { short: 'i', operands: 'files' },
  unexpand: { short: 'a', operands: 'files' },
  column: { short: 'tx', valued: 'os', operands: 'files' },
  paste: { short: 'sz', valued: 'd', operands: 'files' },
  join: { short: 'iz', valued: '12aetvoj', operands: 'files' },
  tsort: { operands: 'files' },
  cksum: { operands: 'files' },
  b2sum: { operands: 'files' },
  md5sum: { operands: 'files' },
  sha1sum: { operands: 'files' },
  sha256sum: { operands: 'files' },
  sha512sum: { operands: 'files' },
  strings: { short: 'a', valued: 'n', operands: 'files' },
  grep: {
    short: 'rnilLcvwxoqshHEFGPazbTUu',
    valued: 'eABCm',
    long: words(
      'recursive line-number ignore-case files-with-matches files-without-match count invert-match word-regexp line-regexp only-matching quiet silent no-messages no-filename with-filename extended-regexp fixed-strings basic-regexp perl-regexp text null',
    ),
    longValued: words('regexp include exclude exclude-dir after-context before-context context max-count binary-files'),
    longJoined: words('color colour'),
    givesPattern: ['e', 'regexp'],
    operands: 'pattern-files',
    isCounted: true,
  },
  rg: {
    short: 'nilcvwxoqshHFPaSuUNp0.',
    valued: 'eABCmgtTMjd',
    long: words(
      'line-number no-line-number ignore-case smart-case case-sensitive files-with-matches files-without-match count count-matches invert-match word-regexp line-regexp only-matching quiet no-messages no-filename with-filename fixed-strings pcre2 text hidden no-ignore files multiline multiline-dotall heading no-heading json stats vimgrep null trim column no-config',
    ),
    longValued: words(
      'regexp glob iglob type type-not after-context before-context context max-count max-depth max-columns color colors sort sortr threads replace encoding',
    ),
    givesPattern: ['e', 'regexp', 'files'],
    operands: 'pattern-files',
  },
  jq: {
    short: 'rcMSsejn',
    long: words('null-input raw-output compact-output monochrome-output sort-keys slurp exit-status join-output'),
    operands: 'pattern-files',
  },
  // Not here: what the work tree can have run in its place (rustup, yarn, pnpm, dotnet, mvn and gradle look into it first).
  ...every('java javac', { ...version(), whole: '-version' }),
  ...every('cmake bash openssl sqlite3 gh code', version()),
  ...every('node ruby perl php gcc g++ clang make bun tsc docker', version('v')),
  ...every('python python3 pip pip3 uv deno', version('V')),
};

function every(names: string, program: Program): Record<string, Program> {
  return Object.fromEntries(words(names).map((name) => [name, program]));
}
