/**
 * One host's folder for what its commands print, and the record by which a later start finds the processes of a host that was
 * killed: whoever has its mark is ended, its folder removed. Hosts of another machine or boot are only cleared away.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type OutputLog, outputLog } from './output-log.ts';
import { lifeOf, startOf, thisMachine } from './process-identity.ts';
import { endSurvivors } from './survivors.ts';

export interface JobRecords {
  /** Mark of all commands of this host. */
  readonly mark: string;
  /** Records this host at the first call, after it cleared up behind hosts that are gone. `undefined`: there is no folder. */
  log(id: string): Promise<OutputLog | undefined>;
  /** Removes all of it; the next log begins anew. */
  close(): Promise<void>;
}

const Host = z.object({ pid: z.number(), start: z.string(), machine: z.string() });
const RECORD = 'host.json';
/** Of a folder that nothing can be told of, since it was written. */
const FORGOTTEN_MS = 7 * 24 * 60 * 60 * 1000;

/** `base` absent: nothing is kept, and nothing is cleared up. */
export function jobRecords(base: string | undefined): JobRecords {
  const mark = randomBytes(12).toString('base64url');
  const folder = base === undefined ? undefined : path.join(base, mark);
  let begun: Promise<boolean> | undefined;
  const begin = async (): Promise<boolean> => {
    if (base === undefined || folder === undefined) return false;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const host = { pid: process.pid, start: await startOf(process.pid), machine: await thisMachine() };
      await writeFile(path.join(folder, RECORD), JSON.stringify(host));
      await reapHosts(base);
      return true;
    } catch {
      return false;
    }
  };
  return {
    mark,
    async log(id) {
      begun ??= begin();
      return (await begun) && folder !== undefined ? outputLog(path.join(folder, `${id}.log`)) : undefined;
    },
    async close() {
      await begun;
      begun = undefined;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns how many processes of dead hosts were ended. Never throws. */
export async function reapHosts(base: string): Promise<number> {
  const machine = await thisMachine();
  let ended = 0;
  for (const mark of await readdir(base).catch(() => [])) {
    const folder = path.join(base, mark);
    try {
      const host = Host.safeParse(JSON.parse(await readFile(path.join(folder, RECORD), 'utf8').catch(() => 'null')));
      const isHere = host.success && host.data.machine === machine;
      if (isHere && (await lifeOf(host.data.pid, host.data.start)) !== 'dead') continue;
      if (isHere) ended += await endSurvivors(mark);
      else if (Date.now() - (await stat(folder)).mtimeMs < FORGOTTEN_MS) continue;
      await rm(folder, { recursive: true, force: true });
    } catch {
      // Another start clears the same folder.
    }
  }
  return ended;
}
