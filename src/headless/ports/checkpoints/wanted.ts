/** Paths that are looked at though they are ignored, name by name. */
export interface Wanted {
  /** A path ends here. */
  readonly isEnd: boolean;
  below(name: string): Wanted | undefined;
  names(): readonly string[];
}

interface Node extends Wanted {
  isEnd: boolean;
  readonly children: Map<string, Node>;
}

/** Paths relative to the root with `/`; one that leads out of it or into a `.git` is none. */
export function wantedPaths(paths: readonly string[]): Wanted {
  const root = node();
  for (const one of paths) {
    if (!isInside(one)) continue;
    let at = root;
    for (const name of one.split('/')) {
      const next = at.children.get(name) ?? node();
      at.children.set(name, next);
      at = next;
    }
    at.isEnd = true;
  }
  return root;
}

/** A relative path of plain names, none of them a repository's own folder. */
export const isInside = (relative: string): boolean =>
  !relative.includes('\0') &&
  !(process.platform === 'win32' && relative.includes('\\')) &&
  relative.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !isGitName(name));

/** Also in the other spellings by which file systems lead to it: HFS+ passes over some characters, NTFS knows short names. */
export function isGitName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  const plain = platform === 'darwin' ? name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '') : name;
  return platform === 'win32' ? /^(?:\.git|git~\d+)[ .]*(?::.*)?$/i.test(plain) : plain.toLowerCase() === '.git';
}

function node(): Node {
  const children = new Map<string, Node>();
  return { isEnd: false, children, below: (name) => children.get(name), names: () => [...children.keys()] };
}
