/**
 * Are a call's arguments whole? Only JSON that parses and names no member twice is: a cut or ambiguous text must never be
 * executed. Which members a tool takes is judged later, by its schema.
 */

export type JudgedArguments =
  /** JSON text of an object. */
  | { readonly kind: 'object'; readonly text: string }
  /** Whole JSON, but no object: the tool's schema will tell the model. */
  | { readonly kind: 'other'; readonly text: string }
  /** `why` completes the sentence "the arguments …". */
  | { readonly kind: 'broken'; readonly why: string };

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Judges one call's arguments. Nothing at all means no arguments; a JSON string that holds an object is decoded once. */
export function judgeArguments(raw: string): JudgedArguments {
  if (raw.trim() === '') return { kind: 'object', text: '{}' };
  const outer = parsed(raw);
  if (!outer) return { kind: 'broken', why: 'are not valid JSON' };
  const text = typeof outer.value === 'string' && isObject(parsed(outer.value)?.value) ? outer.value : raw;
  if (text === raw && !isObject(outer.value)) return { kind: 'other', text: raw };
  const twice = duplicateKey(text);
  return twice === undefined
    ? { kind: 'object', text }
    : { kind: 'broken', why: `name ${JSON.stringify(twice)} twice` };
}

/** The first member name that occurs twice in one object of a *valid* JSON text, at any depth; JSON.parse keeps the last silently. */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, string, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (string !== undefined && colon !== undefined) {
      const key: unknown = JSON.parse(string);
      const seen = open.at(-1);
      if (typeof key !== 'string' || !seen) continue;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
