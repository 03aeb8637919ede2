/**
 * Which git runs, with which environment. The program is named by its whole path: Windows would look for a bare name in the
 * working folder first, where a repository could have put its own.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { cleanEnvironment } from '../environment.ts';

/** The first git of the clean PATH; `undefined`: none is installed. */
export async function findGit(
  own: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const { delimiter, join } = platform === 'win32' ? path.win32 : path.posix;
  const clean = Object.entries(cleanEnvironment(own, platform)).find(([name]) => name.toUpperCase() === 'PATH');
  for (const folder of (clean?.[1] ?? '').split(delimiter).filter(Boolean)) {
    const program = join(folder, platform === 'win32' ? 'git.exe' : 'git');
    if (await isProgram(program)) return program;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * What git is told beside its arguments. No protocol is allowed, whatever the configuration says: a partial clone would
 * otherwise fetch what it lacks, by programs its configuration names. Messages are English, in UTF-8.
 */
const FIXED = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: 'C',
} as const;

/** Nothing of ours that begins with `GIT_` (a folder, an index, a tracer) reaches it. */
export const gitEnvironment = (
  own: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> => ({ ...cleanEnvironment(own, platform), ...FIXED });
