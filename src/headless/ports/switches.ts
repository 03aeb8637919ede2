/** What the person turned off by environment variables or by the `.env` of the folder, in AutoGPT's spelling. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { type FromVariables, type Switches, strictest, switchesOf } from '../../agent/policy/switches.ts';

const MAX_CHARS = 100_000;

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
  const text = trusted ? await readFile(path.join(root, '.env'), 'utf8').catch(() => '') : '';
  const folder = switchesOf(text.length <= MAX_CHARS ? parseEnv(text) : {});
  return {
    ...folder,
    ...own,
    switches: strictest(own.switches, folder.switches),
    debug: own.debug || folder.debug,
    notes: [...own.notes, ...folder.notes],
  };
}
