/** A scenario's folder on disk: made for a run, and copied so that code can be tried beside the original tests. */
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Files } from './scenario.ts';

export async function fill(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** A new folder for temporary files, its links resolved. */
export const temporary = async (name: string): Promise<string> =>
  realpath(await mkdtemp(path.join(tmpdir(), `${name}-`)));

/** What `use` finds in a copy of the folder in which these files stand instead of the agent's. */
export async function inCopy<T>(folder: string, files: Files, use: (copy: string) => Promise<T>): Promise<T> {
  const base = await temporary('grade');
  try {
    const copy = path.join(base, 'work');
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    await fill(copy, files);
    return await use(copy);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Every file in the folder, relative to it, sorted. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
