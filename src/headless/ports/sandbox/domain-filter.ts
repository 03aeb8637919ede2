/**
 * Lets connections of confined commands through to the hosts that a person lists, and to no others: the proxy of
 * `@anthropic-ai/sandbox-runtime`, behind a socket that is bound into the sandbox. Loaded at its first use. One for this process,
 * whose commands share it: a connection passes when the list of each that runs names its host.
 */
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { judgeUrl } from '../../../agent/policy/url.ts';

export interface DomainFilter {
  /** Path of the unix socket that leads to the proxy. */
  readonly socket: string;
  /** What a program gives at the proxy as its name and password. */
  readonly credentials: string;
}

export interface Lease extends DomainFilter {
  /** The command is over. With the last one the proxy ends, which would keep this process alive. */
  release(): Promise<void>;
}

/**
 * Where no listed name may lead (a name of the public internet can be made to resolve to the person's own network), beside
 * this machine and what hands out a machine's credentials, which the proxy knows. IANA's special-purpose registries.
 */
const NOT_PUBLIC: readonly string[] = [
  ...[
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
  ],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4', 'fc00::/7', 'fec0::/10', '2001:db8::/32'],
];

/** Of the commands that run now. */
const lists = new Set<readonly string[]>();
let opened: Promise<DomainFilter> | undefined;
let closing: Promise<void> = Promise.resolve();

/** `domains`: entries of `goalwright.allowedDomains`. Rejects where the proxy cannot start. */
export async function filterDomains(domains: readonly string[], ripgrep: string): Promise<Lease> {
  const list = [...domains];
  lists.add(list);
  const release = async (): Promise<void> => {
    if (lists.delete(list) && lists.size === 0) {
      opened = undefined;
      closing = closing.then(() => SandboxManager.reset()).catch(() => undefined);
    }
    await closing;
  };
  try {
    opened ??= closing.then(() => open(ripgrep));
    return { ...(await opened), release };
  } catch (error) {
    // Whoever comes next tries anew.
    opened = undefined;
    await release();
    throw error;
  }
}

async function open(ripgrep: string): Promise<DomainFilter> {
  await SandboxManager.initialize(
    {
      network: { allowedDomains: [], deniedDomains: [], deniedResolvedAddresses: [...NOT_PUBLIC] },
      // Only the proxy is used: what confines files and processes is ours.
      filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
      seccomp: { argv0: 'unused' },
      ripgrep: { command: ripgrep },
    },
    async ({ host, port }) => passes(host, port),
  );
  const isOpen = await SandboxManager.waitForNetworkInitialization();
  const socket = SandboxManager.getLinuxHttpSocketPath();
  const token = SandboxManager.getProxyAuthToken();
  if (!isOpen || socket === undefined || token === undefined) throw new Error('the proxy did not start');
  return { socket, credentials: `srt:${token}` };
}

/** Judged as an address that is asked for. The proxy knows no scheme: where the port does not tell it, either will do. */
export function passes(host: string, port: number | undefined, all: Iterable<readonly string[]> = lists): boolean {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const given = [...all];
  // No list: no command is there that could ask.
  if (given.length === 0 || /[^\w.:[\]-]/.test(name)) return false;
  const schemes = port === 80 ? ['http'] : port === 443 || port === undefined ? ['https'] : ['https', 'http'];
  return given.every((list) =>
    schemes.some((scheme) => judgeUrl(`${scheme}://${name}:${port ?? 443}/`, list).verdict === 'allow'),
  );
}
