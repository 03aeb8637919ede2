/**
 * Codicons inside shadow roots: the font comes from dist/codicon.css, which the page links; a glyph is plain text in that
 * font. Always hidden from screen readers: the words beside it say the same. A unit test compares the table with the font.
 */
import { css, html, type TemplateResult } from 'lit';

export const GLYPHS = {
  account: '\uEB99',
  add: '\uEA60',
  'arrow-down': '\uEA9A',
  'arrow-up': '\uEAA1',
  beaker: '\uEA79',
  book: '\uEAA4',
  bookmark: '\uEAA5',
  check: '\uEAB2',
  checklist: '\uEAB3',
  'chevron-right': '\uEAB6',
  'circle-slash': '\uEABD',
  close: '\uEA76',
  comment: '\uEA6B',
  'debug-continue': '\uEACF',
  'debug-pause': '\uEAD1',
  'debug-restart': '\uEAD2',
  'debug-step-over': '\uEAD6',
  'debug-stop': '\uEAD7',
  dashboard: '\uEACD',
  diff: '\uEAE1',
  discard: '\uEAE2',
  edit: '\uEA73',
  ellipsis: '\uEA7C',
  error: '\uEA87',
  eye: '\uEA70',
  file: '\uEA7B',
  'file-symlink-file': '\uEAEE',
  'fold-down': '\uEAF3',
  folder: '\uEA83',
  history: '\uEA82',
  info: '\uEA74',
  key: '\uEB11',
  lightbulb: '\uEA61',
  'list-ordered': '\uEB16',
  'list-tree': '\uEB86',
  loading: '\uEB19',
  lock: '\uEA75',
  'new-file': '\uEA7F',
  pass: '\uEBA4',
  'pass-filled': '\uEBB3',
  play: '\uEB2C',
  question: '\uEB32',
  'repo-forked': '\uEA63',
  search: '\uEA6D',
  send: '\uEC0F',
  server: '\uEB50',
  shield: '\uEB53',
  sparkle: '\uEC10',
  target: '\uEBF8',
  terminal: '\uEA85',
  thinking: '\uEC59',
  tag: '\uEA66',
  tools: '\uEB6D',
  trash: '\uEA81',
  unverified: '\uEB76',
  verified: '\uEB77',
  warning: '\uEA6C',
  'workspace-trusted': '\uEBC1',
  'workspace-untrusted': '\uEBC2',
  circle: '\uEABC',
} as const;
export type Icon = keyof typeof GLYPHS;

/** What a colour says is always said by the icon and the words too. */
export type Tone = 'plain' | 'quiet' | 'active' | 'good' | 'bad' | 'care';

export const icon = (name: Icon, tone: Tone = 'plain', slot?: 'start'): TemplateResult =>
  slot
    ? html`<span slot="start" class="icon ${tone}" aria-hidden="true">${GLYPHS[name]}</span>`
    : html`<span class="icon ${tone} ${name === 'loading' ? 'spin' : ''}" aria-hidden="true">${GLYPHS[name]}</span>`;

export const iconStyles = css`
  .icon {
    font: normal normal normal 16px / 1 codicon;
    width: 16px;
    height: 16px;
    flex: none;
    display: inline-block;
    text-align: center;
    user-select: none;
    -webkit-font-smoothing: antialiased;
  }
  .icon.quiet { color: var(--vscode-descriptionForeground); }
  .icon.active { color: var(--vscode-progressBar-background, var(--vscode-focusBorder)); }
  .icon.good { color: var(--vscode-testing-iconPassed, var(--vscode-foreground)); }
  .icon.bad { color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground)); }
  .icon.care { color: var(--vscode-list-warningForeground, var(--vscode-foreground)); }
  .spin { animation: spin 1.4s linear infinite; }
  @keyframes spin { to { rotate: 360deg; } }
  @media (prefers-reduced-motion: reduce) {
    .spin { animation: none; }
  }
`;
