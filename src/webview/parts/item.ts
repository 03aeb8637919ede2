/** One item of the transcript: the short kinds are rendered here, the others by their own part. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { RunState } from '../../agent/journal/state.ts';
import type { Task } from '../../agent/queue/task.ts';
import type { Item, ItemOf, NoteEvent } from '../fold/items.ts';
import { type Icon, icon } from '../look/icons.ts';
import { exact, exactStyles } from '../text/show.ts';
import { limitText, modeText } from '../text/words.ts';
import { decisionText } from './call.ts';
import './fault.ts';
import './markdown.ts';
import { Part } from './part.ts';
import './report.ts';
import './verdict.ts';

export class GwItem extends Part {
  static override properties = { item: { attribute: false }, task: { attribute: false }, state: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      .said {
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 4px;
        padding: 6px 10px;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .who { display: block; }
      .task { display: flex; align-items: center; gap: 8px; margin-top: 6px; }
      .task::after { content: ''; flex: 1; min-width: 8px; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
      .task h3 { font-size: 0.92em; color: var(--vscode-descriptionForeground); }
      summary { cursor: pointer; color: var(--vscode-descriptionForeground); }
      .lines { white-space: pre-line; overflow-wrap: anywhere; }
      .thought { margin: 4px 0 8px; padding-inline-start: 10px; border-inline-start: 2px solid var(--vscode-widget-border, var(--vscode-descriptionForeground)); }
    `,
  ];
  declare item: Exclude<Item, ItemOf<'call'>>;
  declare task: Task | undefined;
  declare state: RunState | undefined;

  override render(): unknown {
    const { item } = this;
    switch (item.kind) {
      case 'goal':
        return html`<div class="said" data-testid="goal"><span class="who small quiet">${l10n.t('Goal')}</span>${item.text}</div>`;
      case 'said':
        return html`<div class="said" data-testid="said"><span class="who small quiet">${l10n.t('You')}</span>${item.text}</div>`;
      case 'text':
        return html`${item.reasoning ? this.#thought(item.reasoning) : nothing}
          ${item.text.trim() ? html`<gw-markdown data-testid="text" .text=${item.text}></gw-markdown>` : nothing}`;
      case 'approval':
        return this.#line(
          'terminal',
          html`<span class="mono exact">${exact(item.subject.kind === 'command' ? item.subject.command : item.subject.kind === 'edit' ? item.subject.path : item.subject.task)}</span>
            ${item.decision ? html`<p class="small quiet" data-testid="decision">${decisionText(item.decision)}</p>` : nothing}`,
        );
      case 'task':
        return this.#start(item);
      case 'checks':
      case 'taskEnd':
        return html`<gw-verdict .item=${item} .task=${this.task}></gw-verdict>`;
      case 'lesson':
        return this.#line('debug-restart', html`<p>${l10n.t('A check failed. The task goes back to the agent.')}</p>`);
      case 'fault':
        return html`<gw-fault .item=${item}></gw-fault>`;
      case 'question':
        return html`<gw-markdown .text=${item.text}></gw-markdown>
          <div class="said"><span class="who small quiet">${l10n.t('You')}</span>${item.answer}</div>`;
      case 'note':
        return this.#note(item.event);
      case 'report':
        return html`<gw-report .item=${item} .state=${this.state}></gw-report>`;
      default:
        return item satisfies never;
    }
  }

  #start({ attempt }: ItemOf<'task'>): TemplateResult {
    const name = this.task?.parent === undefined ? l10n.t('The whole goal') : this.task.title;
    return html`<div class="task"><h3 class="cut" title=${name}>${attempt > 1 ? l10n.t('{0} (attempt {1})', name, attempt) : name}</h3></div>`;
  }

  #thought(text: string): TemplateResult {
    return html`<details><summary class="row small">${icon('lightbulb', 'quiet')}<span>${l10n.t('Thoughts')}</span></summary>
      <gw-markdown class="thought small quiet" .text=${text}></gw-markdown></details>`;
  }

  #line(name: Icon, body: TemplateResult | string): TemplateResult {
    return html`<div class="row">${icon(name, 'quiet')}<div class="grow lines">${body}</div></div>`;
  }

  #note(event: NoteEvent): TemplateResult {
    switch (event.type) {
      case 'mode.changed':
        return this.#line('info', l10n.t('Mode: {0}', modeText(event.mode)));
      case 'limit.warned':
        return this.#line('warning', l10n.t('{0}: most of the limit is used.', limitText(event.limit)));
      case 'limit.reached':
        return this.#line('dashboard', l10n.t('{0}: the limit is reached.', limitText(event.limit)));
      case 'run.paused':
        return this.#line('debug-pause', event.message || l10n.t('Paused'));
      case 'run.resumed':
        return this.#line('debug-continue', l10n.t('Continued'));
      case 'run.recovered':
        return this.#line('history', l10n.t('The run was loaded again from its journal.'));
      case 'stuck.noticed':
        return this.#line('warning', event.message);
      case 'message.added':
        return this.#line('info', l10n.t('Told the model: {0}', event.text));
      default:
        return event satisfies never;
    }
  }
}
customElements.define('gw-item', GwItem);
