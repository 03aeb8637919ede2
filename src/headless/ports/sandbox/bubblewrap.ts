/**
 * The argv of bubblewrap (Linux, WSL2): the whole system read-only, the work tree writable, what runs programs in it guarded,
 * secrets covered, processes and (unless allowed) the network of its own. A later mount covers an earlier one.
 */
import { type Places, within } from './places.ts';

export interface Bubblewrap {
  readonly places: Places;
  readonly cwd: string;
  readonly network: boolean;
  /** Namespaces inside the sandbox are forbidden; bubblewrap before 0.8 cannot do that. */
  readonly nested: 'forbidden' | 'possible';
  /** Descriptor on which bubblewrap tells its child's process number. */
  readonly infoFd?: number;
  /** Folders that exist and are the sandbox's own, empty: everyone's temporary ones, and /run with the sockets of services. */
  readonly emptied: readonly string[];
  /** Files and folders within those that are needed all the same. */
  readonly kept: readonly string[];
}

/** Everything up to the program that runs inside. */
export function bubblewrapArgs({ places, cwd, network, nested, infoFd, emptied, kept }: Bubblewrap): string[] {
  const { writable, pinned, guarded, hiddenFolders, hiddenFiles } = places;
  const isInside = (file: string): boolean => writable.some((folder) => within(file, folder));
  // No device can be opened in such a mount: whoever reads the file is told that it may not.
  const cover = (isMeant: (file: string) => boolean): string[] => [
    ...hiddenFolders.filter(isMeant).flatMap((folder) => ['--tmpfs', folder]),
    ...hiddenFiles.filter(isMeant).flatMap((file) => ['--ro-bind', '/dev/null', file]),
  ];
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...emptied.flatMap((folder) => ['--tmpfs', folder]),
    ...kept.flatMap((file) => ['--ro-bind', file, file]),
    ...cover((file) => !isInside(file)),
    ...writable.flatMap((folder) => ['--bind', folder, folder]),
    // A mount point can be neither moved nor removed.
    ...pinned.flatMap((folder) => ['--bind', folder, folder]),
    ...guarded.flatMap((file) => ['--ro-bind', file, file]),
    ...cover(isInside),
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(network ? [] : ['--unshare-net']),
    ...(nested === 'forbidden' ? ['--disable-userns'] : []),
    ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session'],
    ...(infoFd === undefined ? [] : ['--info-fd', String(infoFd)]),
    ...['--chdir', cwd, '--'],
  ];
}
