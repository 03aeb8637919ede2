/** One task of the plan: its state in icon and word, what it waits for, what was learned, its checks, and the menu to steer it. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Lesson, Task } from '../../agent/queue/task.ts';
import type { CheckView, TaskView } from '../fold/plan.ts';
import type { TaskAction } from '../fold/steering.ts';
import { type Icon, icon } from '../look/icons.ts';
import { signedNumber } from '../text/format.ts';
import { inWords } from '../text/sentences.ts';
import { exact, exactStyles } from '../text/show.ts';
import { checkSign, checkText, pausedSign, proofSign, taskSign } from '../text/words.ts';
import './menu.ts';
import type { GwMenu } from './menu.ts';
import { Part } from './part.ts';

const ACTION_ICONS: Readonly<Record<TaskAction, Icon>> = {
  edit: 'edit',
  up: 'arrow-up',
  down: 'arrow-down',
  skip: 'debug-step-over',
  retry: 'debug-restart',
  remove: 'trash',
};

function actionText(action: TaskAction): string {
  switch (action) {
    case 'edit':
      return l10n.t('Edit');
    case 'up':
      return l10n.t('Move up');
    case 'down':
      return l10n.t('Move down');
    case 'skip':
      return l10n.t('Skip');
    case 'retry':
      return l10n.t('Try again');
    case 'remove':
      return l10n.t('Delete');
    default:
      return action satisfies never;
  }
}

/** More than this is counted, not named. */
const NAMED = 2;

export class GwTask extends Part {
  static override properties = {
    view: { attribute: false },
    actions: { attribute: false },
    still: { type: Boolean },
    stop: { type: Boolean },
  };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      .title { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
      :host([now]) .title { font-weight: 600; }
      .end { white-space: nowrap; }
      .below { margin-inline-start: 22px; }
      .facts { display: flex; flex-wrap: wrap; gap: 0 8px; }
      .proof { gap: 3px; }
      .worth { font-variant-numeric: tabular-nums; }
      .check .exact { white-space: pre; }
      .check .icon { font-size: 13px; }
      .reason { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; white-space: pre-line; }
      summary { cursor: pointer; }
      .lessons { display: grid; gap: 4px; margin: 2px 0 4px; padding-inline-start: 10px; border-inline-start: 2px solid var(--vscode-widget-border, var(--vscode-descriptionForeground)); }
      .lessons p { display: -webkit-box; -webkit-line-clamp: 6; -webkit-box-orient: vertical; overflow: hidden; white-space: pre-line; }
      gw-menu { margin: calc((var(--line) - 20px) / 2) -4px 0 -2px; }
    `,
  ];
  declare view: TaskView;
  /** What the person may do with it; empty where nobody may. */
  declare actions: readonly TaskAction[];
  /** The run is paused: nothing is in work, whatever the queue says. */
  declare still: boolean;
  /** Tab leads to its menu. */
  declare stop: boolean;

  constructor() {
    super();
    this.actions = [];
    this.still = false;
    this.stop = false;
  }

  /** Its closed menu has the focus. */
  get isAtMenu(): boolean {
    return this.renderRoot.querySelector<GwMenu>('gw-menu')?.isClosedWithFocus ?? false;
  }

  /** To its menu. */
  override focus(): void {
    this.renderRoot.querySelector<GwMenu>('gw-menu')?.focus();
  }

  override render() {
    const { task, state, checks, whole } = this.view;
    const isNow = state === 'running' || state === 'verifying';
    const sign = isNow && this.still ? pausedSign() : taskSign(state, task.proof);
    const title = whole ? l10n.t('The whole goal') : task.title;
    return html`<div class="row">
        ${icon(sign.icon, sign.tone)}
        <span class="grow title wrap" title=${task.description || task.title}>${title}</span>
        <span class=${state === 'done' ? 'unseen' : 'end small quiet'}>${sign.text}</span>
        ${
          this.actions.length > 0
            ? html`<gw-menu
                .label=${l10n.t('Actions: {0}', title)}
                .entries=${this.actions.map((id) => ({ id, text: actionText(id), icon: ACTION_ICONS[id] }))}
                ?skipped=${!this.stop}
              ></gw-menu>`
            : nothing
        }
      </div>
      ${this.#facts()} ${this.#why()} ${task.lessons.length > 0 && state !== 'done' ? this.#lessons(task.lessons) : nothing}
      ${checks.length > 0 ? html`<ul class="below" aria-label=${l10n.t('Checks')}>${checks.map((check) => this.#check(check))}</ul>` : nothing}`;
  }

  /** Proof, attempt and reward: small and quiet, each only where there is one. */
  #facts(): TemplateResult | typeof nothing {
    const { task, state } = this.view;
    const worth = signedNumber(task.worth, this.language);
    const facts = [
      state === 'done' ? this.#proof(task) : nothing,
      task.attempts > 0
        ? html`<span data-testid="attempt">${l10n.t('Attempt {0}', task.attempts + 1)}</span>`
        : nothing,
      worth === undefined
        ? nothing
        : html`<span class="worth" data-testid="worth" title=${l10n.t('Passed checks and reached tasks count for it, failures and repetition against it; the latest count most.')}>${l10n.t('Reward {0}', worth)}</span>`,
    ].filter((fact) => fact !== nothing);
    return facts.length > 0 ? html`<div class="below facts small quiet">${facts}</div>` : nothing;
  }

  #proof({ proof }: Task): TemplateResult {
    const sign = proofSign(proof);
    return html`<span class="row proof" data-testid="proof" data-proof=${proof ?? 'none'}>${icon(sign.icon, sign.tone)}<span>${sign.text}</span></span>`;
  }

  /** What it waits for, or why it ended as it did. */
  #why(): TemplateResult | typeof nothing {
    const { task, state, needs } = this.view;
    if (needs.length > 0) {
      const lines =
        state === 'waiting'
          ? [l10n.t('waits for {0}', this.#names(needs))]
          : needs
              .slice(0, NAMED)
              .map((need) =>
                l10n.t('needs “{0}”, which is: {1}', need.title, taskSign(need.doomed ? 'doomed' : need.status).text),
              );
      return html`${lines.map((line) => html`<p class="below small quiet reason wrap" data-testid="needs">${line}</p>`)}`;
    }
    const isTold = state === 'failed' || state === 'blocked' || (state === 'done' && task.proof === 'none');
    return isTold && task.reason
      ? html`<p class="below small quiet reason wrap" data-testid="reason">${inWords(task.reason)}</p>`
      : nothing;
  }

  #names(tasks: readonly Task[]): string {
    const named = tasks.slice(0, NAMED).map(({ title }) => l10n.t('“{0}”', title));
    const all = tasks.length > NAMED ? [...named, l10n.t('{0} more', tasks.length - NAMED)] : named;
    return new Intl.ListFormat(this.language, { type: 'conjunction' }).format(all);
  }

  #lessons(lessons: readonly Lesson[]): TemplateResult {
    return html`<details class="below small quiet" data-testid="lessons">
      <summary>${lessons.length === 1 ? l10n.t('Learned from a failed attempt') : l10n.t('Learned from {0} failed attempts', lessons.length)}</summary>
      <ul class="lessons">${lessons.map(
        ({ evidence, lesson, strategy }) => html`<li>
          <p class="wrap">${lesson ?? evidence}</p>
          ${strategy ? html`<p class="wrap">${l10n.t('Next: {0}', strategy)}</p>` : nothing}
        </li>`,
      )}</ul>
    </details>`;
  }

  #check({ check, state, evidence }: CheckView): TemplateResult {
    const { icon: name, tone, text } = checkSign(state, check.kind);
    const line = checkText(check);
    const hint =
      state === 'guard'
        ? l10n.t('It passed before the change too: it guards what worked and proves nothing new.')
        : inWords(evidence);
    return html`<li class="row small check" data-testid="check" data-state=${state} data-kind=${check.kind} title=${hint || nothing}>
      ${icon(name, tone)}
      <span class="grow mono exact cut" title=${line}>${exact(line)}</span>
      <span class=${state === 'open' ? 'unseen' : 'end quiet'}>${text}</span>
    </li>`;
  }
}
customElements.define('gw-task', GwTask);
