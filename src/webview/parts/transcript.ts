/** What happened so far, and the text that is arriving. Follows the end only while the person is there. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import { initialState } from '../../agent/journal/state.ts';
import type { RunView } from '../fold/view.ts';
import { icon } from '../look/icons.ts';
import type { Panel } from '../panel.ts';
import './items.ts';
import './markdown.ts';
import { Part } from './part.ts';

/** This close to the end counts as being there. Pixels. */
const NEAR = 24;
/** A wheel or key goes on scrolling this long. */
const HAND_MS = 1_000;

export class GwTranscript extends Part {
  static override properties = {
    view: { attribute: false },
    streams: { attribute: false },
    run: {},
    isFollowing: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      :host { position: relative; display: flex; min-height: 0; }
      .scroll { flex: 1; min-width: 0; overflow-y: auto; overflow-x: hidden; overflow-anchor: none; padding: 8px 0; }
      .stream { padding: 5px 12px; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 160px; overflow: hidden; display: flex; flex-direction: column-reverse; }
      .latest {
        position: absolute;
        inset-block-end: 8px;
        inset-inline-end: 16px;
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 3px 10px 3px 8px;
        font: inherit;
        color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
        background: var(--vscode-editorWidget-background);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent));
        border-radius: 12px;
        box-shadow: 0 2px 6px var(--vscode-widget-shadow, transparent);
        cursor: pointer;
      }
      .latest:hover { background: var(--vscode-list-hoverBackground); }
    `,
  ];
  declare view: RunView;
  declare streams: Panel['streams'];
  /** The run, where the person may take it up again from what they said. */
  declare run: string | undefined;
  declare isFollowing: boolean;
  #touchedAt = Number.NEGATIVE_INFINITY;

  constructor() {
    super();
    this.view = { state: initialState, items: [] };
    this.streams = {};
    this.isFollowing = true;
  }

  readonly #growth = new ResizeObserver(() => this.#follow());

  override firstUpdated(): void {
    const content = this.renderRoot.querySelector('.content');
    if (content) this.#growth.observe(content);
    if (this.#scroll) this.#growth.observe(this.#scroll);
  }

  get #scroll(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroll');
  }

  #follow(): void {
    const scroll = this.#scroll;
    if (this.isFollowing && scroll) scroll.scrollTop = scroll.scrollHeight;
  }

  /** Layout scrolls as well; only what follows a hand's move is the person's will. */
  readonly #touched = (): void => {
    this.#touchedAt = performance.now();
  };

  readonly #scrolled = (): void => {
    const scroll = this.#scroll;
    if (!scroll) return;
    const isNear = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight <= NEAR;
    if (isNear) this.isFollowing = true;
    else if (performance.now() - this.#touchedAt < HAND_MS) this.isFollowing = false;
  };

  /** For a hand only: it comes and goes, and by key End does the same. */
  readonly #toEnd = (): void => {
    this.isFollowing = true;
    this.#follow();
    this.#scroll?.focus();
  };

  /** Opening a detail is reading: the end may run away. */
  readonly #opened = (event: Event): void => {
    if (event.composedPath().some((node) => node instanceof HTMLElement && node.localName === 'summary'))
      this.isFollowing = false;
  };

  override render() {
    const entries = Object.entries(this.streams).filter(([, text]) => text.trim() !== '');
    const thought = entries.filter(([key]) => key.startsWith('reasoning:'));
    const text = entries.filter(([key]) => key.startsWith('text:'));
    const output = entries.filter(([key]) => key.startsWith('output:'));
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${l10n.t('Transcript')} @scroll=${this.#scrolled} @wheel=${this.#touched} @touchmove=${this.#touched} @keydown=${this.#touched} @pointerdown=${this.#touched} @focusin=${this.#touched} @click=${this.#opened}>
        <div class="content">
          <gw-items .items=${this.view.items} .state=${this.view.state} .run=${this.run}></gw-items>
          <div aria-hidden=${entries.length > 0 ? 'false' : 'true'}>
            ${thought.map(([, all]) => html`<p class="stream small quiet row">${icon('lightbulb', 'quiet')}<span class="grow wrap">${all.slice(-240)}</span></p>`)}
            ${text.map(([, all]) => html`<gw-markdown class="stream" data-testid="stream" streaming .text=${all}></gw-markdown>`)}
            ${output.map(([, all]) => html`<pre class="stream small quiet" data-testid="output"><span>${all}</span></pre>`)}
          </div>
        </div>
      </div>
      ${
        this.isFollowing
          ? nothing
          : html`<button class="latest" tabindex="-1" @click=${this.#toEnd}>${icon('arrow-down')}${l10n.t('Latest')}</button>`
      }`;
  }
}
customElements.define('gw-transcript', GwTranscript);
