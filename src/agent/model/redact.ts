/** Takes keys and logins out of a message that a person or a log will see. Servers like to quote the key they reject. */

const shapes: readonly [RegExp, string][] = [
  [/\b(bearer|basic|api-key:?|x-api-key:?)\s+[\w.~+/=-]{6,}/gi, '$1 [hidden]'],
  [/\b(sk|pk|gsk|xai|hf|AIza|ghp|github_pat)[-_A-Za-z0-9]{1,8}[-_A-Za-z0-9*.]{8,}/g, '[hidden]'],
  [/\/\/[^\s/@:]+:[^\s/@]+@/g, '//[hidden]@'],
  [/([?&](?:key|api[-_]?key|token|access_token)=)[^&\s"']+/gi, '$1[hidden]'],
];

/** `keys`: the exact secrets in use, hidden wherever they stand, also percent-encoded. */
export function redact(text: string, keys: readonly (string | undefined)[]): string {
  let out = text;
  for (const key of keys) {
    if (!key || key.length < 4) continue;
    for (const form of new Set([key, encodeURIComponent(key)])) out = out.replaceAll(form, '[hidden]');
  }
  return shapes.reduce((shown, [shape, instead]) => shown.replace(shape, instead), out);
}
