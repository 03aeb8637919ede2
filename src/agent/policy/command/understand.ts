/**
 * A command as `decide` judges it: what it reads and writes, why it is not provably harmless, and why it may never run. Paths are
 * looked up here, once; the judgement itself is pure.
 */
import type { PathFault, ResolvedPath } from '../../ports.ts';
import { hasHidden } from '../names.ts';
import type { Access } from '../path.ts';
import { cmdletWrites, inOtherWords } from './cmdlets.ts';
import { type Denial, denialOf, denialOfText, sendsSecret } from './denials.ts';
import type { GitFacts } from './git.ts';
import { type NamesIn, namesFor } from './glob.ts';
import { lexicalDoubt } from './lexical.ts';
import { folderOf, isAbsolute, isHomeFile, pathOf, windowsPathOf, writesOf } from './places.ts';
import { readPowerShell } from './powershell.ts';
import { gitFolder, isDeep, isGit, readCommand, unwrapped } from './reading.ts';
import { readScript, type ShellNode, type Simple, type Word } from './script.ts';

export interface Touch {
  readonly path: ResolvedPath | PathFault;
  readonly access: Access;
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
  /** Of the repository that an absolute folder is in; without it, nothing is known of any. */
  git?(folder: string): Promise<GitFacts>;
  /** Without it, patterns are judged by what they could stand for. */
  readonly names?: NamesIn;
  /** What a search of whole folders (relative to the root) could show and must not, if anything; ends a sentence. */
  closed?(folders: readonly string[]): Promise<string | undefined>;
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
  const doubts = [...script.doubts, ...(isPower ? [] : misread(joined, script.commands.length))];
  // In single quotes, and in a here-document, the shell keeps what it joins elsewhere.
  if (joined !== text && /['<#]/.test(text)) doubts.push('a line goes on in the next one');
  const commands = isPower ? script.commands : script.commands.map(unwrapped);
  const known = isPower ? commands.map(inOtherWords) : commands;
  const walked = await walk(commands, cwd, facts);
  doubts.push(...walked.doubts);
  if (commands.length === 0 && doubts.length === 0) doubts.push('it holds no command');
  const denials = [denied, ...known.map(denialOf), sendsSecret(known), ...walked.denials];
  return { ...walked, doubts: [...new Set(doubts)], denials: denials.flatMap((one) => one ?? []) };
}

/** Command after command: where it runs, what it reads and writes. */
async function walk(commands: readonly Simple[], cwd: string, facts: Facts): Promise<Understanding> {
  const isPower = facts.shell === 'pwsh';
  const doubts: string[] = [];
  const denials: Denial[] = [];
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
      const places = word.matches ?? [path];
      // Behind a link, `..` is not where it is spelled.
      if (places.some((place) => isBack(place, isLinked))) doubts.push(`where ${word.text} leads depends on links`);
      // In PowerShell a pattern takes names that begin with a dot, too.
      const others = isPower && word.isPattern ? [path.replace(/x(?=[^/]*$)/, '')] : [];
      for (const place of [...places, ...others])
        touches.push({ path: await facts.resolve(isAbsolute(place) ? place : `${from}/${place}`), access });
    }
  };
  /** Where it leads; undefined: that is not known. */
  const enter = async (folder: Word, from: string): Promise<string | undefined> => {
    await look(folder, from, 'read');
    const path = isPower ? windowsPathOf(folder, facts.home) : pathOf(folder, facts.home);
    // Where it fails what follows runs where it was.
    if (isFolder(touches.at(-1)?.path) && path !== undefined) return isAbsolute(path) ? path : `${from}/${path}`;
    doubts.push(`${folder.text} is no folder`);
    return undefined;
  };
  const move = async (command: Simple, to: Word): Promise<void> => {
    if (command.isAside) doubts.push('cd may lead elsewhere');
    if (/^pushd$/i.test(command.argv[0].text)) doubts.push('pushd leads elsewhere');
    here = (await enter(to, here)) ?? here;
    const led = touches.at(-1)?.path;
    isLinked ||= led !== undefined && !('fault' in led) && led.relative !== led.lexical;
  };
  /** What is known of git where it runs; nothing is where only the folder of the whole command was looked at. */
  const gitAt = async (folder: string): Promise<GitFacts | undefined> => {
    const place = await facts.resolve(folder);
    if (!facts.git || 'fault' in place || place.relative === undefined) {
      if (folder !== cwd) doubts.push('git runs in another folder');
      return undefined;
    }
    return facts.git(place.real);
  };
  const read = async (written: Simple): Promise<string | undefined> => {
    const { folder, command } = gitFolder(written);
    const from = folder ? ((await enter(folder, here)) ?? here) : here;
    const filled = isPower ? command : await filledIn(command, from, facts);
    const git = isGit(command.argv[0].text) ? await gitAt(from) : undefined;
    const reading = readCommand(filled, isPower, git);
    if ('doubt' in reading) {
      for (const word of isPower ? cmdletWrites(command) : writesOf(command)) await look(word, from, 'edit');
      return reading.doubt;
    }
    const before = touches.length;
    for (const { word, access } of reading.names) await look(word, from, access === 'names' ? 'name' : 'read');
    const closed = reading.whole
      ? await git?.holds(reading.whole === 'past')
      : isDeep(filled)
        ? await facts.closed?.(
            reading.names.some(({ word }) => word.isPattern && !word.matches)
              ? ['']
              : await searched(touches.slice(before), from, facts),
          )
        : undefined;
    return closed === undefined ? undefined : `it may show ${closed}`;
  };
  for (const command of commands) {
    const [name, ...args] = command.argv;
    const part = {
      argv: [name.text, ...args.map(({ text: word }) => word)] as const,
      isOpen: command.argv.some((word) => word.isPattern || /[$`]/.test(word.text)),
      folder: here,
    };
    const moved = folderOf(command, isPower);
    if (moved) await move(command, moved);
    const doubt = moved ? undefined : await read(command);
    parts.push({ ...part, ...(doubt !== undefined && { doubt }) });
    for (const { access, target } of command.redirects) {
      if (access === 'edit') doubts.push(`it writes to ${target.text}`);
      if (access === 'edit' && isHomeFile(target, facts.home))
        denials.push({
          rule: 'home-configuration',
          reason: `It would overwrite ${target.text}, which other programs are run by.`,
        });
      const filled = isPower ? target : await fillIn(target, here, facts);
      if (filled.isPattern && !filled.matches) doubts.push(`what ${target.text} stands for is not known`);
      await look(filled, here, access);
    }
  }
  return { parts, doubts, denials, touches };
}

/** The folders that a search goes through: those it is given, or the one it runs in. Those outside ask by themselves. */
async function searched(touches: readonly Touch[], from: string, facts: Facts): Promise<readonly string[]> {
  const given = touches.filter(({ access }) => access === 'read').map(({ path }) => path);
  const paths = given.length > 0 ? given.filter(isFolder) : [await facts.resolve(from)];
  return paths.flatMap((path) => ('fault' in path || path.relative === undefined ? [] : [path.relative]));
}

/** `..` behind a name that may be a link. */
const isBack = (path: string, isLinked: boolean): boolean =>
  /(?:^|\/)(?!\.{1,2}\/)[^/]+\/(?:\.\/)*\.\.(?:\/|$)/.test(path) || (isLinked && /^\.\.(?:\/|$)/.test(path));

/** Patterns with what they stand for. Git fills in its own. */
async function filledIn(command: Simple, folder: string, facts: Facts): Promise<Simple> {
  const [name, ...args] = command.argv;
  if (isGit(name.text)) return command;
  return { ...command, argv: [name, ...(await Promise.all(args.map((word) => fillIn(word, folder, facts))))] };
}

async function fillIn(word: Word, folder: string, { names, shell }: Facts): Promise<Word> {
  // In zsh two stars are any number of folders.
  const isKnown = names && word.isPattern && !/^~/.test(word.text) && !(shell === 'zsh' && word.text.includes('**'));
  const matches = isKnown ? await namesFor(word.text, folder, names) : undefined;
  return { ...word, ...(matches && { matches }) };
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
