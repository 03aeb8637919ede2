/** The first thing a newcomer sees: say what should be done, or run the offered goal; what is missing comes with its remedy. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { HostState } from '../../agent/protocol.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import type { GwGoal } from './goal.ts';
import './goal.ts';
import { Part } from './part.ts';

export class GwWelcome extends Part {
  static override properties = { host: { attribute: false } };
  static override styles = [
    Part.styles,
    card,
    css`
      :host { overflow-y: auto; }
      .page { padding: 20px 16px; display: flex; flex-direction: column; gap: 16px; max-width: 560px; margin: 0 auto; }
      h1 { font-size: 1.38em; font-weight: 600; line-height: 1.25; }
      .lead { margin-top: 4px; }
      .offer { display: flex; flex-direction: column; gap: 8px; }
      .facts { display: grid; gap: 8px; }
      .remedy { margin-top: 6px; }
      ol.way { display: grid; gap: 6px; }
    `,
  ];
  declare host: HostState;
  readonly #goal = createRef<GwGoal>();

  override render() {
    const { suggestion, model } = this.host;
    return html`<main class="page" data-testid="welcome">
      <div>
        <h1>${l10n.t('What should be done?')}</h1>
        <p class="quiet lead">${l10n.t('State a goal. Goalwright plans it, works on it step by step and checks every result by running something.')}</p>
      </div>
      <gw-goal ${ref(this.#goal)} .ready=${model.ready} ?aside=${suggestion !== undefined}></gw-goal>
      ${suggestion && model.ready ? this.#offer(suggestion) : nothing}
      <ul class="facts" aria-label=${l10n.t('Ready to run')}>
        ${this.#model()} ${this.#folder()} ${this.#consent()}
      </ul>
    </main>`;
  }

  #offer(suggestion: string): TemplateResult {
    return html`<section class="card offer" aria-labelledby="offer" data-testid="suggestion">
      <h2 id="offer" class="row">${icon('lightbulb', 'care')}<span>${l10n.t('A goal to begin with')}</span></h2>
      <p class="wrap">${suggestion}</p>
      <div class="buttons">
        <vscode-button data-testid="run-suggestion" @click=${() => this.wish({ type: 'runGoal', goal: suggestion })}
          >${icon('play', 'plain', 'start')}${l10n.t('Run this goal')}</vscode-button>
        <vscode-button appearance="secondary" data-testid="use-suggestion" @click=${() => this.write(suggestion)}>${l10n.t('Change it first')}</vscode-button>
      </div>
    </section>`;
  }

  #model(): TemplateResult {
    const { model } = this.host;
    if (model.ready)
      return html`<li class="row" data-testid="model">${icon('pass', 'good')}<span class="grow wrap">${l10n.t('Model: {0}', model.label)}</span>
        <button class="link" @click=${() => this.wish({ type: 'selectModel' })} aria-label=${l10n.t('Change the model')}>${l10n.t('Change')}</button></li>`;
    return html`<li class="row" data-testid="model">${icon('warning', 'care')}<div class="grow wrap">
      <p><strong>${l10n.t('Choose a model first')}</strong></p>
      ${model.problem ? html`<p>${model.problem}</p>` : nothing}
      <p class="quiet">${l10n.t('Use an API key, a server on this machine, or the recorded demo that needs neither.')}</p>
      <div class="buttons remedy">
        <vscode-button data-testid="select-model" @click=${() => this.wish({ type: 'selectModel' })}>${icon('server', 'plain', 'start')}${l10n.t('Select model')}</vscode-button>
        <vscode-button data-testid="set-api-key" appearance="secondary" @click=${() => this.wish({ type: 'setApiKey' })}>${icon('key', 'plain', 'start')}${l10n.t('Set API key')}</vscode-button>
      </div></div></li>`;
  }

  #folder(): TemplateResult {
    const { folder } = this.host;
    return folder === undefined
      ? html`<li class="row">${icon('warning', 'care')}<span class="grow">${l10n.t('No folder is open. Run will ask you for one.')}</span></li>`
      : html`<li class="row">${icon('pass', 'good')}<span class="grow wrap">${l10n.t('Folder: {0}', folder)}</span></li>`;
  }

  #consent(): TemplateResult {
    const text = {
      ask: l10n.t('Nothing is written without your yes, and a command runs unasked only when it provably just looks.'),
      autoEdit: l10n.t('Edits inside the folder apply at once; commands ask first.'),
      continuous: l10n.t('Continuous mode: it works without asking, within its limits.'),
      readOnly: l10n.t('Read only: nothing can be changed.'),
    }[this.host.mode];
    const isCalm = this.host.mode !== 'continuous';
    return html`<li class="row">${icon(isCalm ? 'shield' : 'warning', isCalm ? 'good' : 'care')}<span class="grow">${text}</span></li>`;
  }

  /** Puts a text into the goal box, if there is one, and the cursor after it. */
  write(text: string | undefined): void {
    if (text !== undefined) this.#goal.value?.put(text);
    this.#goal.value?.focus();
  }
}
customElements.define('gw-welcome', GwWelcome);
