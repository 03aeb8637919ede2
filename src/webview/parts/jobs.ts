/** Commands in the background: what each does, its terminal to read it and to type into, and Stop. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { JobView } from '../../agent/protocol.ts';
import { icon } from '../look/icons.ts';
import { exact, exactStyles } from '../text/show.ts';
import { Part } from './part.ts';

export class GwJobs extends Part {
  static override properties = { jobs: { attribute: false } };
  static override styles = [
    Part.styles,
    exactStyles,
    css`
      details {
        padding: 4px 12px;
        border-bottom: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent));
      }
      summary { cursor: pointer; }
      ul { max-height: 24vh; overflow-y: auto; }
      li { display: flex; align-items: flex-start; gap: 6px; padding: 2px 0; }
      li > .icon { margin-top: calc((var(--line) - 16px) / 2); }
      .link { flex: none; }
    `,
  ];
  declare jobs: readonly JobView[];

  override render() {
    if (this.jobs.length === 0) return nothing;
    const running = this.jobs.filter(({ ended }) => ended === undefined);
    const asking = running.filter(({ asks }) => asks !== undefined);
    return html`<details data-testid="jobs" open>
      <summary class="small">${l10n.t('Commands in the background: {0} running', running.length)}${
        asking.length > 0 ? html` · ${l10n.t('{0} waiting for an answer', asking.length)}` : nothing
      }</summary>
      <ul aria-label=${l10n.t('Commands in the background')}>${this.jobs.toReversed().map((job) => this.#row(job))}</ul>
    </details>`;
  }

  #row({ id, command, ended, asks, input }: JobView): TemplateResult {
    const line = command.trim().split('\n')[0] ?? '';
    const isOver = ended !== undefined;
    return html`<li class="small" data-testid="job" data-job=${id}>
      ${isOver ? icon('circle', 'quiet') : asks === undefined ? icon('loading', 'active') : icon('question', 'care')}
      <div class="grow">
        <div class="cut" title=${command}>${exact(line)}</div>
        <div class="quiet wrap">${
          isOver
            ? ended
            : asks === undefined
              ? l10n.t('running')
              : html`${l10n.t('It seems to wait for an answer:')} <span class="exact">${exact(asks)}</span>`
        }</div>
      </div>
      <button class="link" data-testid="show-job" aria-label=${l10n.t('Show the terminal of {0}', line)}
        @click=${() => this.wish({ type: 'showTerminal', job: id })}>${!isOver && input ? l10n.t('Show and type') : l10n.t('Show')}</button>
      ${
        isOver
          ? nothing
          : html`<button class="link" data-testid="stop-job" aria-label=${l10n.t('Stop {0}', line)}
              @click=${() => this.wish({ type: 'stopJob', job: id })}>${l10n.t('Stop')}</button>`
      }
    </li>`;
  }
}
customElements.define('gw-jobs', GwJobs);
