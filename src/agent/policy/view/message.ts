/**
 * What a message between a view and its host must be before its shape is looked at: of a bounded size, and without keys that
 * reach into prototypes.
 */

/** Characters and members of a whole message. */
export const MESSAGE_LIMIT = 4_000_000;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export type MessageFault = 'size' | 'keys';

/** Counted until it exceeds `limit`; a structure deeper or wider than that is not walked to its end. */
export function messageFault(data: unknown, limit: number = MESSAGE_LIMIT): MessageFault | undefined {
  const rest: unknown[] = [data];
  let size = 0;
  while (rest.length > 0) {
    const value = rest.pop();
    size += typeof value === 'string' ? value.length : 1;
    if (size > limit) return 'size';
    if (typeof value !== 'object' || value === null) continue;
    // Neither is in the protocol; an array is not opened before it fits.
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'size';
    if (Array.isArray(value) && size + value.length > limit) return 'size';
    for (const key of Object.keys(value)) if (FORBIDDEN.has(key)) return 'keys';
    for (const member of Object.values(value)) rest.push(member);
  }
  return undefined;
}

/** A page may have been told of any path: only what is below the folder is opened for it. */
export const isBelowFolder = (path: string): boolean =>
  path !== '' && !LEADS_OUT.test(path) && !path.split(/[\\/]/).includes('..') && !path.includes('\0');

const LEADS_OUT = /^(?:[\\/]|[a-z]:[\\/]|~[\\/]|[a-z][a-z0-9+.-]*:\/\/|(?:file|command|vscode|data|javascript):)/i;
