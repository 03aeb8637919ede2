/** A call that cannot be done. */
import type { Refusal } from './tool.ts';

/** `forModel` says what to do instead. */
export const refused = (title: string, forModel: string): Refusal => ({ kind: 'refusal', title, forModel });
