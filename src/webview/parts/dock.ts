/** What waits for the person, one at a time and always in the same place: an approval, a question, a pause. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { isAsking, waiting } from '../../agent/journal/state.ts';
import { statusOf } from '../fold/status.ts';
import { type Panel, shownOf } from '../panel.ts';
import './approval.ts';
import { Part } from './part.ts';
import './pause.ts';
import './question.ts';

export class GwDock extends Part {
  static override properties = { panel: { attribute: false } };
  static override styles = [
    Part.styles,
    css`
      :host { flex: 0 1 auto; min-height: 0; display: flex; flex-direction: column; }
      .dock {
        max-height: 62vh;
        overflow-y: auto;
        padding: 8px 12px;
        border-top: 1px solid var(--vscode-focusBorder);
      }
      .dock:focus { outline: none; }
      .more { margin-top: 4px; text-align: end; }
    `,
  ];
  declare panel: Panel;

  override render() {
    const { view, host } = this.panel;
    const watching = host?.readOnly !== undefined;
    const open = waiting(view.state);
    const [first] = open;
    const { question } = view.state;
    const status = statusOf(view);
    const shownCard = first
      ? keyed(
          first.id,
          html`<gw-approval
            .approval=${first}
            .proposal=${this.panel.proposals[first.id]}
            .shown=${shownOf(this.panel, first.id)}
            .refusals=${this.panel.refusals[first.id] ?? 0}
            .watching=${watching}
          ></gw-approval>`,
        )
      : question && isAsking(view.state)
        ? keyed(
            question.id,
            html`<gw-question .question=${question.id} .text=${question.text} .options=${question.options} .watching=${watching}></gw-question>`,
          )
        : !watching && (status.kind === 'paused' || status.kind === 'interrupted')
          ? html`<gw-pause .view=${view} .status=${status}></gw-pause>`
          : undefined;
    if (!shownCard) return nothing;
    return html`<section class="dock" aria-label=${l10n.t('Waiting for you')} tabindex="-1" data-testid="dock">
      ${shownCard} ${open.length > 1 ? html`<p class="more small quiet">${l10n.t('{0} more waiting', open.length - 1)}</p>` : nothing}
    </section>`;
  }

  /** The focus goes to the card as a whole, never to its buttons. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.dock')?.focus();
  }

  get isOpen(): boolean {
    return this.renderRoot.querySelector('.dock') !== null;
  }
}
customElements.define('gw-dock', GwDock);
