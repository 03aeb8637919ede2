/**
 * Where an IP address leads: to the public internet, to this machine, or to somewhere a fetched page must not reach. IPv6
 * forms that carry an IPv4 address are judged by what they carry.
 *
 * Ranges: IANA's special-purpose registries, as ipaddr.js names them; metadata addresses from the clouds' own documents.
 */
import ipaddr from 'ipaddr.js';

/** `unknown`: no address at all. */
export type Reach = 'public' | 'loopback' | 'private' | 'metadata' | 'reserved' | 'unknown';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Services that hand out a machine's credentials: AWS (also its containers), Alibaba, Azure, Oracle, Google. */
const METADATA: readonly (readonly [Address, number])[] = [
  '169.254.169.254/32',
  '169.254.169.253/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
].map((range) => ipaddr.parseCIDR(range));

/** What the ranges mean here; one that is not named is reserved. `0.0.0.0` is answered by this machine. */
const RANGES: Readonly<Record<string, Reach>> = {
  unicast: 'public',
  loopback: 'loopback',
  unspecified: 'loopback',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  linkLocal: 'private',
  deprecatedSiteLocal: 'private',
};

/** An address as a resolver or a URL parser writes it: no octal, no short forms. Brackets of a URL are taken off. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined;
}

export function reachOf(text: string): Reach {
  const address = parseAddress(text);
  return address ? reach(address) : 'unknown';
}

/** True when a range in CIDR form, or a single address, holds `text`. */
export function isWithin(text: string, range: string): boolean {
  const address = parseAddress(text);
  const single = parseAddress(range);
  if (!address) return false;
  if (single) return plain(address).toString() === plain(single).toString();
  if (!ipaddr.isValidCIDR(range)) return false;
  const [base, bits] = ipaddr.parseCIDR(range);
  const inner = plain(address);
  return inner.kind() === base.kind() && inner.match(base, bits);
}

function reach(address: Address): Reach {
  if (METADATA.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits))) return 'metadata';
  if (address.kind() === 'ipv4') return RANGES[address.range()] ?? 'reserved';
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === 'ipv4Mapped') return reach(ipv4(bytes, 12));
  const carried = carriedBy(bytes, range);
  if (carried.length === 0) return RANGES[range] ?? 'reserved';
  const inner = carried.map(reach);
  // A tunnel to a public address is as good as the address; nothing else is ever reached through one.
  return (
    inner.find((one) => one === 'metadata') ??
    inner.find((one) => one !== 'public' && one !== 'loopback') ??
    (inner.includes('loopback') ? 'private' : 'public')
  );
}

const ipv4 = (bytes: readonly number[], from: number): ipaddr.IPv4 => new ipaddr.IPv4(bytes.slice(from, from + 4));

/** IPv4 addresses inside an IPv6 one: 6to4, NAT64, SIIT, Teredo (server, and client inverted), compatible, ISATAP. */
function carriedBy(bytes: readonly number[], range: string): ipaddr.IPv4[] {
  const isZero = (from: number, to: number) => bytes.slice(from, to).every((byte) => byte === 0);
  if (range === '6to4') return [ipv4(bytes, 2)];
  if (range === 'rfc6145') return [ipv4(bytes, 12)];
  // Of NAT64 only the well-known prefix says where its address is.
  if (range === 'rfc6052' && isZero(4, 12)) return [ipv4(bytes, 12)];
  if (range === 'teredo') return [ipv4(bytes, 4), new ipaddr.IPv4(bytes.slice(12, 16).map((byte) => byte ^ 0xff))];
  if (range === 'loopback' || range === 'unspecified') return [];
  if (isZero(0, 12)) return [ipv4(bytes, 12)];
  const isIsatap = (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return isIsatap ? [ipv4(bytes, 12)] : [];
}

const plain = (address: Address): Address =>
  address.kind() === 'ipv6' && address.range() === 'ipv4Mapped' ? ipv4(address.toByteArray(), 12) : address;
