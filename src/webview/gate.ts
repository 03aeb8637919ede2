/**
 * What may enter the panel. A message is taken only from our own origin, within a size, without keys that reach into
 * prototypes, and in the protocol's shape; everything else is dropped with one word for the console.
 */
import { MESSAGE_LIMIT, messageFault } from '../agent/policy/view/message.ts';
import { isOwnOrigin } from '../agent/policy/view/page.ts';
import { ToView } from '../agent/protocol.ts';

export type Admitted = { readonly message: ToView } | { readonly dropped: 'origin' | 'size' | 'keys' | 'shape' };

/** `init` carries a journal, the rest one step of it. */
const INIT_LIMIT = 64_000_000;

const isInit = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'init';

export function admit(data: unknown, origin: string, own: string): Admitted {
  if (!isOwnOrigin(origin, own)) return { dropped: 'origin' };
  const fault = messageFault(data, isInit(data) ? INIT_LIMIT : MESSAGE_LIMIT);
  if (fault) return { dropped: fault };
  const parsed = ToView.safeParse(data);
  return parsed.success ? { message: parsed.data } : { dropped: 'shape' };
}
