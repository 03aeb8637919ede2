/** Which places the words of a command name. Pure. */
import { cmdletName } from './cmdlets.ts';
import type { Simple, Word } from './script.ts';

/** Where `cd` and `pushd` lead; without an operand, with `-` or with a pattern, that is not known. */
export function folderOf({ argv: [name, ...args] }: Simple, isPower: boolean): Word | undefined {
  const moves = isPower ? /^(?:set-location|pushd|push-location)$/ : /^(?:cd|pushd)$/;
  if (!moves.test(isPower ? cmdletName(name.text) : name.text)) return undefined;
  const [to] = args.filter(({ text }) => text !== '--');
  return to && !to.text.startsWith('-') && !to.isPattern && args.length === 1
    ? to
    : { text: '$OLDPWD', isPattern: false };
}

/** Words of a program that writes: each may be its target. */
export function writesOf({ argv: [name, ...args] }: Simple): readonly Word[] {
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
export function pathOf({ text, isPattern }: Word, home: string): string | undefined {
  const plain = text.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, home);
  if (/[$`]/.test(plain) || plain.startsWith('~')) return undefined;
  return isPattern ? plain.replace(/\[[^\]]*\]|[*?]+/g, 'x') : plain;
}

/** Of Windows, with slashes; undefined: a share, a drive of another provider, another drive's own folder, a stream. */
export function windowsPathOf(word: Word, home: string): string | undefined {
  const path = pathOf({ ...word, text: word.text.replaceAll('\\', '/') }, home.replaceAll('\\', '/'));
  if (path === undefined || path.startsWith('//') || /[. ]\/|[. ]$/.test(path.replace(/(^|\/)\.{1,2}(?=\/|$)/g, '$1')))
    return undefined;
  return path.replace(/^[A-Za-z]:(?=\/)/, '').includes(':') ? undefined : path;
}

export const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:\//.test(path);

export const isHomeFile = (word: Word, home: string): boolean => {
  const path = pathOf(word, home);
  return path?.startsWith(`${home}/.`) ?? false;
};
