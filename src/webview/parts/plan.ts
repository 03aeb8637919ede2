/** The plan, live: each task with its state in icon and word, each check with what its runs showed, each proof by name. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { emptyQueue, type Queue } from '../../agent/queue/queue.ts';
import type { Task } from '../../agent/queue/task.ts';
import { type Checking, type CheckView, planView, stepsOf, type TaskView } from '../fold/plan.ts';
import { icon } from '../look/icons.ts';
import { exact, exactStyles } from '../text/show.ts';
import { checkSign, checkText, pausedSign, proofSign, taskSign } from '../text/words.ts';
import { Part } from './part.ts';

export class GwPlan extends Part {
  static override properties = {
    queue: { attribute: false },
    checking: { attribute: false },
    compact: { type: Boolean, reflect: true },
    still: { type: Boolean },
  };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      details { border-bottom: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent)); }
      summary {
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
      summary::-webkit-details-marker { display: none; }
      summary .icon { transition: rotate 100ms; }
      details[open] > summary > .icon { rotate: 90deg; }
      .count { font-weight: 400; text-transform: none; font-variant-numeric: tabular-nums; }
      .tasks { max-height: 34vh; overflow-y: auto; padding: 4px 12px 8px; }
      :host([compact]) .tasks { max-height: 15vh; }
      .task + .task { margin-top: 4px; }
      .depth-1 { margin-inline-start: 14px; }
      .depth-2 { margin-inline-start: 28px; }
      .depth-3 { margin-inline-start: 42px; }
      .title { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
      .now > .row .title { font-weight: 600; }
      .end { white-space: nowrap; }
      .proof { gap: 3px; }
      .check .exact { white-space: pre; }
      .below { margin-inline-start: 22px; }
      .check .icon { font-size: 13px; }
      .reason { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; white-space: pre-line; }
      @media (prefers-reduced-motion: reduce) { summary .icon { transition: none; } }
    `,
  ];
  declare queue: Queue;
  declare checking: Checking | undefined;
  /** Something more urgent needs the room. */
  declare compact: boolean;
  /** The run is paused: nothing is in work, whatever the queue says. */
  declare still: boolean;
  #inSight: string | undefined;

  constructor() {
    super();
    this.queue = emptyQueue;
  }

  override render() {
    const plan = planView(this.queue, this.checking);
    if (plan.length === 0) return nothing;
    const steps = stepsOf(plan);
    const done = steps.filter(({ state }) => state === 'done').length;
    // The goal itself stands below its steps: it is proven last.
    const whole = plan.filter((view) => !steps.includes(view));
    const shift = whole.length > 0 ? 1 : 0;
    return html`<details open data-testid="plan">
      <summary>${icon('chevron-right')}<h2 class="grow">${l10n.t('Plan')}</h2><span class="count">${l10n.t('{0} of {1} done', done, steps.length)}</span></summary>
      <ul class="tasks" tabindex="0" aria-label=${l10n.t('Plan')}>
        ${repeat(
          [...steps, ...whole],
          ({ task }) => task.id,
          (view) => this.#task(view, Math.min(3, Math.max(0, view.depth - shift))),
        )}
      </ul>
    </details>`;
  }

  #task(view: TaskView, depth: number): TemplateResult {
    const { task, state, checks, whole } = view;
    const isNow = state === 'running' || state === 'verifying';
    const sign = isNow && this.still ? pausedSign() : taskSign(state, task.proof);
    const end = state === 'done' ? this.#proof(task) : html`<span>${sign.text}</span>`;
    const needsReason =
      state === 'failed' || state === 'blocked' || state === 'skipped' || (state === 'done' && task.proof === 'none');
    return html`<li class="task depth-${depth} ${isNow ? 'now' : ''}" data-testid="task" data-task=${task.id} data-state=${state} aria-current=${isNow ? 'step' : nothing}>
      <div class="row">
        ${icon(sign.icon, sign.tone)}
        <span class="grow title wrap" title=${task.title}>${whole ? l10n.t('The whole goal') : task.title}</span>
        <span class="end small quiet">${end}</span>
      </div>
      ${task.attempts > 0 && state !== 'done' ? html`<p class="below small quiet">${l10n.t('Attempt {0}', task.attempts + 1)}</p>` : nothing}
      ${needsReason && task.reason ? html`<p class="below small quiet reason wrap">${task.reason}</p>` : nothing}
      ${checks.length > 0 ? html`<ul class="below" aria-label=${l10n.t('Checks')}>${checks.map((check) => this.#check(check))}</ul>` : nothing}
    </li>`;
  }

  #proof({ proof }: Task): TemplateResult {
    const sign = proofSign(proof);
    return html`<span class="row proof" data-testid="proof" data-proof=${proof ?? 'none'}>${icon(sign.icon, sign.tone)}<span class="unseen">${l10n.t('done')},</span><span>${sign.text}</span></span>`;
  }

  #check({ check, state, evidence }: CheckView): TemplateResult {
    const { icon: name, tone, text } = checkSign(state);
    const line = checkText(check);
    const hint =
      state === 'guard'
        ? l10n.t('It passed before the change too: it guards what worked and proves nothing new.')
        : evidence;
    return html`<li class="row small check" data-testid="check" data-state=${state} title=${hint || nothing}>
      ${icon(name, tone)}
      <span class="grow mono exact cut" title=${line}>${exact(line)}</span>
      <span class=${state === 'open' ? 'unseen' : 'end quiet'}>${text}</span>
    </li>`;
  }

  /** The task in work stays in sight as the plan grows or makes room. */
  override updated(): void {
    const now = this.renderRoot.querySelector<HTMLElement>('.now');
    const list = this.renderRoot.querySelector<HTMLElement>('.tasks');
    const key = `${now?.dataset.task} ${this.compact}`;
    if (!now || !list || key === this.#inSight) return;
    this.#inSight = key;
    list.scrollTop = now.offsetTop - list.offsetTop - 4;
  }
}
customElements.define('gw-plan', GwPlan);
