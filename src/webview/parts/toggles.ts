/**
 * Toggles of hunks on their way: one at a time is asked of the host, which answers with a new draft; the next waits for it,
 * since each names the draft it was made on. Until all are answered nothing is accepted.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { HunkChoice } from '../../agent/protocol.ts';
import { follows, type Toggle, toggled } from '../fold/choices.ts';
import type { Proposal } from '../panel.ts';

/** Without an answer it was refused. Milliseconds. */
const PATIENCE_MS = 3000;

export class Toggles implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #ask: (toggle: Toggle, shown: string) => void;
  #proposal: Proposal | undefined;
  #open: readonly Toggle[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The draft that is nothing but what the person made of the one before. */
  familiar: string | undefined;

  constructor(host: ReactiveControllerHost, ask: (toggle: Toggle, shown: string) => void) {
    this.#host = host;
    this.#ask = ask;
    host.addController(this);
  }

  get isBusy(): boolean {
    return this.#open.length > 0;
  }

  hostDisconnected(): void {
    this.#forget();
  }

  press(toggle: Toggle): void {
    this.#open = [...this.#open, toggle];
    if (this.#open.length === 1) this.#send();
    this.#host.requestUpdate();
  }

  /** What the host shows now. Call before every rendering. */
  take(proposal: Proposal | undefined): void {
    const before = this.#proposal;
    this.#proposal = proposal;
    const [first, ...rest] = this.#open;
    if (!first || !proposal || !before || proposal.shown === before.shown) return;
    if (!follows(before.hunks, proposal.hunks, first)) {
      this.#forget();
      return;
    }
    this.familiar = proposal.shown;
    const isGone = proposal.hunks.length < before.hunks.length;
    this.#open = rest.map((one) => (isGone && one.hunk > first.hunk ? { ...one, hunk: one.hunk - 1 } : one));
    this.#send();
  }

  /** The hunks as the person wants them. */
  get hunks(): readonly HunkChoice[] {
    return toggled(this.#proposal?.hunks ?? [], this.#open);
  }

  #send(): void {
    clearTimeout(this.#timer);
    const [first] = this.#open;
    if (!first || !this.#proposal) return;
    this.#ask(first, this.#proposal.shown);
    this.#timer = setTimeout(() => {
      this.#forget();
      this.#host.requestUpdate();
    }, PATIENCE_MS);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#open = [];
  }
}
