/** Watches since when a person can have seen a card: when it appeared, moved, came back into view or changed. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ARMING_MS, isArmed } from '../arming.ts';

const WATCH_MS = 100;
/** Less is not a move. Pixels. */
const STILL = 4;

export class Sighting implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #placedAt = 0;
  #changedAt = 0;
  #place = { top: 0, left: 0 };
  #watch: ReturnType<typeof setInterval> | undefined;
  #wake: ReturnType<typeof setTimeout> | undefined;
  /** The first wait is over: buttons are shown as usable. A later one is silent. */
  fresh = true;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.fresh = true;
    this.#placedAt = this.#changedAt = performance.now();
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#wake = setTimeout(() => {
      this.fresh = false;
      this.#host.requestUpdate();
    }, ARMING_MS);
    document.addEventListener('visibilitychange', this.#moved);
  }

  hostDisconnected(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#wake);
    document.removeEventListener('visibilitychange', this.#moved);
  }

  changed(): void {
    this.#changedAt = performance.now();
  }

  /** A click by key (or by an assistive tool) has no detail. */
  admits(event: UIEvent): boolean {
    const sight = { placedAt: this.#placedAt, changedAt: this.#changedAt };
    return isArmed(sight, performance.now(), event.detail > 0 ? 'pointer' : 'key');
  }

  readonly #moved = (): void => {
    this.#placedAt = performance.now();
  };

  #look(): void {
    const { top, left } = this.#host.getBoundingClientRect();
    if (Math.abs(top - this.#place.top) + Math.abs(left - this.#place.left) <= STILL) return;
    this.#place = { top, left };
    this.#moved();
  }
}
