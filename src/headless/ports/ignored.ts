/**
 * What `.goalwrightignore` files hide, in git's syntax and nested as git nests them: the nearest file that says something of
 * a path wins, and nothing below a hidden folder comes back. They can only hide. Read anew for each look, so a change counts
 * from the next call on; what is there and cannot be read hides its whole folder.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fold, foldInvisible } from '../../agent/policy/names.ts';
import { type IgnoreRules, parseIgnore, type Verdict } from './checkpoints/gitignore.ts';
import { codeOf } from './durable.ts';

const IGNORE_FILE = '.goalwrightignore';
/** A longer one hides its whole folder. */
const MOST_BYTES = 256 * 1024;

/** One look at the files below `root`. The answer is true for a path, relative to the root with `/`, that is hidden. */
export function ignoredBelow(root: string): (relative: string) => boolean {
  const frames = new Map<string, Frame>();
  const folders = new Map<string, boolean>();
  const frameOf = (folder: string): Frame => kept(frames, folder, () => readFrame(path.join(root, folder)));
  const isFolder = (relative: string): boolean =>
    lstatSync(path.join(root, relative), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const isHiddenFolder = (relative: string): boolean =>
    kept(folders, relative, () => verdict(relative, () => true) || isWithin(relative));
  const isWithin = (relative: string): boolean => {
    const above = parentOf(relative);
    return above !== '' && isHiddenFolder(above);
  };
  /** Of the path alone, by the files of its folder and of those above: in its own spelling and as other systems take it. */
  const verdict = (relative: string, folder: () => boolean): boolean => {
    const names = relative.split('/');
    return SPELLINGS.some(({ rules, spell }) => {
      for (let depth = names.length - 1; depth >= 0; depth -= 1) {
        const rest = names.slice(depth).map(spell).join('/');
        const said = saidOf(rules(frameOf(names.slice(0, depth).join('/'))), rest, folder);
        if (said !== undefined) return said;
      }
      return false;
    });
  };
  const isOutside = (relative: string): boolean => /^\.\.(?:\/|$)/.test(relative) || path.isAbsolute(relative);
  return (relative) =>
    relative !== '' && !isOutside(relative) && (isWithin(relative) || verdict(relative, () => isFolder(relative)));
}

/** The rules of one file: as written, and for names as they are compared (`fold`). */
interface Frame {
  readonly exact: IgnoreRules;
  readonly folded: IgnoreRules;
}

const SPELLINGS: readonly {
  readonly rules: (frame: Frame) => IgnoreRules;
  readonly spell: (name: string) => string;
}[] = [
  { rules: ({ exact }) => exact, spell: (name) => name },
  { rules: ({ folded }) => folded, spell: fold },
  { rules: ({ folded }) => folded, spell: foldInvisible },
];

const NOTHING: IgnoreRules = () => undefined;
const EVERYTHING: IgnoreRules = () => true;

/** Whether it is a folder is asked only where that decides. */
function saidOf(rules: IgnoreRules, rest: string, folder: () => boolean): Verdict {
  const asFile = rules(rest, false);
  const asFolder = rules(rest, true);
  return asFile !== asFolder && folder() ? asFolder : asFile;
}

function readFrame(folder: string): Frame {
  const text = readText(path.join(folder, IGNORE_FILE));
  if (text === undefined) return { exact: NOTHING, folded: NOTHING };
  if (text === UNREADABLE) return { exact: EVERYTHING, folded: EVERYTHING };
  return {
    exact: parseIgnore(text, false),
    folded: parseIgnore(text.normalize('NFKC').toUpperCase().toLowerCase(), true),
  };
}

const UNREADABLE = Symbol('unreadable');

/** Without waiting for a pipe. `undefined`: there is none. */
function readText(file: string): string | typeof UNREADABLE | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(handle);
    return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(handle, 'utf8') : UNREADABLE;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? undefined : UNREADABLE;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

const parentOf = (relative: string): string => relative.slice(0, Math.max(0, relative.lastIndexOf('/')));

function kept<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
