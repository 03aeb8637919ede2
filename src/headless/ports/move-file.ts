/**
 * Takes a file away, or to another name, without overwriting anything: its bytes are what was approved, its folder is held, and
 * at every moment the file is under one of its names at least.
 */
import { lstat, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../agent/hash.ts';
import type { Applied, Hash } from '../../agent/ports.ts';
import { codeOf } from './durable.ts';
import { failed, lockedReason, READ, REASONS, stale } from './file-faults.ts';
import { type HeldFolder, holdFolder, makeHeld } from './held-folder.ts';
import { nameOnce } from './name-once.ts';

type Step = (name: string) => Promise<void>;

export async function removeFile(file: string, before: Hash, step: Step): Promise<Applied> {
  return withSource(file, before, async (folder, name) => {
    await step('checked');
    await unlink(folder.at(name));
    await folder.sync().catch(() => undefined);
    return { kind: 'applied' };
  });
}

/** Both paths real. What is moved keeps its mode and owner: it is the same file under another name. */
export async function moveFile(from: string, to: string, before: Hash, step: Step): Promise<Applied> {
  return withSource(from, before, async (source, name, bytes) => {
    if (await lstat(to).catch(() => undefined)) return stale(`${path.basename(to)} exists already`);
    const made = await makeHeld(path.dirname(to));
    if (!made) return stale('a link or a file took the place of its new folder');
    const target = made.folder.at(path.basename(to));
    let isPut = false;
    try {
      isPut = await nameOnce(source.at(name), target);
      if (!isPut) {
        await made.undo();
        return stale(`${path.basename(to)} exists already`);
      }
      await step('linked');
      await made.folder.sync().catch(() => undefined);
      await unlink(source.at(name));
      await source.sync().catch(() => undefined);
      return { kind: 'applied', bytes };
    } catch (error) {
      // It is still under its old name, and under that one alone.
      if (isPut) await unlink(target).catch(() => undefined);
      await made.undo();
      throw error;
    } finally {
      await made.folder.close();
    }
  });
}

async function withSource(
  file: string,
  before: Hash,
  act: (folder: HeldFolder, name: string, bytes: Uint8Array) => Promise<Applied>,
): Promise<Applied> {
  const folder = await holdFolder(path.dirname(file));
  if (!folder) return stale('its folder was replaced or removed');
  const name = path.basename(file);
  try {
    const source = await open(folder.at(name), READ).catch((error: unknown) => codeOf(error));
    if (source === 'ENOENT') return stale('it was deleted');
    if (source === 'ELOOP') return stale('a link took its place');
    if (typeof source === 'string') return failed(REASONS[source] ?? `it cannot be read (${source})`);
    try {
      const stats = await source.stat();
      if (!stats.isFile()) return failed('it is not a regular file');
      const bytes = await source.readFile();
      if (hashOf(bytes) !== before) return stale('it was changed after it was read');
      const locked = await lockedReason(folder.at(name), stats);
      if (locked) return failed(locked);
      if (!(await folder.still())) return stale('its folder was replaced');
      return await act(folder, name, bytes);
    } finally {
      await source.close();
    }
  } finally {
    await folder.close();
  }
}
