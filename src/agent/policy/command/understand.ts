/**
 * A command as `decide` judges it: what it reads and writes, why it is not provably harmless, and why it may never run. Paths are
 * looked up here, once; the judgement itself is pure.
 */
import type { PathFault, ResolvedPath } from '../../ports.ts';
import { hasHidden } from '../names.ts';
import { readArguments } from './arguments.ts';
import { cmdletName, cmdletWrites, inOtherWords, readCmdlet } from './cmdlets.ts';
import { type Denial, denialOf, denialOfText, sendsSecret } from './denials.ts';
import { lexicalDoubt } from './lexical.ts';
import { readPowerShell } from './powershell.ts';
import { PROGRAMS } from './programs.ts';
import { readScript, type ShellNode, type Simple, type Word } from './script.ts';
import { SPECIAL } from './special.ts';

export interface Touch {
  readonly path: ResolvedPath | PathFault;
  readonly access: 'read' | 'edit';
}

/** One simple command of it. */
export interface Part {
  /** The words as the program gets them; of a pattern, the pattern. */
  readonly argv: readonly [string, ...string[]];
  /** A word is a pattern or is only known when it runs: rules about its words do not count for it. */
  readonly isOpen: boolean;
  /** Absolute, as written: where it runs. */
  readonly folder: string;
  /** Why it is not provably harmless; ends a sentence. */
  readonly doubt?: string;
}

export interface Understanding {
  readonly parts: readonly Part[];
  /** Why the whole is not provably simple. No doubt here and in no part: it is harmless as far as its touches are. */
  readonly doubts: readonly string[];
  readonly denials: readonly Denial[];
  readonly touches: readonly Touch[];
}

export type ShellKind = 'bash' | 'zsh' | 'sh' | 'pwsh' | 'cmd';

/** What of the world the understanding rests on. */
export interface Facts {
  readonly shell: ShellKind;
  /** Absolute: where `~` and `$HOME` lead. */
  readonly home: string;
  /** Of an absolute path, or one relative to an absolute folder. */
  resolve(path: string): Promise<ResolvedPath | PathFault>;
  /** Undefined: nothing here can parse this shell. */
  parse(text: string): ShellNode | undefined;
  /** What the repository's configuration makes git run, if anything. */
  readonly gitRuns?: string;
}

/** `cwd`: absolute. Never throws. */
export async function understand(text: string, cwd: string, facts: Facts): Promise<Understanding> {
  const denied = denialOfText(text);
  if (facts.shell === 'cmd') return unread('commands of this shell are not looked into', denied);
  const isPower = facts.shell === 'pwsh';
  // PowerShell takes several dashes and quotation marks of other scripts for its own.
  if (/[^\t\n\x20-\x7e]/.test(isPower ? text : withoutQuoted(text)))
    return unread('it holds characters that can mislead', denied);
  const joined = isPower ? text : text.replace(CONTINUED, '');
  const script = isPower ? readPowerShell(text, facts.parse(text)) : readScript(facts.parse(joined));
  const known = isPower ? script.commands.map(inOtherWords) : script.commands;
  const doubts = [...script.doubts, ...(isPower ? [] : misread(joined, script.commands.length))];
  // In single quotes, and in a here-document, the shell keeps what it joins elsewhere.
  if (joined !== text && /['<#]/.test(text)) doubts.push('a line goes on in the next one');
  const denials = [denied, ...known.map(denialOf), sendsSecret(known)].flatMap((one) => one ?? []);
  const touches: Touch[] = [];
  const parts: Part[] = [];
  let here = cwd;
  /** A link led to where it is now. */
  let isLinked = false;
  const look = async (word: Word, from: string, access: Touch['access']): Promise<void> => {
    const path = isPower ? windowsPathOf(word, facts.home) : pathOf(word, facts.home);
    if (path === '/dev/null') return;
    if (path === undefined) doubts.push(`what ${word.text} stands for is not known`);
    else {
      // Behind a link, `..` is not where it is spelled.
      const isBack =
        /(?:^|\/)(?!\.{1,2}\/)[^/]+\/(?:\.\/)*\.\.(?:\/|$)/.test(path) || (isLinked && /^\.\.(?:\/|$)/.test(path));
      if (isBack) doubts.push(`where ${word.text} leads depends on links`);
      const places = [path];
      // In PowerShell a pattern takes names that begin with a dot, too.
      if (isPower && word.isPattern) places.push(path.replace(/x(?=[^/]*$)/, ''));
      for (const place of places)
        touches.push({ path: await facts.resolve(isAbsolute(place) ? place : `${from}/${place}`), access });
    }
  };
  for (const command of script.commands) {
    const [name, ...args] = command.argv;
    const part = {
      argv: [name.text, ...args.map(({ text: word }) => word)] as const,
      isOpen: command.argv.some((word) => word.isPattern || /[$`]/.test(word.text)),
      folder: here,
    };
    const moved = folderOf(command, isPower);
    if (moved !== undefined) {
      parts.push(part);
      if (command.isAside) doubts.push('cd may lead elsewhere');
      if (/^pushd$/i.test(command.argv[0].text)) doubts.push('pushd leads elsewhere');
      await look(moved, here, 'read');
      const led = touches.at(-1)?.path;
      isLinked ||= led !== undefined && !('fault' in led) && led.relative !== led.lexical;
      // Where it fails what follows runs where it was.
      if (!isFolder(touches.at(-1)?.path)) doubts.push(`${moved.text} is no folder`);
      const path = (isPower ? windowsPathOf(moved, facts.home) : pathOf(moved, facts.home)) ?? '';
      here = isAbsolute(path) ? path : `${here}/${path}`;
      // Configuration of the folder it leads to is not what was looked at.
      if (script.commands.some(({ argv: [{ text: name }] }) => /^git(?:\.exe)?$/i.test(name)))
        doubts.push('git runs in another folder');
    } else {
      const reading = readCommand(command, facts);
      parts.push({ ...part, ...('doubt' in reading && { doubt: reading.doubt }) });
      if ('doubt' in reading) {
        for (const word of isPower ? cmdletWrites(command) : writesOf(command)) await look(word, here, 'edit');
      } else for (const word of reading.reads) await look(word, here, 'read');
    }
    for (const { access, target } of command.redirects) {
      if (access === 'edit') doubts.push(`it writes to ${target.text}`);
      if (access === 'edit' && isHomeFile(target, facts.home))
        denials.push({
          rule: 'home-configuration',
          reason: `It would overwrite ${target.text}, which other programs are run by.`,
        });
      await look(target, here, access);
    }
  }
  if (script.commands.length === 0 && doubts.length === 0) doubts.push('it holds no command');
  return { parts, doubts: [...new Set(doubts)], denials, touches };
}

const unread = (doubt: string, denied: Denial | undefined): Understanding => ({
  ...{ parts: [], doubts: [doubt], denials: denied ? [denied] : [], touches: [] },
});

/** A host that cannot tell what it is says at least that it is there. */
const isFolder = (path: Touch['path'] | undefined): boolean =>
  path !== undefined && !('fault' in path) && path.exists && (path.kind === 'directory' || path.kind === undefined);

const misread = (text: string, commands: number): readonly string[] => {
  const doubt = lexicalDoubt(text, commands);
  return doubt === undefined ? [] : [doubt];
};

/** The shell joins such lines before it looks for words; the grammar takes the break for a blank. */
const CONTINUED = /(?<=(?:^|[^\\])(?:\\\\)*)\\\n/g;

/** What stands in quotes is only shown: an emoji there misleads nobody. Of what cannot be seen that is not so. */
const withoutQuoted = (text: string): string =>
  text.replace(/'[^']*'|"(?:\\.|[^"\\$`])*"/gs, (quoted) =>
    hasHidden(quoted.replace(/[\t\n]/g, '').replace(/\p{Extended_Pictographic}\u200d/gu, '')) ? quoted : "''",
  );

function readCommand(
  { argv: [name, ...args] }: Simple,
  { gitRuns, shell }: Facts,
): { readonly reads: readonly Word[] } | { readonly doubt: string } {
  const program = name.text;
  if (program.includes('/')) return { doubt: `${program} is a program of its own` };
  if (/^git(?:\.exe)?$/i.test(program) && gitRuns)
    return { doubt: `the repository's configuration makes git run ${gitRuns}` };
  const special = Object.hasOwn(SPECIAL, program) ? SPECIAL[program] : undefined;
  const known = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  const read =
    shell === 'pwsh'
      ? readCmdlet({ argv: [name, ...args], redirects: [], isAside: false })
      : special
        ? special(args)
        : known
          ? readArguments(program, known, args)
          : { doubt: `${program} can do anything` };
  if ('doubt' in read) return read;
  const bare = read.names.find(
    ({ word, access }) => word.isPattern && access === 'content' && !isPlainPattern(word.text),
  );
  if (bare) return { doubt: `it shows every file that ${bare.word.text} stands for` };
  return { reads: read.names.map(({ word }) => word) };
}

/** `*.ts` in a folder that is named, or in any: neither names with a dot before them nor folders by a part of their name. */
const isPlainPattern = (text: string): boolean => {
  const names = text.split('/');
  const last = names.pop() ?? '';
  const isOpen = (name: string): boolean => /[*?[]/.test(name);
  return /^[^.].*\.\w+$/.test(last) && names.every((name) => !isOpen(name) || /^\*{1,2}$/.test(name));
};

/** Where `cd` and `pushd` lead; without an operand, or with `-`, that is not known. */
function folderOf({ argv: [name, ...args] }: Simple, isPower: boolean): Word | undefined {
  const moves = isPower ? /^(?:set-location|pushd|push-location)$/ : /^(?:cd|pushd)$/;
  if (!moves.test(isPower ? cmdletName(name.text) : name.text)) return undefined;
  const [to] = args.filter(({ text }) => text !== '--');
  return to && !to.text.startsWith('-') && args.length === 1 ? to : { text: '$OLDPWD', isPattern: false };
}

/** Words of a program that writes: each may be its target. */
function writesOf({ argv: [name, ...args] }: Simple): readonly Word[] {
  const program = name.text.replace(/^.*\//, '');
  if (program === 'sed')
    return args.flatMap(({ text }) =>
      [...text.matchAll(/(?:^|[;\n}\s\d$/])w\s*([^\s;}]+)/g)].map(([, target = '']) => ({
        text: target,
        isPattern: false,
      })),
    );
  const operands = args.filter(({ text }) => !text.startsWith('-'));
  if (program === 'dd')
    return operands.flatMap(({ text, isPattern }) =>
      text.startsWith('of=') ? [{ text: text.slice(3), isPattern }] : [],
    );
  if (COPIERS.has(program)) return operands.slice(-1);
  return WRITERS.has(program) ? operands : [];
}

/** Write to their last operand. */
const COPIERS: ReadonlySet<string> = new Set('cp ln install rsync'.split(' '));
/** Write to each of their operands. */
const WRITERS: ReadonlySet<string> = new Set(
  'mv tee touch rm rmdir truncate chmod chown mkdir unlink shred patch'.split(' '),
);

/** As far as a word names one place; a pattern is judged by a name it could stand for. */
function pathOf({ text, isPattern }: Word, home: string): string | undefined {
  const plain = text.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, home);
  if (/[$`]/.test(plain) || plain.startsWith('~')) return undefined;
  return isPattern ? plain.replace(/\[[^\]]*\]|[*?]+/g, 'x') : plain;
}

/** Of Windows, with slashes; undefined: a share, a drive of another provider, another drive's own folder, a stream. */
function windowsPathOf(word: Word, home: string): string | undefined {
  const path = pathOf({ ...word, text: word.text.replaceAll('\\', '/') }, home.replaceAll('\\', '/'));
  if (path === undefined || path.startsWith('//') || /[. ]\/|[. ]$/.test(path.replace(/(^|\/)\.{1,2}(?=\/|$)/g, '$1')))
    return undefined;
  return path.replace(/^[A-Za-z]:(?=\/)/, '').includes(':') ? undefined : path;
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:\//.test(path);

const isHomeFile = (word: Word, home: string): boolean => {
  const path = pathOf(word, home);
  return path?.startsWith(`${home}/.`) ?? false;
};
