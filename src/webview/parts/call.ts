/** One tool call in the transcript: a line that opens to show what was asked for and what came back. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Change } from '../../agent/journal/event.ts';
import type { Edit } from '../fold/edits.ts';
import type { Decision, ItemOf, Question } from '../fold/items.ts';
import { type Icon, icon, type Tone } from '../look/icons.ts';
import { subjectOf } from '../text/arguments.ts';
import { pathText } from '../text/edits.ts';
import { exact, exactStyles } from '../text/show.ts';
import { toolIcon } from '../text/tools.ts';
import './command-changes.ts';
import { Part } from './part.ts';

/** The result may be as long as a file; more of it is in the journal. Characters. */
const SHOWN = 20_000;

const SIGNS: Readonly<Record<ItemOf<'call'>['status'], readonly [Icon, Tone]>> = {
  waiting: ['circle', 'quiet'],
  asking: ['question', 'care'],
  running: ['loading', 'active'],
  ok: ['check', 'good'],
  failed: ['close', 'bad'],
};

export function decisionText({ verdict, by, reason, altered }: Decision): string {
  if (verdict === 'void') return reason ? l10n.t('No longer open: {0}', reason) : l10n.t('No longer open');
  if (verdict === 'accept') {
    if (by !== 'person') return l10n.t('Allowed by the mode');
    if (altered)
      return reason ? l10n.t('You accepted it with changes: {0}', reason) : l10n.t('You accepted it with changes');
    return reason ? l10n.t('You accepted: {0}', reason) : l10n.t('You accepted');
  }
  if (by !== 'person') return reason ? l10n.t('Not done: {0}', reason) : l10n.t('Not done');
  return reason ? l10n.t('You declined: {0}', reason) : l10n.t('You declined');
}

export class GwCall extends Part {
  static override properties = { item: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      summary { cursor: pointer; list-style: none; border-radius: 3px; padding: 1px 4px; margin: 0 -4px; }
      summary::-webkit-details-marker { display: none; }
      summary:hover { background: var(--vscode-list-hoverBackground); }
      .body { margin: 4px 0 8px 22px; display: grid; gap: 6px; }
      pre {
        max-height: 240px;
        overflow: auto;
        background: var(--vscode-textCodeBlock-background);
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
        padding: 6px 8px;
      }
      .said { margin-inline-start: 22px; display: flex; flex-wrap: wrap; gap: 0 10px; }
      .one { flex: 1 0 100%; }
    `,
  ];
  declare item: ItemOf<'call'>;

  override render() {
    const { name, status, title, result, orders, changes, commandChanges, isForOwnTerminal, call, questions } =
      this.item;
    const decided = questions.filter(({ decision }) => decision !== undefined);
    const isDeclined = decided.length > 0 && decided.every(({ decision }) => decision?.verdict === 'reject');
    const [mark, tone] = isDeclined ? (['circle-slash', 'care'] as const) : SIGNS[status];
    /** Of several files each has been named with its decision. */
    const isNews = ({ path }: Change): boolean =>
      questions.length < 2 ||
      !questions.some(({ subject: one }) => one.kind === 'edit' && (one.path === path || one.from === path));
    const line = title ?? subjectOf(this.item.arguments);
    return html`<details data-testid="call" data-tool=${name} data-status=${status}>
        <summary class="row">
          ${icon(toolIcon(name), 'quiet')}
          <span class="grow cut" title=${line}>${line.toLowerCase().startsWith(name) ? nothing : html`<span class="quiet">${name}</span> `}${line}</span>
          ${icon(mark, tone)}<span class="unseen">${this.#statusText()}</span>
        </summary>
        <div class="body">
          ${this.#text(l10n.t('Asked for'), this.item.arguments)}
          ${result ? this.#text(l10n.t('Result'), result) : nothing}
        </div>
      </details>
      ${
        orders === undefined
          ? nothing
          : html`<div class="said small wrap" data-testid="orders">
              ${icon('warning', 'care')}<span class="grow">${l10n.t('The result holds text that tells agents what to do. It has no authority and permits nothing:')}
                <q class="exact">${exact(orders)}</q></span>
            </div>`
      }
      ${
        decided.length > 0 || changes.length > 0
          ? html`<div class="said small quiet wrap">
              ${decided.map((question) => this.#decision(question, questions.length > 1))}
              ${changes
                .filter(isNews)
                .map(({ path, after }) =>
                  after === undefined
                    ? html`<span class="gone" title=${l10n.t('deleted')}><s class="exact">${exact(path)}</s><span class="unseen">${l10n.t('deleted')}</span></span>`
                    : html`<button class="link" @click=${() => this.wish({ type: 'openFile', path })}>${path}</button>`,
                )}
            </div>`
          : nothing
      }
      ${commandChanges ? html`<gw-command-changes .changed=${commandChanges}></gw-command-changes>` : nothing}
      ${
        isForOwnTerminal
          ? html`<p class="said small"><button class="link" data-testid="own-terminal" @click=${() => this.wish({ type: 'ownTerminal', call })}>${l10n.t('Open in your own terminal')}</button></p>`
          : nothing
      }`;
  }

  /** Of one among several it is said which. */
  #decision({ subject, decision }: Question, isOne: boolean): TemplateResult | typeof nothing {
    if (!decision) return nothing;
    const name = isOne && subject.kind === 'edit' ? html`${this.#link(subject, decision)}: ` : nothing;
    return html`<span class=${isOne ? 'one' : ''} data-testid="decision">${name}${decisionText(decision)}</span>`;
  }

  #link(edit: Edit, { verdict }: Decision): TemplateResult {
    const name = html`<span class="exact">${exact(pathText(edit))}</span>`;
    return verdict === 'accept' && edit.after !== undefined && this.item.status === 'ok'
      ? html`<button class="link" @click=${() => this.wish({ type: 'openFile', path: edit.path })}>${name}</button>`
      : name;
  }

  #statusText(): string {
    switch (this.item.status) {
      case 'waiting':
        return l10n.t('not started');
      case 'asking':
        return l10n.t('waits for you');
      case 'running':
        return l10n.t('running');
      case 'ok':
        return l10n.t('done');
      case 'failed':
        return l10n.t('failed');
      default:
        return this.item.status satisfies never;
    }
  }

  #text(label: string, text: string): TemplateResult {
    return html`<div><div class="small quiet">${label}</div><pre class="exact" tabindex="0" role="region" aria-label=${label}>${exact(text.slice(0, SHOWN))}</pre></div>`;
  }
}
customElements.define('gw-call', GwCall);
