/**
 * The ports of a process that will die: every operation on storage, workspace and shell is a point at which it may. A point
 * can be passed by a crash (what was written stays) and, where the journal holds bytes that were not synced, by a power cut
 * (they are gone); an append also by a crash in its middle. Each effect is noted in a file of its own before it begins.
 */
import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from '../../../src/agent/hash.ts';
import type { Ports, RunFolder } from '../../../src/agent/ports.ts';
import { nodePorts } from '../../../src/headless/ports/node-ports.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

export interface Place {
  readonly root: string;
  /** Where the journals are kept. */
  readonly base: string;
  /** One line of JSON for each effect. */
  readonly trace: string;
}

export type Effect =
  | { readonly kind: 'edit'; readonly path: string; readonly after?: string }
  | { readonly kind: 'command'; readonly command: string };

export const noteEffect = ({ trace }: Pick<Place, 'trace'>, effect: Effect): void =>
  appendFileSync(trace, `${JSON.stringify(effect)}\n`);

/** Notes effects and does nothing else. */
export function traced(ports: Ports, place: Place): Ports {
  const { workspace, shell } = ports;
  return {
    ...ports,
    workspace: {
      ...workspace,
      apply(change) {
        const { path: file, after } = change;
        noteEffect(place, {
          kind: 'edit',
          path: path.relative(workspace.root, file),
          ...(after && { after: hashOf(after) }),
        });
        return workspace.apply(change);
      },
    },
    shell: {
      ...shell,
      run(command, onOutput, signal) {
        noteEffect(place, { kind: 'command', command: command.command });
        return shell.run(command, onOutput, signal);
      },
    },
  };
}

/** Dies at way number `at` of passing a point. */
export async function dyingPorts(place: Place, at: number): Promise<Ports> {
  let ways = 0;
  let journal: string | undefined;
  let synced = 0;
  const die = (): never => {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('dead');
  };
  const way = (last: () => void = () => {}): void => {
    if (ways++ !== at) return;
    last();
    die();
  };
  const point = (): void => {
    way();
    const file = journal;
    if (file !== undefined && statSync(file).size > synced) way(() => truncateSync(file, synced));
  };

  const { root, base } = place;
  const real = await nodePorts(root, base);
  const workspace = await nodeWorkspace(root, { ledger: path.join(base, 'writes'), onStep: point });
  const { store, shell } = real;

  const folderOf = (folder: RunFolder, file: string): RunFolder => ({
    ...folder,
    async append(bytes) {
      point();
      way(() => appendFileSync(file, bytes.subarray(0, bytes.length / 2)));
      await folder.append(bytes);
      journal = file;
    },
    async sync() {
      point();
      const { size } = statSync(file);
      await folder.sync();
      synced = size;
    },
    async putBlob(bytes) {
      point();
      return folder.putBlob(bytes);
    },
  });

  return traced(
    {
      ...real,
      workspace,
      store: {
        ...store,
        async create(id) {
          point();
          const folder = await store.create(id);
          return folderOf(folder, path.join(await homeOf(base), id, 'journal.jsonl'));
        },
        async lock() {
          point();
          const lock = await store.lock();
          point();
          return lock;
        },
      },
      shell: {
        ...shell,
        async run(command, onOutput, signal) {
          point();
          const result = await shell.run(
            command,
            (chunk) => {
              point();
              onOutput(chunk);
            },
            signal,
          );
          point();
          return result;
        },
      },
    },
    place,
  );
}

/** The folder of the one root there is. */
export async function homeOf(base: string): Promise<string> {
  const [home = ''] = await readdir(path.join(base, 'runs'));
  return path.join(base, 'runs', home);
}
