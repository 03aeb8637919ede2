/**
 * Secrets that no shape tells but their place does: values of the workspace's environment files and of the host's environment.
 * Here is decided which of them are secrets at all, and they are found again wherever they stand.
 *
 *     .env:   DB_PASS=tulip-42-meadow      a log:  login failed for tulip-42-meadow
 *                                          here:   login failed for «secret:value:77c1»
 *
 * A value that also stands for something ordinary (a word, a number, an address, a place) is left alone: to take it out
 * would spoil every file it is in.
 */
import { EXAMPLE, isSecretName, PATH, type Redact, redactSecrets, secretNamed, wordsOf } from './secret.ts';

/** In an environment file. Of the host's environment only what is long counts: it was not written for this workspace. */
const SHORTEST = 8;
const LONG = 16;
const LONGEST = 4_000;

/** How a name ends whose value is secret in an environment file, beyond what is secret everywhere. */
const ENDS = new Set(['key', 'pass', 'pwd', 'pw', 'auth', 'salt', 'pat', 'jwt', 'seed', 'mnemonic']);
/** Meant for everybody, or the name of something that is. */
const OPEN = new Set([
  ...[
    'public',
    'publishable',
    'hash',
    'sha',
    'commit',
    'digest',
    'checksum',
    'version',
    'revision',
    'release',
    'build',
  ],
  ...['name', 'path', 'file', 'dir', 'folder', 'host', 'region', 'zone', 'expiry', 'expires', 'algorithm', 'issuer'],
]);

/** Keys that open nothing. */
const NO_KEYS = new Set([
  'cache',
  'partition',
  'primary',
  'foreign',
  'sort',
  'index',
  'row',
  'range',
  'group',
  'order',
]);

type Named = 'secret' | 'open' | 'plain';

function kindOf(name: string): Named {
  const words = wordsOf(name);
  if (words.includes('public') || words.includes('publishable') || OPEN.has(words.at(-1) ?? '')) return 'open';
  if (words.at(-1) === 'key' && NO_KEYS.has(words.at(-2) ?? '')) return 'open';
  if (isSecretName(name) || ENDS.has(words.at(-1) ?? '')) return 'secret';
  return words.some((word) => OPEN.has(word)) ? 'open' : 'plain';
}

const URL_SHAPE = /^[a-z][a-z0-9+.-]*:\/\//i;
/** A password, or a user name as long as a key, in an address. */
const LOGIN = /^[a-z][a-z0-9+.-]*:\/\/([^\s/:@]*)(?::([^\s/@]*))?@/i;
/** Numbers, dates, versions, e-mail addresses, host names, ids (UUID), lists of plain words, names of files. */
const ORDINARY: readonly RegExp[] = [
  /^[\d\s.,:+/-]+$/,
  /^[~^]?v?\d+(?:\.\d+){1,3}(?:[-+][\w.-]+)?$/,
  /^\d{4}-\d{2}-\d{2}[T ][\d:.Z+-]*$/,
  /^[^\s@]+@[\w.-]+$/,
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?$/i,
  /^[\w.-]+:\d{2,5}$/,
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  /^[A-Za-z]+(?:[ _.,:/@-]+[A-Za-z]+)*$/,
];
/** Words and small numbers, as in the name of an image: a secret only where its name says so. */
const WORDS = /^[a-z]+(?:[_.,:/@-]+(?:[a-z]+|v?\d{1,4}))*$/i;
const FILE = /^[\w./-]+\.(?:js|ts|mjs|cjs|json|ya?ml|toml|pem|crt|key|db|sqlite3?|log|txt|sock)$/i;
/** What names a place for certain; base64 has slashes too. */
const PLACE = /^(?:[A-Za-z]:[\\/]|~\/)/;
/** Where no name says that a value is secret: also whatever may be a path, a name in a cloud, or a structure. */
const NO_TOKEN = /^[\w.@-]*\/[\w.@/-]*$|^arn:|[;{}()<>]/;

/** A secret has letters and something else; a word does not, unless it is long and its name says what it is. */
const isMixed = (value: string): boolean => /[A-Za-z]/.test(value) && /[^A-Za-z\s_-]/.test(value);

/** What of one variable must not be seen; its value, or the login in it. `file`: it stands in an environment file. */
function secretsOf(name: string, given: string, isFile: boolean): readonly string[] {
  const value = given.trim();
  const login = LOGIN.exec(value);
  if (login) {
    const [, user = '', password = ''] = login;
    const decoded = [password, decodedOf(password)].filter((one) => isFile && one.length >= 4 && !isWord(one));
    return [...new Set([...decoded, ...(user.length >= LONG && isMixed(user) ? [user] : [])])];
  }
  if (value.length > LONGEST || URL_SHAPE.test(value) || EXAMPLE.test(value) || PATH.test(value)) return [];
  const named = kindOf(name);
  if (!isFile) return isSecretName(name) && value.length >= LONG && !isOrdinary(value) ? [value] : [];
  if (named === 'secret')
    return (value.length >= LONG && !isPlace(value)) || (value.length >= SHORTEST && !isOrdinary(value)) ? [value] : [];
  return named === 'plain' &&
    value.length >= LONG &&
    /\d/.test(value) &&
    isMixed(value) &&
    !/\s/.test(value) &&
    !WORDS.test(value) &&
    !NO_TOKEN.test(value) &&
    !isOrdinary(value)
    ? [value]
    : [];
}

const isWord = (value: string): boolean => /^[a-z]+$/i.test(value);
const isPlace = (value: string): boolean => PLACE.test(value) || FILE.test(value);
const isOrdinary = (value: string): boolean => isPlace(value) || ORDINARY.some((shape) => shape.test(value));

function decodedOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Of an environment file. */
export const secretsOfFile = (variables: Variables): readonly string[] =>
  Object.entries(variables).flatMap(([name, value = '']) => secretsOf(name, value, true));

/** Of the environment of this process. */
export const secretsOfProcess = (variables: Variables): readonly string[] =>
  Object.entries(variables).flatMap(([name, value = '']) => secretsOf(name, value, false));

/** Finds text by the person's own patterns: places, in order, that do not overlap. */
export type Find = (text: string) => readonly { readonly from: number; readonly to: number }[];

/**
 * Takes out known values, then what the person's patterns find, then what has the shape of a secret. Each secret has the name
 * it would have if its shape alone had told it, so that it is the same one wherever it stands.
 */
export function redactorOf(values: ReadonlySet<string>, find: Find = () => []): Redact {
  const forms = formsOf(values);
  return (text, found = () => undefined) => {
    const known = withoutValues(text, forms, found);
    const own = withoutFound(known, find, found);
    return redactSecrets(own, found);
  };
}

interface Form {
  readonly text: string;
  readonly value: string;
}

/** As it is, within JSON, and within an address; the longest first. */
function formsOf(values: ReadonlySet<string>): readonly Form[] {
  const forms = new Map<string, string>();
  for (const value of values)
    for (const text of [
      value,
      value.replaceAll('\n', '\r\n'),
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value.toWellFormed()),
    ])
      if (!forms.has(text)) forms.set(text, value);
  return [...forms].map(([text, value]) => ({ text, value })).sort((a, b) => b.text.length - a.text.length);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
/** As long as this it is itself wherever it is; a shorter one must stand alone. */
const UNMISTAKABLE = 12;
const patternOf = ({ text }: Form): string =>
  text.length >= UNMISTAKABLE
    ? escaped(text)
    : `${/^[A-Za-z0-9]/.test(text) ? '(?<![A-Za-z0-9])' : ''}${escaped(text)}${/[A-Za-z0-9]$/.test(text) ? '(?![A-Za-z0-9])' : ''}`;

type Found = NonNullable<Parameters<Redact>[1]>;

function withoutValues(text: string, forms: readonly Form[], found: Found): string {
  const present = forms.filter((form) => text.includes(form.text));
  if (present.length === 0) return text;
  const values = new Map(present.map((form) => [form.text, form.value]));
  const any = new RegExp(present.map(patternOf).join('|'), 'g');
  return text.replace(any, (match) => {
    const name = nameOf(values.get(match) ?? match);
    found(name, match);
    return name;
  });
}

/** The one name of a whole secret: by its shape where it has one. */
function nameOf(value: string): string {
  const shaped = redactSecrets(value);
  return /^«secret:[a-z-]+:[0-9a-f]{4}»$/.test(shaped) ? shaped : secretNamed('value', value);
}

const NAMED = /(«secret:[a-z-]+:[0-9a-f]{4}»)/;

/** A name that stands for a secret is not looked at again. */
function withoutFound(text: string, find: Find, found: Found): string {
  return text
    .split(NAMED)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const pieces: string[] = [];
      let done = 0;
      for (const { from, to } of find(part)) {
        const secret = part.slice(from, to);
        const name = nameOf(secret);
        found(name, secret);
        pieces.push(part.slice(done, from), name);
        done = to;
      }
      return pieces.length === 0 ? part : pieces.join('') + part.slice(done);
    })
    .join('');
}
