/** Names of hosts: which lead to this machine or its network, which carry an address in them, and the person's list. */
import { isWithin, parseAddress } from './address.ts';

/** RFC 6761, and what /etc/hosts commonly holds. */
const THIS_MACHINE = /^(?:.+\.)?localhost$|^(?:localhost\.localdomain|localhost6?|ip6-(?:localhost|loopback))$/;
/** RFC 6762 (.local), RFC 8375 (home.arpa), ICANN's .internal, and what routers and companies use by habit. */
const THIS_NETWORK = /\.(?:local|localdomain|internal|intranet|private|lan|home|corp|home\.arpa)$|^(?:gateway|router)$/;
const METADATA =
  /^(?:metadata|instance-data|metadata\.(?:google|azure|gce|packet|platformequinix|tencentyun|goog)(?:\.[a-z]+)?|instance-data\.ec2\.internal)$/;
/** Public services whose names resolve to the address that is written in them. */
const ADDRESS_NAMES =
  /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})\.(?:nip\.io|sslip\.io|xip\.io|traefik\.me)$/;
const HEX_NAMES = /(?:^|[.-])([0-9a-f]{8})\.nip\.io$/;
/** Public names that always resolve to 127.0.0.1. */
const LOOPBACK_NAMES = /(?:^|\.)(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com)$/;

export const isThisMachine = (host: string): boolean => THIS_MACHINE.test(host);
export const isThisNetwork = (host: string): boolean => THIS_NETWORK.test(host);
export const isMetadataName = (host: string): boolean => METADATA.test(host);

/** The address a name is known to resolve to, without asking anybody. */
export function addressInName(host: string): string | undefined {
  if (LOOPBACK_NAMES.test(host)) return '127.0.0.1';
  const dotted = ADDRESS_NAMES.exec(host);
  if (dotted) return dotted.slice(1).join('.');
  const hex = HEX_NAMES.exec(host)?.[1];
  return hex
    ?.match(/../g)
    ?.map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/** An entry of the person's list: `[http(s)://]host[:port]`, `*.host`, an address or a CIDR range. */
interface Entry {
  readonly scheme: string | undefined;
  readonly host: string;
  readonly port: string;
  /** Any number of labels before `host`, but not `host` itself. */
  readonly below: boolean;
}

function entryOf(text: string): Entry | undefined {
  const found = /^(?:(https?):\/\/)?(\*\.)?(\[[0-9a-f:.]+\]|[^\s/:*?#@\\]+)(?::(\d{1,5}))?\/?$/i.exec(text.trim());
  if (!found) return undefined;
  const [, scheme, star, name = '', port = ''] = found;
  const host = URL.parse(`http://${name}/`)?.hostname.replace(/\.+$/, '');
  // "*.com" would be half of the internet.
  if (!host || (star && (!host.includes('.') || parseAddress(host)))) return undefined;
  return { scheme: scheme?.toLowerCase(), host, port, below: star !== undefined };
}

/** Has the person listed where this URL leads? Matched label by label; without a scheme https only, this machine aside. */
export function isListed(url: URL, host: string, list: readonly string[]): boolean {
  return list.some((text) => {
    if (parseAddress(host) && /^[^/]+\/\d+$/.test(text.trim())) return isWithin(host, text.trim());
    const entry = entryOf(text);
    if (!entry) return false;
    const named = entry.below ? host.endsWith(`.${entry.host}`) : host === entry.host;
    const open = isThisMachine(host) || parseAddress(host) !== undefined || isThisNetwork(host);
    const scheme = entry.scheme ? url.protocol === `${entry.scheme}:` : open || url.protocol === 'https:';
    return named && scheme && url.port === entry.port;
  });
}

/** True when an address out of a DNS answer is one the person has listed, alone or by its range. */
export const isListedAddress = (address: string, list: readonly string[]): boolean =>
  list.some((text) => isWithin(address, text.trim()));
