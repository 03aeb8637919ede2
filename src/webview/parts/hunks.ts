/**
 * The changes of a proposal, line by line: mark and colour say the same. Long lines wrap, nothing is out of sight. Where there
 * are several changes, each has a box of its own that takes it or leaves it out.
 */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { HunkChoice, HunkView } from '../../agent/protocol.ts';
import { hasToggle, isTaken, type Toggle } from '../fold/choices.ts';
import { icon } from '../look/icons.ts';
import { hunkText, stateText } from '../text/edits.ts';
import { exact, exactStyles } from '../text/show.ts';
import { Part } from './part.ts';

declare global {
  interface HTMLElementEventMap {
    /** A hunk is to be taken or left out. */
    toggled: CustomEvent<Toggle>;
  }
}

interface Line {
  readonly mark: string;
  readonly number: number;
  readonly text: string;
}

/** A removed line is counted in the old file, every other one in the new. */
function linesOf({ oldStart, newStart, lines }: HunkView): readonly Line[] {
  const crlf = lines.every((line) => line.endsWith('\r') || line.startsWith('\\'));
  let old = oldStart;
  let now = newStart;
  return lines.map((line) => {
    const mark = line[0] ?? ' ';
    const text = line.slice(1, crlf && line.endsWith('\r') ? -1 : undefined);
    const number = mark === '-' ? old : now;
    if (mark !== '+') old++;
    if (mark !== '-') now++;
    return { mark, number, text };
  });
}

const KINDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '\\': 'remark' };

export class GwHunks extends Part {
  static override properties = { hunks: { attribute: false }, truncated: { type: Boolean }, fixed: { type: Boolean } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      :host { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); }
      .head {
        display: flex;
        align-items: center;
        gap: 6px;
        width: 100%;
        min-height: 24px;
        padding: 2px 6px;
        position: sticky;
        inset-block-start: 0;
        font: inherit;
        font-size: 0.92em;
        text-align: start;
        border: 0;
        border-block-end: 1px solid var(--vscode-contrastBorder, transparent);
        color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
        background: var(--vscode-editorWidget-background);
      }
      button.head { cursor: pointer; }
      .box {
        flex: none;
        width: 16px;
        height: 16px;
        border: 1px solid var(--vscode-checkbox-border, var(--vscode-contrastBorder, currentColor));
        border-radius: 3px;
        background: var(--vscode-checkbox-background);
        color: var(--vscode-checkbox-foreground, inherit);
      }
      .box .icon { font-size: 14px; width: 14px; height: 14px; }
      .state { font-style: italic; white-space: nowrap; }
      .hunk + .hunk { border-top: 1px dashed var(--vscode-widget-border, var(--vscode-contrastBorder, currentColor)); }
      .line {
        display: grid;
        grid-template-columns: minmax(3ch, max-content) 2ch 1fr;
        column-gap: 4px;
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: var(--vscode-editor-font-size, 12px);
        line-height: 1.5;
        padding-inline-end: 6px;
        /* High contrast has no line colours, only these. */
        border-inline-start: 3px solid transparent;
      }
      .number {
        color: var(--vscode-descriptionForeground);
        text-align: end;
        padding-inline-start: 6px;
        user-select: none;
      }
      .mark { text-align: center; user-select: none; }
      .added { background: var(--vscode-diffEditor-insertedLineBackground, var(--vscode-diffEditor-insertedTextBackground)); border-inline-start-color: var(--vscode-diffEditor-insertedTextBorder, transparent) }
      .removed { background: var(--vscode-diffEditor-removedLineBackground, var(--vscode-diffEditor-removedTextBackground)); border-inline-start-color: var(--vscode-diffEditor-removedTextBorder, transparent) }
      .added .number, .removed .number { color: inherit; }
      .remark, .more { color: var(--vscode-descriptionForeground); font-style: italic; }
      .more { padding: 4px 8px; }
      .out .line { color: var(--vscode-descriptionForeground); background: none; border-inline-start-color: transparent; }
    `,
  ];
  declare hunks: readonly HunkChoice[];
  declare truncated: boolean;
  /** Another window decides. */
  declare fixed: boolean;
  /** The box that had the focus before this rendering. */
  #held = -1;

  constructor() {
    super();
    this.hunks = [];
    this.truncated = false;
    this.fixed = false;
  }

  override willUpdate(): void {
    this.#held = Number(this.shadowRoot?.activeElement?.getAttribute('data-hunk') ?? -1);
  }

  /** A change of the person's own that is taken out again gives the focus to the next box, or to what holds the changes. */
  override updated(): void {
    if (this.#held < 0 || this.shadowRoot?.activeElement) return;
    const boxes = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-hunk]')];
    const next = boxes[Math.min(this.#held, boxes.length - 1)] ?? this.parentElement;
    next?.focus();
  }

  override render() {
    const spoken: Readonly<Record<string, string>> = { '+': l10n.t('added'), '-': l10n.t('removed') };
    return html`${this.hunks.map(
      (hunk, index) => html`<div class="hunk ${isTaken(hunk) ? '' : 'out'}" data-testid="hunk" data-state=${hunk.state}>
        ${this.#head(hunk, index)}
        ${linesOf(hunk).map(
          ({ mark, number, text }) => html`<div class="line ${KINDS[mark] ?? 'same'}">
            <span class="number" aria-hidden="true">${mark === '\\' ? nothing : number}</span>
            <span class="mark"><span aria-hidden="true">${mark === '-' ? '−' : mark}</span>${
              spoken[mark] ? html`<span class="unseen">${spoken[mark]}</span>` : nothing
            }</span>
            <span class="exact">${exact(text)}</span>
          </div>`,
        )}
      </div>`,
    )}
    ${this.truncated ? html`<p class="more">${l10n.t('There is more. Open the diff to see all of it.')}</p>` : nothing}`;
  }

  /** A proposal's only change needs no words, unless the person has had a hand in it. */
  #head(hunk: HunkChoice, index: number): TemplateResult | typeof nothing {
    const state = stateText(hunk.state);
    if (this.hunks.length === 1 && hunk.state === 'proposed') return nothing;
    const words = html`<span class="grow">${hunkText(hunk, index + 1, this.hunks.length)}</span>${
      state ? html`<span class="state">${state}</span>` : nothing
    }`;
    if (this.fixed || !hasToggle(this.hunks, hunk)) return html`<div class="head">${words}</div>`;
    const taken = isTaken(hunk);
    const press = (): boolean =>
      this.dispatchEvent(
        new CustomEvent('toggled', { detail: { hunk: index, accept: !taken }, bubbles: true, composed: true }),
      );
    return html`<button class="head" role="checkbox" aria-checked=${taken} data-hunk=${index} data-testid="toggle" title=${taken ? l10n.t('Leave this change out') : l10n.t('Take this change')} @click=${press}
      ><span class="box">${taken ? icon('check') : nothing}</span>${words}</button>`;
  }
}
customElements.define('gw-hunks', GwHunks);
