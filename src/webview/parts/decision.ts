/** Yes or no to one approval, with a reason. Names exactly what was shown, and is given once. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Remember, Subject } from '../../agent/journal/event.ts';
import { draftOf, keepDraft } from '../host.ts';
import { icon } from '../look/icons.ts';
import { exact, exactStyles } from '../text/show.ts';
import './box.ts';
import { Part } from './part.ts';
import { Sighting } from './sighting.ts';

declare global {
  interface HTMLElementEventMap {
    /** What is on a card can have been seen. */
    sighted: CustomEvent<{ readonly approval: string; readonly shown: string }>;
  }
}

type CommandRule = NonNullable<Extract<Subject, { kind: 'command' }>['remember']>;

export class GwDecision extends Part {
  static override properties = {
    approval: {},
    nonce: {},
    shown: {},
    asked: {},
    refusals: { attribute: false },
    kind: {},
    rule: { attribute: false },
    familiar: {},
    yes: {},
    barred: {},
    held: { type: Boolean },
    sent: { type: Boolean },
    sentFor: { state: true },
    reason: { state: true },
  };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      .buttons { margin-top: 8px; }
      .barred { margin-top: 4px; }
      details { margin-top: 6px; }
      summary { cursor: pointer; width: fit-content; }
      .rule { margin: 4px 0; overflow: auto; max-height: 6em; }
      vscode-button { min-width: 72px; transition: opacity 120ms; }
      @media (prefers-reduced-motion: reduce) { vscode-button { transition: none; } }
    `,
  ];
  declare approval: string;
  declare nonce: string;
  /** Hash of what is on the card; absent while it is not there yet. */
  declare shown: string | undefined;
  /** Hash of what a no is to, seen or not. */
  declare asked: string;
  /** How many decisions could not be followed: one more makes the question open again. */
  declare refusals: number;
  declare kind: Subject['kind'];
  /** What would be stored to let exactly this pass from now on. */
  declare rule: CommandRule | undefined;
  /** `shown`, when it is nothing but what the person made of what was shown before. */
  declare familiar: string | undefined;
  /** The word for yes, when it is not all that was proposed. */
  declare yes: string | undefined;
  /** Why a yes makes no sense. */
  declare barred: string | undefined;
  /** What will be shown is on its way: a yes would be to something else. */
  declare held: boolean;
  /** It was decided before, on what is shown now. */
  declare sent: boolean;
  /** What was decided on; a new draft, or a refusal, makes the question open again. */
  declare sentFor: string | undefined;
  declare reason: string;
  readonly #sighting = new Sighting(this);
  #sighted: string | undefined;

  constructor() {
    super();
    this.approval = '';
    this.nonce = '';
    this.asked = '';
    this.kind = 'edit';
    this.reason = '';
    this.held = false;
    this.sent = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('shown') && this.shown !== undefined && this.shown !== this.familiar) this.#sighting.changed();
    if (changed.has('refusals')) this.sentFor = undefined;
    if (changed.has('approval')) this.reason = draftOf(this.#draft);
  }

  override updated(): void {
    const { approval, shown } = this;
    if (shown === undefined || shown === this.#sighted || !this.#sighting.isSeen) return;
    this.#sighted = shown;
    this.dispatchEvent(new CustomEvent('sighted', { detail: { approval, shown }, bubbles: true, composed: true }));
  }

  get #draft(): string {
    return `reason:${this.approval}`;
  }

  override render() {
    const isSent = this.#isSent;
    const isRun = this.kind === 'command';
    const why = this.reason.trim() !== '';
    const isKept = this.kind === 'watched';
    const yes = this.yes ?? (isRun ? l10n.t('Run') : isKept ? l10n.t('Keep') : l10n.t('Accept'));
    const no = isKept
      ? l10n.t('Take back')
      : !isRun
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
          title=${this.barred ?? nothing}
          ?disabled=${isSent || this.#sighting.isFresh || !this.#canAccept}
          @click=${(event: UIEvent) => this.#click('accept', event)}
          >${icon(isRun ? 'play' : 'check', 'plain', 'start')}${yes}</vscode-button>
        <vscode-button
          data-testid="reject"
          appearance="secondary"
          ?disabled=${isSent || this.#sighting.isFresh}
          @click=${(event: UIEvent) => this.#click('reject', event)}
          >${icon('close', 'plain', 'start')}${no}</vscode-button>
        <slot></slot>
      </div>
      ${this.rule ? this.#remembering(this.rule) : nothing}
      ${this.barred ? html`<p class="barred small quiet" data-testid="barred">${this.barred}</p>` : nothing}`;
  }

  /** A yes that counts for more than this once; what it would cover stands there exactly. */
  #remembering(rule: CommandRule): TemplateResult {
    const button = (remember: Remember, text: string) => html`<vscode-button
      data-testid=${`accept-${remember}`}
      appearance="secondary"
      ?disabled=${this.#isSent || this.#sighting.isFresh || !this.#canAccept}
      @click=${(event: UIEvent) => this.#click('accept', event, remember)}
    >${text}</vscode-button>`;
    return html`<details class="small" data-testid="remember">
      <summary>${l10n.t('Don’t ask again…')}</summary>
      <p class="quiet wrap">${coversText(rule)}</p>
      <pre class="mono exact rule" tabindex="0" role="region" aria-label=${l10n.t('Rule')} data-testid="rule">${exact(JSON.stringify(rule))}</pre>
      <div class="buttons">
        ${button('run', l10n.t('Run, and allow it in this run'))}
        ${button('always', l10n.t('Run, and always allow it'))}
      </div>
    </details>`;
  }

  get #isSent(): boolean {
    return this.sent || (this.sentFor !== undefined && this.sentFor === (this.shown ?? this.asked));
  }

  get #canAccept(): boolean {
    return this.shown !== undefined && !this.held && !this.barred;
  }

  #click(verdict: 'accept' | 'reject', event: UIEvent, remember?: Remember): void {
    if (this.#sighting.admits(event)) this.#send(verdict, event, remember);
  }

  #send(verdict: 'accept' | 'reject', event: Event, remember?: Remember): void {
    event.stopPropagation();
    const shown = this.shown ?? this.asked;
    if (this.#isSent || (verdict === 'accept' && !this.#canAccept)) return;
    this.sentFor = shown;
    const reason = this.reason.trim();
    keepDraft(this.#draft, '');
    const { approval, nonce } = this;
    this.command({
      type: 'decide',
      approval,
      nonce,
      shown,
      verdict,
      ...(reason && { reason }),
      ...(remember && { remember }),
    });
  }
}
const coversText = ({ in: folder = '.', definition, network, domains }: CommandRule): string =>
  [
    folder === '.'
      ? l10n.t('It covers exactly this command in the workspace folder.')
      : l10n.t('It covers exactly this command in {0}.', folder),
    ...(definition ? [l10n.t('When what it runs changes, you are asked again.')] : []),
    ...(network
      ? [domains ? l10n.t('It includes these domains: {0}', domains.join(', ')) : l10n.t('It includes the network.')]
      : []),
  ].join(' ');

customElements.define('gw-decision', GwDecision);
