/**
 * Secrets in text, replaced by a stable name. Only well-known shapes, and values whose own name says that they are secret:
 * how random something looks is never judged, because a digest or an id in a log is not a secret.
 *
 *     ghp_…36 characters…            «secret:github:1a2b»
 *     API_TOKEN=…16 or more…         API_TOKEN=«secret:value:9f00»
 *
 * The same secret always gets the same name, so that a reader can follow it. Every quantifier that can overlap with its
 * neighbour is bounded: the time is linear in the text.
 */
import { hashOf } from '../hash.ts';
import type { Redact } from '../ports.ts';
import { withoutKeyLines } from './key-lines.ts';

/** With a group, only what it holds is the secret. */
const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  // A key's body needs a line end before it: a program that only names the marker keeps its text. The end may be missing.
  [
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\{1,3}[nr]){1,8}[A-Za-z0-9+/=]{4}(?:(?!-----)[A-Za-z0-9+/=\s:,-]|\\{1,3}[nr])*(?:-----END [A-Z0-9 ]{0,60}-----)?/g,
  ],
  // The same in base64, as cluster and CI settings hold it.
  [
    'private-key',
    /LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFUR|BPUEVOU1NI|BFQyBQUklWQVRF|BFTkNSWVBURU|BEU0EgUFJJVkFUR)[A-Za-z0-9+/=]{20,}/g,
  ],
  ['github', /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255})/g],
  ['gitlab', /(?<![\w-])gl(?:pat|ptt|dt|rt|soat|cbt|ft|agent|imt)-[\w-]{20,255}/g],
  ['anthropic', /(?<![\w-])sk-ant-[\w-]{20,255}/g],
  ['openai', /(?<![\w-])sk-(?:(?:proj|svcacct|admin|or-v1|None)-[\w-]{20,255}|[A-Za-z0-9]{32,255})/g],
  ['aws', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g],
  ['google', /(?<![\w-])(?:AIza[\w-]{35}(?![\w-])|GOCSPX-[\w-]{20,60}|ya29\.[\w-]{20,1000})/g],
  ['slack', /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255}/g],
  ['slack', /(?<=hooks\.slack\.com\/(?:services|workflows)\/)[A-Za-z0-9_/]{20,255}/g],
  ['stripe', /(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,255})/g],
  ['npm', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g],
  ['pypi', /(?<![\w-])pypi-[\w-]{50,1000}/g],
  ['huggingface', /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,255}/g],
  ['sendgrid', /(?<![\w-])SG\.[\w-]{16,64}\.[\w-]{16,64}/g],
  ['jwt', /(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{8,4000}/g],
  [
    'authorization',
    /(?<=authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(?:bearer|basic|token|digest) {1,4})[\w.~+/=:-]{6,8000}/gi,
  ],
  ['authorization', /(?<=\bbearer {1,4})(?=[^\s\d]{0,400}\d)[\w.~+/=-]{20,8000}/gi],
  // Cloud and hosting services; the letters in front are the service's own, and say what the rest is.
  ['gitlab', /(?<![\w-])(?:gl(?:rtr|oas|ffct|wt)-[\w-]{20,255}|GR1348941[\w-]{20,60})/g],
  ['aws', /(?<![A-Za-z0-9])(?:ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g],
  ['aws', /(?<=[?&]X-Amz-(?:Signature|Security-Token)=)[\w%+/=-]{16,4000}/gi],
  ['google', /(?<![\w/])1\/\/0[\w-]{40,200}/g],
  ['slack', /(?<![A-Za-z0-9])xox[cd]-[A-Za-z0-9%/+=-]{20,400}/g],
  ['slack', /(?<![A-Za-z0-9])xoxe\.xox[bp]-\d-[A-Za-z0-9-]{20,400}/g],
  // A signature that is short, or missing, does not make it harmless.
  ['jwt', /(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{4,8000}\.[\w-]{0,4000}/g],
  ['discord', /(?<=discord(?:app)?\.com\/api\/webhooks\/)\d{17,20}\/[\w-]{60,80}/g],
  ['discord', /(?<![\w.-])[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g],
  ['telegram', /(?<![\w:-])\d{8,10}:AA[\w-]{33}(?![\w-])/g],
  ['azure', /(?<![\w~.-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![\w~.-])/g],
  ['azure', /(?<=[?&]sig=)[A-Za-z0-9%+/]{40,100}(?:%3D|=){1,2}/gi],
  ['twilio', /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g],
  ['mailgun', /(?<![\w-])(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![\w-])/g],
  ['mailchimp', /(?<![\w-])[0-9a-f]{32}-us\d{1,2}(?![\w-])/g],
  ['digitalocean', /(?<![A-Za-z0-9])do[oprt]_v1_[0-9a-f]{64}/g],
  ['databricks', /(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?:-\d)?(?![A-Za-z0-9])/g],
  ['shopify', /(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g],
  ['square', /(?<![\w-])(?:sq0(?:atp|csp)-[\w-]{22,60}|EAAA[\w-]{60})/g],
  ['facebook', /(?<![A-Za-z0-9])EAA(?:C|G|J|M)[A-Za-z0-9]{80,400}/g],
  ['vault', /(?<![\w.-])hv[sbr]\.[\w-]{24,200}/g],
  ['terraform', /(?<![\w.-])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,80}/g],
  ['grafana', /(?<![\w-])gl(?:sa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}|c_[A-Za-z0-9+/]{32,400}={0,2})/g],
  ['atlassian', /(?<![A-Za-z0-9])(?:ATATT3|ATCTT3|ATBB)[\w=-]{24,300}/g],
  ['docker', /(?<![A-Za-z0-9])dckr_(?:pat|oat)_[\w-]{24,80}/g],
  ['age', /(?<![A-Z0-9-])AGE-SECRET-KEY-1[0-9A-Z]{58}/g],
  ['newrelic', /(?<![\w-])NRAK-[A-Z0-9]{27}/g],
  ['airtable', /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g],
  ['nuget', /(?<![A-Za-z0-9])oy2[a-z0-9]{43}(?![A-Za-z0-9])/g],
  [
    'token',
    /(?<![\w-])(?:(?:gsk|r8|ntn|figd|nfp|sbp|sb_secret|rubygems|sntrys|sntryu|bkua|lin_api|lin_oauth|pscale_(?:tkn|oauth|pw)|pul|tskey-(?:auth|api|client)|dop|fio-u|CCIPAT|FlyV1 fm2|xai|pplx|PMAK|HRKU|dp\.(?:pt|st|ct|sa|scim)|phx|rdme|shippo_(?:live|test)|sl\.B|ops_eyJ)[-_.]|ops_eyJ|sl\.B)(?=[^\s"'`]{0,80}\d)[\w.+/=-]{24,1000}/g,
  ],
  [
    'putty-key',
    /(?<=PuTTY-User-Key-File-\d: [\s\S]{0,600}?Private-Lines: \d{1,4}(?:\r?\n|\\n))[A-Za-z0-9+/=\s]{16,8000}/g,
  ],
  // What a file or a command line says is a login, however short it is.
  ['authorization', /(?<=(?:^|[\n:])_(?:auth|password)\s{0,2}=\s{0,2}["']?)[A-Za-z0-9+/=]{8,2000}/g],
  [
    'authorization',
    /(?<=\b(?:set-)?cookie["']?: {0,2}["']?[^\n;=]{0,60}(?:sess|auth|token|sid)[\w.-]{0,40}=)[\w%.~+/=-]{16,4000}/gi,
  ],
  ['password', /(?<=\bcurl\b[^\n|;]{0,200}\s(?:-u|--user)[ =]?["']?[\w.@+-]{1,80}:)[^\s"'$`«]{3,128}/g],
  [
    'authorization',
    /(?<="auth"\s{0,4}:\s{0,4}")(?=[^"]{0,200}[A-Z])(?=[^"]{0,200}[a-z])[A-Za-z0-9+/]{16,2000}={0,2}(?=")/g,
  ],
  ['authorization', /(?<=\bhttps?:\/\/)(?=[^@\s]{0,200}\d)[A-Za-z0-9_-]{20,255}(?=@)/g],
  [
    'authorization',
    /(?<=\s--(?:[a-z]{1,20}-){0,3}(?:token|password|passwd|secret|api-?key)[= ]["']?)(?=[^\s]{0,200}\d)(?=[^\s]{0,200}[A-Za-z])[\w.~+/=!%^-]{16,4000}/g,
  ],
  ['password', /(?<=<(?:password|passwd|secret|token|api-?key)>)(?=[^<]{0,200}\d)[^<>\s$«{}]{8,255}(?=<\/)/gi],
  ['password', /(?<=\bmachine\s{1,4}\S{1,200}\s{1,4}login\s{1,4}\S{1,200}\s{1,4}password\s{1,4})\S{3,255}/g],
  [
    'password',
    /(?<=\b(?:server|data source|host|address|user id|uid|username|user)\s{0,2}=[^;\n"'`]{1,100};(?:[^;\n"'`]{1,100};){0,6}\s{0,2}(?:password|pwd)\s{0,2}=\s{0,2})[^;\s"'`«${}<>]{3,128}/gi,
  ],
  ['password', /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'`]{0,100}:)[^\s/@"'`$<>{}«»*]{3,255}(?=@)/gi],
];

/** `name =`, `"name": "` and the like; the value behind it is looked at separately, so that it may hold the next name. */
const ASSIGNED = /(?<![\w.-])([A-Za-z_][\w.-]{1,80})\\{0,3}["'`]?\s{0,4}(?:=>|:=|={1,3}|:)\s{0,4}(\\{0,3}["'`])?/g;
/** Characters a value must and may have. */
const LONG = 16;
const TOO_LONG = 4_000;
const VALUE = /[\w.~+/=!%^-]*/y;
/** What follows a part of a program, not a value: `token = readToken2Somehow(…)`. */
const GOES_ON = /[([{$<]/;

const SAYS_SECRET = new Set(['secret', 'password', 'passwd', 'passphrase', 'credential', 'credentials']);
const KEYS = new Set(['api', 'access', 'account', 'private', 'secret', 'shared', 'signing', 'encryption', 'master']);

export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_.-]+/);

/** Does a name say that its value is secret? `apiKey`, `DB_PASSWORD`, `goalwright.token`. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  return (
    words.some((word, at) => SAYS_SECRET.has(word) || (word === 'key' && KEYS.has(words[at - 1] ?? ''))) ||
    last === 'token' ||
    last === 'apikey' ||
    (last === 'pwd' && words.length > 1)
  );
}

/** What stands in examples and templates. */
export const EXAMPLE =
  /^(your|my|some|the|an?|example|sample|test|dummy|fake|change|replace|insert|put|todo|none|null)[-_. ]|x{6}|\.{3}|(.)\2{7}/i;
/** A name that leads elsewhere: `process.env.TOKEN`, `config.auth.token2`. */
const REFERENCE = /^[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+$/;
const ENVIRONMENT = /^[A-Z][A-Z0-9_]*$/;
export const PATH = /^(?:\.{1,2}\/|\/(?:home|usr|etc|var|tmp|opt|run|root|mnt|srv|dev|proc|private|Users)\b)/;

function isSecretValue(name: string, value: string, quoted: boolean): boolean {
  if (value.length < LONG || value.length > TOO_LONG) return false;
  if (EXAMPLE.test(value) || PATH.test(value) || /^[\d.]+$/.test(value) || (!quoted && REFERENCE.test(value)))
    return false;
  // Words of a program have no digits; a value in an environment file may be nothing but letters.
  return ENVIRONMENT.test(name) || (/\d/.test(value) && /[A-Za-z]/.test(value));
}

/** How its line ends are written makes no other secret of a key. */
export const secretNamed = (kind: string, secret: string): string =>
  `«secret:${kind}:${hashOf(secret.replace(/\\+[nr]|\s+/g, '')).slice(0, 4)}»`;

/** What stands for a secret is none. */
const NAMED = /«secret:/;

export type { Redact };

/** By shapes and names alone. What the workspace makes a secret beyond that: known-secrets.ts. */
export const redactSecrets: Redact = (text, found = () => undefined) => {
  const named = (kind: string, secret: string): string => {
    const name = secretNamed(kind, secret);
    found(name, secret);
    return name;
  };
  const whole = SHAPES.reduce(
    (now, [kind, shape]) => now.replace(shape, (secret) => (NAMED.test(secret) ? secret : named(kind, secret))),
    text,
  );
  const shaped = withoutKeyLines(whole, (body) => named('private-key', body));
  const parts: string[] = [];
  let done = 0;
  /** Where the last value looked at ends: what is in it is not looked at again. */
  let seen = 0;
  for (const assigned of shaped.matchAll(ASSIGNED)) {
    const [before, name = '', quote] = assigned;
    const at = assigned.index + before.length;
    if (at < seen || !isSecretName(name)) continue;
    VALUE.lastIndex = at;
    const [value = ''] = VALUE.exec(shaped) ?? [];
    seen = at + value.length;
    if (GOES_ON.test(shaped[seen] ?? '') || !isSecretValue(name, value, quote !== undefined)) continue;
    parts.push(shaped.slice(done, at), named('value', value));
    done = seen;
  }
  return parts.length === 0 ? shaped : parts.join('') + shaped.slice(done);
};

/** The same value with every text in it redacted. */
export function redactAll(value: unknown, redact: Redact = redactSecrets): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redactAll(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactAll(inner, redact)]));
}

/** Names of secrets in a redacted text, each once, in order. */
export const secretsIn = (text: string): readonly string[] => [
  ...new Set(text.match(/«secret:[a-z-]+:[0-9a-f]{4}»/g) ?? []),
];
