/**
 * Names of secrets, on their way back: what the model read as `«secret:kind:1a2b»` becomes the secret again where an edit of
 * the very file that holds it carries the name back. Nothing is kept for that: the file is looked at again, so that it works
 * after a reload as well, and no secret is stored anywhere else. A name that the file does not explain is never written.
 */
import { withControl } from './markers.ts';
import { type Redact, redactSecrets, secretsIn } from './secret.ts';

/** Turns names in texts of an edit into the secrets of one file. */
export interface Resolver {
  resolve(text: string): string;
  /** Names in a text that stand for nothing in this file, and are not part of it as they are. */
  unknown(text: string): readonly string[];
}

/** `file`: its text; '' for a new one. `redact`: what the model sees it through. */
export function resolverOf(file: string, redact: Redact = redactSecrets): Resolver {
  const literal = new Set(secretsIn(file));
  const secrets = new Map<string, string | undefined>();
  redact(file, (name, secret) => {
    const text = secret.replaceAll('\r\n', '\n');
    // Two secrets of one name: neither is meant for certain.
    secrets.set(name, secrets.has(name) && secrets.get(name) !== text ? undefined : text);
  });
  const known = [...secrets].flatMap(([name, secret]) =>
    secret === undefined || literal.has(name) ? [] : [[name, secret] as const],
  );
  return {
    resolve: (text) =>
      known.reduce((now, [name, secret]) => now.replaceAll(name, () => secret), withControl(text, file)),
    unknown: (text) => secretsIn(text).filter((name) => !literal.has(name) && !known.some(([one]) => one === name)),
  };
}

/** Why an edit with names of secrets cannot be made. */
export const unresolvedText = (names: readonly string[], path: string): string =>
  `${names.join(', ')} ${names.length === 1 ? 'stands for a secret that is' : 'stand for secrets that are'} not in ${path}. ` +
  'Leave that part of the file as it is (edit around it), or write a placeholder of your own for the person to fill in.';

/** Why a command, a message or a check with a name of a secret in it is not taken; `undefined`: it has none. */
export function carriesSecret(text: string): string | undefined {
  const [name] = secretsIn(text);
  return (
    name && `${name} stands for a secret that you do not have: it is resolved only in edits of the file that holds it.`
  );
}
