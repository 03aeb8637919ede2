/** What limits the panel as a whole: a folder that is not trusted, a run that belongs to another window. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import type { HostState } from '../../agent/protocol.ts';
import { icon } from '../look/icons.ts';
import { Part } from './part.ts';

export class GwNotice extends Part {
  static override properties = { host: { attribute: false } };
  static override styles = [
    Part.styles,
    css`
      div:not(.quiet) {
        padding: 6px 12px;
        border-bottom: 1px solid var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder, transparent));
        background: var(--vscode-inputValidation-warningBackground);
        color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
      }
      .quiet { padding: 4px 12px; }
    `,
  ];
  declare host: HostState;

  override render() {
    const { trusted, readOnly, unconfined } = this.host;
    return html`<section aria-label=${l10n.t('Notice')}>${
      trusted
        ? nothing
        : html`<div class="row" data-testid="untrusted">${icon('workspace-untrusted', 'care')}<span class="grow">${l10n.t('This folder is not trusted, so Goalwright can only read.')}
            <button class="link" @click=${() => this.wish({ type: 'manageTrust' })}>${l10n.t('Manage trust')}</button></span></div>`
    }${
      readOnly === undefined
        ? nothing
        : html`<div class="row" data-testid="read-only">${icon('lock', 'care')}<span class="grow">${readOnly} ${l10n.t('Here you can only watch.')}</span></div>`
    }${
      unconfined === undefined || !trusted
        ? nothing
        : html`<div class="row quiet small" data-testid="unconfined">${icon('shield', 'quiet')}<span class="grow">${l10n.t('Commands run without a sandbox, so each that is not provably harmless is asked about: {0}', unconfined)}</span></div>`
    }</section>`;
  }
}
customElements.define('gw-notice', GwNotice);
