/** What the person turned off by environment variables or by the `.env` of the folder, in AutoGPT's spelling. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { ALL_OFF, type FromVariables, type Switches, strictest, switchesOf } from '../../agent/policy/switches.ts';
import { codeOf } from './durable.ts';
import { textOfBytes } from './env-values.ts';

const MAX_BYTES = 1_000_000;

export interface Configured extends Omit<FromVariables, 'switches'> {
  readonly switches: Switches;
}

/**
 * The strictest of the process's environment and, in a trusted folder, its `.env`. The folder may name the agent and narrow
 * what it may do; that it should go on unasked is only believed of the person's own environment.
 */
export async function configured(
  root: string,
  trusted: boolean,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Configured> {
  const own = switchesOf(env);
  const text = trusted ? await envOf(path.join(root, '.env')) : '';
  const folder = text === undefined ? UNKNOWN : switchesOf(parseEnv(text));
  return {
    ...folder,
    ...own,
    switches: strictest(own.switches, folder.switches),
    debug: own.debug || folder.debug,
    notes: [...own.notes, ...folder.notes],
  };
}

/** What it turns off is not known: all of it is off. */
const UNKNOWN: FromVariables = {
  ...{ switches: ALL_OFF, debug: false, wantsContinuous: false },
  notes: [
    'The .env of this folder cannot be read, or is longer than 1 MB: until it can, no file is changed and no command runs, since it may say so.',
  ],
};

/** '' where there is none: a folder of that name is a Python environment. `undefined`: there is one that cannot be read. */
async function envOf(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return '';
    if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
    return textOfBytes(await readFile(file));
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? '' : undefined;
  }
}
