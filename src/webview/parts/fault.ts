/** A fault of the model: what went wrong and what is done about it; a retry counts down. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import type { ItemOf } from '../fold/items.ts';
import { icon } from '../look/icons.ts';
import { wholeNumber } from '../text/format.ts';
import { Part } from './part.ts';

const TICK_MS = 1_000;

export class GwFault extends Part {
  static override properties = { item: { attribute: false } };
  static override styles = [Part.styles, css`.partial { max-height: 120px; overflow: auto; white-space: pre-wrap; }`];
  declare item: ItemOf<'fault'>;
  #tick: ReturnType<typeof setInterval> | undefined;

  override updated(): void {
    if (this.#left() > 0) this.#tick ??= setInterval(() => this.requestUpdate(), TICK_MS);
    else this.#rest();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#rest();
  }

  #rest(): void {
    clearInterval(this.#tick);
    this.#tick = undefined;
  }

  /** Seconds until the next attempt. */
  #left(): number {
    const { event, over } = this.item;
    return over ? 0 : Math.max(0, Math.ceil((event.at + (event.delayMs ?? 0) - Date.now()) / 1000));
  }

  override render() {
    const { event } = this.item;
    return html`<div class="row" data-testid="fault" data-kind=${event.fault.kind}>
      ${icon('warning', 'care')}
      <div class="grow">
        <p class="wrap">${event.fault.message}</p>
        <p class="small quiet">${this.#reaction()}</p>
        ${event.partial ? html`<p class="small quiet partial" tabindex="0" role="region" aria-label=${l10n.t('What had arrived')}>${event.partial}</p>` : nothing}
      </div>
    </div>`;
  }

  #reaction(): string {
    const { event, over } = this.item;
    switch (event.reaction) {
      case 'retry': {
        const left = this.#left();
        if (over) return l10n.t('Tried again.');
        return left > 0 ? l10n.t('Trying again in {0} s.', wholeNumber(left, this.language)) : l10n.t('Trying again…');
      }
      case 'tell':
        return l10n.t('The model is told and may correct itself.');
      case 'compact':
        return l10n.t('The conversation is shortened and sent again.');
      case 'repair':
        return l10n.t('The conversation is repaired and sent again.');
      case 'pause':
        return l10n.t('The run is paused.');
      case 'stop':
        return l10n.t('The run is stopped.');
      default:
        return event.reaction satisfies never;
    }
  }
}
customElements.define('gw-fault', GwFault);
