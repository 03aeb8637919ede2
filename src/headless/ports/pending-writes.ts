/**
 * Which files are being written right now, noted in our own storage, so that a process that dies in the middle leaves nothing
 * behind: the next start removes its temporary file and puts back the old bytes of a file it was overwriting in place.
 */
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { sameBytes } from '../../agent/edit/text-file.ts';
import { FOLDER_MODE } from './durable.ts';
import { randomIds } from './ids.ts';
import { lifeOf, startOf, thisMachine } from './process-identity.ts';

export interface PendingWrite {
  /** Name of the temporary file next to the target. */
  readonly temporary: string;
  /** Keeps both contents until `end`: needed before a file is overwritten in place. Returns when they are on the medium. */
  keep(before: Uint8Array, after: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

export interface PendingWrites {
  begin(target: string): Promise<PendingWrite>;
}

const Entry = z.object({
  target: z.string(),
  temporary: z.string().regex(/^\.goalwright-[\w-]+\.tmp$/),
  pid: z.number().int(),
  start: z.string(),
  machine: z.string(),
});

/** No write takes this long: older entries are dead even where their process cannot be asked for. */
const SURELY_OVER_MS = 10 * 60_000;

/** Where runs without a storage of their own note their writes. */
export function defaultLedger(): string {
  const state = process.env.XDG_STATE_HOME ?? process.env.LOCALAPPDATA ?? path.join(os.homedir(), '.local', 'state');
  return path.join(state, 'goalwright', 'writes');
}

/** Recovers what dead processes left, then takes notes. A folder that cannot be made means no notes, not no writes. */
export async function pendingWrites(folder: string): Promise<PendingWrites> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE }).catch(() => undefined);
  const machine = await thisMachine();
  const start = await startOf(process.pid);
  await recover(folder, machine);
  return {
    async begin(target) {
      const id = randomIds.next();
      const note = path.join(folder, id);
      const temporary = `.goalwright-${id}.tmp`;
      const entry = { target, temporary, pid: process.pid, start, machine } satisfies z.infer<typeof Entry>;
      await writeFile(`${note}.json`, JSON.stringify(entry), { mode: 0o600, flag: 'wx' }).catch(() => undefined);
      return {
        temporary,
        async keep(before, after) {
          await keepFile(`${note}.old`, before);
          await keepFile(`${note}.new`, after);
        },
        end: () => remove(note),
      };
    },
  };
}

async function keepFile(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The note goes last: without it nobody would look for the rest. */
async function remove(note: string): Promise<void> {
  for (const suffix of ['.old', '.new', '.json']) await unlink(note + suffix).catch(() => undefined);
}

async function recover(folder: string, machine: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.json')) continue;
    const note = path.join(folder, name.slice(0, -'.json'.length));
    const entry = Entry.safeParse(
      await readFile(`${note}.json`, 'utf8')
        .then(JSON.parse)
        .catch(() => undefined),
    );
    if (!(await isOver(`${note}.json`, entry.data, machine))) continue;
    if (entry.success) {
      await unlink(path.join(path.dirname(entry.data.target), entry.data.temporary)).catch(() => undefined);
      await restoreTorn(entry.data.target, note);
    }
    await remove(note);
  }
}

async function isOver(file: string, entry: z.infer<typeof Entry> | undefined, machine: string): Promise<boolean> {
  if (entry?.machine === machine && (await lifeOf(entry.pid, entry.start)) === 'dead') return true;
  const written = await stat(file).catch(() => undefined);
  return written !== undefined && Date.now() - written.mtimeMs > SURELY_OVER_MS;
}

/** Puts the old bytes back where the target is a start of the new ones and a rest of the old: nobody else makes such a file. */
async function restoreTorn(target: string, note: string): Promise<void> {
  const [now, before, after] = await Promise.all(
    [target, `${note}.old`, `${note}.new`].map((file) => readFile(file).catch(() => undefined)),
  );
  if (!now || !before || !after || sameBytes(now, before) || sameBytes(now, after)) return;
  let torn = 0;
  while (torn < now.length && now[torn] === after[torn]) torn++;
  if (sameBytes(now.subarray(torn), before.subarray(torn))) await overwrite(target, before);
}

/** Writes into the file itself, so that its other names and its owner stay. */
export async function overwrite(target: string, bytes: Uint8Array, onChunk: () => unknown = () => {}): Promise<void> {
  const handle = await open(target, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      await handle.write(bytes, at, Math.min(CHUNK, bytes.length - at), at);
      await onChunk();
    }
    await handle.truncate(bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const CHUNK = 64 * 1024;
