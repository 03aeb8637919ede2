/** The `.git` entries of a work tree and files of certain names beside them, by a bounded look: not below what tools fill. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Levels below the root, and folders looked into. */
const DEPTH = 4;
const FOLDERS = 2000;
const FILLED = new Set(['node_modules', '.git', 'target', 'dist', 'build', 'out', '.venv', 'venv', 'vendor', '.cache']);

export interface Scan {
  /** `.git` folders and files. */
  readonly repositories: readonly string[];
  readonly found: readonly string[];
  /** There were more folders than were looked into. */
  readonly cut: boolean;
}

/** Breadth first, so that what is near the root is surely seen. Links are not followed. */
export async function repositoriesIn(root: string, isWanted: (name: string) => boolean): Promise<Scan> {
  const repositories: string[] = [];
  const found: string[] = [];
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
        else if (entry.isFile() && isWanted(entry.name)) found.push(file);
      }
    }
    level = next;
  }
  return { repositories, found, cut };
}
