/**
 * What may enter the panel. A message is taken only from our own origin, within a size, without keys that reach into
 * prototypes, and in the protocol's shape; everything else is dropped with one word for the console.
 */
import { ToView } from '../agent/protocol.ts';

export type Admitted = { readonly message: ToView } | { readonly dropped: 'origin' | 'size' | 'keys' | 'shape' };

/** Characters and members of a whole message. `init` carries a journal, the rest one step of it. */
const LIMIT = { init: 64_000_000, other: 4_000_000 };
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Size of plain data, counted until it exceeds `limit`; `undefined` when a forbidden key is in it. */
function weigh(data: unknown, limit: number): number | undefined {
  const rest: unknown[] = [data];
  let size = 0;
  while (rest.length > 0 && size <= limit) {
    const value = rest.pop();
    size += typeof value === 'string' ? value.length : 1;
    if (typeof value !== 'object' || value === null) continue;
    // Neither is in the protocol; an array is not opened before it fits.
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return Number.POSITIVE_INFINITY;
    if (Array.isArray(value) && size + value.length > limit) return Number.POSITIVE_INFINITY;
    for (const key of Object.keys(value)) if (FORBIDDEN.has(key)) return undefined;
    for (const member of Object.values(value)) rest.push(member);
  }
  return size;
}

const isInit = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'init';

export function admit(data: unknown, origin: string, own: string): Admitted {
  if (origin !== own) return { dropped: 'origin' };
  const limit = isInit(data) ? LIMIT.init : LIMIT.other;
  const size = weigh(data, limit);
  if (size === undefined) return { dropped: 'keys' };
  if (size > limit) return { dropped: 'size' };
  const parsed = ToView.safeParse(data);
  return parsed.success ? { message: parsed.data } : { dropped: 'shape' };
}
