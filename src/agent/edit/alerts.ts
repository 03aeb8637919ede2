/**
 * What a reviewer must not overlook in what a change adds: a key, a script that runs by itself, an address that is fetched
 * by itself, a package from elsewhere.
 */
import { redactSecrets, secretsIn } from '../policy/secret.ts';

type Line = { readonly line: number; readonly text: string };

/** Scripts that npm, pnpm and yarn run on their own when something is installed, packed or published. */
const LIFECYCLE =
  /"((?:pre|post)?(?:install|pack|publish|version|uninstall)|(?:pre)?prepare|prepublishOnly|dependencies)"\s*:\s*"/;
const LOCK_FILE =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|cargo\.lock|poetry\.lock|uv\.lock|pipfile\.lock|go\.sum|composer\.lock|gemfile\.lock)$/;
const SOURCE = /\b(?:resolved|integrity|tarball|checksum|hash|url|source|registry)\b|h1:|sha\d+[-:]|https?:/;

/** What editors and tools fetch by themselves when they meet a file: schemas, in JSON and the comments of YAML, and DTDs. */
const FETCHED =
  /(?:"\$(?:schema|ref)"\s{0,4}:\s{0,4}"|\$schema=|xsi:(?:noNamespaceS|s)chemaLocation\s{0,4}=\s{0,4}["'][^"']{0,400}?|<!(?:DOCTYPE|ENTITY)\s[^>]{0,400}?["'])(https?:\/\/[^\s"'>]+)/i;
/** Where schemas are published. An address that carries a query there is still not one of a schema. */
const PUBLISHED =
  /^https?:\/\/(?:json\.schemastore\.org|(?:www\.)?schemastore\.org|json-schema\.org|biomejs\.dev|turbo(?:repo\.com|\.build)|schemas\.microsoft\.com|www\.w3\.org|maven\.apache\.org|schema\.management\.azure\.com)\/[^?]*$/i;

const fetches = (text: string): boolean => {
  const [, address] = FETCHED.exec(text) ?? [];
  return address !== undefined && !PUBLISHED.test(address);
};

/** One sentence for each kind, with the first place. */
export function alertsIn(path: string, lines: readonly Line[]): string[] {
  const name = path.toLowerCase();
  return [
    ...said(withSecrets(lines), (at) => `Adds what looks like a key or a password (${at}).`),
    ...said(
      lines.filter(({ text }) => fetches(text)),
      (at) => `Adds an address that the editor fetches by itself (${at}).`,
    ),
    ...(/(^|\/)package\.json$/.test(name)
      ? said(
          lines.filter(({ text }) => LIFECYCLE.test(text)),
          (at) => `Adds a script that runs by itself when packages are installed or published (${at}).`,
        )
      : []),
    ...(LOCK_FILE.test(name)
      ? said(
          lines.filter(({ text }) => SOURCE.test(text)),
          (at) => `Changes where packages come from, or their check sums (${at}).`,
        )
      : []),
  ];
}

/** Lines that hold a secret; of a key that goes over several lines, its first. */
function withSecrets(lines: readonly Line[]): readonly Line[] {
  const single = lines.filter(({ text }) => secretsIn(redactSecrets(text)).length > 0);
  if (single.length > 0 || !lines.some(({ text }) => text.includes('PRIVATE KEY'))) return single;
  const text = lines.map((line) => line.text.replace(/\r?\n$/, '')).join('\n');
  const redacted = redactSecrets(text);
  if (redacted === text) return [];
  let same = 0;
  while (text[same] === redacted[same]) same++;
  return lines.slice(text.slice(0, same).split('\n').length - 1).slice(0, 1);
}

function said(found: readonly Line[], sentence: (at: string) => string): string[] {
  const [first] = found;
  if (!first) return [];
  return [sentence(`line ${first.line}${found.length > 1 ? ` and ${found.length - 1} more` : ''}`)];
}
