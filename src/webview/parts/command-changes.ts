/** Files that changed while a command ran: each can be looked at and taken back. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Change, CommandChanges } from '../../agent/journal/event.ts';
import { exact, exactStyles } from '../text/show.ts';
import { Part } from './part.ts';

/** Of more the rest is folded away. */
const OPEN = 8;

export class GwCommandChanges extends Part {
  static override properties = { changed: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      :host { margin-inline-start: 22px; }
      li { display: flex; flex-wrap: wrap; gap: 0 8px; }
      summary { cursor: pointer; }
    `,
  ];
  declare changed: CommandChanges;

  override render() {
    const { changes, more } = this.changed;
    const count = changes.length + more;
    const rest = changes.slice(OPEN);
    return html`<div class="small" role="group" aria-label=${l10n.t('Changed while it ran')} data-testid="command-changes">
      <p class="quiet">${count === 1 ? l10n.t('1 file changed while it ran') : l10n.t('{0} files changed while it ran', count)}</p>
      <ul>${changes.slice(0, OPEN).map((change) => this.#row(change))}</ul>
      ${
        rest.length > 0
          ? html`<details><summary>${l10n.t('{0} more', rest.length)}</summary><ul>${rest.map((change) => this.#row(change))}</ul></details>`
          : nothing
      }
      ${more > 0 ? html`<p class="quiet">${l10n.t('{0} more are not listed: see Restore Checkpoint.', more)}</p>` : nothing}
    </div>`;
  }

  #row({ path, before, after }: Change): TemplateResult {
    const { checkpoint } = this.changed;
    const act = before === undefined ? l10n.t('new') : after === undefined ? l10n.t('deleted') : undefined;
    return html`<li>
      <button class="link exact" data-testid="show-change" title=${l10n.t('Show what changed in {0}', path)}
        @click=${() => this.wish({ type: 'showChange', checkpoint, path })}>${exact(path)}</button>
      ${act ? html`<span class="quiet">${act}</span>` : nothing}
      <button class="link" data-testid="undo-change" aria-label=${l10n.t('Take back what changed in {0}', path)}
        @click=${() => this.wish({ type: 'undoChange', checkpoint, path })}>${l10n.t('Undo')}</button>
    </li>`;
  }
}
customElements.define('gw-command-changes', GwCommandChanges);
