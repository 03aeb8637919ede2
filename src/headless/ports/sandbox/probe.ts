/** Does the sandbox work on this machine? A program is run in it and must find that it cannot write outside. */
import { spawn } from 'node:child_process';
import type { Confined } from './sandbox.ts';

export type Probed =
  | { readonly file: string; readonly reason?: undefined; readonly nested: 'forbidden' | 'possible' }
  /** `reason`: one sentence, for the person. */
  | { readonly file: undefined; readonly reason: string; readonly nested: 'forbidden' };

const LIMIT_MS = 10_000;
/** Succeeds only where the top folder cannot be written. */
const PROGRAM = ['/bin/sh', '-c', '[ ! -w / ] && echo confined'];

type Wrap = (nested: 'forbidden' | 'possible', program: readonly string[]) => Promise<Confined>;

export async function probe(file: string, wrap: Wrap): Promise<Probed> {
  const first = await attempt(await wrap('forbidden', PROGRAM));
  if (first.works) return { file, nested: 'forbidden' };
  if (/disable-userns/i.test(first.said) && (await attempt(await wrap('possible', PROGRAM))).works)
    return { file, nested: 'possible' };
  return { file: undefined, reason: reasonOf(first.said), nested: 'forbidden' };
}

interface Attempt {
  readonly works: boolean;
  readonly said: string;
}

async function attempt({ file, args, clean }: Confined): Promise<Attempt> {
  try {
    return await new Promise<Attempt>((resolve) => {
      const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: {}, timeout: LIMIT_MS, cwd: '/' });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes));
      child.on('error', (error) => resolve({ works: false, said: error.message }));
      child.on('close', (code, signal) =>
        resolve(
          signal
            ? { works: false, said: `it did not answer in ${LIMIT_MS / 1000} s` }
            : { works: code === 0 && said.includes('confined'), said },
        ),
      );
    });
  } finally {
    await clean();
  }
}

/** What usually stands in the way, and what helps. */
export function reasonOf(said: string): string {
  const first = said.trim().split('\n')[0]?.slice(0, 300) ?? '';
  if (/uid map|No permissions to create|Creating new namespace failed|Operation not permitted/i.test(said))
    return `the system does not let programs make one (${first}). On Ubuntu 24.04 and later: give bwrap an AppArmor profile, or set kernel.apparmor_restrict_unprivileged_userns=0; in a container: allow user namespaces.`;
  return first === '' ? 'a trial in it failed without a word.' : `a trial in it failed: ${first}`;
}
