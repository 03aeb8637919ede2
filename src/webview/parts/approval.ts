/** The card of one approval: what will happen, to what, and why it is asked. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Asked } from '../../agent/journal/edits.ts';
import type { Subject } from '../../agent/journal/event.ts';
import type { Approval } from '../../agent/journal/state.ts';
import { isTaken, type Toggle } from '../fold/choices.ts';
import { actOf } from '../fold/edits.ts';
import { card } from '../look/base.ts';
import { icon } from '../look/icons.ts';
import type { Proposal } from '../panel.ts';
import { askText, yesText } from '../text/edits.ts';
import { splitPath } from '../text/format.ts';
import { exact, exactStyles } from '../text/show.ts';
import './decision.ts';
import './edit.ts';
import { Part } from './part.ts';
import { Toggles } from './toggles.ts';

type Of<K extends Subject['kind']> = Extract<Subject, { kind: K }>;

export class GwApproval extends Part {
  static override properties = {
    approval: { attribute: false },
    proposal: { attribute: false },
    shown: { attribute: false },
    refusals: { attribute: false },
    sent: { type: Boolean },
    filling: { type: Boolean, reflect: true },
    watching: { type: Boolean },
  };
  static override styles = [
    Part.styles,
    card,
    exactStyles,
    css`
      :host([filling]) { display: flex; flex-direction: column; }
      :host([filling]) .card { flex: 1 0 auto; }
      :host([filling]) gw-edit { flex: 1 0 0; min-height: 180px; }
      .card { display: flex; flex-direction: column; gap: 8px; }
      .view {
        max-height: clamp(80px, 62vh - 290px, 480px);
        overflow: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent));
        border-radius: 3px;
      }
      .command { background: var(--vscode-textCodeBlock-background); padding: 8px; }
      .prompt { user-select: none; color: var(--vscode-descriptionForeground); }
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
  /** It takes all the room there is, with its changes scrolling inside. */
  declare filling: boolean;
  /** It was decided on what is shown. */
  declare sent: boolean;
  readonly #toggles = new Toggles(this, ({ hunk, accept }, shown) =>
    this.wish({ type: 'chooseHunk', approval: this.approval.id, shown, hunk, accept }),
  );

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('proposal')) this.#toggles.take(this.proposal);
  }

  override render() {
    const { id, nonce, subject, reason } = this.approval;
    return html`<section class="card" role="group" aria-label=${subject.kind === 'edit' ? askText(actOf(subject)) : nothing} aria-labelledby=${subject.kind === 'edit' ? nothing : 'ask'} data-testid="approval" data-approval=${id} data-kind=${subject.kind}>
      ${subject.kind === 'edit' ? this.#edit({ ...this.approval, subject }) : subject.kind === 'command' ? this.#run(subject) : subject.kind === 'read' ? this.#read(subject) : subject.kind === 'watched' ? this.#watched(subject) : this.#weakened(subject)}
      ${reason && subject.kind !== 'weakened' ? html`<p class="quiet small wrap">${reason}</p>` : nothing}
      ${
        this.watching
          ? nothing
          : html`<gw-decision
              .approval=${id}
              .nonce=${nonce}
              .shown=${this.shown}
              .asked=${this.approval.shown}
              .refusals=${this.refusals}
              .kind=${subject.kind}
              .rule=${subject.kind === 'command' ? subject.remember : undefined}
              .sent=${this.sent}
              .familiar=${this.#toggles.familiar}
              .held=${this.#toggles.isBusy}
              .yes=${this.#yes}
              .barred=${this.#barred}
            ></gw-decision>`
      }
    </section>`;
  }

  #edit(approval: Asked): TemplateResult {
    return html`<gw-edit
      .approval=${approval}
      .hunks=${this.proposal && this.#toggles.hunks}
      .truncated=${this.proposal?.truncated ?? false}
      .fixed=${this.watching}
      ?filling=${this.filling}
      @toggled=${({ detail }: CustomEvent<Toggle>) => this.#toggles.press(detail)}
    ></gw-edit>`;
  }

  get #yes(): string | undefined {
    const { proposal } = this;
    return proposal && yesText(this.#toggles.hunks, proposal.truncated);
  }

  /** Nothing is left of the proposal: a yes would write the file as it is. */
  get #barred(): string | undefined {
    const { hunks } = this.#toggles;
    return this.proposal?.truncated || hunks.length === 0 || hunks.some(isTaken)
      ? undefined
      : l10n.t('Every change is left out: reject it instead.');
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

  #watched({ changes }: Of<'watched'>): TemplateResult {
    return html`
      <h2 id="ask" class="row">${icon('warning', 'care')}<span class="grow">${l10n.t('Keep what the command changed?')}</span></h2>
      <div class="view" tabindex="0" role="region" aria-label=${l10n.t('What was changed')}><ul class="findings" data-testid="watched">${changes.map(
        ({ path, act, patch, isUndoable }) => html`<li class="wrap"><strong>${exact(path)}</strong>
          <span class="quiet small">${ACT_TEXT[act]()}${isUndoable ? '' : ` · ${l10n.t('too large to be taken back')}`}</span>
          ${patch ? html`<pre class="exact small">${exact(patch)}</pre>` : nothing}</li>`,
      )}</ul></div>
      <p class="quiet small">${l10n.t('Keep leaves the files as they are now. Take back makes them what they were before the command.')}</p>`;
  }

  #read({ paths }: Of<'read'>): TemplateResult {
    return html`
      <h2 id="ask" class="row">${icon('eye', 'care')}<span class="grow">${l10n.t('Show this to the agent?')}</span></h2>
      <pre class="view command" tabindex="0" role="region" aria-label=${l10n.t('Files')} data-testid="paths">${paths.map((path) => html`<span class="exact">${exact(path)}</span>\n`)}</pre>
      <p class="quiet small">${l10n.t('What the agent reads goes to the model. Secrets that are recognised are left out.')}</p>`;
  }

  #run({ command, cwd, check, definition, sandboxed, network, domains }: Of<'command'>): TemplateResult {
    return html`
      <h2 id="ask" class="row">${icon(check ? 'checklist' : 'terminal', 'care')}<span class="grow">${
        check ? l10n.t('Run this command as a check?') : l10n.t('Run this command?')
      }</span></h2>
      <pre class="view command" tabindex="0" role="region" aria-label=${l10n.t('Command')}><span class="prompt" aria-hidden="true">$ </span><span class="exact" data-testid="command">${exact(command)}</span></pre>
      <p class="row small">${icon('folder', 'quiet')}<span class="grow wrap">${
        cwd === '' ? l10n.t('in the workspace folder') : l10n.t('in {0}', cwd)
      }</span></p>
      ${sandboxed === undefined ? nothing : confinement(sandboxed, network === true, domains)}
      ${
        definition
          ? html`<div class="row small">${icon('list-tree', 'quiet')}<div class="grow wrap definition" data-testid="definition">${l10n.t('What it runs:')}
              <span class="mono exact">${exact(definition)}</span></div></div>`
          : nothing
      }
      ${check ? html`<p class="quiet small">${l10n.t('A yes covers exactly this command for the rest of this run.')}</p>` : nothing}`;
  }
}
const ACT_TEXT = {
  made: () => l10n.t('new'),
  changed: () => l10n.t('changed'),
  removed: () => l10n.t('removed'),
} as const;

function confinement(sandboxed: boolean, network: boolean, domains: readonly string[] | undefined): TemplateResult {
  const text = !sandboxed
    ? l10n.t('Without a sandbox: it can do what you can do.')
    : network
      ? domains
        ? l10n.t('In the sandbox, with these domains only: {0}', domains.join(', '))
        : l10n.t('In the sandbox, with the network.')
      : l10n.t('In the sandbox, without the network.');
  return html`<p class="row small" data-testid="confinement">${icon(sandboxed ? 'shield' : 'warning', 'quiet')}<span class="grow wrap">${text}</span></p>`;
}

customElements.define('gw-approval', GwApproval);
