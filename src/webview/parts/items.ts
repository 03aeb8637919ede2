/** The transcript's finished part. It renders only when an item or a task changed, never for text that streams. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RunState } from '../../agent/journal/state.ts';
import { taskOf } from '../../agent/queue/queue.ts';
import type { Task } from '../../agent/queue/task.ts';
import type { Item } from '../fold/items.ts';
import { isGoal } from '../fold/plan.ts';
import './call.ts';
import './item.ts';
import { Part } from './part.ts';

const PIECE = 300;

export class GwItems extends Part {
  static override properties = {
    items: { attribute: false },
    state: { attribute: false },
    run: {},
    shown: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      li { content-visibility: auto; contain-intrinsic-size: auto 28px; padding: 2px 12px; }
      li.wide { padding-block: 5px; }
      .earlier { padding: 2px 12px 6px; text-align: center; }
    `,
  ];
  declare items: readonly Item[];
  declare state: RunState;
  /** The run, where the person may take it up again from what they said. */
  declare run: string | undefined;
  /** How many of the latest items are in the page; a long run is opened piece by piece. */
  declare shown: number;

  constructor() {
    super();
    this.shown = PIECE;
  }

  override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    const before = changed.get('state') as RunState | undefined;
    return changed.has('items') || changed.has('shown') || changed.has('run') || before?.queue !== this.state.queue;
  }

  override render() {
    const items = this.items.filter((item) => this.#isShown(item));
    const hidden = Math.max(0, items.length - this.shown);
    return html`${hidden > 0 ? this.#earlier(hidden) : nothing}<ol aria-label=${l10n.t('What happened')} data-testid="transcript">${repeat(
      hidden > 0 ? items.slice(hidden) : items,
      ({ key }) => key,
      (item) =>
        item.kind === 'call'
          ? html`<li><gw-call .item=${item}></gw-call></li>`
          : html`<li class="wide" data-kind=${item.kind}><gw-item .item=${item} .task=${this.#taskOf(item)} .state=${this.#stateFor(item)} .run=${item.kind === 'goal' || item.kind === 'said' ? this.run : undefined}></gw-item></li>`,
    )}</ol>`;
  }

  #earlier(hidden: number): TemplateResult {
    return html`<p class="earlier"><button class="link" data-testid="earlier" @click=${() => {
      this.shown += PIECE;
    }}>${l10n.t('Show earlier ({0})', hidden)}</button></p>`;
  }

  /** What stands elsewhere is not said twice: the goal above, the open question on its card, the end in the report. */
  #isShown(item: Item): boolean {
    switch (item.kind) {
      case 'task':
        return !isGoal({ id: item.task }) || item.attempt > 1;
      case 'taskEnd':
        return !isGoal({ id: item.event.task }) || item.event.status !== 'done';
      case 'checks':
        return item.results.length > 0;
      case 'question':
        return item.answer !== undefined;
      default:
        return true;
    }
  }

  /** Its checks are named there. */
  #taskOf(item: Item): Task | undefined {
    return item.kind === 'checks' ? taskOf(this.state.queue, item.task) : undefined;
  }

  /** Only a report shows what the whole run came to. */
  #stateFor(item: Item): RunState | undefined {
    return item.kind === 'report' ? this.state : undefined;
  }
}
customElements.define('gw-items', GwItems);
