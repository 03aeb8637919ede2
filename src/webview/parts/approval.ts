/** The card of one approval: what will happen, to what, and why it is asked. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Subject } from '../../agent/journal/event.ts';
import type { Approval } from '../../agent/journal/state.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import type { Proposal } from '../panel.ts';
import { splitPath, wholeNumber } from '../text/format.ts';
import { exact, exactStyles } from '../text/show.ts';
import './decision.ts';
import './hunks.ts';
import { Part } from './part.ts';

type Of<K extends Subject['kind']> = Extract<Subject, { kind: K }>;

export class GwApproval extends Part {
  static override properties = {
    approval: { attribute: false },
    proposal: { attribute: false },
    shown: { attribute: false },
    refusals: { attribute: false },
    watching: { type: Boolean },
  };
  static override styles = [
    Part.styles,
    card,
    exactStyles,
    css`
      .card { display: flex; flex-direction: column; gap: 8px; }
      .count { white-space: nowrap; font-variant-numeric: tabular-nums; }
      .view {
        max-height: clamp(80px, 62vh - 290px, 480px);
        overflow: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent));
        border-radius: 3px;
      }
      .command { background: var(--vscode-textCodeBlock-background); padding: 8px; }
      .prompt { user-select: none; color: var(--vscode-descriptionForeground); }
      .empty { padding: 8px; }
      gw-decision { position: sticky; bottom: -8px; background: inherit; padding-bottom: 8px; margin-bottom: -8px; }
      ul { display: grid; gap: 2px; }
      .findings { padding: 6px 8px; gap: 6px; }
      .definition { white-space: pre-line; }
    `,
  ];
  declare approval: Approval;
  declare proposal: Proposal | undefined;
  declare shown: string | undefined;
  declare refusals: number;
  /** Another window decides; here it is only seen. */
  declare watching: boolean;

  override render() {
    const { id, nonce, subject, reason } = this.approval;
    return html`<section class="card" role="group" aria-labelledby="ask" data-testid="approval" data-approval=${id} data-kind=${subject.kind}>
      ${subject.kind === 'edit' ? this.#edit(subject) : subject.kind === 'command' ? this.#run(subject) : this.#weakened(subject)}
      ${reason && subject.kind !== 'weakened' ? html`<p class="quiet small wrap">${reason}</p>` : nothing}
      ${
        this.watching
          ? nothing
          : html`<gw-decision .approval=${id} .nonce=${nonce} .shown=${this.shown} .refusals=${this.refusals} .kind=${subject.kind}>
              ${
                subject.kind === 'edit'
                  ? html`<vscode-button appearance="secondary" data-testid="open-diff" @click=${() => this.wish({ type: 'openDiff', approval: id })}
                      >${icon('diff', 'plain', 'start')}${l10n.t('Open diff')}</vscode-button>`
                  : nothing
              }
            </gw-decision>`
      }
    </section>`;
  }

  #edit({ path, before, added, removed, savesUnsaved, warnings }: Of<'edit'>): TemplateResult {
    const { folder, name } = splitPath(path);
    const facts = savesUnsaved
      ? [l10n.t('Accepting also saves your unsaved changes in this file.'), ...warnings]
      : warnings;
    const heading = before === undefined ? l10n.t('Create this file?') : l10n.t('Edit this file?');
    return html`
      <h2 id="ask" class="row">${icon(before === undefined ? 'new-file' : 'edit', 'care')}<span class="grow">${heading}</span></h2>
      <div class="row">
        <div class="grow wrap" data-testid="path"><span class="quiet">${folder}</span><strong>${exact(name)}</strong></div>
        <span class="count mono">
          <span aria-hidden="true">+${wholeNumber(added, this.language)} −${wholeNumber(removed, this.language)}</span>
          <span class="unseen">${l10n.t('{0} lines added, {1} removed', added, removed)}</span>
        </span>
      </div>
      ${
        facts.length > 0
          ? html`<ul>${facts.map((fact) => html`<li class="row">${icon('warning', 'care')}<span class="grow">${fact}</span></li>`)}</ul>`
          : nothing
      }
      ${this.approval.drafted ? html`<p class="row">${icon('account', 'quiet')}<span>${l10n.t('You changed this proposal. What you see here is what will be written.')}</span></p>` : nothing}
      <div class="view" tabindex="0" role="region" aria-label=${l10n.t('Changes')}>
        ${
          this.proposal
            ? html`<gw-hunks data-testid="hunks" .hunks=${this.proposal.hunks} .truncated=${this.proposal.truncated}></gw-hunks>`
            : html`<p class="empty quiet">${l10n.t('Loading the changes…')}</p>`
        }
      </div>`;
  }

  #weakened({ findings }: Of<'weakened'>): TemplateResult {
    return html`
      <h2 id="ask" class="row">${icon('warning', 'care')}<span class="grow">${l10n.t('Accept weakened tests?')}</span></h2>
      <p>${l10n.t('The checks pass now, but these tests say less than before the work. What was weakened proves nothing.')}</p>
      <div class="view" tabindex="0" role="region" aria-label=${l10n.t('What was weakened')}><ul class="findings" data-testid="findings">${findings.map(
        ({ path, what }) => {
          const { folder, name } = splitPath(path);
          return html`<li class="wrap"><span class="quiet">${folder}</span><strong>${exact(name)}</strong><p class="quiet small">${what}</p></li>`;
        },
      )}</ul></div>
      <p class="quiet small">${l10n.t('Accept lets the task pass all the same. Reject sends it back to the agent.')}</p>`;
  }

  #run({ command, cwd, check, definition }: Of<'command'>): TemplateResult {
    return html`
      <h2 id="ask" class="row">${icon(check ? 'checklist' : 'terminal', 'care')}<span class="grow">${
        check ? l10n.t('Run this command as a check?') : l10n.t('Run this command?')
      }</span></h2>
      <pre class="view command" tabindex="0" role="region" aria-label=${l10n.t('Command')}><span class="prompt" aria-hidden="true">$ </span><span class="exact" data-testid="command">${exact(command)}</span></pre>
      <p class="row small">${icon('folder', 'quiet')}<span class="grow wrap">${
        cwd === '' ? l10n.t('in the workspace folder') : l10n.t('in {0}', cwd)
      }</span></p>
      ${
        definition
          ? html`<div class="row small">${icon('list-tree', 'quiet')}<div class="grow wrap definition" data-testid="definition">${l10n.t('What it runs:')}
              <span class="mono exact">${exact(definition)}</span></div></div>`
          : nothing
      }
      ${check ? html`<p class="quiet small">${l10n.t('A yes covers exactly this command for the rest of this run.')}</p>` : nothing}`;
  }
}
customElements.define('gw-approval', GwApproval);
