/** Why the run stands still, and what sets it going again. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { LimitName } from '../../agent/journal/event.ts';
import { isMoney, isWhole, nextBound } from '../fold/meters.ts';
import type { Status } from '../fold/status.ts';
import type { RunView } from '../fold/view.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import { inWords } from '../text/sentences.ts';
import { limitAmount, limitText, statusSign } from '../text/words.ts';
import { Part } from './part.ts';

export class GwPause extends Part {
  static override properties = { view: { attribute: false }, status: { attribute: false } };
  static override styles = [
    Part.styles,
    card,
    css`
      .card { display: flex; flex-direction: column; gap: 8px; }
      .message { max-height: 24vh; overflow: auto; white-space: pre-wrap; }
      .buttons { align-items: flex-end; }
      vscode-text-field { width: 150px; }
    `,
  ];
  declare view: RunView;
  declare status: Extract<Status, { kind: 'paused' | 'interrupted' }>;
  readonly #bound = createRef<HTMLElement & { value: string }>();

  override render() {
    const { limit, state } = this.view;
    const { text } = statusSign(this.status);
    const message =
      this.status.kind === 'interrupted'
        ? l10n.t('The editor was closed or reloaded while the run was at work. Nothing happens until you continue.')
        : limit
          ? l10n.t('{0}: {1} of {2} used.', limitText(limit.limit), ...this.#amounts(limit))
          : inWords(state.pause?.message ?? '');
    const isLimit = this.status.kind === 'paused' && this.status.reason === 'limit' && limit;
    return html`<section class="card" role="group" aria-labelledby="why" data-testid="pause">
      <h2 id="why" class="row">${icon('debug-pause', 'care')}<span class="grow">${text}</span></h2>
      ${message ? html`<p class="message wrap" tabindex="0" role="region" aria-labelledby="why">${message}</p>` : nothing}
      ${isLimit ? this.#extend(limit.limit, limit.used, limit.max) : this.#go()}
    </section>`;
  }

  #amounts({ limit, used, max }: { limit: LimitName; used: number; max: number }): readonly [string, string] {
    return [limitAmount(limit, used, this.language), limitAmount(limit, max, this.language)];
  }

  #extend(name: LimitName, used: number, max: number): TemplateResult {
    const label = isMoney(name)
      ? l10n.t('New limit: {0} in US dollars', limitText(name))
      : l10n.t('New limit: {0}', limitText(name));
    return html`<div class="buttons">
      <vscode-text-field
        ${ref(this.#bound)}
        data-testid="new-limit"
        .value=${String(nextBound(name, used, max))}
        @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#raise(name)}
        >${label}</vscode-text-field>
      <vscode-button data-testid="resume" @click=${() => this.#raise(name)}>${icon('play', 'plain', 'start')}${l10n.t('Continue')}</vscode-button>
    </div>`;
  }

  #raise(name: LimitName): void {
    const bound = Number(this.#bound.value?.value);
    if (!Number.isFinite(bound) || bound <= 0) return;
    const extend = { [name]: isWhole(name) ? Math.ceil(bound) : bound };
    this.command({ type: 'resume', extend });
  }

  #go(): TemplateResult {
    const isFault = this.status.kind === 'paused' && this.status.reason === 'fault';
    const isBlocked = this.status.kind === 'paused' && this.status.reason === 'blocked';
    return html`
      ${isBlocked ? html`<p class="quiet">${l10n.t('Tell the agent below what to do differently, then let it try again.')}</p>` : nothing}
      <div class="buttons">
        <vscode-button data-testid="resume" @click=${() => this.command({ type: 'resume' })}
          >${icon('play', 'plain', 'start')}${isFault || isBlocked ? l10n.t('Try again') : l10n.t('Continue')}</vscode-button>
        ${
          isFault
            ? html`<vscode-button appearance="secondary" @click=${() => this.wish({ type: 'setApiKey' })}>${l10n.t('Set API key')}</vscode-button>
                <vscode-button appearance="secondary" @click=${() => this.wish({ type: 'selectModel' })}>${l10n.t('Select model')}</vscode-button>
                <vscode-button appearance="secondary" @click=${() => this.wish({ type: 'openLog' })}>${l10n.t('Open log')}</vscode-button>`
            : nothing
        }
      </div>`;
  }
}
customElements.define('gw-pause', GwPause);
