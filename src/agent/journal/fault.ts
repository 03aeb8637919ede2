/** Why a journal cannot be written: thrown, never returned, so that whoever forgets it stops before the effect. */

/**
 * `lost`        another owner took the lock over. Final: drop this journal and read it again.
 * `unreadable`  it is damaged or from a newer version. Final.
 * `closed`      it was closed. Final.
 * `full`        no space left. What was appended is kept in memory; the next flush tries again.
 * `denied`      the storage may not be written. As `full`.
 * `io`          anything else the storage said. As `full`.
 */
export type JournalFaultKind = 'lost' | 'unreadable' | 'closed' | 'full' | 'denied' | 'io';

const KINDS: Readonly<Record<string, JournalFaultKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
};

const ADVICE: Readonly<Record<'full' | 'denied' | 'io', string>> = {
  full: 'The disk is full. Free some space, then resume the run.',
  denied: 'The folder of the runs may not be written. Check its permissions, then resume the run.',
  io: 'The run cannot be recorded, so it is paused.',
};

export class JournalFault extends Error {
  override readonly name = 'JournalFault';
  readonly kind: JournalFaultKind;

  constructor(kind: JournalFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** The fault behind whatever a store threw, by its error code. */
export function journalFault(error: unknown): JournalFault {
  if (error instanceof JournalFault) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const kind = KINDS[code] ?? 'io';
  const detail = error instanceof Error ? error.message : String(error);
  return new JournalFault(kind, `${ADVICE[kind as keyof typeof ADVICE]} (${detail})`, error);
}
