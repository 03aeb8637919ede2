/** The changes of a proposal, line by line: mark and colour say the same. Long lines wrap, nothing is out of sight. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import type { HunkView } from '../../agent/protocol.ts';
import { exact, exactStyles } from '../text/show.ts';
import { Part } from './part.ts';

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
  static override properties = { hunks: { attribute: false }, truncated: { type: Boolean } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      :host { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); }
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
    `,
  ];
  declare hunks: readonly HunkView[];
  declare truncated: boolean;

  constructor() {
    super();
    this.hunks = [];
    this.truncated = false;
  }

  override render() {
    const spoken: Readonly<Record<string, string>> = { '+': l10n.t('added'), '-': l10n.t('removed') };
    return html`${this.hunks.map(
      (hunk) => html`<div class="hunk">
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
}
customElements.define('gw-hunks', GwHunks);
