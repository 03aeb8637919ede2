/** What the run is doing and what it has used, with Stop always in the same place. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Mode } from '../../agent/journal/event.ts';
import { isMoney, type Meter, meters } from '../fold/meters.ts';
import { needsPerson, statusOf } from '../fold/status.ts';
import { emptyView, type RunView } from '../fold/view.ts';
import { icon } from '../look/icons.ts';
import { amountText, limitAmount, limitText, modeText, statusSign } from '../text/words.ts';
import { Part } from './part.ts';

/** Continuous mode works only within a limit on steps or cost. */
const MODES: readonly Mode[] = ['ask', 'autoEdit', 'continuous', 'readOnly'];

export class GwRunBar extends Part {
  static override properties = { view: { attribute: false }, watching: { type: Boolean } };
  static override styles = [
    Part.styles,
    css`
      :host {
        padding: 8px 12px;
        border-bottom: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent));
      }
      .top { display: flex; align-items: center; gap: 8px; min-height: 26px; }
      .status { display: flex; align-items: center; gap: 6px; font-weight: 600; }
      .status:focus { outline: none; }
      .meters { display: flex; flex-wrap: wrap; gap: 4px 12px; margin-top: 4px; color: var(--vscode-descriptionForeground); }
      .meter { flex: 1 0 auto; }
      .meter .value { font-variant-numeric: tabular-nums; white-space: nowrap; }
      .mode {
        font: inherit;
        font-size: 0.92em;
        min-width: 0;
        max-width: 100%;
        text-overflow: ellipsis;
        color: var(--vscode-descriptionForeground);
        background: transparent;
        border: 1px solid transparent;
        border-radius: 3px;
        padding: 1px 2px;
        margin: 2px 0 0 -6px;
        cursor: pointer;
      }
      .mode:hover { color: var(--vscode-foreground); background: var(--vscode-toolbar-hoverBackground, transparent); border-color: var(--vscode-contrastActiveBorder, transparent); }
      option { color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); }
      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 2px;
        border: 0;
        margin-top: 1px;
        background: transparent;
      }
      progress::-webkit-progress-bar { background: color-mix(in srgb, var(--vscode-progressBar-background) 28%, transparent); }
      progress::-webkit-progress-value { background: var(--vscode-progressBar-background, var(--vscode-foreground)); }
      .near progress::-webkit-progress-value, .full progress::-webkit-progress-value {
        background: var(--vscode-editorWarning-foreground, var(--vscode-foreground));
      }
      .near .icon, .full .icon { font-size: 12px; width: 12px; height: 12px; }
    `,
  ];
  declare view: RunView;
  declare watching: boolean;

  constructor() {
    super();
    this.view = emptyView;
    this.watching = false;
  }

  override render() {
    const status = statusOf(this.view);
    const { icon: name, tone, text, short } = statusSign(status);
    const isOver = this.view.state.status === 'ended';
    const canPause = !isOver && !needsPerson(status);
    return html`
      <div class="top">
        <div class="status grow" data-testid="status" data-status=${status.kind} tabindex="-1" title=${text}>
          ${icon(name, tone)}<span class="cut">${short ?? text}</span>
        </div>
        ${
          canPause && !this.watching
            ? html`<vscode-button appearance="icon" data-testid="pause-run" aria-label=${l10n.t('Pause')} title=${l10n.t('Pause')}
                @click=${() => this.command({ type: 'pause' })}>${icon('debug-pause')}</vscode-button>`
            : nothing
        }
        ${
          isOver || this.watching
            ? nothing
            : html`<vscode-button appearance="secondary" data-testid="stop" @click=${() => this.command({ type: 'stop' })}
                >${icon('debug-stop', 'plain', 'start')}${l10n.t('Stop')}</vscode-button>`
        }
      </div>
      <div class="meters small" role="group" aria-label=${l10n.t('Used so far')} data-testid="meters">
        ${meters(this.view.state).map((meter) => this.#meter(meter))}
      </div>
      ${isOver || this.watching ? nothing : this.#mode()}`;
  }

  #mode(): TemplateResult {
    const { mode, limits } = this.view.state;
    const isBounded = limits.steps !== undefined || limits.cost !== undefined;
    const modes = MODES.filter((one) => one !== 'continuous' || isBounded || one === mode);
    return html`<select class="mode" aria-label=${l10n.t('Mode')} data-testid="mode" .value=${live(mode)} @change=${this.#choose}>
      ${modes.map((one) => html`<option value=${one} ?selected=${one === mode}>${modeText(one)}</option>`)}
    </select>`;
  }

  readonly #choose = (event: Event): void => {
    const chosen = event.target instanceof HTMLSelectElement ? event.target.value : '';
    const mode = MODES.find((one) => one === chosen);
    if (mode) this.command({ type: 'mode', mode });
  };

  #meter({ name, used, max, level, atLeast }: Meter): TemplateResult {
    const isUnknown = isMoney(name) && atLeast;
    const counted = isUnknown && used === 0 ? '–' : `${atLeast ? '≥' : ''}${limitAmount(name, used, this.language)}`;
    const value = max === undefined ? counted : `${counted}/${limitAmount(name, max, this.language)}`;
    const hint = isUnknown ? l10n.t('The price of this model is not known.') : limitText(name);
    return html`<div class="meter ${level}" data-testid="meter-${name}" title=${hint}>
      <div class="row">
        ${level === 'calm' ? nothing : html`${icon('warning', 'care')}<span class="unseen">${l10n.t('near the limit')}</span>`}
        <span class="value">${amountText(name, value)}</span>
      </div>
      ${max === undefined ? nothing : html`<progress max=${max} value=${Math.min(used, max)} aria-label=${limitText(name)}></progress>`}
    </div>`;
  }

  /** Where the focus goes when the card it was in has been answered. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.status')?.focus();
  }
}
customElements.define('gw-run-bar', GwRunBar);
