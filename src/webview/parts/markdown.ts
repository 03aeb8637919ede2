/** Model text as sanitised Markdown; while it streams, only its last block is parsed again. */
import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { blocksOf } from '../text/blocks.ts';
import { toHtml } from '../text/markdown.ts';
import { Part } from './part.ts';

export class GwMarkdown extends Part {
  static override properties = { text: {}, streaming: { type: Boolean } };
  static override styles = [
    Part.styles,
    css`
      :host { overflow-wrap: anywhere; }
      p, ul, ol, pre, blockquote, table { margin: 0 0 8px; }
      .block > :last-child { margin-bottom: 0; }
      .block + .block { margin-top: 8px; }
      ul, ol { padding-inline-start: 20px; list-style: revert; }
      h1, h2, h3, h4, h5, h6 { font-size: 1em; font-weight: 600; margin: 12px 0 4px; }
      h1, h2 { font-size: 1.1em; }
      .block > :first-child { margin-top: 0; }
      code {
        color: var(--vscode-textPreformat-foreground);
        background: var(--vscode-textPreformat-background);
        border-radius: 3px;
        padding: 1px 3px;
      }
      pre {
        background: var(--vscode-textCodeBlock-background);
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
        padding: 8px;
        white-space: pre-wrap;
      }
      pre code { background: none; color: inherit; padding: 0; }
      blockquote {
        border-inline-start: 3px solid var(--vscode-textBlockQuote-border);
        padding-inline-start: 8px;
      }
      table { border-collapse: collapse; }
      th, td { border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, currentColor)); padding: 2px 6px; }
      img { max-width: 100%; }
      hr { border: 0; border-top: 1px solid var(--vscode-widget-border, currentColor); }
    `,
  ];
  declare text: string;
  declare streaming: boolean;

  constructor() {
    super();
    this.text = '';
    this.streaming = false;
  }

  override render() {
    const blocks = this.streaming ? blocksOf(this.text) : [this.text];
    return repeat(
      blocks,
      (_, at) => at,
      (block) => html`<div class="block">${unsafeHTML(this.#htmlOf(block))}</div>`,
    );
  }

  readonly #known = new Map<string, string>();

  /** Finished blocks are asked for at every frame. */
  #htmlOf(block: string): string {
    const known = this.#known.get(block);
    if (known !== undefined) return known;
    if (this.#known.size > 200) this.#known.clear();
    const made = toHtml(block);
    this.#known.set(block, made);
    return made;
  }
}
customElements.define('gw-markdown', GwMarkdown);
