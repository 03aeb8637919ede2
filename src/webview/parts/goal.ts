/** Where a goal is written and started. */
import * as l10n from '@vscode/l10n';
import { css, html } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { draftOf } from '../host.ts';
import { icon } from '../look/icons.ts';
import type { GwBox } from './box.ts';
import './box.ts';
import { Part } from './part.ts';

export class GwGoal extends Part {
  static override properties = {
    rows: { type: Number },
    ready: { type: Boolean },
    again: { type: Boolean },
    aside: { type: Boolean },
    isTyped: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      .buttons { margin-top: 6px; }
      .hint { flex: 1; text-align: end; }
    `,
  ];
  declare rows: number;
  /** A model can answer. */
  declare ready: boolean;
  /** A run has ended above it. */
  declare again: boolean;
  /** Another button beside it is the first choice while nothing is typed. */
  declare aside: boolean;
  declare isTyped: boolean;
  readonly #box = createRef<GwBox>();

  constructor() {
    super();
    this.rows = 3;
    this.ready = false;
    this.again = false;
    this.aside = false;
    this.isTyped = draftOf('goal') !== '';
  }

  override render() {
    return html`
      <gw-box
        ${ref(this.#box)}
        data-testid="goal-box"
        draft="goal"
        .rows=${this.rows}
        label=${l10n.t('Goal')}
        placeholder=${this.again ? l10n.t('The next goal') : l10n.t('What should be done? For example: make the failing test pass and explain why it failed')}
        @typed=${(event: CustomEvent<string>) => {
          this.isTyped = event.detail !== '';
        }}
        @go=${(event: CustomEvent<string>) => this.#run(event.detail)}
      ></gw-box>
      <div class="buttons">
        <vscode-button data-testid="run-goal" appearance=${this.aside && !this.isTyped ? 'secondary' : 'primary'} ?disabled=${!this.ready} @click=${() => this.#run(this.#box.value?.text ?? '')}
          >${icon('play', 'plain', 'start')}${l10n.t('Run')}</vscode-button>
        <span class="hint small quiet">${l10n.t('Enter runs, Shift+Enter makes a new line')}</span>
      </div>`;
  }

  #run(text: string): void {
    const goal = text.trim();
    if (goal === '') this.focus();
    else if (this.ready) {
      this.wish({ type: 'runGoal', goal });
      this.#box.value?.put('');
    }
  }

  override focus(): void {
    void this.updateComplete.then(() => this.#box.value?.focus());
  }

  put(text: string): void {
    void this.updateComplete.then(() => this.#box.value?.put(text));
  }
}
customElements.define('gw-goal', GwGoal);
