/** A text box that keeps its draft: Enter sends, Shift+Enter makes a new line, an input method's Enter is its own. */
import { css, html } from 'lit';
import { draftOf, keepDraft } from '../host.ts';
import { Part } from './part.ts';

declare global {
  interface HTMLElementEventMap {
    /** Enter was pressed. */
    go: CustomEvent<string>;
    /** The text changed. */
    typed: CustomEvent<string>;
  }
}

interface TextArea extends HTMLElement {
  value: string;
}

const MAX_ROWS = 8;
const MAX_CHARS = 20_000;

export class GwBox extends Part {
  static override properties = { draft: {}, label: {}, placeholder: {}, rows: { type: Number }, text: { state: true } };
  static override styles = [
    Part.styles,
    css`
      vscode-text-area { width: 100%; display: block; }
      vscode-text-area::part(control) {
        display: block;
        border-color: var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        padding: 5px 7px;
        line-height: 1.45;
        border-radius: 3px;
      }
      vscode-text-area::part(control)::placeholder { color: var(--vscode-input-placeholderForeground); }
      vscode-text-area:focus-within::part(control) { border-color: var(--vscode-focusBorder); }
    `,
  ];
  /** Under which key the unsent text is kept. */
  declare draft: string;
  declare label: string;
  declare placeholder: string;
  declare rows: number;
  declare text: string;

  constructor() {
    super();
    this.draft = '';
    this.label = '';
    this.placeholder = '';
    this.rows = 1;
    this.text = '';
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('draft')) this.text = draftOf(this.draft);
  }

  override render() {
    const rows = Math.min(MAX_ROWS, Math.max(this.rows, this.text.split('\n').length));
    return html`<vscode-text-area
      .value=${this.text}
      rows=${rows}
      maxlength=${MAX_CHARS}
      placeholder=${this.placeholder}
      @input=${this.#typed}
      @keydown=${this.#key}
    ></vscode-text-area>`;
  }

  /** The toolkit names a box without visible label "Text area". */
  override updated(): void {
    this.#area?.setAttribute('aria-label', this.label);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.#area?.focus());
  }

  /** Replaces the text; an empty one also forgets the draft. */
  put(text: string): void {
    this.text = text;
    keepDraft(this.draft, text);
    this.dispatchEvent(new CustomEvent('typed', { detail: text, bubbles: true, composed: true }));
  }

  get #area(): TextArea | null {
    return this.renderRoot.querySelector<TextArea>('vscode-text-area');
  }

  readonly #typed = (): void => this.put(this.#area?.value ?? '');

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (this.text.trim() !== '')
      this.dispatchEvent(new CustomEvent('go', { detail: this.text.trim(), bubbles: true, composed: true }));
  };
}
customElements.define('gw-box', GwBox);
