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
  !/[\0\\]/.test(process.platform === 'win32' ? relative : relative.replaceAll('\\', '')) &&
  relative.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && name.toLowerCase() !== '.git');

function node(): Node {
  const children = new Map<string, Node>();
  return { isEnd: false, children, below: (name) => children.get(name), names: () => [...children.keys()] };
}
