/**
 * Where runs are kept, for both hosts: `<base>/runs/<hash of the root's real path>/<run id>/` with a `lock/` beside the
 * runs, and `<base>/journal.key`, the secret that signs their journals.
 */
import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { hashOf } from '../../agent/hash.ts';
import type { RunFolder, Store } from '../../agent/ports.ts';
import { createOnce, FILE_MODE, makeFolder, syncFolder, unless } from './durable.ts';
import { type LockOptions, lockFolder } from './lock.ts';
import { createRunFolder, forkRunFolder, openRunFolder } from './run-folder.ts';

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const KEY_BYTES = 32;
/** Hex digits of the root's hash in a folder name: plenty to tell roots apart, short enough for long paths. */
const ROOT_DIGITS = 32;
/** Never a run id: of that shape, but taken. */
const LOCK = 'lock';

/**
 * `base`: the editor's global storage or `xdgStateBase()`; made if missing. `root`: the run's root, resolved here so that
 * every spelling of it finds the same runs. Rejects with an error for a person when the storage cannot be used: no run
 * starts without a journal. Operations on folders reject with the file system's error (`code`).
 */
export async function nodeStore({ base, root, lock }: StoreOptions): Promise<Store> {
  const home = path.join(base, 'runs', hashOf(await realpath(root)).slice(0, ROOT_DIGITS));
  try {
    await makeFolder(home);
  } catch (error) {
    throw unusable(base, error);
  }
  const key = await journalKey(base);
  const folderOf = (id: string): string | undefined =>
    RUN_ID.test(id) && id !== LOCK ? path.join(home, id) : undefined;
  const take = lockFolder(path.join(home, LOCK), lock);

  return {
    key,
    async runs() {
      const entries = await readdir(home, { withFileTypes: true });
      const ids = entries.flatMap((entry) => (entry.isDirectory() && folderOf(entry.name) ? [entry.name] : []));
      return ids.sort().reverse();
    },
    async create(id) {
      const folder = folderOf(id);
      if (!folder) throw new Error(`Not a run id: ${JSON.stringify(id)}.`);
      return createRunFolder(folder);
    },
    async open(id) {
      const folder = folderOf(id);
      return folder ? openRunFolder(folder) : undefined;
    },
    async fork(from, id, size) {
      const [source, target] = [folderOf(from), folderOf(id)];
      if (!source || !target) throw new Error(`Not a run id: ${JSON.stringify(source ? id : from)}.`);
      return forkRunFolder(source, target, size);
    },
    async trash(id) {
      const folder = folderOf(id);
      if (!folder) return false;
      const trash = path.join(base, 'trash');
      await makeFolder(trash);
      const target = path.join(trash, `${id}-${randomBytes(4).toString('hex')}`);
      const moved = await unless(
        rename(folder, target).then(() => true),
        'ENOENT',
      );
      await syncFolder(trash);
      await syncFolder(home);
      return moved ?? false;
    },
    writtenSince: (at, except) => writtenSince(path.join(base, 'runs'), at, path.join(home, except)),
    lock: take,
  };
}

/** Journals of all roots, judged by when the file was written last: reading them is for those who need to. */
async function writtenSince(runs: string, at: number, except: string): Promise<readonly RunFolder[]> {
  const found: RunFolder[] = [];
  for (const root of await readdir(runs)) {
    for (const id of (await unless(readdir(path.join(runs, root)), 'ENOENT', 'ENOTDIR')) ?? []) {
      const folder = path.join(runs, root, id);
      if (!RUN_ID.test(id) || id === LOCK || folder === except) continue;
      const written = await unless(stat(path.join(folder, 'journal.jsonl')), 'ENOENT', 'ENOTDIR');
      const open = written && written.mtimeMs >= at ? await openRunFolder(folder) : undefined;
      if (open) found.push(open);
    }
  }
  return found;
}

export interface StoreOptions {
  readonly base: string;
  readonly root: string;
  readonly lock?: LockOptions;
}

/** The key is made once and never replaced: without it no journal signed with it can be continued. */
async function journalKey(base: string): Promise<Uint8Array> {
  const file = path.join(base, 'journal.key');
  let key: Uint8Array | undefined;
  try {
    key = await unless(readFile(file), 'ENOENT');
    if (!key) {
      await createOnce(file, randomBytes(KEY_BYTES));
      key = await readFile(file);
    }
    if (process.platform !== 'win32') await chmod(file, FILE_MODE);
  } catch (error) {
    throw unusable(base, error);
  }
  if (key.length !== KEY_BYTES) {
    throw new Error(`${file} is damaged. Restore it, or delete it: runs signed with it can then only be read.`);
  }
  return key;
}

const unusable = (base: string, cause: unknown): Error => {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new Error(`Goalwright cannot keep its runs in ${base}. Make that folder writable. (${detail})`, { cause });
};

/** The folder for state that no editor gives us: XDG on Linux, and what is customary elsewhere. */
export function xdgStateBase(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = env.XDG_STATE_HOME;
  if (given && path.isAbsolute(given)) return path.join(given, 'goalwright');
  if (platform === 'win32')
    return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'goalwright');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'goalwright');
  return path.join(homedir(), '.local', 'state', 'goalwright');
}
