/** Whether a command still is what it was when it was asked about: a question may be open for long, and files change. */
import { hashOf } from '../hash.ts';
import type { ResolvedPath } from '../ports.ts';
import type { Looked } from '../tools/tool.ts';
import { judge } from './authorise.ts';
import type { Engine } from './engine.ts';
import { look } from './look.ts';

/** `definition`: what the person was shown that it stands for. */
export async function hasMovedOn(
  engine: Engine,
  command: string,
  cwd: ResolvedPath,
  before: Looked,
  definition: string | undefined,
): Promise<boolean> {
  const now = await look(engine, command, cwd, before.sandbox?.network === true);
  if (now.definition !== (definition === undefined ? undefined : hashOf(definition))) return true;
  const told = (looked: Looked): string => {
    const { verdict, rule, reason } = judge(engine, [{ kind: 'command', command, cwd, looked }]);
    return JSON.stringify([verdict, rule, reason, looked.sandbox]);
  };
  return told(now) !== told(before);
}
