/** The watched files of a work tree that are known by name, found within bounds. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isNamed, WATCHED_PLACES } from '../../../agent/watched.ts';

/** Levels below a watched folder, and files in it. */
const DEPTH = 4;
const FILES = 500;

export interface Found {
  /** Absolute. Files, and links of any kind: they are not followed. */
  readonly files: readonly string[];
  /** Folders with more in them than that. */
  readonly cut: readonly string[];
}

export async function placesIn(root: string): Promise<Found> {
  const patterns = WATCHED_PLACES.flatMap(({ paths }) => paths);
  const tops = (await Promise.all(patterns.map((pattern) => matching(root, pattern.split('/'))))).flat();
  const found = await Promise.all(tops.map(({ file, isFolder }) => (isFolder ? filesIn(file) : one(file))));
  return { files: found.flatMap(({ files }) => files), cut: found.flatMap(({ cut }) => cut) };
}

const one = (file: string): Found => ({ files: [file], cut: [] });

interface Entry {
  readonly file: string;
  readonly isFolder: boolean;
}

/** What a pattern means here. A link on the way stands for all that it hides. */
async function matching(folder: string, [name = '', ...rest]: readonly string[]): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => isNamed(entry.name, name))
    .map((entry) => ({
      file: path.join(folder, entry.name),
      isFolder: entry.isDirectory(),
      isLink: entry.isSymbolicLink(),
    }));
  if (rest.length === 0) return found;
  const deeper = await Promise.all(found.filter(({ isFolder }) => isFolder).map(({ file }) => matching(file, rest)));
  return [...found.filter(({ isLink }) => isLink), ...deeper.flat()];
}

/** Breadth first, so that what is near the top is surely seen. */
export async function filesIn(top: string, isMeant: (name: string) => boolean = () => true): Promise<Found> {
  const files: string[] = [];
  let level = [top];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH) return { files, cut: [top] };
    const next: string[] = [];
    for (const folder of level)
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (files.length >= FILES) return { files, cut: [top] };
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) next.push(file);
        else if (isMeant(entry.name)) files.push(file);
      }
    level = next;
  }
  return { files, cut: [] };
}
