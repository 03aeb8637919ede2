/** Yes or no to one approval, with a reason. Names exactly what was shown, and is given once. */
import * as l10n from '@vscode/l10n';
import { css, html, type PropertyValues } from 'lit';
import { draftOf, keepDraft } from '../host.ts';
import { icon } from '../look/icons.ts';
import './box.ts';
import { Part } from './part.ts';
import { Sighting } from './sighting.ts';

export class GwDecision extends Part {
  static override properties = {
    approval: {},
    nonce: {},
    shown: {},
    refusals: { attribute: false },
    kind: {},
    sentFor: { state: true },
    reason: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      .buttons { margin-top: 8px; }
      vscode-button { min-width: 72px; transition: opacity 120ms; }
      @media (prefers-reduced-motion: reduce) { vscode-button { transition: none; } }
    `,
  ];
  declare approval: string;
  declare nonce: string;
  /** Hash of what is on the card; absent while it is not there yet. */
  declare shown: string | undefined;
  /** How many decisions could not be followed: one more makes the question open again. */
  declare refusals: number;
  declare kind: 'edit' | 'command' | 'weakened';
  /** What was decided on; a new draft, or a refusal, makes the question open again. */
  declare sentFor: string | undefined;
  declare reason: string;
  readonly #sighting = new Sighting(this);

  constructor() {
    super();
    this.approval = '';
    this.nonce = '';
    this.kind = 'edit';
    this.reason = '';
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('shown')) this.#sighting.changed();
    if (changed.has('refusals')) this.sentFor = undefined;
    if (changed.has('approval')) this.reason = draftOf(this.#draft);
  }

  get #draft(): string {
    return `reason:${this.approval}`;
  }

  override render() {
    const isSent = this.sentFor !== undefined && this.sentFor === this.shown;
    const isRun = this.kind === 'command';
    const why = this.reason.trim() !== '';
    const yes = isRun ? l10n.t('Run') : l10n.t('Accept');
    const no = !isRun
      ? why
        ? l10n.t('Reject with reason')
        : l10n.t('Reject')
      : why
        ? l10n.t('Don’t run, with reason')
        : l10n.t('Don’t run');
    return html`
      <gw-box
        data-testid="reason"
        draft=${this.#draft}
        label=${l10n.t('Reason (optional)')}
        placeholder=${l10n.t('Why not, or what instead?')}
        @typed=${(event: CustomEvent<string>) => {
          this.reason = event.detail;
        }}
        @go=${(event: Event) => this.#send('reject', event)}
      ></gw-box>
      <div class="buttons">
        <vscode-button
          data-testid="accept"
          appearance="primary"
          ?disabled=${isSent || this.#sighting.isFresh || this.shown === undefined}
          @click=${(event: UIEvent) => this.#click('accept', event)}
          >${icon(isRun ? 'play' : 'check', 'plain', 'start')}${yes}</vscode-button>
        <vscode-button
          data-testid="reject"
          appearance="secondary"
          ?disabled=${isSent || this.#sighting.isFresh}
          @click=${(event: UIEvent) => this.#click('reject', event)}
          >${icon('close', 'plain', 'start')}${no}</vscode-button>
        <slot></slot>
      </div>`;
  }

  #click(verdict: 'accept' | 'reject', event: UIEvent): void {
    if (this.#sighting.admits(event)) this.#send(verdict, event);
  }

  #send(verdict: 'accept' | 'reject', event: Event): void {
    event.stopPropagation();
    const shown = this.shown ?? '';
    if (this.sentFor === shown || (verdict === 'accept' && this.shown === undefined)) return;
    this.sentFor = shown;
    const reason = this.reason.trim();
    keepDraft(this.#draft, '');
    const { approval, nonce } = this;
    this.command({ type: 'decide', approval, nonce, shown, verdict, ...(reason && { reason }) });
  }
}
customElements.define('gw-decision', GwDecision);
