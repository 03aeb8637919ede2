/**
 * How file names are compared and shown. A file system may hold `.GIT`, `.git.` or `.g<zero width>it` and mean `.git`: a
 * rule must meet all of them, and a person must see what is really there.
 */

/** Characters that take no room on the screen, among them those HFS+ ignores in names (git CVE-2014-9390). */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Line and bidirectional controls, invisible characters, blanks other than the space, lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/**
 * One spelling for all that some file system takes for the same name: compatibility forms, case (also `ſ` and the Kelvin
 * sign), an NTFS stream after the name, Windows' trailing dots and blanks. Only ever compared, never opened.
 */
export function fold(name: string): string {
  const plain = name.normalize('NFKC').toUpperCase().toLowerCase();
  const stream = plain.indexOf(':', 1);
  // A drive (`c:`) keeps its colon.
  const base = stream > 0 && stream < plain.length - 1 ? plain.slice(0, stream) : plain;
  return base.replace(/[. ]+$/, '') || base;
}

/** The same without characters that take no room. Equal to `fold(name)` for every honest name. */
export const foldInvisible = (name: string): string => fold(name.replace(IGNORABLE, ''));

/** True when `text` would look different from what it is: it holds control, bidirectional or invisible characters. */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0;

/** `text` with every such character written out as `\u{202e}`, for cards, logs and messages. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);

/** The same for text of several lines, which may hold tabs. */
export const visibleText = (text: string): string =>
  text.replace(/[^\n\t]+/g, (part) => visible(part.replace(/\r$/, '')));

/** Segments of an absolute or relative path, either slash; an absolute POSIX path begins with ''. */
export const segmentsOf = (path: string): string[] =>
  path.split(/[\\/]/).filter((part, index) => part !== '' || index === 0);
