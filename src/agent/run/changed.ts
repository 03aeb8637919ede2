/** Tells a thread, once, that files it has read are not as it knows them: the person, a command or a formatter changed them. */
import { changedText } from '../context/prompt.ts';
import { contentHash } from '../edit/text-file.ts';
import type { Seen } from '../journal/event.ts';
import type { Thread } from '../journal/state.ts';
import type { Engine } from './engine.ts';

/** Only the files read last are watched. */
const MOST_FILES = 50;

/** Stands for a file that is gone: the hash of nothing, not even of an empty file. */
const GONE = '0'.repeat(64);

/** What this process found when it looked last, and where. */
interface Found {
  readonly real: string;
  readonly version: string | undefined;
  readonly hash: string;
}
const memory = new WeakMap<Engine, Map<string, Found>>();

/** True: something was appended. */
export async function tellChanged(engine: Engine, thread: Thread): Promise<boolean> {
  const latest = Object.keys(thread.seen).slice(-MOST_FILES);
  const changed = (await knownNow(engine, thread, latest)).filter(({ path, hash }) => hash !== thread.seen[path]);
  if (changed.length === 0) return false;
  if (engine.stepSignal().aborted) return false;
  const text = changedText(changed.map(({ path, hash }) => (hash === GONE ? `${path} (deleted)` : path)));
  engine.emit({ type: 'message.added', thread: thread.id, text, why: 'changed', files: changed });
  return true;
}

/** Files as they are now, of those a thread knows: what it is told of them by another way is not told again. */
export async function knownNow(engine: Engine, thread: Thread | undefined, paths: readonly string[]): Promise<Seen[]> {
  const known = paths.filter((path) => thread && path in thread.seen);
  const files = await Promise.all(known.map(async (path) => ({ path, hash: await hashNow(engine, path) })));
  return files.flatMap(({ path, hash }) => (hash === undefined ? [] : [{ path, hash }]));
}

/** A file is looked up and read again only when its version says that it may have changed. `undefined`: it cannot be told. */
async function hashNow(engine: Engine, path: string): Promise<string | undefined> {
  const { workspace } = engine.ports;
  const known = memory.get(engine) ?? new Map<string, Found>();
  memory.set(engine, known);
  const before = known.get(path);
  if (before && before.version === (await workspace.version(before.real))) return before.hash;
  const at = await workspace.resolve(path);
  if ('fault' in at) return undefined;
  const version = await workspace.version(at.real);
  const content = await workspace.read(at.real);
  if (content && 'fault' in content) return undefined;
  const hash = content ? contentHash(content) : GONE;
  known.set(path, { real: at.real, version, hash });
  return hash;
}
