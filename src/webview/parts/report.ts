/** How the run ended: outcome and proof first, then what was said, what changed and what it cost. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import type { RunState } from '../../agent/journal/state.ts';
import type { ItemOf } from '../fold/items.ts';
import { proofOfRun } from '../fold/plan.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import { money, shortNumber, wholeNumber } from '../text/format.ts';
import { outcomeText, proofSign, statusSign } from '../text/words.ts';
import './markdown.ts';
import { Part } from './part.ts';

export class GwReport extends Part {
  static override properties = { item: { attribute: false }, state: { attribute: false } };
  static override styles = [
    Part.styles,
    card,
    css`
      .card { display: flex; flex-direction: column; gap: 8px; }
      h2 { font-size: 1.08em; }
      .files { display: grid; gap: 1px; }
    `,
  ];
  declare item: ItemOf<'report'>;
  declare state: RunState;

  override render() {
    const { outcome, report } = this.item;
    const { spent, changes, checkpoints, queue } = this.state;
    const proof = outcome === 'done' ? proofOfRun(queue) : undefined;
    const ended = statusSign(outcome === 'done' ? { kind: outcome, proof: proof ?? 'none' } : { kind: outcome });
    const proven = proof && proofSign(proof);
    const steps = l10n.t('{0} steps', wholeNumber(spent.steps, this.language));
    const tokens = l10n.t('{0} tokens', shortNumber(spent.input + spent.output, this.language));
    const cost = spent.unpriced ? [] : [money(spent.cost, this.language)];
    return html`<section class="card" aria-labelledby="outcome" data-testid="report" data-outcome=${outcome}>
      <h2 id="outcome" class="row">${icon(ended.icon, ended.tone)}<span class="grow">${outcomeText(outcome, proof)}</span></h2>
      ${proven ? html`<p class="row" data-testid="report-proof" data-proof=${proof}>${icon(proven.icon, proven.tone)}<span>${proven.text}</span></p>` : nothing}
      ${report.trim() ? html`<gw-markdown .text=${report}></gw-markdown>` : nothing}
      ${
        changes.length > 0
          ? html`<div>
              <h3>${l10n.t('Files changed')}</h3>
              <ul class="files">${changes.map(
                ({ path }) =>
                  html`<li><button class="link" @click=${() => this.wish({ type: 'openFile', path })}>${path}</button></li>`,
              )}</ul>
            </div>`
          : nothing
      }
      ${checkpoints.length > 0 ? html`<div class="buttons">${this.#next('openChanges', l10n.t('Open all changes'))}${this.#next('commitChanges', l10n.t('Commit changes…'))}${this.#next('undoRun', l10n.t('Undo run…'))}</div>` : nothing}
      <p class="small quiet">${[steps, tokens, ...cost].join(' · ')}</p>
    </section>`;
  }

  #next(type: 'openChanges' | 'commitChanges' | 'undoRun', label: string) {
    return html`<vscode-button appearance="secondary" data-testid=${type} @click=${() => this.wish({ type })}>${label}</vscode-button>`;
  }
}
customElements.define('gw-report', GwReport);
