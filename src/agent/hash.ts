/** Content hashes: how an approval, a proposal and the journal name bytes. */
import { createHash } from 'node:crypto';
import type { Hash } from './ports.ts';

export const hashOf = (bytes: Uint8Array | string): Hash => createHash('sha256').update(bytes).digest('hex');
