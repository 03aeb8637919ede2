/** The `.git` entries of a work tree, by a bounded look: not below what tools fill. */
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

/** Levels below the root, and folders looked into. */
const DEPTH = 4;
const FOLDERS = 2000;
const FILLED = new Set(['node_modules', '.git', 'target', 'dist', 'build', 'out', '.venv', 'venv', 'vendor', '.cache']);

export interface Scan {
  /** `.git` folders and files. */
  readonly repositories: readonly string[];
  /** There were more folders than were looked into. */
  readonly cut: boolean;
}

/** Breadth first, so that what is near the root is surely seen. Links are not followed. */
export async function repositoriesIn(root: string): Promise<Scan> {
  const repositories: string[] = [];
  let level = [root];
  let looked = 0;
  let cut = false;
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (looked++ >= FOLDERS) {
        cut = true;
        break;
      }
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        const file = path.join(folder, entry.name);
        if (entry.name === '.git') repositories.push(file);
        else if (entry.isDirectory() && !FILLED.has(entry.name)) next.push(file);
      }
    }
    level = next;
  }
  return { repositories, cut };
}

export interface GitFolders {
  /** Of repositories, their submodules and linked work trees. */
  readonly folders: readonly string[];
  /** `.git` files and links. */
  readonly links: readonly string[];
  readonly cut: boolean;
}

export async function gitFoldersIn(root: string): Promise<GitFolders> {
  const { repositories, cut } = await repositoriesIn(root);
  const linked = await linkedRepository(root);
  const kinds = await Promise.all(repositories.map(async (git) => ({ git, isFolder: await isFolder(git) })));
  const tops = [...kinds.filter((one) => one.isFolder).map(({ git }) => git), ...(linked ? [linked] : [])];
  const inner = await Promise.all(tops.map(innerFolders));
  return {
    folders: [...tops, ...inner.flat()],
    links: kinds.filter((one) => !one.isFolder).map(({ git }) => git),
    cut,
  };
}

/** Git folders of submodules (they nest), and of the work trees that share this one. */
export async function innerFolders(git: string): Promise<string[]> {
  const found: string[] = [];
  let level = ['modules', 'worktrees'].map((name) => path.join(git, name));
  // A submodule's name may hold '/': it is where its HEAD is.
  for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level)
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (!entry.isDirectory() || found.length >= INNER) continue;
        const at = path.join(folder, entry.name);
        if (await lstat(path.join(at, 'HEAD')).catch(() => undefined)) {
          found.push(at);
          next.push(path.join(at, 'modules'));
        } else next.push(at);
      }
    level = next;
  }
  return found;
}
const INNER = 200;

/**
 * The root may be a linked work tree: git then writes to a folder outside, which is told here. Who may write the root could
 * write such a link to any place, so it counts only where the other side names this very work tree.
 */
export async function linkedRepository(root: string): Promise<string | undefined> {
  const link = /^gitdir: (.+)\n?$/.exec(await readFile(path.join(root, '.git'), 'utf8').catch(() => ''))?.[1];
  if (link === undefined) return undefined;
  const git = await realpath(path.resolve(root, link)).catch(() => undefined);
  if (git === undefined || git.startsWith(`${root}/`)) return undefined;
  const back = (await readFile(path.join(git, 'gitdir'), 'utf8').catch(() => '')).trim();
  if ((await realpath(path.resolve(git, back)).catch(() => '')) !== path.join(root, '.git')) return undefined;
  const common = path.dirname(path.dirname(git));
  return path.basename(path.dirname(git)) === 'worktrees' && (await isFolder(path.join(common, 'objects')))
    ? common
    : undefined;
}

const isFolder = async (file: string): Promise<boolean> =>
  (await lstat(file).catch(() => undefined))?.isDirectory() === true;
