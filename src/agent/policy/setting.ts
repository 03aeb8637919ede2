/**
 * Settings that a folder must not set: opening a folder would then send a key elsewhere (CVE-2026-21852), start a program or
 * lower what is asked. They are of machine scope in package.json, which a test compares with this table. And which server a
 * stored key is for.
 */
import { visible } from './names.ts';
import type { PathVerdict } from './path.ts';
import { isSecretName } from './secret.ts';

/** A setting's own words, lower case: what it decides. */
const DECIDES: readonly (readonly [what: string, words: RegExp])[] = [
  [
    'where requests go',
    /^(?:url|uri|baseurl|endpoint|host|hostname|server|servers|origin|gateway|proxy|provider|region|apibase)$/,
  ],
  [
    'what goes with requests',
    /^(?:headers?|authorization|cookies?|certificates?|ca|strictssl|tls|rejectunauthorized)$/,
  ],
  [
    'which program runs',
    /^(?:path|executable|binary|command|commands|shell|args|env|environment|interpreter|runtime|hooks?|helper)$/,
  ],
  [
    'what is asked',
    /^(?:allow|allowed|approve|approval|autoapprove|auto|mode|yolo|trust|trusted|permissions?|sandbox|rules?|disabled|disabledcommands|confirm)$/,
  ],
  ['what a run may spend', /^(?:limits?|budget|cost|price|max|tokens|steps)$/],
  ['which model answers', /^(?:model|models|agent|id)$/],
];

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[._\-[\]"']+/)
    .filter((word) => word !== '');

/** What a setting decides that is the person's alone; `undefined`: a folder may set it. */
export function decidedBy(name: string): string | undefined {
  if (isSecretName(name)) return 'a key';
  const words = wordsOf(name);
  const pairs = words.map((word, at) => `${word}${words[at + 1] ?? ''}`);
  return DECIDES.find(([, pattern]) => [...words, ...pairs].some((word) => pattern.test(word)))?.[0];
}

/** Judges `name=value` or a name, found in a folder's own settings. */
export function judgeWorkspaceSetting(text: string): PathVerdict {
  const [name = ''] = text.split(/[=:]/);
  const what = decidedBy(name.trim());
  return what === undefined
    ? {
        verdict: 'allow',
        rule: 'setting-harmless',
        reason: `${visible(name.trim())} decides nothing that is yours alone.`,
      }
    : {
        verdict: 'deny',
        rule: 'setting-scope',
        reason: `${visible(name.trim())} decides ${what}: it is read from your own settings only, never from a folder's.`,
      };
}

/** Judges writing a value into any settings file: those are synchronised and committed. */
export const judgeSettingValue = (name: string): PathVerdict =>
  isSecretName(name)
    ? {
        verdict: 'deny',
        rule: 'setting-key',
        reason: `${visible(name)} is a key: it is kept in the secret storage of the editor, and taken out of settings.`,
      }
    : { verdict: 'allow', rule: 'setting-harmless', reason: `${visible(name)} holds no secret.` };

/** Name under which a server's key is stored: one key a host, port included. Throws where the address is none. */
export const keyNameOf = (baseUrl: string): string => `apiKey:${new URL(baseUrl).host}`;

const hostIn = (text: string): string | undefined =>
  URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)?.host;

/** A stored key goes to the host it was given for, letter by letter, and nowhere else. */
export function judgeKeyUse(storedFor: string, requestTo: string): PathVerdict {
  const [stored, asked] = [hostIn(storedFor), hostIn(requestTo)];
  return stored !== undefined && stored === asked
    ? { verdict: 'allow', rule: 'key-host', reason: `The key was given for ${stored}.` }
    : {
        verdict: 'deny',
        rule: 'key-host',
        reason: `The key was given for ${visible(stored ?? storedFor)}; ${visible(asked ?? requestTo)} needs one of its own.`,
      };
}
