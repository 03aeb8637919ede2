/** The transcript's finished part. It renders only when an item or a task changed, never for text that streams. */
import * as l10n from '@vscode/l10n';
import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RunState } from '../../agent/journal/state.ts';
import { taskOf } from '../../agent/queue/queue.ts';
import type { Task } from '../../agent/queue/task.ts';
import type { Item } from '../fold/items.ts';
import './call.ts';
import './item.ts';
import { Part } from './part.ts';

export class GwItems extends Part {
  static override properties = { items: { attribute: false }, state: { attribute: false } };
  static override styles = [
    Part.styles,
    css`
      li { content-visibility: auto; contain-intrinsic-size: auto 28px; padding: 2px 12px; }
      li.wide { padding-block: 5px; }
      li:empty { display: none; }
    `,
  ];
  declare items: readonly Item[];
  declare state: RunState;

  override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    const before = changed.get('state') as RunState | undefined;
    return changed.has('items') || before?.queue !== this.state.queue;
  }

  override render() {
    return html`<ol aria-label=${l10n.t('What happened')} data-testid="transcript">${repeat(
      this.items,
      ({ key }) => key,
      (item) =>
        item.kind === 'call'
          ? html`<li><gw-call .item=${item}></gw-call></li>`
          : html`<li class="wide" data-kind=${item.kind}><gw-item .item=${item} .task=${this.#taskOf(item)} .state=${this.#stateFor(item)}></gw-item></li>`,
    )}</ol>`;
  }

  #taskOf(item: Item): Task | undefined {
    if (item.kind === 'taskEnd') return taskOf(this.state.queue, item.event.task);
    return item.kind === 'task' || item.kind === 'checks' ? taskOf(this.state.queue, item.task) : undefined;
  }

  /** Only a report shows what the whole run came to. */
  #stateFor(item: Item): RunState | undefined {
    return item.kind === 'report' ? this.state : undefined;
  }
}
customElements.define('gw-items', GwItems);
