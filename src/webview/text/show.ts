/** Untrusted text as it is: every character seen, none obeyed. */
import * as l10n from '@vscode/l10n';
import { css, html, type TemplateResult } from 'lit';
import { piecesOf } from './visible.ts';

export const exact = (text: string): (string | TemplateResult)[] =>
  piecesOf(text).map((piece) =>
    'text' in piece
      ? piece.text
      : html`<span class="hidden-mark" title=${l10n.t('A character that cannot be seen')}>${piece.hidden}</span>`,
  );

export const exactStyles = css`
  .exact { direction: ltr; unicode-bidi: isolate; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
  .hidden-mark {
    border: 1px solid var(--vscode-editorWarning-foreground, currentColor);
    border-radius: 2px;
    padding: 0 2px;
    margin: 0 1px;
    font-size: 0.85em;
    white-space: nowrap;
  }
`;
