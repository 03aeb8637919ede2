/**
 * What confines a command here, looked for and tried once: bubblewrap on Linux and WSL2, seatbelt on macOS, else nothing, with
 * the reason. A command that is to be confined and cannot be does not run: there is no silent way around.
 */
import { constants } from 'node:fs';
import { access, lstat, mkdtemp, realpath, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { Confinement, SandboxState } from '../../../agent/ports.ts';
import type { ShellProgram } from '../shell-program.ts';
import { bubblewrapArgs } from './bubblewrap.ts';
import { behindGate, type Gate, gateEnvironment } from './gate.ts';
import { findPlaces } from './places.ts';
import { type Probed, probe } from './probe.ts';
import { seatbeltProfile } from './seatbelt.ts';

/** A program with its arguments, ready to be started. */
export interface Confined {
  readonly file: string;
  readonly args: readonly string[];
  /** Goes over the command's environment; `undefined`: without it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The descriptor on which the sandbox tells the number of the first process inside; it must be a pipe. */
  readonly infoFd?: number;
  /** Removes what was made for this command. */
  clean(): Promise<void>;
}

export interface Sandbox {
  /** Tried at the first question. */
  state(): Promise<SandboxState>;
  wrap(
    program: Pick<ShellProgram, 'file'> & { readonly args: readonly string[] },
    cwd: string,
    wanted: Confinement,
  ): Promise<Confined | { readonly fault: string }>;
}

export interface SandboxOptions {
  /** Real path of the work tree. */
  readonly root: string;
  readonly home?: string;
  /** Where commands look for programs; as `PATH`. */
  readonly search?: string;
  /** More to hide: our own journals. */
  readonly hide?: readonly string[];
  readonly platform?: NodeJS.Platform;
  /** Path of ripgrep, which the filter of domains needs. */
  readonly ripgrep?: string | undefined;
  /** The person turned it off. */
  readonly isOff?: () => boolean;
  /** Where the programs are looked for; never the PATH, which may lead into the work tree. */
  readonly programs?: Readonly<Record<'bwrap' | 'sandbox-exec' | 'socat', readonly string[]>>;
}

const PROGRAMS = {
  bwrap: ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'],
  'sandbox-exec': ['/usr/bin/sandbox-exec'],
  socat: ['/usr/bin/socat', '/bin/socat', '/usr/local/bin/socat', '/run/current-system/sw/bin/socat'],
} as const;

const EMPTIED = ['/tmp', '/var/tmp', '/run'];
/** NixOS has its programs there. */
const KEPT = ['/run/current-system', '/run/wrappers', '/run/opengl-driver'];
const INFO_FD = 3;

export function nodeSandbox({
  root,
  home = homedir(),
  search = process.env.PATH ?? '',
  hide = [],
  platform = process.platform,
  ripgrep,
  isOff = () => false,
  programs = PROGRAMS,
}: SandboxOptions): Sandbox {
  const wrapBubblewrap = async (
    file: string,
    nested: 'forbidden' | 'possible',
    program: readonly string[],
    cwd: string,
    { network, secrets = false }: Confinement,
    { infoFd, gate }: { readonly infoFd?: number; readonly gate?: Gate } = {},
  ): Promise<Confined> => ({
    file,
    args: [
      ...bubblewrapArgs({
        places: await findPlaces({ root, home, secrets, hide }),
        ...{ cwd, network: network && !gate, nested, ...(infoFd !== undefined && { infoFd }) },
        emptied: await folders(EMPTIED),
        kept: [
          ...(await folders(KEPT)),
          ...(await programFolders(search)),
          ...(gate ? [gate.socket] : network ? await resolver() : []),
          ...(isEmptied(cwd) ? [cwd] : []),
        ],
      }),
      ...(gate ? behindGate(gate, program) : program),
    ],
    env: { ...PRIVATE_TEMP, ...(gate && gateEnvironment(gate)) },
    ...(infoFd !== undefined && { infoFd }),
    clean: async () => gate?.release(),
  });

  const wrapSeatbelt = async (
    file: string,
    program: readonly string[],
    { network, secrets = false }: Confinement,
  ): Promise<Confined> => {
    const temp = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-command-')));
    const profile = seatbeltProfile({ places: await findPlaces({ root, home, secrets, hide }), network, temp });
    return {
      file,
      args: ['-p', profile, ...program],
      env: { ...PRIVATE_TEMP, TMPDIR: temp, XDG_CACHE_HOME: path.join(temp, 'cache') },
      clean: () => rm(temp, { recursive: true, force: true }),
    };
  };

  const find = async (): Promise<Probed> => {
    if (platform === 'linux') {
      const file = await firstRunnable(programs.bwrap);
      if (!file) return none('bubblewrap is not installed: install the package "bubblewrap".');
      return probe(file, (nested, program) => wrapBubblewrap(file, nested, program, root, { network: false }));
    }
    if (platform === 'darwin') {
      const file = await firstRunnable(programs['sandbox-exec']);
      if (!file) return none('sandbox-exec, a part of macOS, was not found.');
      return probe(file, (_, program) => wrapSeatbelt(file, program, { network: false }));
    }
    return none(platform === 'win32' ? 'there is none for Windows.' : `there is none for ${platform}.`);
  };
  let found: Promise<Probed> | undefined;
  const probed = (): Promise<Probed> => {
    found ??= find();
    return found;
  };

  /** What the filter of domains needs, or what of it is missing. */
  const gateParts = async () => {
    if (platform !== 'linux')
      return { missing: 'only bubblewrap, on Linux and WSL2, can hold a command to some domains.' };
    const socat = await firstRunnable(programs.socat);
    if (!socat) return { missing: 'install the package "socat" to let a command reach the domains on your list.' };
    return ripgrep === undefined ? { missing: 'ripgrep is missing.' } : { socat, ripgrep };
  };
  const gateTo = async (domains: readonly string[]): Promise<Gate | { readonly fault: string }> => {
    const { missing, socat, ripgrep: rg } = await gateParts();
    if (missing !== undefined) return { fault: `it was to reach some domains only: ${missing}` };
    try {
      const { filterDomains } = await import('./domain-filter.ts');
      return { ...(await filterDomains(domains, rg)), socat };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { fault: `it was to reach some domains only, and what filters them does not start: ${why}` };
    }
  };

  return {
    async state() {
      if (isOff()) return { kind: 'none', reason: 'it is turned off in the settings.' };
      const { file, reason } = await probed();
      if (file === undefined) return { kind: 'none', reason };
      const { missing } = await gateParts();
      return {
        kind: platform === 'darwin' ? 'seatbelt' : 'bubblewrap',
        ...(missing !== undefined && { allOrNothing: missing }),
      };
    },
    async wrap({ file: inner, args }, cwd, wanted) {
      const { file, reason, nested } = await probed();
      if (file === undefined) return { fault: `it was to run in a sandbox, and none works here: ${reason}` };
      const gate = wanted.network && wanted.domains ? await gateTo(wanted.domains) : undefined;
      if (gate && 'fault' in gate) return gate;
      const program = [inner, ...args];
      if (platform === 'darwin') return wrapSeatbelt(file, program, wanted);
      const more = { infoFd: INFO_FD, ...(gate && { gate }) };
      return wrapBubblewrap(file, nested, program, cwd, wanted, more).catch(async (error: unknown) => {
        await gate?.release();
        throw error;
      });
    },
  };
}

/** Caches and temporary files go where they may: tools that fill a folder of the home would fail. */
const PRIVATE_TEMP = {
  TMPDIR: '/tmp',
  XDG_CACHE_HOME: '/tmp/cache',
  XDG_RUNTIME_DIR: undefined,
  npm_config_cache: '/tmp/cache/npm',
} as const;

const none = (reason: string): Probed => ({ file: undefined, reason, nested: 'forbidden' });

async function firstRunnable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files)
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  return undefined;
}

/** Those that are folders, not links to one. */
async function folders(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => ((await lstat(name).catch(() => undefined))?.isDirectory() ? name : undefined)),
  );
  return found.filter((name) => name !== undefined);
}

/** Programs that lie in a folder that is emptied are found all the same. */
const programFolders = async (search: string): Promise<string[]> =>
  folders(search.split(path.delimiter).filter((folder) => path.isAbsolute(folder) && isEmptied(folder)));

/** The file that tells where names are looked up, where it is in a folder that is emptied. */
async function resolver(): Promise<string[]> {
  const file = await realpath('/etc/resolv.conf').catch(() => '');
  return isEmptied(file) ? [path.dirname(file)] : [];
}

const isEmptied = (file: string): boolean => EMPTIED.some((folder) => file.startsWith(`${folder}/`));
