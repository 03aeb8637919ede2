/** Programs whose words need more than a table: each says which files it reads, or why it asks. */
import { type Named, readArguments, type Understood } from './arguments.ts';
import { awk } from './awk.ts';
import { PROGRAMS, type Program } from './programs.ts';
import { mayBecome, type Word } from './script.ts';
import { isPrintingScript } from './sed.ts';

type Reader = (args: readonly Word[]) => Understood;

const doubt = (text: string): Understood => ({ doubt: text });
const words = (text: string): readonly string[] => text.split(' ');

/** Names of files in its place could be flags, or tests of find. */
const mayBeFlag = (word: Word): boolean => mayBecome(word, /^[-!(),]/);

/** Tests that look; `-delete`, `-fprint` and what is not known ask. */
const FIND_TESTS: ReadonlySet<string> = new Set(
  words(
    '-name -iname -path -ipath -wholename -regex -iregex -type -size -maxdepth -mindepth -mtime -mmin -atime -ctime -newer -newermt -perm -user -group -links -printf -regextype',
  ),
);
const FIND_PLAIN: ReadonlySet<string> = new Set(
  words(
    '-print -print0 -not ! -o -or -a -and ( ) -empty -readable -executable -prune -depth -xdev -mount -quit -true -false -ls',
  ),
);

const HERE: Word = { text: '.', isPattern: false };

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
    if (text === '-exec') {
      const end = rest.findIndex((word, index) => index > at && /^[;+]$/.test(word.text));
      const ran = onFiles(rest.slice(0, at), rest.slice(at + 1, end < 0 ? rest.length : end));
      // What is run shows what is in them.
      names.push(...(roots.length > 0 ? roots : [HERE]).map((word): Named => ({ word, access: 'content' })));
      if (end < 0 || 'doubt' in ran) return 'doubt' in ran ? ran : doubt('-exec of find has no end');
      names.push(...ran.names);
      at = end;
      continue;
    }
    if (!FIND_TESTS.has(text)) return doubt(`find is given ${text}, of which it is not known that it only looks`);
    const value = rest[++at];
    if (!value || value.isPattern) return doubt(`find is given ${text} without a plain value`);
    if (text === '-newer') names.push({ word: value, access: 'names' });
  }
  return { names };
};

/** Programs that only read, whatever file they are given. */
const ON_ANY_FILE: ReadonlySet<string> = new Set(
  words('grep wc cat head tail ls stat file nl du md5sum sha256sum sed'),
);

/** What find runs on each file: only on regular ones, since a link may lead anywhere. `before`: the tests that come first. */
function onFiles(before: readonly Word[], [program, ...args]: readonly Word[]): Understood {
  const tests = before.map(({ text }) => text);
  const type = tests.indexOf('-type');
  const isPlain =
    tests[type + 1] === 'f' &&
    !['!', '-not'].includes(tests[type - 1] ?? '') &&
    !tests.some((text) => /^(?:-o|-or|\(|\))$/.test(text));
  if (type < 0 || !isPlain) return doubt('find runs something on what may be links');
  const known = program && ON_ANY_FILE.has(program.text) && !args.some(({ text }) => /.\{\}|\{\}./.test(text));
  if (!known) return doubt('find runs something of which it is not known that it only looks');
  const reading =
    program.text === 'sed' ? sed(args) : readArguments(program.text, PROGRAMS[program.text] as Program, args);
  return 'doubt' in reading ? reading : { names: reading.names.filter(({ word }) => word.text !== '{}') };
}

const sed: Reader = (args) => {
  const flags = args.filter(({ text }) => /^-/.test(text) && text !== '-');
  if (
    flags.some(({ text }) => !/^-[nErs]+$/.test(text) && !['--quiet', '--silent', '--regexp-extended'].includes(text))
  )
    return doubt('sed is given a flag of which it is not known that it only prints');
  if (args.some(mayBeFlag)) return doubt('sed is given a pattern that may become a flag');
  const [script, ...files] = args.filter((word) => !flags.includes(word));
  if (!script || !isPrintingScript(script.text)) return doubt('the script of sed may do more than print lines');
  return { names: files.map((word) => ({ word, access: 'content' })) };
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
  // Without a script's name it lists them.
  if (args.length === 1 && first?.text === 'run') return { names: [] };
  if (first?.text === 'pkg' && others[0]?.text === 'get' && others.every(({ text }) => /^[\w.-]*$/.test(text)))
    return { names: [] };
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

/** Some shells evaluate what is to become a number. */
const printf: Reader = ([format, ...values]) => {
  const known = format && !format.isPattern && !format.text.startsWith('-');
  if (!known || !/^(?:[^%]|%[-+ 0#]?\d*(?:\.\d+)?[%sbqdiuxXofgeEc])*$/.test(format.text))
    return doubt('printf is given more than a format');
  const isText = /^(?:[^%]|%[-+ 0#]?\d*(?:\.\d+)?[%sbqc])*$/.test(format.text);
  return isText || values.every(({ text, isPattern }) => !isPattern && /^[-+]?\d*(?:\.\d+)?$/.test(text))
    ? { names: [] }
    : doubt('printf is given a number that may be more than one');
};

/** It has no flags beside these; all else is text. */
const echo: Reader = () => ({ names: [] });

/** With a format and a day it shows; an operand that is no format would set the clock. */
const date: Reader = (args) => {
  if (args.some(({ isPattern }) => isPattern)) return doubt('date is given a pattern');
  const rest = args.filter(
    ({ text }) => !/^(?:-[uR]+|-I\w*|--utc|--rfc-email|--iso-8601(?:=\w+)?|--date=.*)$/.test(text),
  );
  const at = rest.findIndex(({ text }) => text === '-d' || text === '--date');
  const [format, ...more] = at < 0 ? rest : rest.filter((_, index) => index !== at && index !== at + 1);
  return !format || (format.text.startsWith('+') && more.length === 0)
    ? { names: [] }
    : doubt('date may set the clock');
};

/** Only the list of one archive; a colon would name another computer. */
const archive =
  (flags: RegExp): Reader =>
  (args) => {
    const [flag, file, ...more] = args;
    return flag && file && more.length === 0 && flags.test(flag.text) && /^[\w./][\w./@+ -]*$/.test(file.text)
      ? { names: [{ word: file, access: 'content' }] }
      : doubt('it may do more than list an archive');
  };

/** A filter can show the environment and read further files. */
const jq: Reader = (args) => {
  const rest: Word[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as Word;
    // A name and a value follow.
    if (!/^--arg(?:json)?$/.test(word.text)) rest.push(word);
    else if (args.slice(at + 1, at + 3).some(({ isPattern }) => isPattern))
      return doubt('jq is given a pattern as a value');
    else at += 2;
  }
  const filter = rest.find(({ text }) => !text.startsWith('-'));
  return /(?<![.\w"])env\b|\$ENV|\$__|\b(?:import|include|modulemeta|get_search_list)\b/.test(filter?.text ?? '')
    ? doubt('the filter of jq can show more than its files')
    : readArguments('jq', PROGRAMS.jq as Program, rest);
};

export const SPECIAL: Readonly<Record<string, Reader>> = {
  find,
  sed,
  awk,
  npm,
  command,
  test,
  '[': bracket,
  printf,
  echo,
  date,
  tar: archive(/^-?t[zjJv]*f$/),
  unzip: archive(/^-lv?$/),
  jq,
};
