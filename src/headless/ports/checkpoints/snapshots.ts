/** The snapshots of one root: a small file each, written last, so that a snapshot is there when all of it is. */
import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Hash, SnapshotId } from '../../../agent/ports.ts';
import { makeFolder, replace, syncFolder, unless } from '../durable.ts';
import { randomIds } from '../ids.ts';
import { lifeOf, startOf, thisMachine } from '../process-identity.ts';

const Snapshot = z.object({
  version: z.literal(1),
  tree: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.int(),
  left: z.array(z.string()),
  pid: z.int(),
  start: z.string(),
  machine: z.string(),
});
type Snapshot = Readonly<z.infer<typeof Snapshot>>;

const ID = /^[A-Za-z0-9_-]{1,80}$/;
/** Another window has noted its snapshot in its journal by then. */
const GRACE_MS = 60 * 60_000;

export interface Snapshots {
  /** Undefined: there is none of this name, or it is damaged. */
  get(id: SnapshotId): Promise<Snapshot | undefined>;
  add(tree: Hash, files: number, left: readonly string[]): Promise<SnapshotId>;
  all(): Promise<readonly SnapshotId[]>;
  /** Taken by another process that may still be about to name it: nobody else knows whether it is needed. */
  isFresh(id: SnapshotId): Promise<boolean>;
  remove(ids: readonly SnapshotId[]): Promise<void>;
}

export async function openSnapshots(folder: string): Promise<Snapshots> {
  await makeFolder(folder);
  const own = { pid: process.pid, start: await startOf(process.pid), machine: await thisMachine() };
  const fileOf = (id: SnapshotId): string => path.join(folder, `${id}.json`);

  const snapshots: Snapshots = {
    async get(id) {
      if (!ID.test(id)) return undefined;
      try {
        return Snapshot.parse(JSON.parse(await readFile(fileOf(id), 'utf8')));
      } catch {
        return undefined;
      }
    },
    async add(tree, files, left) {
      await makeFolder(folder);
      const id = `${Date.now().toString(36)}-${randomIds.next()}`;
      const snapshot: Snapshot = { version: 1, tree, files, left: [...left], ...own };
      await replace(fileOf(id), new TextEncoder().encode(JSON.stringify(snapshot)));
      return id;
    },
    async all() {
      const names = await readdir(folder);
      return names.flatMap((name) => (ID.test(name.slice(0, -5)) && name.endsWith('.json') ? [name.slice(0, -5)] : []));
    },
    async isFresh(id) {
      const snapshot = await snapshots.get(id);
      if (!snapshot || (snapshot.pid === own.pid && snapshot.start === own.start && snapshot.machine === own.machine)) {
        return false;
      }
      if (snapshot.machine === own.machine && (await lifeOf(snapshot.pid, snapshot.start)) === 'dead') return false;
      const written = await unless(stat(fileOf(id)), 'ENOENT');
      return written !== undefined && Date.now() - written.mtimeMs < GRACE_MS;
    },
    async remove(ids) {
      // A temporary file is what a process that died left: the lock's owner alone writes here.
      for (const name of await readdir(folder)) {
        if (name.startsWith('.tmp-')) await unless(unlink(path.join(folder, name)), 'ENOENT');
      }
      for (const id of ids) await unless(unlink(fileOf(id)), 'ENOENT');
      await syncFolder(folder);
    },
  };
  return snapshots;
}
