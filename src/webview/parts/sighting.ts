/** Watches since when a person can have seen a card: when it appeared, moved, came back into view or changed. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ARMING_MS } from '../../agent/policy/view/page.ts';
import { isArmed } from '../arming.ts';

const WATCH_MS = 100;
/** Less is not a move. Pixels. */
const STILL = 4;
/** A timer may fire this much early. */
const EARLY_MS = 5;

export class Sighting implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #placedAt = 0;
  #changedAt = 0;
  #place = { top: 0, left: 0 };
  #watch: ReturnType<typeof setInterval> | undefined;
  #wake: ReturnType<typeof setTimeout> | undefined;
  /** Too new to be decided on: its buttons are shown as disabled. */
  isFresh = true;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.changed();
    this.#moved();
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    document.addEventListener('visibilitychange', this.#moved);
  }

  hostDisconnected(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#wake);
    document.removeEventListener('visibilitychange', this.#moved);
  }

  changed(): void {
    this.#changedAt = performance.now();
    this.#rest();
  }

  /** Everything on it has stood before the person long enough. */
  get isSeen(): boolean {
    return document.visibilityState === 'visible' && this.#isArmed('pointer');
  }

  /** A click by key (or by an assistive tool) has no detail. */
  admits(event: UIEvent): boolean {
    this.#look();
    return this.#isArmed(event.detail > 0 ? 'pointer' : 'key');
  }

  #isArmed(by: 'pointer' | 'key'): boolean {
    return isArmed({ placedAt: this.#placedAt, changedAt: this.#changedAt }, performance.now(), by);
  }

  readonly #moved = (): void => {
    this.#placedAt = performance.now();
    this.#rest();
  };

  /** A disabled button loses the focus, so where the focus is inside, only `admits` holds back. */
  #rest(): void {
    const isFresh = !this.#host.matches(':focus-within');
    if (isFresh !== this.isFresh) this.#show(isFresh);
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => {
      this.#look();
      if (this.#isArmed('pointer')) this.#show(false);
      else this.#later();
    }, ARMING_MS + EARLY_MS);
  }

  #show(isFresh: boolean): void {
    this.isFresh = isFresh;
    this.#host.requestUpdate();
  }

  #look(): void {
    const { top, left } = this.#host.getBoundingClientRect();
    if (Math.abs(top - this.#place.top) + Math.abs(left - this.#place.left) <= STILL) return;
    this.#place = { top, left };
    this.#moved();
  }
}
