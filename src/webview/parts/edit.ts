/** What an edit will do: to which file, what to know about it, and its changes, each to be taken or left out. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Asked } from '../../agent/journal/edits.ts';
import type { HunkChoice } from '../../agent/protocol.ts';
import { actOf, type Edit } from '../fold/edits.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import { ACT_ICONS, askText, noLinesText, remarkText } from '../text/edits.ts';
import { splitPath, wholeNumber } from '../text/format.ts';
import { exact, exactStyles } from '../text/show.ts';
import { warningText } from '../text/warnings.ts';
import './hunks.ts';
import { Part } from './part.ts';

export class GwEdit extends Part {
  static override properties = {
    approval: { attribute: false },
    hunks: { attribute: false },
    truncated: { type: Boolean },
    fixed: { type: Boolean },
    filling: { type: Boolean, reflect: true },
  };
  static override styles = [
    Part.styles,
    card,
    exactStyles,
    css`
      :host { display: flex; flex-direction: column; gap: 8px; min-height: 0; }
      .count { white-space: nowrap; font-variant-numeric: tabular-nums; }
      .diff { font-weight: normal; white-space: nowrap; }
      .facts { display: grid; gap: 2px; }
      .view {
        max-height: clamp(96px, 62vh - 254px, 480px);
        overflow: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent));
        border-radius: 3px;
      }
      :host([filling]) .view { max-height: none; flex: 1 1 0; min-height: 96px; }
      .empty { padding: 8px; }
      .remarks ul { max-height: 72px; overflow: auto; padding-inline-start: 22px; }
      .remark { white-space: pre-wrap; overflow-wrap: anywhere; }
    `,
  ];
  declare approval: Asked;
  /** Absent while they are not there yet. */
  declare hunks: readonly HunkChoice[] | undefined;
  declare truncated: boolean;
  /** Another window decides. */
  declare fixed: boolean;
  /** The changes take all the room there is. */
  declare filling: boolean;

  override render() {
    const { subject } = this.approval;
    const act = actOf(subject);
    return html`
      <h2 class="row">${icon(ACT_ICONS[act], 'care')}<span class="grow">${askText(act)}</span>
        <button class="link diff" data-testid="open-diff" @click=${() => this.wish({ type: 'openDiff', approval: this.approval.id })}>${l10n.t('Open diff')}</button></h2>
      <div class="row">
        <div class="grow wrap" data-testid="path">${this.#path(subject)}</div>
        ${subject.added + subject.removed === 0 ? nothing : this.#count(subject)}
      </div>
      ${this.#facts(subject)} ${this.#remarks()}
      <div class="view" tabindex="0" role="region" aria-label=${l10n.t('Changes')}>
        ${
          this.hunks === undefined
            ? html`<p class="empty quiet">${l10n.t('Loading the changes…')}</p>`
            : this.hunks.length === 0
              ? html`<p class="empty quiet" data-testid="no-lines">${noLinesText(act)}</p>`
              : html`<gw-hunks data-testid="hunks" .hunks=${this.hunks} .truncated=${this.truncated} .fixed=${this.fixed}></gw-hunks>`
        }
      </div>`;
  }

  #path({ path, from }: Edit): TemplateResult {
    const shown = (whole: string): TemplateResult => {
      const { folder, name } = splitPath(whole);
      return html`<span class="exact"><span class="quiet">${exact(folder)}</span><strong>${exact(name)}</strong></span>`;
    };
    return from === undefined
      ? shown(path)
      : html`${shown(from)} <span aria-hidden="true">→</span><span class="unseen">${l10n.t('becomes')}</span> ${shown(path)}`;
  }

  #count({ added, removed }: Edit): TemplateResult {
    return html`<span class="count mono">
      <span aria-hidden="true">+${wholeNumber(added, this.language)} −${wholeNumber(removed, this.language)}</span>
      <span class="unseen">${l10n.t('{0} lines added, {1} removed', added, removed)}</span>
    </span>`;
  }

  #facts({ savesUnsaved, warnings }: Edit): TemplateResult | typeof nothing {
    const facts = [
      ...(savesUnsaved ? [l10n.t('Accepting also saves your unsaved changes in this file.')] : []),
      ...warnings.map(warningText),
    ];
    const isOwn = this.approval.drafted && this.hunks?.some(({ state }) => state === 'edited' || state === 'own');
    if (facts.length === 0 && !isOwn) return nothing;
    return html`<ul class="facts">
      ${facts.map((fact) => html`<li class="row">${icon('warning', 'care')}<span class="grow wrap">${exact(fact)}</span></li>`)}
      ${isOwn ? html`<li class="row">${icon('account', 'quiet')}<span class="grow">${l10n.t('You changed this proposal. What you see here is what will be written.')}</span></li>` : nothing}
    </ul>`;
  }

  /** They are made in the editor, and go to the model with the decision. */
  #remarks(): TemplateResult | typeof nothing {
    const { comments } = this.approval;
    if (comments.length === 0) return nothing;
    return html`<div class="remarks" data-testid="remarks">
      <h3 class="row small">${icon('comment', 'quiet')}<span>${l10n.t('Your remarks ({0})', comments.length)}</span></h3>
      <ul class="small" tabindex="0" aria-label=${l10n.t('Your remarks')}>${comments.map(
        ({ first, last, text }) =>
          html`<li class="remark"><span class="quiet">${remarkText(first, last)}:</span> ${text}</li>`,
      )}</ul>
    </div>`;
  }
}
customElements.define('gw-edit', GwEdit);
