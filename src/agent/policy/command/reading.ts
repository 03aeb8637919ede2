/** What one simple command does, by the tables: which files it reads, or why it is not provably harmless. Pure. */
import { readArguments, type Understood } from './arguments.ts';
import { readCmdlet } from './cmdlets.ts';
import { type GitFacts, readGit } from './git.ts';
import { PROGRAMS } from './programs.ts';
import type { Simple, Word } from './script.ts';
import { SPECIAL } from './special.ts';

/** `git`: of the repository it would work on; undefined where nothing is known of it. */
export function readCommand(
  { argv: [name, ...args] }: Simple,
  isPower: boolean,
  git: GitFacts | undefined,
): Understood {
  const program = name.text;
  if (program.includes('/')) return { doubt: `${program} is a program of its own` };
  const read = readWords([name, ...args], isPower, git);
  if ('doubt' in read) return read;
  const bare = read.names.find(
    ({ word, access }) => word.isPattern && !word.matches && access === 'content' && !isPlainPattern(word.text),
  );
  return bare ? { doubt: `it shows every file that ${bare.word.text} stands for` } : read;
}

function readWords(argv: Simple['argv'], isPower: boolean, git: GitFacts | undefined): Understood {
  if (isPower) return readCmdlet({ argv, redirects: [], isAside: false }, git);
  const [{ text: program }, ...args] = argv;
  // In other letters it is another program where these count.
  if (isGit(program) && !/[A-Z]/.test(program)) return readGit(args, git);
  const special = Object.hasOwn(SPECIAL, program) ? SPECIAL[program] : undefined;
  const known = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  if (special) return special(args);
  return known ? readArguments(program, known, args) : { doubt: `${program} can do anything` };
}

export const isGit = (program: string): boolean => /^git(?:\.exe)?$/i.test(program);

/** It shows whatever files are in a folder. */
export const isDeep = ({ argv: [name, ...args] }: Simple): boolean =>
  name.text === 'rg' ||
  (name.text === 'find' && args.some(({ text }) => text === '-exec')) ||
  (name.text === 'grep' && args.some(({ text }) => /^-[A-Za-z]*r|^--recursive$/.test(text)));

/** What is run under a program that only measures or ends it. */
export function unwrapped(command: Simple): Simple {
  const [{ text: wrapper }, ...args] = command.argv;
  const skipped =
    wrapper === 'time' ? 0 : wrapper === 'timeout' && /^\d+(?:\.\d+)?[smh]?$/.test(args[0]?.text ?? '') ? 1 : -1;
  const [name, ...rest] = skipped < 0 ? [] : args.slice(skipped);
  // Nothing but a shell itself can go somewhere.
  return name && !/^(?:-|(?:cd|pushd)$)/.test(name.text) && !name.isPattern
    ? unwrapped({ ...command, argv: [name, ...rest] })
    : command;
}

/** `git -C folder …`: the folder, and the command without it. */
export function gitFolder({ argv: [name, flag, folder, ...rest], ...command }: Simple): {
  readonly folder?: Word;
  readonly command: Simple;
} {
  const isMeant = isGit(name.text) && flag?.text === '-C' && folder && !folder.isPattern && rest.length > 0;
  return isMeant
    ? { folder, command: { ...command, argv: [name, ...rest] } }
    : { command: { ...command, argv: [name, ...[flag, folder].flatMap((word) => word ?? []), ...rest] } };
}

/** `*.ts` in a folder that is named, or in any: neither names with a dot before them nor folders by a part of their name. */
const isPlainPattern = (text: string): boolean => {
  const names = text.split('/');
  const last = names.pop() ?? '';
  const isOpen = (name: string): boolean => /[*?[]/.test(name);
  return /^[^.].*\.\w+$/.test(last) && names.every((name) => !isOpen(name) || /^\*{1,2}$/.test(name));
};
