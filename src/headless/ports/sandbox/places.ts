/**
 * What a sandbox opens, guards and hides, as plain data found on disk: the argv of bubblewrap and the profile of seatbelt are
 * pure functions of it. All paths are real and absolute.
 */
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { namedIn } from './named.ts';
import { innerFolders, linkedRepository, repositoriesIn } from './repositories.ts';

export interface Places {
  /** Folders a command may write. Nothing else is writable but temporary folders of the sandbox's own. */
  readonly writable: readonly string[];
  /** Folders that may be written but not renamed, so that what is guarded in them stays where it is. */
  readonly pinned: readonly string[];
  /** Files and folders within the writable ones that stay as they are. */
  readonly guarded: readonly string[];
  /** Folders that look empty. */
  readonly hiddenFolders: readonly string[];
  /** Files that cannot be read. */
  readonly hiddenFiles: readonly string[];
}

/** Relative to the home folder: logins, keys, tokens, histories, browsers' and editors' stores. A folder or a file. */
const SECRETS = [
  ...['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.password-store', '.terraform.d', '.oci', '.fly'],
  ...['.config/gcloud', '.config/gh', '.config/glab-cli', '.config/op', '.config/doctl', '.config/hub', '.config/sops'],
  ...['.config/git/credentials', '.git-credentials', '.netrc', '_netrc', '.npmrc', '.yarnrc.yml', '.pypirc', '.pgpass'],
  ...[
    '.my.cnf',
    '.vault-token',
    '.cargo/credentials',
    '.cargo/credentials.toml',
    '.gem/credentials',
    '.boto',
    '.s3cfg',
  ],
  ...['.m2/settings.xml', '.gradle/gradle.properties', '.config/pip/pip.conf', '.pip/pip.conf', '.config/NuGet'],
  ...['.bash_history', '.zsh_history', '.local/share/fish', '.python_history', '.node_repl_history', '.psql_history'],
  ...['.local/share/keyrings', '.mozilla', '.thunderbird', '.config/google-chrome', '.config/chromium', '.config/Code'],
  ...['.config/Code - Insiders', '.config/VSCodium', '.vscode-server/data', '.vscode-server-insiders/data'],
  ...['.claude', '.codex', '.gemini', '.cursor', '.config/github-copilot', '.local/share/opencode', '.wakatime.cfg'],
  ...['Library/Keychains', 'Library/Application Support/Code', 'Library/Application Support/Google/Chrome'],
  ...['Library/Application Support/Firefox', 'Library/Cookies', 'Library/Messages', 'Library/Mail'],
];

/** Names in the workspace that are hidden unless the command was given them. */
const isSecretFile = (name: string): boolean =>
  /^\.env/i.test(name) && !/^\.env\.(example|sample|template)$/i.test(name);

export interface PlacesOptions {
  /** Real path of the work tree. */
  readonly root: string;
  readonly home: string;
  /** The command may read the workspace's `.env` files. */
  readonly secrets: boolean;
  /** More folders and files to hide: our own journals. */
  readonly hide?: readonly string[];
}

/** Looks at the disk anew for each command: what the last one made must be guarded too. */
export async function findPlaces({ root, home, secrets, hide = [] }: PlacesOptions): Promise<Places> {
  const scan = await repositoriesIn(root);
  const kept = secrets ? [] : await secretsIn(root);
  const repositories = await Promise.all(scan.repositories.map(guardsOf));
  const linked = await linkedRepository(root);
  const outside = linked === undefined ? undefined : await guardsOf(linked);
  const hidden = await Promise.all([...SECRETS.map((name) => path.join(home, name)), ...hide].map(covered));
  // The work tree itself may be in such a folder.
  const shown = hidden.flat().filter(({ file }) => !within(root, file));
  return {
    writable: [root, ...(linked === undefined ? [] : [linked])],
    pinned: [...repositories.flatMap(({ pinned }) => pinned), ...(outside?.pinned ?? [])],
    guarded: [...repositories.flatMap(({ guarded }) => guarded), ...(outside?.guarded ?? [])],
    hiddenFolders: [...shown, ...kept].filter(({ kind }) => kind === 'folder').map(({ file }) => file),
    hiddenFiles: [...shown, ...kept].filter(({ kind }) => kind === 'file').map(({ file }) => file),
  };
}

/** A link is covered by what it leads to; one that leads out of the work tree to a folder is left: that folder may be anything. */
async function secretsIn(root: string): Promise<readonly Covered[]> {
  const { found } = await namedIn(root, { isWanted: (relative) => isSecretFile(path.posix.basename(relative)) });
  const all = await Promise.all(found.map(({ path: relative }) => covered(path.join(root, relative))));
  const kept = all.flat().filter(({ file, kind }) => !within(root, file) && (kind === 'file' || within(file, root)));
  return [...new Map(kept.map((one) => [one.file, one])).values()];
}

/** A path and what is below it. */
export const within = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

type Guards = Pick<Places, 'pinned' | 'guarded'>;

/** Of one `.git`: a folder is pinned, its settings and hooks guarded; a file (a worktree's or a submodule's) is guarded. */
async function guardsOf(given: string): Promise<Guards> {
  const [git] = await covered(given);
  if (!git) return { pinned: [], guarded: [] };
  if (git.kind === 'file') return { pinned: [], guarded: [git.file] };
  const inner = await innerFolders(git.file);
  const guarded = await Promise.all(
    [git.file, ...inner].flatMap((folder) => RUNS_PROGRAMS.map((name) => covered(path.join(folder, name)))),
  );
  return { pinned: [git.file, ...inner], guarded: guarded.flat().map(({ file }) => file) };
}

/** What in a git folder can start a program. */
const RUNS_PROGRAMS = ['hooks', 'config', 'config.worktree', 'info/attributes'];

interface Covered {
  readonly file: string;
  readonly kind: 'folder' | 'file';
}

/** A link cannot be mounted over: what it leads to is. Nothing there: none. */
async function covered(given: string): Promise<Covered[]> {
  const file = await realpath(given).catch(() => undefined);
  const kind = file === undefined ? undefined : await kindOf(file);
  return file === undefined || kind === undefined ? [] : [{ file, kind }];
}

/** `undefined`: nothing, a link, a socket or the like. */
async function kindOf(file: string): Promise<'folder' | 'file' | undefined> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}
