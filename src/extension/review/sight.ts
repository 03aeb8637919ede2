/**
 * Since when an edit in review can have been seen as it is. A double press, or a key that is held down, must not accept
 * the next edit unseen: an Accept that comes too early begins the wait anew.
 */

/** As long as a card in the panel waits. */
const REST_MS = 500;

export class Sight {
  readonly #since = new Map<string, number>();
  readonly #elapsed: () => number;

  /** `elapsed`: milliseconds of a clock that only runs forward. */
  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  /** It was asked for, its diff was opened, or its text was changed by somebody else than the person. */
  changed(approval: string): void {
    this.#since.set(approval, this.#elapsed());
  }

  forget(approval: string): void {
    this.#since.delete(approval);
  }

  admits(approval: string): boolean {
    const since = this.#since.get(approval);
    if (since !== undefined && this.#elapsed() - since >= REST_MS) return true;
    this.changed(approval);
    return false;
  }
}
