/** The foot of the panel while a run works: a word to the agent. */
import * as l10n from '@vscode/l10n';
import { css, html } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { icon } from '../look/icons.ts';
import type { GwBox } from './box.ts';
import './box.ts';
import { Part } from './part.ts';

export class GwComposer extends Part {
  static override styles = [
    Part.styles,
    css`
      :host { padding: 8px 12px 10px; }
      .line { display: flex; gap: 4px; align-items: flex-end; }
      vscode-button { margin-bottom: 2px; }
    `,
  ];
  readonly #box = createRef<GwBox>();

  override render() {
    return html`<div class="line">
      <gw-box
        ${ref(this.#box)}
        class="grow"
        data-testid="say"
        draft="say"
        label=${l10n.t('Message to the agent')}
        placeholder=${l10n.t('Steer the agent before its next step')}
        @go=${(event: CustomEvent<string>) => this.#say(event.detail)}
      ></gw-box>
      <vscode-button appearance="icon" data-testid="send" aria-label=${l10n.t('Send')} title=${l10n.t('Send')} @click=${() => this.#say(this.#box.value?.text ?? '')}
        >${icon('send')}</vscode-button>
    </div>`;
  }

  #say(text: string): void {
    const said = text.trim();
    if (said === '') return;
    this.command({ type: 'say', text: said });
    this.#box.value?.put('');
  }
}
customElements.define('gw-composer', GwComposer);
