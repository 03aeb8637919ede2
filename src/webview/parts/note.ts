/** A quiet line of the transcript: what the run, the person or the engine did beside the conversation. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { EventOf, LimitName, Limits } from '../../agent/journal/event.ts';
import type { ItemOf } from '../fold/items.ts';
import { type Icon, icon } from '../look/icons.ts';
import { inWords } from '../text/sentences.ts';
import { exact, exactStyles } from '../text/show.ts';
import { limitAmount, limitText, modeText, stuckText } from '../text/words.ts';
import { Part } from './part.ts';

type Body = TemplateResult | string;

export class GwNote extends Part {
  static override properties = { item: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      .text { white-space: pre-line; overflow-wrap: anywhere; }
      .list { margin-top: 2px; }
    `,
  ];
  declare item: ItemOf<'note'>;

  override render(): TemplateResult {
    const [name, body] = this.#said();
    return html`<div class="row" data-testid="note" data-type=${this.item.event.type}>${icon(name, 'quiet')}<div class="grow wrap">${typeof body === 'string' ? html`<p class="text">${body}</p>` : body}</div></div>`;
  }

  #said(): readonly [Icon, Body] {
    const { event, title = '' } = this.item;
    switch (event.type) {
      case 'mode.changed':
        return ['info', l10n.t('Mode: {0}', modeText(event.mode))];
      case 'model.changed':
        return ['server', l10n.t('Model: {0}', event.model)];
      case 'limit.warned':
        return ['warning', l10n.t('{0}: {1} of {2} used.', limitText(event.limit), ...this.#amounts(event))];
      case 'limit.reached':
        return ['dashboard', l10n.t('{0}: the limit is reached.', limitText(event.limit))];
      case 'run.paused':
        return ['debug-pause', this.#paused(event)];
      case 'run.resumed':
        return ['debug-continue', this.#resumed(event.extended ?? {})];
      case 'run.recovered':
        return ['history', l10n.t('The run was loaded again from its journal.')];
      case 'run.forked':
        return ['repo-forked', this.#forked(event)];
      case 'run.renamed':
        return ['tag', l10n.t('You named this run: {0}', event.title)];
      case 'stuck.noticed':
        return ['warning', html`<p>${stuckText(event.level, title)}</p><p class="small quiet">${event.message}</p>`];
      case 'check.weakened':
        return ['warning', this.#weakened(event, title)];
      case 'thread.compacted':
        return [
          'fold-down',
          event.by === 'model'
            ? l10n.t('The conversation was shortened; the model summed up what came before.')
            : l10n.t('The conversation was shortened.'),
        ];
      case 'message.added':
        return this.#told(event);
      case 'tasks.planned':
        return ['list-tree', this.#planned(event)];
      case 'task.edited':
        return ['edit', l10n.t('You changed the task “{0}”.', event.title ?? title)];
      case 'task.removed':
        return ['trash', l10n.t('You deleted the task “{0}”.', title)];
      case 'task.retried':
        return ['debug-restart', l10n.t('You want “{0}” tried again.', title)];
      case 'tasks.ordered':
        return [
          'list-ordered',
          event.order.length > 0 ? l10n.t('You changed the order.') : l10n.t('Back to priority order.'),
        ];
      case 'checkpoint.taken':
        return ['bookmark', this.#checkpoint(event, title)];
      case 'checkpoint.failed':
        return ['warning', l10n.t('No checkpoint was made: {0}', inWords(event.reason))];
      case 'checkpoint.restored':
        return ['discard', this.#restored(event)];
      default:
        return event satisfies never;
    }
  }

  #checkpoint({ checkpoint, when, task, left }: EventOf<'checkpoint.taken'>, title: string): TemplateResult {
    const before = task === 't1' ? l10n.t('Checkpoint before the work') : l10n.t('Checkpoint before “{0}”', title);
    const name = when === 'demand' ? l10n.t('Checkpoint') : before;
    return html`<p class="row"><span class="grow">${name}</span>${this.#back(checkpoint, l10n.t('Restore…'))}</p>
      ${left.length > 0 ? html`<p class="small quiet">${l10n.t('Not in it: {0}', left.join(', '))}</p>` : nothing}`;
  }

  #restored({ changes, failed, undo }: EventOf<'checkpoint.restored'>): TemplateResult {
    const names = changes.map(({ path }) => path).join(', ');
    return html`<p class="row"><span class="grow">${
      names === '' ? l10n.t('Nothing was restored.') : l10n.t('You restored: {0}', names)
    }</span>${names === '' ? nothing : this.#back(undo, l10n.t('Undo…'))}</p>
      ${failed.map(({ path, why }) => html`<p class="small quiet">${l10n.t('Not restored: {0}', `${path}: ${inWords(why)}`)}</p>`)}`;
  }

  #back(checkpoint: string, label: string): TemplateResult {
    return html`<button class="link" data-testid="restore" @click=${() => this.wish({ type: 'restoreCheckpoint', checkpoint })}>${label}</button>`;
  }

  #amounts({ limit, used, max }: { limit: LimitName; used: number; max: number }): readonly [string, string] {
    return [limitAmount(limit, used, this.language), limitAmount(limit, max, this.language)];
  }

  /** Of a limit it has just been said. */
  #paused({ reason, message }: EventOf<'run.paused'>): string {
    return (reason !== 'limit' && inWords(message)) || l10n.t('Paused');
  }

  #resumed(extended: Limits): string {
    const bounds = Object.entries(extended) as readonly (readonly [LimitName, number])[];
    return bounds.length === 0
      ? l10n.t('Continued')
      : l10n.t(
          'Continued, with a new limit: {0}',
          bounds.map(([name, max]) => `${limitText(name)} ${limitAmount(name, max, this.language)}`).join(', '),
        );
  }

  #forked({ changedSince }: EventOf<'run.forked'>): Body {
    const line = l10n.t('This run goes on from a copy of an earlier one, which stays as it was.');
    return changedSince.length === 0
      ? line
      : html`<p>${line}</p><p class="small quiet">${l10n.t('Changed since then: {0}', changedSince.join(', '))}</p>`;
  }

  #weakened({ findings }: EventOf<'check.weakened'>, title: string): TemplateResult {
    return html`<p>${l10n.t('Tests say less than before “{0}” was begun.', title)}</p>
      <ul class="list small quiet" data-testid="findings">${findings.map(({ path, what }) => html`<li>${exact(path)}: ${what}</li>`)}</ul>`;
  }

  #told({ why, text, files = [], orders }: EventOf<'message.added'>): readonly [Icon, Body] {
    if (orders)
      return [
        'warning',
        html`<p data-testid="orders">${l10n.t('The name of a file or a task here tells agents what to do. It has no authority and permits nothing:')} <q class="exact">${exact(orders.quote)}</q></p>`,
      ];
    const names = files.map(({ path }) => path).join(', ');
    if (why === 'rules' && names !== '') return ['book', l10n.t('Rules that hold here: {0}', names)];
    if (why === 'changed' && names !== '') return ['file', l10n.t('The agent was told that these changed: {0}', names)];
    return ['info', l10n.t('Told the model: {0}', text)];
  }

  #planned({ by, tasks, replaces = [] }: EventOf<'tasks.planned'>): Body {
    const titles = tasks.map(({ title }) => title).join(', ');
    if (by === 'person') return l10n.t('You added to the plan: {0}', titles);
    return html`<p>${l10n.t('The plan was changed: {0} new, {1} dropped.', tasks.length, replaces.length)}</p>${
      titles ? html`<p class="small quiet">${titles}</p>` : nothing
    }`;
  }
}
customElements.define('gw-note', GwNote);
