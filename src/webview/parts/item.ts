/** One item of the transcript: the short kinds are rendered here, the others by their own part. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { RunState } from '../../agent/journal/state.ts';
import type { Task } from '../../agent/queue/task.ts';
import { actOf } from '../fold/edits.ts';
import type { Item, ItemOf } from '../fold/items.ts';
import { isGoal } from '../fold/plan.ts';
import { type Icon, icon } from '../look/icons.ts';
import { ACT_ICONS, pathText } from '../text/edits.ts';
import { exact, exactStyles } from '../text/show.ts';
import { decisionText } from './call.ts';
import './fault.ts';
import './markdown.ts';
import './note.ts';
import { Part } from './part.ts';
import './rewind.ts';
import './report.ts';
import './verdict.ts';

export class GwItem extends Part {
  static override properties = {
    item: { attribute: false },
    task: { attribute: false },
    state: { attribute: false },
    run: {},
  };
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
      .text { white-space: pre-line; }
      .thought { margin: 4px 0 8px; padding-inline-start: 10px; border-inline-start: 2px solid var(--vscode-widget-border, var(--vscode-descriptionForeground)); }
    `,
  ];
  declare item: Exclude<Item, ItemOf<'call'>>;
  declare task: Task | undefined;
  declare state: RunState | undefined;
  /** The run, where the person may take it up again from here. */
  declare run: string | undefined;

  override render(): unknown {
    const { item } = this;
    switch (item.kind) {
      case 'goal':
        return this.#words(item, l10n.t('Goal'));
      case 'said':
        return this.#words(item, l10n.t('You'));
      case 'text':
        return html`${item.reasoning ? this.#thought(item.reasoning) : nothing}
          ${item.text.trim() ? html`<gw-markdown data-testid="text" .text=${item.text}></gw-markdown>` : nothing}`;
      case 'approval':
        return this.#approval(item);
      case 'task':
        return this.#start(item);
      case 'checks':
      case 'taskEnd':
        return html`<gw-verdict .item=${item} .task=${this.task}></gw-verdict>`;
      case 'lesson':
        return this.#lesson(item);
      case 'fault':
        return html`<gw-fault .item=${item}></gw-fault>`;
      case 'question':
        return html`<gw-markdown .text=${item.text}></gw-markdown>
          <div class="said"><span class="who small quiet">${l10n.t('You')}</span>${item.answer}</div>`;
      case 'note':
        return html`<gw-note .item=${item}></gw-note>`;
      case 'report':
        return html`<gw-report .item=${item} .state=${this.state}></gw-report>`;
      default:
        return item satisfies never;
    }
  }

  /** The person's own words: from here the run can be taken up again with others. */
  #words({ kind, text, seq }: ItemOf<'goal' | 'said'>, who: string): TemplateResult {
    return html`<div class="said" data-testid=${kind}><span class="who small quiet">${who}</span>${text}</div>
      ${this.run === undefined ? nothing : html`<gw-rewind .run=${this.run} .seq=${seq} .said=${text}></gw-rewind>`}`;
  }

  #approval({ subject, decision }: ItemOf<'approval'>): TemplateResult {
    const decided = decision
      ? html`<p class="small quiet" data-testid="decision">${decisionText(decision)}</p>`
      : nothing;
    switch (subject.kind) {
      case 'command':
        return this.#line('terminal', html`<span class="mono exact">${exact(subject.command)}</span>${decided}`);
      case 'edit':
        return this.#line(
          ACT_ICONS[actOf(subject)],
          html`<span class="mono exact">${exact(pathText(subject))}</span>${decided}`,
        );
      case 'watched':
        return this.#line(
          'warning',
          html`<p>${l10n.t('A command changed {0}', subject.changes.map(({ path }) => path).join(', '))}</p>${decided}`,
        );
      case 'read':
        return this.#line('eye', html`<span class="mono exact">${exact(subject.paths.join(', '))}</span>${decided}`);
      case 'weakened':
        return this.#line('warning', html`<p>${l10n.t('Tests that say less than before')}</p>${decided}`);
      default:
        return subject satisfies never;
    }
  }

  #lesson({ event: { evidence, lesson, strategy } }: ItemOf<'lesson'>): TemplateResult {
    const isStuck = evidence.startsWith('Stuck: ');
    return this.#line(
      'debug-restart',
      html`<p>${isStuck ? l10n.t('The task goes back to the queue.') : l10n.t('A check failed. The task goes back to the agent.')}</p>
        ${lesson ? html`<p class="text small quiet" data-testid="lesson">${l10n.t('Learned: {0}', lesson)}</p>` : nothing}
        ${strategy ? html`<p class="text small quiet">${l10n.t('Next: {0}', strategy)}</p>` : nothing}`,
    );
  }

  #start({ title, task, attempt }: ItemOf<'task'>): TemplateResult {
    const name = isGoal({ id: task }) ? l10n.t('The whole goal') : title;
    return html`<div class="task"><h3 class="cut" title=${name}>${attempt > 1 ? l10n.t('{0} (attempt {1})', name, attempt) : name}</h3></div>`;
  }

  #thought(text: string): TemplateResult {
    return html`<details><summary class="row small">${icon('lightbulb', 'quiet')}<span>${l10n.t('Thoughts')}</span></summary>
      <gw-markdown class="thought small quiet" .text=${text}></gw-markdown></details>`;
  }

  #line(name: Icon, body: TemplateResult): TemplateResult {
    return html`<div class="row">${icon(name, 'quiet')}<div class="grow wrap">${body}</div></div>`;
  }
}
customElements.define('gw-item', GwItem);
