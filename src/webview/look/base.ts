/** What every part shares: VS Code's type and colours, one focus ring, one card. Theme variables only, no colour of ours. */
import { css } from 'lit';
import { iconStyles } from './icons.ts';

const base = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-width: 0;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    font-weight: var(--vscode-font-weight);
    line-height: 1.45;
    --line: calc(var(--vscode-font-size, 13px) * 1.45);
  }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p, ul, ol, dl, dd, pre, figure { margin: 0; padding: 0; }
  h1, h2, h3 { font-size: inherit; font-weight: 600; }
  ul, ol { list-style: none; }
  a { color: var(--vscode-textLink-foreground); }
  a:hover { color: var(--vscode-textLink-activeForeground); }
  .quiet { color: var(--vscode-descriptionForeground); }
  .mono, pre, code {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 12px);
  }
  .row { display: flex; align-items: flex-start; gap: 6px; min-width: 0; }
  .row > .icon { margin-top: calc((var(--line) - 16px) / 2); }
  .grow { flex: 1; min-width: 0; }
  .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .wrap { overflow-wrap: anywhere; }
  .small { font-size: 0.92em; }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; border-radius: 2px; }
  .link {
    all: unset;
    cursor: pointer;
    color: var(--vscode-textLink-foreground);
    text-decoration: underline;
    overflow-wrap: anywhere;
  }
  .link:hover { color: var(--vscode-textLink-activeForeground); }
  .link:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
  .buttons { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
`;

/** Something that speaks for itself: an approval, a question, a report. */
export const card = css`
  .card {
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-input-border, transparent)));
    border-radius: 4px;
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
    padding: 10px 12px;
  }
`;

export const looks = [iconStyles, base];
