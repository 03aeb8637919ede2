/**
 * All waiting edits where there are several: which one the card shows, and one decision on all of them. A yes to all counts
 * only after each was on the card, or the person has taken them to the editor.
 */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Asked } from '../../agent/journal/edits.ts';
import { actOf } from '../fold/edits.ts';
import { icon } from '../look/icons.ts';
import { ACT_ICONS, actText } from '../text/edits.ts';
import { splitPath, wholeNumber } from '../text/format.ts';
import { exact, exactStyles } from '../text/show.ts';
import { Part } from './part.ts';
import { Sighting } from './sighting.ts';

declare global {
  interface HTMLElementEventMap {
    /** The card is to show this edit. */
    picked: CustomEvent<string>;
    /** The same decision on all. */
    all: CustomEvent<'accept' | 'reject'>;
    /** They are to be shown side by side, in the editor. */
    reviewed: CustomEvent<undefined>;
  }
}

export class GwWaiting extends Part {
  static override properties = {
    edits: { attribute: false },
    current: {},
    unseen: { attribute: false },
    sent: { type: Boolean },
    barred: {},
    fixed: { type: Boolean },
  };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      :host { margin-bottom: 8px; }
      h2 { margin-bottom: 2px; }
      ul { max-height: clamp(50px, 14vh, 150px); overflow-y: auto; margin: 0 -4px 6px; }
      li button {
        all: unset;
        box-sizing: border-box;
        display: flex;
        align-items: center;
        gap: 6px;
        width: 100%;
        padding: 2px 4px;
        border-radius: 3px;
        cursor: pointer;
      }
      li button:hover { background: var(--vscode-list-hoverBackground); }
      li button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      li button[aria-current='true'] {
        background: var(--vscode-list-inactiveSelectionBackground, var(--vscode-list-hoverBackground));
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
        font-weight: 600;
      }
      li button[aria-current='true']:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
      .name { display: flex; gap: 6px; align-items: baseline; }
      .name .file { flex: 0 0 auto; max-width: 100%; }
      .name .folder { flex: 1 1 0; direction: rtl; text-align: left; font-weight: 400; }
      .count { white-space: nowrap; font-variant-numeric: tabular-nums; }
      .mark { width: 16px; flex: none; display: flex; }
      .count { font-weight: 400; }
      vscode-button::part(control) { padding: 2px 6px; }
      .why { margin-top: 4px; }
    `,
  ];
  declare edits: readonly Asked[];
  declare current: string;
  /** Ids of those that were not on the card as they are now. */
  declare unseen: readonly string[];
  /** All of them have been decided on. */
  declare sent: boolean;
  /** Another reason why not all can be accepted. */
  declare barred: string | undefined;
  /** Another window decides. */
  declare fixed: boolean;
  readonly #sighting = new Sighting(this);

  constructor() {
    super();
    this.edits = [];
    this.current = '';
    this.unseen = [];
    this.sent = false;
    this.fixed = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const ids = (edits: readonly Asked[] | undefined): string => edits?.map(({ id }) => id).join(' ') ?? '';
    if (changed.has('edits') && ids(changed.get('edits')) !== ids(this.edits)) this.#sighting.changed();
  }

  override render() {
    const count = this.edits.length;
    return html`<h2>${l10n.t('{0} edits wait for you', count)}</h2>
      <ul data-testid="waiting" @keydown=${this.#key}>${this.edits.map((edit) => this.#row(edit))}</ul>
      ${this.fixed ? nothing : this.#buttons(count)}`;
  }

  #buttons(count: number): TemplateResult {
    const isOff = this.sent || this.#sighting.isFresh;
    const why = this.#why;
    return html`<div class="buttons">
        <vscode-button appearance="secondary" data-testid="review-all" title=${l10n.t('Shows all of them side by side, in the editor')} @click=${() => this.#say('reviewed', undefined)}
          >${l10n.t('Review all')}</vscode-button>
        <vscode-button appearance="secondary" data-testid="accept-all" title=${why ?? nothing} ?disabled=${isOff || why !== undefined} @click=${(event: UIEvent) => this.#all('accept', event)}
          >${l10n.t('Accept all ({0})', count)}</vscode-button>
        <vscode-button appearance="secondary" data-testid="reject-all" ?disabled=${isOff} @click=${(event: UIEvent) => this.#all('reject', event)}
          >${l10n.t('Reject all')}</vscode-button>
      </div>
      <p class="why small quiet" data-testid="why-not-all">${why ?? l10n.t('You have looked at each of them.')}</p>`;
  }

  #row({ id, subject }: Asked): TemplateResult {
    const act = actOf(subject);
    const { folder, name } = splitPath(subject.path);
    const isCurrent = id === this.current;
    const isSeen = !this.unseen.includes(id);
    const whole = subject.from === undefined ? subject.path : `${subject.from} → ${subject.path}`;
    return html`<li><button data-testid="waiting-edit" data-approval=${id} aria-current=${isCurrent ? 'true' : 'false'} tabindex=${isCurrent ? 0 : -1} title=${whole} @click=${() => this.#say('picked', id)}>
      ${icon(ACT_ICONS[act], 'quiet')}<span class="unseen">${actText(act)}</span>
      <span class="grow name"><span class="file exact cut">${exact(name)}</span><span class="folder small quiet cut" aria-hidden="true"><bdi>${exact(folder)}</bdi></span><span class="unseen">${folder}</span></span>
      ${this.#count(subject)}
      <span class="mark">${isSeen ? html`${icon('check', 'quiet')}<span class="unseen">${l10n.t('looked at')}</span>` : nothing}</span>
    </button></li>`;
  }

  #count({ added, removed }: Asked['subject']): TemplateResult | typeof nothing {
    if (added + removed === 0) return nothing;
    return html`<span class="count mono small"><span aria-hidden="true">+${wholeNumber(added, this.language)} −${wholeNumber(removed, this.language)}</span><span class="unseen">${l10n.t('{0} lines added, {1} removed', added, removed)}</span></span>`;
  }

  get #why(): string | undefined {
    const rest = this.unseen.length;
    if (rest > 0) return l10n.t('To accept all, look at each first ({0} to go).', rest);
    return this.barred;
  }

  /** One row is a stop of Tab; arrows lead to the others. */
  readonly #key = (event: KeyboardEvent): void => {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('li button')];
    const at = rows.findIndex((row) => row.matches(':focus'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[to]?.focus();
  };

  #say<K extends 'picked' | 'reviewed' | 'all'>(name: K, detail: HTMLElementEventMap[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #all(verdict: 'accept' | 'reject', event: UIEvent): void {
    if (this.sent || (verdict === 'accept' && this.#why !== undefined) || !this.#sighting.admits(event)) return;
    this.#say('all', verdict);
  }
}
customElements.define('gw-waiting', GwWaiting);
