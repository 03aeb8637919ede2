/**
 * The plan, live, and the person's hand on it: tasks are edited, moved (by menu or by dragging), skipped, tried again,
 * deleted and added. What changes is also said politely for those who do not see it.
 */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { emptyQueue, type Queue, taskOf } from '../../agent/queue/queue.ts';
import { type Checking, planView, stepsOf, type TaskView } from '../fold/plan.ts';
import { planNews } from '../fold/plan-news.ts';
import {
  actionsOf,
  addCommand,
  type Draft,
  editCommand,
  hasOrder,
  moved,
  movedTo,
  type TaskAction,
} from '../fold/steering.ts';
import { icon } from '../look/icons.ts';
import { newsText } from '../text/plan-news.ts';
import { Dragging } from './dragging.ts';
import { Part } from './part.ts';
import { RowFocus } from './row-focus.ts';
import './task.ts';
import { formKey, type GwTaskForm, isFormOpen, openForm } from './task-form.ts';

const NEW = 'new';
const BLANK: Draft = { title: '', description: '', priority: 50 };

export class GwPlan extends Part {
  static override properties = {
    run: {},
    queue: { attribute: false },
    checking: { attribute: false },
    compact: { type: Boolean, reflect: true },
    still: { type: Boolean },
    fixed: { type: Boolean },
    news: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      .plan { border-bottom: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent)); }
      .plan > summary {
        cursor: pointer;
        list-style: none;
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 3px 12px 3px 8px;
        font-size: 11px;
        font-weight: 700;
        text-transform: uppercase;
        color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
        background: var(--vscode-sideBarSectionHeader-background);
      }
      .plan > summary::-webkit-details-marker { display: none; }
      .plan > summary .icon { transition: rotate 100ms; }
      .plan[open] > summary > .icon { rotate: 90deg; }
      .count { font-weight: 400; text-transform: none; font-variant-numeric: tabular-nums; }
      .tasks { max-height: 34vh; overflow-y: auto; padding: 4px 12px 8px; position: relative; }
      :host([compact]) .tasks { max-height: 15vh; }
      .tasks:has(gw-task-form), :host([compact]) .tasks:has(gw-task-form) { max-height: max(34vh, 260px); }
      .task { border-block: 2px solid transparent; }
      .task.before { border-block-start-color: var(--vscode-list-dropBetweenBackground, var(--vscode-focusBorder)); }
      .task.after { border-block-end-color: var(--vscode-list-dropBetweenBackground, var(--vscode-focusBorder)); }
      .task.dragged { opacity: 0.6; }
      [draggable='true'] { cursor: grab; }
      .depth-1 { margin-inline-start: 14px; }
      .depth-2 { margin-inline-start: 28px; }
      .depth-3 { margin-inline-start: 42px; }
      gw-task-form { margin: 2px 0 4px; }
      .foot { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 3px 12px 6px; border-top: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent)); }
      .foot button { all: unset; display: flex; align-items: center; gap: 6px; padding: 1px 4px; margin-inline-start: -4px; border-radius: 3px; cursor: pointer; color: var(--vscode-descriptionForeground); }
      .foot button:hover { color: var(--vscode-foreground); background: var(--vscode-toolbar-hoverBackground, transparent); }
      .foot button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
      .foot gw-task-form { flex: 1 0 100%; }
      @media (prefers-reduced-motion: reduce) { .plan > summary .icon { transition: none; } }
    `,
  ];
  declare run: string;
  declare queue: Queue;
  declare checking: Checking | undefined;
  /** Something more urgent needs the room. */
  declare compact: boolean;
  /** The run is paused: nothing is in work, whatever the queue says. */
  declare still: boolean;
  /** Nothing can be changed: the run has ended, or is only watched. */
  declare fixed: boolean;
  declare news: string;
  #inSight: string | undefined;
  /** The task whose new place is to be said. */
  #moved: string | undefined;
  readonly #focus = new RowFocus(this);
  readonly #drag = new Dragging(
    this,
    (task, place) => movedTo(planView(this.queue), task, place),
    (task, order) => this.#order(task, order),
  );

  constructor() {
    super();
    this.run = '';
    this.queue = emptyQueue;
    this.still = false;
    this.fixed = false;
    this.news = '';
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('queue');
    if (before && !changed.has('run')) this.#tell(before);
  }

  #tell(before: Queue): void {
    const news = planNews(before, this.queue).map(newsText);
    const id = this.#moved;
    if (id !== undefined && taskOf(before, id)?.rank !== taskOf(this.queue, id)?.rank) {
      news.push(this.#placeOf(id));
      this.#moved = undefined;
    }
    if (news.length > 0) this.news = news.join(' ');
  }

  #placeOf(id: string): string {
    const plan = planView(this.queue);
    const { parent, title } = taskOf(this.queue, id) ?? {};
    const open = plan.filter(({ task }) => task.parent === parent && task.status === 'pending');
    const place = open.findIndex(({ task }) => task.id === id) + 1;
    return l10n.t('“{0}” is now {1} of {2}.', title ?? id, place, open.length);
  }

  override render() {
    const plan = planView(this.queue, this.checking);
    if (plan.length === 0) return nothing;
    const steps = stepsOf(plan);
    const done = steps.filter(({ state }) => state === 'done').length;
    // The goal itself stands below its steps: it is proven last.
    const whole = plan.filter((view) => !steps.includes(view));
    const shift = whole.length > 0 ? 1 : 0;
    const rows = [...steps, ...whole].map((view) => ({ view, actions: this.fixed ? [] : actionsOf(plan, view) }));
    const ids = rows.map(({ view }) => view.task.id);
    const now = plan.find(({ state }) => state === 'running' || state === 'verifying')?.task.id;
    const stop = this.#focus.stopOf(
      rows.filter(({ actions }) => actions.length > 0).map(({ view }) => view.task.id),
      now,
    );
    return html`<details class="plan" open data-testid="plan">
      <summary>${icon('chevron-right')}<h2 class="grow">${l10n.t('Plan')}</h2><span class="count">${l10n.t('{0} of {1} done', done, steps.length)}</span></summary>
      <ul class="tasks" tabindex="0" aria-label=${l10n.t('Plan')} @keydown=${this.#focus.key} @focusin=${this.#focus.came} @dragover=${this.#drag.over} @drop=${this.#drag.dropped} @dragend=${this.#drag.ended}>
        ${repeat(
          rows,
          ({ view }) => view.task.id,
          ({ view, actions }) => {
            const { id } = view.task;
            const mark = `depth-${Math.min(3, Math.max(0, view.depth - shift))} ${this.#drag.markOf(id, ids)}`;
            return this.#row(plan, view, actions, mark, id === stop);
          },
        )}
      </ul>
      ${this.fixed ? nothing : this.#foot()}
    </details>
    <div class="unseen" role="status" data-testid="plan-news">${this.news}</div>`;
  }

  #row(
    plan: readonly TaskView[],
    view: TaskView,
    actions: readonly TaskAction[],
    mark: string,
    isStop: boolean,
  ): TemplateResult {
    const { task, state } = view;
    const isNow = state === 'running' || state === 'verifying';
    const isMovable = actions.includes('up') || actions.includes('down');
    const isEdited = actions.includes('edit') && isFormOpen(formKey(this.run, task.id));
    return html`<li
      class="task ${isNow ? 'now' : ''} ${mark}"
      data-testid="task"
      data-task=${task.id}
      data-state=${state}
      aria-current=${isNow ? 'step' : nothing}
      draggable=${isMovable && !isEdited ? 'true' : 'false'}
      @dragstart=${(event: DragEvent) => this.#drag.take(task.id, event)}
      @chosen=${(event: CustomEvent<string>) => this.#act(plan, view, actions, event.detail)}
    >
      <gw-task .view=${view} .actions=${actions} ?stop=${isStop} ?still=${this.still} ?now=${isNow}></gw-task>
      ${isEdited ? html`<gw-task-form .key=${formKey(this.run, task.id)} @formed=${(event: CustomEvent<Draft | undefined>) => this.#edited(view, event.detail)}></gw-task-form>` : nothing}
    </li>`;
  }

  #foot(): TemplateResult {
    return html`<div class="foot small">
      ${
        isFormOpen(formKey(this.run, NEW))
          ? html`<gw-task-form adds .key=${formKey(this.run, NEW)} @formed=${(event: CustomEvent<Draft | undefined>) => this.#added(event.detail)}></gw-task-form>`
          : html`<button data-testid="add-task" @click=${() => this.#open(NEW, BLANK)}>${icon('add')}${l10n.t('Add task')}</button>`
      }
      ${
        hasOrder(this.queue)
          ? html`<button data-testid="unorder" @click=${() => this.command({ type: 'orderTasks', order: [] })}>${icon('list-ordered')}${l10n.t('Back to priority order')}</button>`
          : nothing
      }
    </div>`;
  }

  #act(plan: readonly TaskView[], { task }: TaskView, actions: readonly TaskAction[], chosen: string): void {
    const { id } = task;
    switch (actions.find((one) => one === chosen)) {
      case 'edit':
        this.#open(id, task);
        break;
      case 'up':
        this.#order(id, moved(plan, id, -1));
        break;
      case 'down':
        this.#order(id, moved(plan, id, 1));
        break;
      case 'skip':
        this.command({ type: 'skipTask', task: id });
        break;
      case 'retry':
        this.command({ type: 'retryTask', task: id });
        break;
      case 'remove':
        this.command({ type: 'removeTask', task: id });
        break;
      default:
    }
  }

  #order(task: string, order: readonly string[] | undefined): void {
    if (!order) return;
    this.#moved = task;
    this.command({ type: 'orderTasks', order: [...order] });
  }

  // forms

  #open(id: string, draft: Draft): void {
    const key = formKey(this.run, id);
    openForm(key, draft);
    this.requestUpdate();
    void this.updateComplete.then(() => this.#form(key)?.focus());
  }

  #form(key: string): GwTaskForm | undefined {
    return [...this.renderRoot.querySelectorAll<GwTaskForm>('gw-task-form')].find((form) => form.key === key);
  }

  #edited(view: TaskView, draft: Draft | undefined): void {
    const command = draft && editCommand(view, draft);
    if (command) this.command(command);
    this.requestUpdate();
    void this.updateComplete.then(() => this.#focus.row(view.task.id)?.focus());
  }

  #added(draft: Draft | undefined): void {
    if (draft) this.command(addCommand(this.queue, draft));
    this.requestUpdate();
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[data-testid=add-task]')?.focus());
  }

  /** The task in work stays in sight as the plan grows or makes room. */
  override updated(): void {
    const now = this.renderRoot.querySelector<HTMLElement>('.now');
    const list = this.renderRoot.querySelector<HTMLElement>('.tasks');
    const key = `${now?.dataset.task} ${this.compact}`;
    if (!now || !list || key === this.#inSight) return;
    this.#inSight = key;
    list.scrollTop = now.offsetTop - 4;
  }
}
customElements.define('gw-plan', GwPlan);
