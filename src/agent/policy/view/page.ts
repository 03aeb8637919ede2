/** What a page of ours may load, which files it may see, and how long a decision's buttons wait. */

/** Folders of the extension that a page may read. */
export const PAGE_ROOTS = ['dist'] as const;

/** When the buttons of a decision begin to count: not before a person can have seen them. Milliseconds. */
export const ARMING_MS = 500;

/** The toolkit makes one empty style element while it loads; this is the hash of nothing. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The content security policy of a page; `own` is the editor's name for the extension's files. */
export const pagePolicy = (nonce: string, own: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${own} ${EMPTY_STYLE}`,
    `font-src ${own}`,
    `img-src ${own} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** What each directive may name at most. `own` is anything of the editor's resource scheme, or `${webview.cspSource}`. */
const OWN =
  /^(?:\$\{?[\w.]*cspSource\}?|cspSource|vscode-resource:|vscode-webview-resource:|https:\/\/\*\.vscode-cdn\.net)$/;
const HASH = /^'(?:nonce-[\w+/=${}.-]{3,}|sha(?:256|384|512)-[\w+/=]+)'$/;
const SOURCES: Readonly<Record<string, readonly RegExp[]>> = {
  'script-src': [HASH],
  'style-src': [OWN, HASH],
  'font-src': [OWN],
  'img-src': [OWN, /^data:$/],
};
const NEEDED = ['default-src', 'base-uri', 'form-action'] as const;

/** What of a policy is wider than ours, as the end of a sentence; `undefined`: nothing. */
export function widerPolicy(policy: string): string | undefined {
  const parts = policy
    .split(';')
    .map((part) => part.trim().split(/\s+/))
    .filter(([name]) => name !== '');
  const named = new Map(parts.map(([name = '', ...sources]) => [name.toLowerCase(), sources]));
  const missing = NEEDED.find((name) => named.get(name)?.join(' ') !== "'none'");
  if (missing) return `does not set ${missing} to 'none'`;
  for (const [name, sources] of named) {
    const allowed = SOURCES[name] ?? [];
    const wide = sources.find((source) => source !== "'none'" && !allowed.some((pattern) => pattern.test(source)));
    if (wide) return `lets ${name} take ${wide}`;
  }
  return undefined;
}

/** A folder that a page may read is one of ours, below the extension. */
export const isPageRoot = (root: string): boolean => {
  const names = root
    .replace(/^\$\{?extension(?:Uri|Path)\}?/, '')
    .split(/[\\/]/)
    .filter((name) => name !== '');
  return (
    !names.includes('..') &&
    names.length > 0 &&
    PAGE_ROOTS.some((own) => names.at(-1) === own) &&
    (names.length === 1 || names.some((name) => /goalwright|extension/i.test(name)))
  );
};

/** Only the view's own document talks to the host. `own`: its origin, where it is known. */
export const isOwnOrigin = (origin: string, own?: string): boolean =>
  own === undefined ? /^vscode-webview:\/\/[\w-]+$/.test(origin) : origin === own;
