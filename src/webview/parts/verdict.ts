/** What code says of a task: the checks of one verification, and how the task ended. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { CheckResult, Task } from '../../agent/queue/task.ts';
import type { ItemOf } from '../fold/items.ts';
import { isGoal, isGuard } from '../fold/plan.ts';
import { icon } from '../look/icons.ts';
import { inWords } from '../text/sentences.ts';
import { exact, exactStyles } from '../text/show.ts';
import { checkSign, checkText, proofSign, taskSign } from '../text/words.ts';
import { Part } from './part.ts';

export class GwVerdict extends Part {
  static override properties = { item: { attribute: false }, task: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      summary { cursor: pointer; list-style: none; border-radius: 3px; padding: 1px 4px; margin: 0 -4px; }
      summary::-webkit-details-marker { display: none; }
      summary:hover { background: var(--vscode-list-hoverBackground); }
      pre {
        max-height: 200px;
        overflow: auto;
        margin: 2px 0 6px 22px;
        padding: 6px 8px;
        background: var(--vscode-textCodeBlock-background);
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
      }
    `,
  ];
  declare item: ItemOf<'checks'> | ItemOf<'taskEnd'>;
  declare task: Task | undefined;

  override render() {
    return this.item.kind === 'checks' ? this.item.results.map((result) => this.#result(result)) : this.#end(this.item);
  }

  #result(result: CheckResult): TemplateResult {
    const guard = result.outcome === 'passed' && this.task !== undefined && isGuard(this.task, result.check);
    const {
      icon: name,
      tone,
      text,
    } = checkSign(guard ? 'guard' : result.outcome, this.task?.checks[result.check]?.kind);
    const line = checkText(this.task?.checks[result.check]);
    return html`<details data-testid="check-result" data-outcome=${guard ? 'guard' : result.outcome}>
      <summary class="row">${icon(name, tone)}<span class="grow cut"><span class="mono">${exact(line)}</span></span><span class="small quiet">${text}</span></summary>
      ${result.evidence ? html`<pre class="exact" tabindex="0" role="region" aria-label=${l10n.t('Evidence')}>${exact(inWords(result.evidence))}</pre>` : nothing}
    </details>`;
  }

  #end({ title, event: { task, status, proof, reason, by } }: ItemOf<'taskEnd'>): TemplateResult {
    const ended = taskSign(status, proof);
    const word = status === 'skipped' && by === 'person' ? l10n.t('skipped by you') : ended.text;
    const name = isGoal({ id: task }) ? l10n.t('The whole goal') : title;
    const proven = status === 'done' ? proofSign(proof) : undefined;
    return html`<div class="row" data-testid="task-end" data-status=${status}>
      ${icon(ended.icon, ended.tone)}
      <div class="grow wrap">
        <span>${l10n.t('Task {0}: {1}', name, word)}</span>${
          proven ? html`<span class="quiet"> · ${proven.text}</span>` : nothing
        }
        ${by !== 'person' && reason ? html`<p class="small quiet">${inWords(reason)}</p>` : nothing}
      </div>
    </div>`;
  }
}
customElements.define('gw-verdict', GwVerdict);
