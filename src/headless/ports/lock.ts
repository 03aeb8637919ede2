/**
 * The lock of one root: a folder of files named by number, and the highest number is the owner. Its number is its fence.
 *
 * Taking over means to create the next number exclusively: of several contenders one succeeds, no file is ever changed
 * hands, and the highest file is never removed, so the numbers only grow. An owner may be succeeded when it released the
 * lock, when its process is dead on this machine (at once), or, where that cannot be asked (another machine, a platform
 * without start times), when its heartbeat stopped. A process that is surely alive keeps the lock however long it sleeps.
 * One that is succeeded wrongly (a jump of the clock) notices at its next write: `held` looks for a higher number.
 * A heartbeat is a write, and its age is measured against another write: both times are the file system's own, which
 * matters where it is not on this machine.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import * as z from 'zod';
import type { Lock } from '../../agent/ports.ts';
import { createOnce, makeFolder, replace, unless, writeNew } from './durable.ts';
import { lifeOf, startOf, thisMachine } from './process-identity.ts';

const HEARTBEAT_MS = 5_000;
/** Three heartbeats. */
const STALE_MS = 15_000;
/** Contenders that lose a race look again; more losses than this in a row and somebody else surely has it. */
const ATTEMPTS = 10;

const Owner = z.object({
  pid: z.int(),
  start: z.string(),
  machine: z.string(),
  token: z.string(),
  released: z.boolean().default(false),
});
type Owner = z.infer<typeof Owner>;

export interface LockOptions {
  /** Which machine this process says it is on (default: found out). */
  readonly machine?: string;
  /** A clock that only runs forward, in milliseconds. */
  readonly elapsed?: () => number;
}

interface Sight {
  readonly fence: number;
  readonly heartbeat: number;
  /** When it was first seen, by the clock that only runs forward. */
  readonly since: number;
}

/**
 * How to take the lock kept in `folder`; rejects when the folder cannot be used. The same function asked again remembers
 * what it saw, so that a heartbeat that stands still is noticed even when the clocks of two machines disagree.
 */
export function lockFolder(
  folder: string,
  options: LockOptions = {},
): () => Promise<Lock | { readonly heldBy: string }> {
  const { elapsed = () => performance.now() } = options;
  let sight: Sight | undefined;

  /** Who holds it, or `undefined` when it may be taken. */
  async function holder(fence: number, machine: string): Promise<string | undefined> {
    const file = fileOf(folder, fence);
    const owner = await readOwner(file);
    if (owner?.released) return undefined;
    if (owner?.machine === machine) {
      const life = await lifeOf(owner.pid, owner.start);
      if (life === 'dead') return undefined;
      if (life === 'alive') return describe(owner, machine);
    }
    const heartbeat = (await unless(stat(file), 'ENOENT'))?.mtimeMs;
    if (heartbeat === undefined) return undefined;
    if (sight?.fence !== fence || sight.heartbeat !== heartbeat) sight = { fence, heartbeat, since: elapsed() };
    const stopped = (await timeIn(folder)) - heartbeat > STALE_MS || elapsed() - sight.since > STALE_MS;
    return stopped ? undefined : describe(owner, machine);
  }

  return async () => {
    await makeFolder(folder);
    const machine = options.machine ?? (await thisMachine());
    const self: Owner = {
      pid: process.pid,
      start: await startOf(process.pid),
      machine,
      token: randomBytes(16).toString('base64url'),
      released: false,
    };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = await highest(folder);
      const heldBy = before > 0 ? await holder(before, machine) : undefined;
      if (heldBy) return { heldBy };
      const fence = before + 1;
      if (!(await createOnce(fileOf(folder, fence), bytesOf(self)))) continue;
      if ((await highest(folder)) === fence) {
        await removeBelow(folder, fence);
        return own(folder, fence, self);
      }
      // The numbers went on while this process was held up between looking and creating.
      await unless(unlink(fileOf(folder, fence)), 'ENOENT');
    }
    return { heldBy: 'another window that is just starting' };
  };
}

function own(folder: string, fence: number, self: Owner): Lock {
  const file = fileOf(folder, fence);
  let released = false;
  let beat: Promise<unknown> = Promise.resolve();
  const heartbeat = setInterval(() => {
    beat = touch(file, self).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const held = async (): Promise<boolean> =>
    !released && (await highest(folder)) === fence && (await readOwner(file))?.token === self.token;

  return {
    fence,
    held,
    async release() {
      clearInterval(heartbeat);
      await beat;
      const mine = await held();
      released = true;
      if (mine) await replace(file, bytesOf({ ...self, released: true }));
    },
  };
}

/** Writes the same bytes over themselves: only the time of the file changes. A file that is gone stays gone. */
async function touch(file: string, owner: Owner): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write(bytesOf(owner), 0, undefined, 0);
  } finally {
    await handle.close();
  }
}

/** The time of the file system a folder is on: what a file that is written now gets. */
async function timeIn(folder: string): Promise<number> {
  const probe = path.join(folder, `.time-${randomBytes(9).toString('base64url')}`);
  try {
    await writeNew(probe, new Uint8Array(1));
    return (await stat(probe)).mtimeMs;
  } finally {
    await unless(unlink(probe), 'ENOENT');
  }
}

const fileOf = (folder: string, fence: number): string => path.join(folder, String(fence));
const bytesOf = (owner: Owner): Uint8Array => new TextEncoder().encode(`${JSON.stringify(owner)}\n`);

/** The highest number in the folder, 0 when there is none. */
async function highest(folder: string): Promise<number> {
  const fences = (await numbers(folder)) ?? [];
  return fences.reduce((most, fence) => Math.max(most, fence), 0);
}

const numbers = async (folder: string): Promise<number[] | undefined> =>
  (await unless(readdir(folder), 'ENOENT'))?.flatMap((name) => (/^[1-9]\d{0,14}$/.test(name) ? [Number(name)] : []));

/** Predecessors' files, which nobody asks for any more. One that stays does no harm. */
async function removeBelow(folder: string, fence: number): Promise<void> {
  const old = ((await numbers(folder)) ?? []).filter((number) => number < fence);
  await Promise.all(old.map((number) => unlink(fileOf(folder, number)).catch(() => undefined)));
}

/** `undefined`: no such file, or it cannot be understood (half-written, or a newer version's). */
async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await unless(readFile(file, 'utf8'), 'ENOENT');
  try {
    return text === undefined ? undefined : Owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function describe(owner: Owner | undefined, machine: string): string {
  if (!owner) return 'another window that is just starting';
  if (owner.machine === machine) return `process ${owner.pid} on this computer`;
  return `process ${owner.pid} on ${owner.machine.split(' ')[0]}`;
}
