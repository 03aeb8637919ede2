/** A folder outside of the temporary one, wherever the repository lies: in the sandbox that is another. */
import { mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

const BASE = path.join(homedir(), '.cache/goalwright/tests');

export async function scratchFolder(name: string): Promise<string> {
  await mkdir(BASE, { recursive: true });
  return realpath(await mkdtemp(path.join(BASE, `${name}-`)));
}
