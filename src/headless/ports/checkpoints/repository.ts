/** What a repository says of ignored files, read and never run: where its folder is, its exclude file, what it tracks. */
import { lstat, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { NOTHING_TRACKED, type Tracked } from './git-index.ts';
import { type IgnoreRules, parseIgnore } from './gitignore.ts';
import { readSmall } from './small-file.ts';

/** A larger file of patterns is none. */
export const MAX_IGNORE_FILE = 256 * 1024;

export interface Repository {
  readonly exclude: IgnoreRules | undefined;
  readonly tracked: Tracked;
}

export interface RepositoryReader {
  readonly ignoreCase: boolean;
  readonly tracked: (gitFolder: string, hashBytes: 20 | 32) => Promise<Tracked>;
}

/** The repository whose work tree begins at this folder, or `undefined`: a `.git` that leads nowhere makes none. */
export async function repositoryAt(folder: string, reader: RepositoryReader): Promise<Repository | undefined> {
  const gitFolder = await gitFolderOf(folder);
  if (!gitFolder) return undefined;
  const common = path.resolve(gitFolder, (await textOf(path.join(gitFolder, 'commondir')))?.trim() || '.');
  const exclude = await textOf(path.join(common, 'info', 'exclude'));
  const config = await textOf(path.join(common, 'config'));
  const hashBytes = /^\s*objectformat\s*=\s*"?sha256/im.test(config ?? '') ? 32 : 20;
  return {
    exclude: exclude === undefined ? undefined : parseIgnore(exclude, reader.ignoreCase),
    tracked: await reader.tracked(gitFolder, hashBytes).catch(() => NOTHING_TRACKED),
  };
}

/** `.git` itself, or where a `.git` file (of a worktree, a submodule) says that it is. */
async function gitFolderOf(folder: string): Promise<string | undefined> {
  const dotGit = path.join(folder, '.git');
  const stats = await stat(dotGit).catch(() => undefined);
  const named = stats?.isFile() ? /^gitdir: (.+?)\r?\n?$/.exec((await textOf(dotGit)) ?? '')?.[1] : undefined;
  const found = named === undefined ? dotGit : path.resolve(folder, named);
  // Of a HEAD that is a link to an unborn branch only the link is there.
  return (await lstat(path.join(found, 'HEAD')).catch(() => undefined)) && found;
}

const textOf = async (file: string): Promise<string | undefined> =>
  (await readSmall(file, MAX_IGNORE_FILE))?.toString('utf8');

/** The person's own exclude file: `core.excludesFile` of their git configuration, or git's default for it. */
export async function personalExcludes(env: NodeJS.ProcessEnv, ignoreCase: boolean): Promise<IgnoreRules | undefined> {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const config = path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'git');
  let file = path.join(config, 'ignore');
  for (const place of [path.join(config, 'config'), path.join(home, '.gitconfig')]) {
    const named = excludesFileIn((await textOf(place)) ?? '');
    if (named) file = named.startsWith('~/') ? path.join(home, named.slice(2)) : path.resolve(home, named);
  }
  const text = await textOf(file);
  return text === undefined ? undefined : parseIgnore(text, ignoreCase);
}

function excludesFileIn(config: string): string | undefined {
  let section = '';
  let found: string | undefined;
  for (const line of config.split('\n')) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const value = /^\s*(?:\[[^\]]*\]\s*)?excludesfile\s*=\s*(?:"([^"]*)"|([^#;]*))/i.exec(line);
    if (section === 'core' && value) found = (value[1] ?? value[2] ?? '').trim();
  }
  return found;
}
