/**
 * Arguments as models write them: mostly right, sometimes encoded twice, with a field too many, or one value where a list
 * is wanted. What has only one meaning is taken so; everything else comes back as an instruction.
 */
import * as z from 'zod';

export type Understood = { readonly args: unknown; readonly note?: string } | { readonly fault: string };

const MAX_ISSUES = 4;

/** `text`: JSON of an object; '' stands for none. */
export function understand(schema: z.ZodObject, text: string): Understood {
  const decoded = decode(text);
  if ('fault' in decoded) return decoded;
  const { value } = decoded;
  if (!isRecord(value))
    return { fault: `its arguments must be a JSON object with ${fields(schema)}, not ${nameOf(value)}.` };
  const mended = mend(schema, value);
  const first = schema.safeParse(mended);
  if (first.success) return { args: first.data };
  const extra = first.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const second = extra.length > 0 ? schema.safeParse(without(mended, extra)) : first;
  if (second.success)
    return {
      args: second.data,
      note: `Ignored, there is no such field: ${extra.map((path) => path.join('.')).join(', ')}.`,
    };
  return { fault: `${problems(second.error)}. It takes ${fields(schema)}.` };
}

function decode(text: string): { readonly value: unknown } | { readonly fault: string } {
  if (text.trim() === '') return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'string') return { value };
    // Encoded twice: once more, and no further.
    return { value: JSON.parse(value) };
  } catch {
    return { fault: 'its arguments are no valid JSON. Send one JSON object.' };
  }
}

/** A single value for a list, a list written as JSON text, `path` for `paths`: each has one meaning. */
function mend(schema: z.ZodObject, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const mended = { ...value };
  for (const [key, field] of Object.entries(schema.shape)) {
    if (!isList(field)) continue;
    const single = key.slice(0, -1);
    if (mended[key] === undefined && key.endsWith('s') && single in mended && !(single in schema.shape)) {
      mended[key] = mended[single];
      delete mended[single];
    }
    const given = mended[key];
    if (given === undefined || Array.isArray(given)) continue;
    const list = typeof given === 'string' && given.trimStart().startsWith('[') ? decode(given) : undefined;
    mended[key] = list && 'value' in list && Array.isArray(list.value) ? list.value : [given];
  }
  return mended;
}

const isList = (field: z.core.$ZodType): boolean =>
  field instanceof z.ZodOptional ? isList(field.unwrap()) : field instanceof z.ZodArray;

/** A copy without the fields at these paths. */
function without(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  const drop = new Set(paths.filter((path) => path.length === 1).map(([key]) => String(key)));
  const below = (key: string): (readonly PropertyKey[])[] =>
    paths.filter((path) => path.length > 1 && String(path[0]) === key).map((path) => path.slice(1));
  if (Array.isArray(value)) return value.map((item, index) => without(item, below(String(index))));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (drop.has(key) ? [] : [[key, without(item, below(key))]])),
  );
}

function problems(error: z.ZodError): string {
  const texts = error.issues.map(({ path, message }) => {
    const text = message.replace(/^Invalid input: /, '').replace(/expected (\w+), received undefined/, '$1 is missing');
    return path.length > 0 ? `${path.join('.')}: ${text}` : text;
  });
  const rest = texts.length - MAX_ISSUES;
  return [...texts.slice(0, MAX_ISSUES), ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

/** "pattern, path?, glob?": the fields, optional ones marked. */
const fields = (schema: z.ZodObject): string =>
  Object.entries(schema.shape)
    .map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name))
    .join(', ');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
