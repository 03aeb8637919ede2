/** Going on from something the person said, with other words: a box that opens below it, and a run of its own when it is sent. */
import * as l10n from '@vscode/l10n';
import { css, html } from 'lit';
import { draftOf } from '../host.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import type { GwBox } from './box.ts';
import './box.ts';
import { Part } from './part.ts';

/** The draft of other words for event `seq` of a run. */
export const rewindKey = (run: string, seq: number | ''): string => `fork:${run}:${seq}`;

export class GwRewind extends Part {
  static override properties = {
    run: {},
    seq: { attribute: false },
    said: { attribute: false },
    isOpen: { state: true },
    files: { state: true },
  };
  static override styles = [
    Part.styles,
    card,
    css`
      .opener { all: unset; display: inline-flex; align-items: center; gap: 4px; padding: 1px 4px; margin: 2px 0 0 -4px; border-radius: 3px; cursor: pointer; color: var(--vscode-descriptionForeground); }
      .opener:hover { color: var(--vscode-foreground); background: var(--vscode-toolbar-hoverBackground, transparent); }
      .opener:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
      .opener .icon { font-size: 13px; width: 13px; height: 13px; }
      .card { margin-top: 4px; display: flex; flex-direction: column; gap: 8px; }
    `,
  ];
  declare run: string;
  /** The event that said it. */
  declare seq: number;
  declare said: string;
  declare isOpen: boolean;
  /** The files are to go back as well. */
  declare files: boolean;

  constructor() {
    super();
    this.run = '';
    this.seq = 0;
    this.said = '';
    this.isOpen = false;
    this.files = false;
  }

  get #draft(): string {
    return rewindKey(this.run, this.seq);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('seq') || changed.has('run')) this.isOpen = draftOf(this.#draft) !== '';
  }

  override render() {
    if (!this.isOpen)
      return html`<button class="opener small" data-testid="rewind" aria-expanded="false" @click=${this.#open}>${icon('edit', 'quiet')}${l10n.t('Edit and run on from here')}</button>`;
    return html`<div class="card" role="group" aria-label=${l10n.t('Edit and run on from here')} data-testid="rewind-form" @keydown=${this.#key}>
      <gw-box data-testid="rewind-text" .draft=${this.#draft} .rows=${2} label=${l10n.t('What to say instead')} placeholder=${l10n.t('What to say instead')} @go=${(event: CustomEvent<string>) => this.#send(event.detail)}></gw-box>
      <p class="small quiet">${l10n.t('A new run begins with a copy of everything before this. The run you see stays as it is.')}</p>
      <vscode-checkbox data-testid="rewind-files" ?checked=${this.files} @change=${(event: Event) => {
        this.files = event.target instanceof HTMLElement && 'checked' in event.target && event.target.checked === true;
      }}>${l10n.t('Take the files back as well (you are shown which)')}</vscode-checkbox>
      <div class="buttons">
        <vscode-button data-testid="rewind-send" @click=${() => this.#send(this.#box?.text ?? '')}>${icon('play', 'plain', 'start')}${l10n.t('Run on')}</vscode-button>
        <vscode-button data-testid="rewind-cancel" appearance="secondary" @click=${this.#close}>${l10n.t('Cancel')}</vscode-button>
      </div>
    </div>`;
  }

  get #box(): GwBox | null {
    return this.renderRoot.querySelector<GwBox>('gw-box');
  }

  readonly #open = (): void => {
    this.isOpen = true;
    void this.updateComplete.then(() => {
      this.#box?.put(this.said);
      this.#box?.focus();
    });
  };

  readonly #close = (): void => {
    this.#box?.put('');
    this.isOpen = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.opener')?.focus());
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#close();
  };

  #send(typed: string): void {
    const text = typed.trim();
    if (text === '') return;
    this.wish({ type: 'fork', run: this.run, seq: this.seq, text, ...(this.files && { files: true }) });
    this.#close();
  }
}
customElements.define('gw-rewind', GwRewind);
