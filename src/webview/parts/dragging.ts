/** Dragging a task to a neighbour's place: the same as moving it by its menu, for a hand. */
import type { ReactiveControllerHost } from 'lit';

export class Dragging {
  readonly #host: ReactiveControllerHost;
  /** The order that would come of it; `undefined`: it cannot go there. */
  readonly #orderWith: (task: string, place: string) => readonly string[] | undefined;
  readonly #drop: (task: string, order: readonly string[]) => void;
  #task: string | undefined;
  #over: string | undefined;

  constructor(
    host: ReactiveControllerHost,
    orderWith: (task: string, place: string) => readonly string[] | undefined,
    drop: (task: string, order: readonly string[]) => void,
  ) {
    this.#host = host;
    this.#orderWith = orderWith;
    this.#drop = drop;
  }

  take(task: string, { dataTransfer }: DragEvent): void {
    if (!dataTransfer) return;
    dataTransfer.setData('text/plain', task);
    dataTransfer.effectAllowed = 'move';
    this.#be(task, undefined);
  }

  readonly over = (event: DragEvent): void => {
    const place = taskAt(event);
    if (this.#task === undefined || place === undefined || !this.#orderWith(this.#task, place)) return;
    event.preventDefault();
    if (place !== this.#over) this.#be(this.#task, place);
  };

  readonly dropped = (event: DragEvent): void => {
    const [task, place] = [this.#task, this.#over];
    if (task === undefined || place === undefined) return;
    event.preventDefault();
    const order = this.#orderWith(task, place);
    this.#be(undefined, undefined);
    if (order) this.#drop(task, order);
  };

  readonly ended = (): void => this.#be(undefined, undefined);

  /** How a row looks meanwhile. `ids`: as they stand. What is dragged goes before a neighbour above it, after one below it. */
  markOf(id: string, ids: readonly string[]): 'dragged' | 'before' | 'after' | '' {
    if (this.#task === undefined) return '';
    if (this.#task === id) return 'dragged';
    if (this.#over !== id) return '';
    return ids.indexOf(id) < ids.indexOf(this.#task) ? 'before' : 'after';
  }

  #be(task: string | undefined, over: string | undefined): void {
    this.#task = task;
    this.#over = over;
    this.#host.requestUpdate();
  }
}

/** The task whose row an event came from. */
export function taskAt(event: Event): string | undefined {
  const row = event.composedPath().find((node) => node instanceof HTMLElement && node.dataset.task !== undefined);
  return row instanceof HTMLElement ? row.dataset.task : undefined;
}
