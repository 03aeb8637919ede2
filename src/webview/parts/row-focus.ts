/**
 * The focus among the rows of the plan: one row at a time is a stop of Tab, arrows lead to the others, and a row that was
 * moved or taken away while it had the focus gives it back to itself or to who stands in its place.
 */
import type { LitElement, ReactiveController } from 'lit';
import { taskAt } from './dragging.ts';
import type { GwTask } from './task.ts';

export class RowFocus implements ReactiveController {
  readonly #host: LitElement;
  /** The task that had the focus last. */
  #last: string | undefined;
  /** Where the focus was before this rendering. */
  #held: { readonly task: string; readonly at: number } | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** The task whose menu Tab leads to, of those that have one. */
  stopOf(ids: readonly string[], now: string | undefined): string | undefined {
    return [this.#last, now].find((id) => id !== undefined && ids.includes(id)) ?? ids[0];
  }

  row(id: string): GwTask | undefined {
    return this.#rows().find(({ view }) => view.task.id === id);
  }

  readonly came = (event: FocusEvent): void => {
    const task = taskAt(event);
    if (task === undefined || task === this.#last) return;
    this.#last = task;
    this.#host.requestUpdate();
  };

  readonly key = (event: KeyboardEvent): void => {
    const rows = this.#rows().filter(({ actions }) => actions.length > 0);
    const at = rows.findIndex((row) => row.isAtMenu);
    const to = at < 0 ? undefined : { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[to]?.focus();
  };

  hostUpdate(): void {
    const row = this.#host.shadowRoot?.activeElement?.closest<HTMLElement>('[data-task]');
    const task = row?.dataset.task;
    this.#held =
      task === undefined ? undefined : { task, at: this.#rows().findIndex(({ view }) => view.task.id === task) };
  }

  hostUpdated(): void {
    const held = this.#held;
    if (!held || this.#host.shadowRoot?.activeElement || !document.hasFocus()) return;
    const rows = this.#rows();
    const row = this.row(held.task) ?? rows[Math.min(held.at, rows.length - 1)];
    void row?.updateComplete.then(() => {
      row.focus();
      if (!this.#host.shadowRoot?.activeElement) this.#host.renderRoot.querySelector<HTMLElement>('.tasks')?.focus();
    });
  }

  #rows(): readonly GwTask[] {
    return this.#host.hasUpdated ? [...this.#host.renderRoot.querySelectorAll<GwTask>('gw-task')] : [];
  }
}
