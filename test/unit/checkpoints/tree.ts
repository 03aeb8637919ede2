/** A real work tree with real checkpoints, for tests; every file of it at a glance. */
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { hashOf } from '../../../src/agent/hash.ts';
import type { Checkpoints, Difference, SnapshotId } from '../../../src/agent/ports.ts';
import { type CheckpointOptions, nodeCheckpoints } from '../../../src/headless/ports/checkpoints.ts';

export const quiet = AbortSignal.any([]);

export interface WorkTree extends AsyncDisposable {
  readonly top: string;
  readonly root: string;
  readonly base: string;
  readonly env: NodeJS.ProcessEnv;
  readonly checkpoints: Checkpoints;
  at(...names: string[]): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  remove(...names: string[]): Promise<void>;
  /** Runs git in a folder of the tree. */
  git(folder: string, ...args: string[]): string;
  take(...touched: string[]): Promise<SnapshotId>;
  compare(from: SnapshotId, to?: SnapshotId): Promise<readonly Difference[]>;
  /** `+new -gone ~changed`, sorted by path. */
  changes(from: SnapshotId, to?: SnapshotId): Promise<string>;
  /** Takes back everything that changed since. */
  restore(from: SnapshotId, changes?: readonly Difference[]): Promise<{ restored: string[]; failed: string[] }>;
  open(options?: Partial<CheckpointOptions>): Promise<Checkpoints>;
}

export async function workTree(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: Partial<CheckpointOptions> = {},
): Promise<WorkTree> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-checkpoints-')));
  const [root, base, home] = [path.join(top, 'ws'), path.join(top, 'base'), path.join(top, 'home')];
  await mkdir(root);
  await mkdir(home);
  const env = { PATH: process.env.PATH ?? '', HOME: home };
  const open = (more: Partial<CheckpointOptions> = {}) => nodeCheckpoints({ base, root, env, ...options, ...more });
  const at = (...names: string[]): string => path.join(root, ...names);
  const write: WorkTree['write'] = async (more) => {
    for (const [name, content] of Object.entries(more)) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
    }
  };
  await write(files);
  const checkpoints = await open();
  const tree: WorkTree = {
    top,
    root,
    base,
    env,
    checkpoints,
    at,
    write,
    open,
    async remove(...names) {
      for (const name of names) await rm(at(name), { recursive: true });
    },
    git: (folder, ...args) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always', ...args], {
        cwd: at(folder),
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    async take(...touched) {
      return good(await checkpoints.take(touched, quiet)).id;
    },
    async compare(from, to) {
      return good(await checkpoints.compare(from, to, quiet));
    },
    async changes(from, to) {
      const sign = ({ before, after }: Difference) => (!before ? '+' : !after ? '-' : '~');
      return (await tree.compare(from, to)).map((one) => sign(one) + one.path).join(' ');
    },
    async restore(from, changes) {
      const done = good(await checkpoints.restore(from, changes ?? (await tree.compare(from)), quiet));
      return { restored: [...done.restored], failed: done.failed.map(({ path: file, why }) => `${file}: ${why}`) };
    },
    async [Symbol.asyncDispose]() {
      await rm(top, { recursive: true, force: true });
    },
  };
  return tree;
}

export function good<T>(result: T | { readonly fault: string }): T {
  if (typeof result === 'object' && result !== null && 'fault' in result) throw new Error(result.fault);
  return result as T;
}

/** Every file and link below a folder: kind, mode and content; empty folders by their name. */
export async function contents(folder: string, without: (name: string) => boolean = () => false): Promise<string[]> {
  const lines: string[] = [];
  const visit = async (real: string, here: string): Promise<void> => {
    const names = await readdir(real);
    if (names.length === 0 && here !== '') lines.push(`${here}/`);
    for (const name of names) {
      if (without(name)) continue;
      const [file, below] = [path.join(real, name), here === '' ? name : `${here}/${name}`];
      const stats = await lstat(file);
      if (stats.isDirectory()) await visit(file, below);
      else if (stats.isSymbolicLink()) lines.push(`${below} -> ${await readlink(file)}`);
      else if (stats.isFile()) {
        lines.push(`${below} ${(stats.mode & 0o777).toString(8)} ${hashOf(await readFile(file))}`);
      } else lines.push(`${below} special`);
    }
  };
  await visit(folder, '');
  return lines.sort();
}

/** Fails unless the work is done without a change of the folder: contents, modes, and the times of every file. */
export async function unchanged<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = await fingerprint(folder);
  const result = await work();
  expect(await fingerprint(folder)).toEqual(before);
  return result;
}

async function fingerprint(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const times = await Promise.all(
    names.map(async (name) => {
      const { mtimeNs, ctimeNs, ino } = await lstat(path.join(folder, name), { bigint: true });
      return `${name} ${mtimeNs} ${ctimeNs} ${ino}`;
    }),
  );
  return [...(await contents(folder)), ...times.sort()];
}
