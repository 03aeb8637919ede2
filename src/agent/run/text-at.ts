/** The text of a file in the workspace, read by the engine for itself as a tool would be allowed to read it. */
import { decode } from '../edit/text-file.ts';
import type { ResolvedPath } from '../ports.ts';
import { judge } from './authorise.ts';
import type { Engine } from './engine.ts';

interface Reading {
  /** Larger files are left alone. */
  readonly mostBytes?: number;
  /** May it be read? As the policy says, unless the engine itself knows better. */
  readonly allows?: (at: ResolvedPath) => boolean;
}

/** `path`: relative to the root, or real. `undefined`: there is no such file, it is no text, or it may not be read. */
export async function textAt(engine: Engine, path: string, reading: Reading = {}): Promise<string | undefined> {
  const { mostBytes = Number.POSITIVE_INFINITY, allows = (at) => isReadable(engine, at) } = reading;
  const { workspace } = engine.ports;
  const at = await workspace.resolve(path);
  if ('fault' in at || at.kind !== 'file' || !allows(at)) return undefined;
  const content = await workspace.read(at.real);
  if (!content || 'fault' in content || content.bytes.length > mostBytes) return undefined;
  const text = decode(content.bytes, content.encoding);
  return 'fault' in text ? undefined : text.text;
}

export const isReadable = (engine: Engine, path: ResolvedPath): boolean =>
  judge(engine, [{ kind: 'read', path }]).verdict === 'allow';
