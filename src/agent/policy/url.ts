/**
 * May this address be asked for? Judged on what the WHATWG parser makes of it, because that is what a request uses. Deny
 * wins; an address nobody listed asks. `judgeAnswers` is for the moment of connecting: a name may resolve to other addresses
 * than it did a second ago, so only checked ones may be connected to. `judgeRedirect` is for every hop.
 */
import { parseAddress, type Reach, reachOf } from './address.ts';
import { addressInName, isListed, isListedAddress, isMetadataName, isThisMachine, isThisNetwork } from './hosts.ts';
import { hasHidden, visible } from './names.ts';
import type { PathVerdict } from './path.ts';
import { redactSecrets, secretsIn } from './secret.ts';

export const MAX_HOPS = 5;
const MAX_LENGTH = 8_192;

/** Fetch standard, "bad port": services of other protocols that a request could be made to speak to. */
const BAD_PORTS = new Set(
  [
    ...[0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104],
    ...[109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526],
    ...[530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045],
    ...[4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
  ].map(String),
);

const verdict = (kind: PathVerdict['verdict'], rule: string, reason: string): PathVerdict => ({
  verdict: kind,
  rule,
  reason,
  // Where a request goes is never the mode's to decide.
  ...(kind === 'ask' && { always: true }),
});

/** Judges one address as it was given; `listed`: what the person allows without a question (hosts.ts). Never throws. */
export function judgeUrl(given: string, listed: readonly string[] = []): PathVerdict {
  if (given.length > MAX_LENGTH) return verdict('deny', 'url-long', 'The address is longer than 8,192 characters.');
  const url = URL.parse(given);
  if (!url) return verdict('deny', 'url-malformed', `${visible(given)} is not an address that can be asked for.`);
  const host = hostOf(url);
  return denialOf(url, host, listed) ?? questionOf(given, url, host, listed) ?? allowed(host);
}

/** Without the dot at its end, which resolvers ignore. */
const hostOf = (url: URL): string => url.hostname.replace(/\.+$/, '');

const allowed = (host: string): PathVerdict => verdict('allow', 'url-listed', `${host} is on your list.`);

function denialOf(url: URL, host: string, listed: readonly string[]): PathVerdict | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return verdict('deny', 'url-scheme', `Only http and https are fetched, not ${visible(url.protocol)}`);
  if (host === '') return verdict('deny', 'url-malformed', 'The address names no host.');
  if (url.username !== '' || url.password !== '')
    return verdict('deny', 'url-login', `The address carries a login; what is asked for is on ${host}.`);
  if (BAD_PORTS.has(url.port))
    return verdict('deny', 'url-port', `Port ${url.port} belongs to another protocol than http.`);
  if (isMetadataName(host)) return unreachable(host, 'metadata');
  const literal = parseAddress(host) ? host : addressInName(host);
  const reach = literal === undefined ? 'public' : reachOf(literal);
  if (reach === 'metadata') return unreachable(host, reach);
  if (isListed(url, host, listed)) return undefined;
  if (literal !== host && reach === 'loopback') return unreachable(host, 'private');
  if (reach !== 'public' && reach !== 'loopback') return unreachable(host, reach);
  return isThisNetwork(host) ? unreachable(host, 'private') : undefined;
}

const WHERE: Readonly<Record<Reach, string>> = {
  public: 'is on the internet',
  loopback: 'is this machine',
  private: 'is in a private network',
  metadata: "hands out a cloud machine's credentials",
  reserved: 'is in a range that is reserved for other purposes',
  unknown: 'is no address',
};

const unreachable = (host: string, reach: Reach): PathVerdict =>
  verdict('deny', `url-${reach}`, `${host} ${WHERE[reach]}.`);

function questionOf(given: string, url: URL, host: string, listed: readonly string[]): PathVerdict | undefined {
  const ask = (rule: string, reason: string) => verdict('ask', rule, reason);
  if (hasHidden(given) || /^[^?#]*\\/.test(given) || !/^https?:\/\/[^/]/i.test(given))
    return ask('url-spelling', `The address is not what it looks like: it leads to ${url.href}.`);
  const secret = secretsIn(redactSecrets(decoded(url)));
  if (secret.length > 0) return ask('url-secret', `The address carries what looks like a secret to ${host}.`);
  const isExact = isListed(
    url,
    host,
    listed.filter((entry) => !entry.includes('*')),
  );
  const payload = isExact ? undefined : payloadOf(url, host);
  if (payload) return ask('url-payload', `The address carries ${payload.length} characters of data to ${host}.`);
  if (isListed(url, host, listed)) return undefined;
  if (/(^|\.)xn--/.test(host)) return ask('url-foreign', `The host is written in other letters; its name is ${host}.`);
  if (isThisMachine(host) || reachOf(host) === 'loopback')
    return ask('url-loopback', `${url.host} is a server on this machine.`);
  if (parseAddress(host)) return ask('url-address', `${host} is an address without a name.`);
  return url.protocol === 'http:'
    ? ask('url-plain', `${host} is not on your list, and http is not encrypted.`)
    : ask('url-unlisted', `${host} is not on your list.`);
}

function decoded(url: URL): string {
  const text = `${url.pathname}${url.search}${url.hash}`;
  try {
    return `${text}\n${decodeURIComponent(text)}`;
  } catch {
    return text;
  }
}

/** Parts shorter than this hold names; what is longer and looks like neither words nor a hash may be a file. */
const PAYLOAD = 16;

/** A commit or a check sum in a path is a name. */
const DIGEST = /^(?:sha256:)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A part of the path, the query or the host that reads like encoded data. */
function payloadOf(url: URL, host: string): string | undefined {
  const query = [...url.searchParams].flat();
  const path = url.pathname.split('/').filter((part) => !DIGEST.test(part));
  const parts = [...query, ...path, ...host.split('.').slice(0, -2)];
  return parts.find((part) => part.length > PAYLOAD && isEncoded(part));
}

/** Base64, base32 or hexadecimal of some length: letters and digits as no language mixes them, over 3.2 bits a character. */
function isEncoded(part: string): boolean {
  if (!/^[\w+/=-]+$/.test(part) || !/\d|[a-z][A-Z].*[a-z][A-Z]/.test(part) || entropyOf(part) < 3.2) return false;
  return part.split(/[-_]/).some((word) => word.length > PAYLOAD);
}

/** Shannon's entropy in bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/**
 * Judges what a name resolved to, right before connecting. One address of another network is enough to deny: which of them
 * is used is the resolver's choice. `undefined`: each may be connected to.
 */
export function judgeAnswers(
  given: string,
  answers: readonly string[],
  listed: readonly string[] = [],
): PathVerdict | undefined {
  const url = URL.parse(given);
  const host = url ? hostOf(url) : '';
  if (answers.length === 0) return verdict('deny', 'url-unresolved', `${host} has no address.`);
  for (const answer of answers) {
    const reach = reachOf(answer);
    const expected =
      reach === 'public' ||
      (reach !== 'metadata' && isListedAddress(answer, listed)) ||
      (reach === 'loopback' && isThisMachine(host)) ||
      (reach === 'private' && isThisNetwork(host) && url !== null && isListed(url, host, listed));
    if (!expected)
      return verdict('deny', `url-resolves-${reach}`, `${host} resolves to ${visible(answer)}, which ${WHERE[reach]}.`);
  }
  return undefined;
}

export interface Hop {
  /** Where the redirect leads, absolute; '' where it leads nowhere. */
  readonly to: string;
  readonly verdict: PathVerdict;
}

/** Judges one redirect: `hop` counts from 1. A new origin is a new question, however often the first was answered. */
export function judgeRedirect(from: string, location: string, hop: number, listed: readonly string[] = []): Hop {
  if (hop > MAX_HOPS)
    return { to: '', verdict: verdict('deny', 'url-redirects', `More than ${MAX_HOPS} redirects are not followed.`) };
  const target = URL.parse(location, from);
  const to = target?.href ?? '';
  const judged = judgeUrl(/^[a-z][a-z0-9+.-]*:/i.test(location) || !target ? location : to, listed);
  const isNew = target?.origin !== URL.parse(from)?.origin;
  if (judged.verdict !== 'ask' || !isNew) return { to, verdict: judged };
  return { to, verdict: { ...judged, rule: 'url-new-origin', reason: `It redirects to ${target?.origin ?? to}.` } };
}
