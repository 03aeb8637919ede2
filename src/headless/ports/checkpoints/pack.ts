/**
 * A pack: many objects in one file, so that a snapshot of 50,000 files costs one sync and not 50,000. Objects one after
 * another, then an index (46 bytes each: sha256, offset, bytes stored, bytes of the object), then its length and its sha256.
 * An object that takes less room compressed is stored so. The file gets its name when it is whole and on the medium.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import { hashOf } from '../../../agent/hash.ts';
import type { Hash } from '../../../agent/ports.ts';
import { FILE_MODE, syncFolder } from '../durable.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Fast before small: a snapshot is taken while somebody waits. */
const LEVEL = 3;
/** Compressing less than this saves nothing. */
const SMALLEST = 64;
/** Compressing this takes longer than to ask another thread for it. */
const LARGE = 16 * 1024;
/** Bytes that are written at once. */
const WRITE = 1024 * 1024;
const MAGIC = Buffer.from('GWPACK1\n');
/** Bytes of one object's entry in the index. */
export const INDEX_ENTRY = 46;
const TRAILER = 6 + 32 + MAGIC.length;

export interface Place {
  readonly pack: string;
  readonly offset: number;
  readonly stored: number;
  readonly size: number;
}

export interface PackWriter {
  /** Bytes so far. */
  readonly size: number;
  /** One at a time, each hash at most once. */
  add(hash: Hash, packed: Packed): Promise<void>;
  /** Gives the file its name. The places of its objects. */
  finish(): Promise<ReadonlyMap<Hash, Place>>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

/** An object as it is stored: compressed where that makes it smaller. */
export interface Packed {
  readonly stored: Uint8Array;
  readonly size: number;
}

export async function compress(bytes: Uint8Array): Promise<Packed> {
  const packed =
    bytes.length < SMALLEST
      ? bytes
      : bytes.length < LARGE
        ? deflateRawSync(bytes, { level: LEVEL })
        : await deflate(bytes, { level: LEVEL });
  return { stored: packed.length < bytes.length ? packed : bytes, size: bytes.length };
}

/** `onStep`: called after what a crash could follow. */
export async function newPack(folder: string, name: string, onStep: (step: string) => unknown): Promise<PackWriter> {
  const temporary = path.join(folder, `.tmp-${name}`);
  const target = path.join(folder, name);
  const handle = await open(temporary, 'wx', FILE_MODE);
  const places = new Map<Hash, Place>();
  let offset = 0;
  let held: Uint8Array[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(held);
    held = [];
    await writeAll(handle, bytes, written);
    written += bytes.length;
  };
  const append = async (bytes: Uint8Array): Promise<void> => {
    held.push(bytes);
    offset += bytes.length;
    if (offset - written > WRITE) await flush();
  };
  return {
    get size() {
      return offset;
    },
    async add(hash, { stored, size }) {
      places.set(hash, { pack: target, offset, stored: stored.length, size });
      await append(stored);
    },
    async finish() {
      const index = Buffer.concat([...places].map(([hash, place]) => entryOf(hash, place)));
      const length = Buffer.alloc(6);
      length.writeUIntLE(index.length, 0, 6);
      await append(Buffer.concat([index, length, Buffer.from(hashOf(index), 'hex'), MAGIC]));
      await flush();
      await onStep('pack written');
      await handle.sync();
      await handle.close();
      await rename(temporary, target);
      await onStep('pack named');
      await syncFolder(folder);
      return places;
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await unlink(temporary).catch(() => undefined);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

function entryOf(hash: Hash, { offset, stored, size }: Place): Buffer {
  const entry = Buffer.alloc(INDEX_ENTRY);
  entry.write(hash, 0, 'hex');
  entry.writeUIntLE(offset, 32, 6);
  entry.writeUInt32LE(stored, 38);
  entry.writeUInt32LE(size, 42);
  return entry;
}

/** The places of a pack's objects; undefined when it is none, or damaged. */
export async function readIndex(pack: string): Promise<ReadonlyMap<Hash, Place> | undefined> {
  const handle = await open(pack, 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size < TRAILER) return undefined;
    const trailer = await readAt(handle, size - TRAILER, TRAILER);
    const length = trailer?.readUIntLE(0, 6) ?? 0;
    if (!trailer?.subarray(38).equals(MAGIC) || length % INDEX_ENTRY !== 0 || length + TRAILER > size) return undefined;
    const index = await readAt(handle, size - TRAILER - length, length);
    if (!index || !createHash('sha256').update(index).digest().equals(trailer.subarray(6, 38))) return undefined;
    const places = new Map<Hash, Place>();
    for (let at = 0; at < length; at += INDEX_ENTRY) {
      places.set(index.toString('hex', at, at + 32), {
        pack,
        offset: index.readUIntLE(at + 32, 6),
        stored: index.readUInt32LE(at + 38),
        size: index.readUInt32LE(at + 42),
      });
    }
    return places;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The object's bytes, proved by its hash; undefined when they are not there, or not these. */
export async function readObject(hash: Hash, { pack, offset, stored, size }: Place): Promise<Uint8Array | undefined> {
  const handle = await open(pack, 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const kept = await readAt(handle, offset, stored);
    const bytes = kept && stored < size ? await inflate(kept, { maxOutputLength: size }) : kept;
    return bytes && hashOf(bytes) === hash ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}
