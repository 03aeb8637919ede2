/**
 * The profile for macOS's `sandbox-exec`. The last rule that matches decides. There are no namespaces: processes are seen and
 * ended by group, and the temporary folder is the one it is given.
 */
import type { Places } from './places.ts';

export interface Seatbelt {
  readonly places: Places;
  readonly network: boolean;
  /** Real path of a temporary folder the command may fill. */
  readonly temp: string;
}

export function seatbeltProfile({ places, network, temp }: Seatbelt): string {
  const { writable, pinned, guarded, hiddenFolders, hiddenFiles } = places;
  return [
    '(version 1)',
    '(allow default)',
    // Programs that others would start for it, outside the sandbox; the keychain.
    '(deny appleevent-send)',
    '(deny lsopen)',
    `(deny mach-lookup ${OUTSIDE.map((name) => `(global-name ${quoted(name)})`).join(' ')})`,
    '(deny process-info* (target others))',
    '(deny signal (target others))',
    '(allow signal (target same-sandbox))',
    ...(network ? [] : ['(deny network*)', '(allow network* (local ip "localhost:*"))', LOOPBACK]),
    `(deny network-outbound ${SOCKETS.map((file) => `(literal ${quoted(file)})`).join(' ')})`,
    '(deny file-write*)',
    `(allow file-write* ${[...writable, temp].map(subpath).join(' ')})`,
    '(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (subpath "/dev/fd"))',
    ...rule('deny file-write*', guarded.map(subpath)),
    // Neither it nor a folder above it may be moved away.
    ...rule(
      'deny file-write-unlink',
      [...new Set([...writable, ...pinned, ...parents(guarded, writable)])].map(literal),
    ),
    ...rule('deny file-read* file-write*', hiddenFolders.map(subpath)),
    ...rule('deny file-read* file-write*', hiddenFiles.map(literal)),
    '',
  ].join('\n');
}

const LOOPBACK = '(allow network-outbound (remote ip "localhost:*"))';
const OUTSIDE = [
  'com.apple.SecurityServer',
  'com.apple.securityd.xpc',
  'com.apple.coreservices.launchservicesd',
  'com.apple.pasteboard.1',
];
const SOCKETS = ['/private/var/run/docker.sock', '/private/var/run/usbmuxd'];

const rule = (what: string, where: readonly string[]): string[] =>
  where.length === 0 ? [] : [`(${what} ${where.join(' ')})`];
const subpath = (file: string): string => `(subpath ${quoted(file)})`;
const literal = (file: string): string => `(literal ${quoted(file)})`;

/** A string of the profile's language: backslash and quote are the only characters that mean more than themselves. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Folders between the writable ones and what is guarded in them. */
function parents(files: readonly string[], writable: readonly string[]): string[] {
  const found = new Set<string>();
  for (const file of files)
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (writable.includes(folder)) break;
      if (writable.some((top) => folder.startsWith(`${top}/`))) found.add(folder);
    }
  return [...found];
}
