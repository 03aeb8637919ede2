/**
 * One run's folder on disk: `journal.jsonl`, `blobs/<hash>`, and `journal.torn-<time>` for what was ever cut off.
 * Files are opened for each operation, and only creation creates: a folder that vanishes is an error, not a new journal.
 */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../agent/hash.ts';
import type { Hash, RunFolder } from '../../agent/ports.ts';
import { codeOf, FOLDER_MODE, makeFolder, replace, syncFolder, unless, writeNew } from './durable.ts';

const HASH = /^[0-9a-f]{64}$/;
const APPEND = constants.O_WRONLY | constants.O_APPEND;

const journalOf = (folder: string): string => path.join(folder, 'journal.jsonl');

/** A new folder with an empty journal, on the medium when this resolves. EEXIST when it is there already. */
export async function createRunFolder(folder: string): Promise<RunFolder> {
  await makeFolder(path.dirname(folder));
  await mkdir(folder, { mode: FOLDER_MODE });
  await mkdir(path.join(folder, 'blobs'), { mode: FOLDER_MODE });
  await writeNew(journalOf(folder), new Uint8Array());
  await syncFolder(folder);
  await syncFolder(path.dirname(folder));
  return runFolder(folder);
}

/**
 * A new folder that begins as a copy of another run: the first `size` bytes of its journal, and its blobs, which are linked
 * where the file system can (they are never written twice) and copied where it cannot.
 */
export async function forkRunFolder(from: string, folder: string, size: number): Promise<RunFolder> {
  const journal = await readFile(journalOf(from));
  if (journal.length < size) throw new Error(`${journalOf(from)} is shorter than ${size} bytes.`);
  const made = await createRunFolder(folder);
  const blobs = path.join(from, 'blobs');
  for (const hash of (await unless(readdir(blobs), 'ENOENT')) ?? []) {
    if (!HASH.test(hash)) continue;
    const target = path.join(folder, 'blobs', hash);
    await link(path.join(blobs, hash), target).catch(() => copyFile(path.join(blobs, hash), target));
  }
  await syncFolder(path.join(folder, 'blobs'));
  await made.append(journal.subarray(0, size));
  await made.sync();
  return made;
}

/** `undefined` when the folder holds no journal. */
export async function openRunFolder(folder: string): Promise<RunFolder | undefined> {
  const found = await unless(stat(journalOf(folder)), 'ENOENT', 'ENOTDIR');
  return found?.isFile() ? runFolder(folder) : undefined;
}

function runFolder(folder: string): RunFolder {
  const journal = journalOf(folder);
  const blobs = path.join(folder, 'blobs');
  const blobOf = (hash: Hash): string => path.join(blobs, hash);

  return {
    id: path.basename(folder),

    read: () => readFile(journal),

    async append(bytes) {
      const handle = await open(journal, APPEND);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
    },

    async sync() {
      const handle = await open(journal, APPEND);
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },

    cut: (size) => cut(journal, size),

    async putBlob(bytes) {
      const hash = hashOf(bytes);
      const found = await unless(stat(blobOf(hash)), 'ENOENT');
      if (found?.size === bytes.length) return hash;
      await unless(mkdir(blobs, { mode: FOLDER_MODE }), 'EEXIST');
      await replace(blobOf(hash), bytes);
      return hash;
    },

    async getBlob(hash) {
      if (!HASH.test(hash)) return undefined;
      const bytes = await unless(readFile(blobOf(hash)), 'ENOENT');
      return bytes && hashOf(bytes) === hash ? bytes : undefined;
    },
  };
}

/** The tail is synced in a file of its own before it goes. Growing a file this way would fill it with zeros: an error. */
async function cut(journal: string, size: number): Promise<void> {
  const handle = await open(journal, 'r+');
  try {
    const bytes = await handle.readFile();
    if (bytes.length < size)
      throw new Error(`${journal} is shorter (${bytes.length} bytes) than was written (${size}).`);
    if (bytes.length === size) return;
    await keepAside(journal, bytes.subarray(size));
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keepAside(journal: string, tail: Uint8Array): Promise<void> {
  const folder = path.dirname(journal);
  for (let time = Date.now(); ; time += 1) {
    try {
      await writeNew(path.join(folder, `journal.torn-${time}`), tail);
      return await syncFolder(folder);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
