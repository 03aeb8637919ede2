/**
 * What was read before: a file whose times, size and number are still the same is not read again. As with git's index, a
 * file changed at about the time it was read is not remembered: another change in the same tick of the clock would not show.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { hashOf } from '../../../agent/hash.ts';
import type { Hash } from '../../../agent/ports.ts';
import { FILE_MODE } from '../durable.ts';

/** The coarsest clock of a file system in use (FAT). */
const TICK_MS = 2_000;

export interface StatEntry {
  readonly version: string;
  readonly hash: Hash;
}

export const isSettled = (times: { readonly mtimeMs: bigint; readonly ctimeMs: bigint }, readAt: number): boolean =>
  Number(times.mtimeMs) < readAt - TICK_MS && Number(times.ctimeMs) < readAt - TICK_MS;

/** Missing or damaged: nothing was read before. */
export async function loadStatCache(file: string): Promise<ReadonlyMap<string, StatEntry>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const body = text.slice(65);
  const entries = new Map<string, StatEntry>();
  if (text.slice(0, 64) !== hashOf(body)) return entries;
  for (const record of body.split('\0')) {
    const [hash, version, ...path] = record.split(' ');
    if (hash && version) entries.set(path.join(' '), { hash, version });
  }
  return entries;
}

/** It may be lost, but never half-written: what it says is proved by its first line. */
export async function saveStatCache(file: string, entries: ReadonlyMap<string, StatEntry>): Promise<void> {
  const body = [...entries].map(([path, { hash, version }]) => `${hash} ${version} ${path}`).join('\0');
  await writeFile(`${file}.new`, `${hashOf(body)}\n${body}`, { mode: FILE_MODE });
  await rename(`${file}.new`, file);
}
