/**
 * The names that a shell would put in a pattern's place, from what is really there. Rather one too many than one too few: a bracket
 * counts as any one letter.
 */

/** Names in an absolute folder, the hidden ones too; `undefined`: not known, or it is not in the workspace. */
export type NamesIn = (folder: string) => Promise<readonly string[] | undefined>;

/** More are not looked at one by one. */
const MOST = 1000;

/** `text`: without quotes; relative to `folder`, or absolute. `undefined`: not known. */
export async function namesFor(text: string, folder: string, namesIn: NamesIn): Promise<readonly string[] | undefined> {
  const root = text.startsWith('/') ? '/' : '';
  let found: readonly string[] = [root];
  for (const part of text.split('/').filter((one) => one !== '')) {
    const next: string[] = [];
    for (const before of found) {
      if (!/[*?[]/.test(part)) next.push(`${before}${part}/`);
      else {
        const names = await namesIn(before.startsWith('/') ? before : `${folder}/${before}`);
        if (!names) return undefined;
        const test = testOf(part);
        // A shell that finds them gives these two as well.
        const own = part.startsWith('.') ? ['.', '..'] : [];
        next.push(...[...own, ...names].filter((name) => test.test(name)).map((name) => `${before}${name}/`));
      }
      if (next.length > MOST) return undefined;
    }
    found = next;
  }
  // Where there is none, or it is no pattern after all, the word stays as it is.
  return [...found.map((name) => name.slice(0, -1)), text];
}

/** A bracket whose end is certain: in others shells know classes and escapes. */
const BRACKET = /\[[!^]?[\w-]+\]/g;

/** Of one name: a dot at its beginning is met by a dot alone. A letter may be several signs to a shell, so each counts as one or none. */
function testOf(part: string): RegExp {
  const isPlain = !/[[\]]/.test(part.replace(BRACKET, ''));
  const known = isPlain ? part : `${part.slice(0, part.search(/[[\]]/))}*`;
  const source = known.replace(/\[[!^]?[\w-]+\]|[*?]|[.+^${}()|[\]\\]/g, (one) => {
    if (one === '*') return '.*';
    return one === '?' || one.length > 1 ? '.?' : `\\${one}`;
  });
  return new RegExp(`^${/^[*?[]/.test(part) ? '(?!\\.)' : ''}${source}$`, 'su');
}
