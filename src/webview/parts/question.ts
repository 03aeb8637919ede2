/** A question of the agent: its choices, and room for an answer of one's own. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import type { GwBox } from './box.ts';
import './markdown.ts';
import { Part } from './part.ts';
import { Sighting } from './sighting.ts';

export class GwQuestion extends Part {
  static override properties = {
    question: {},
    text: {},
    options: { attribute: false },
    watching: { type: Boolean },
    isSent: { state: true },
  };
  static override styles = [
    Part.styles,
    card,
    css`
      .card { display: flex; flex-direction: column; gap: 8px; }
      .view { max-height: 30vh; overflow: auto; }
      .options { display: flex; flex-direction: column; gap: 4px; }
      .options vscode-button { width: 100%; }
      .options vscode-button::part(control) { justify-content: flex-start; text-align: start; }
      .answer { display: flex; gap: 6px; align-items: flex-end; }
    `,
  ];
  declare question: string;
  declare text: string;
  declare options: readonly string[];
  declare watching: boolean;
  declare isSent: boolean;
  readonly #sighting = new Sighting(this);
  readonly #box = createRef<GwBox>();

  constructor() {
    super();
    this.question = '';
    this.text = '';
    this.options = [];
    this.watching = false;
    this.isSent = false;
  }

  override render() {
    const isOff = this.isSent || this.#sighting.isFresh;
    return html`<section class="card" role="group" aria-labelledby="ask" data-testid="question">
      <h2 id="ask" class="row">${icon('question', 'care')}<span class="grow">${l10n.t('The agent asks')}</span></h2>
      <div class="view" tabindex="0" role="region" aria-labelledby="ask"><gw-markdown .text=${this.text}></gw-markdown></div>
      ${
        this.watching
          ? nothing
          : html`${
              this.options.length > 0
                ? html`<div class="options" role="group" aria-label=${l10n.t('Suggested answers')}>
                    ${this.options.map(
                      (option) => html`<vscode-button
                        appearance="secondary"
                        data-testid="option"
                        ?disabled=${isOff}
                        @click=${(event: UIEvent) => this.#sighting.admits(event) && this.#answer(option)}
                        >${option}</vscode-button>`,
                    )}
                  </div>`
                : nothing
            }
            <div class="answer">
              <gw-box
                ${ref(this.#box)}
                class="grow"
                data-testid="answer"
                draft="answer:${this.question}"
                label=${l10n.t('Your answer')}
                placeholder=${l10n.t('Your own answer')}
                @go=${(event: CustomEvent<string>) => this.#answer(event.detail)}
              ></gw-box>
              <vscode-button ?disabled=${isOff} @click=${() => this.#answer(this.#box.value?.text ?? '')}>${l10n.t('Answer')}</vscode-button>
            </div>`
      }
    </section>`;
  }

  #answer(text: string): void {
    const answer = text.trim();
    if (answer === '' || this.isSent) return;
    this.isSent = true;
    this.#box.value?.put('');
    this.command({ type: 'answer', question: this.question, text: answer });
  }
}
customElements.define('gw-question', GwQuestion);
