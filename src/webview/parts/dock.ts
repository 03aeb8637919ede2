/**
 * What waits for the person, one at a time and always in the same place: an approval, a question, a pause. Of several edits
 * the person chooses which one to look at. What was seen and what was decided is kept here, as the cards come and go.
 */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { type Asked, waitingEdits } from '../../agent/journal/edits.ts';
import { approvalOf, isAsking, waiting } from '../../agent/journal/state.ts';
import { isTaken } from '../fold/choices.ts';
import { statusOf } from '../fold/status.ts';
import { type Panel, shownOf } from '../panel.ts';
import './approval.ts';
import { Part, type Wish } from './part.ts';
import './pause.ts';
import './question.ts';
import './waiting.ts';

/** A decision that was sent: on what, and how many had been refused before. */
interface Sent {
  readonly shown: string;
  readonly refusals: number;
}

export class GwDock extends Part {
  static override properties = { panel: { attribute: false }, picked: { state: true } };
  static override styles = [
    Part.styles,
    css`
      :host { flex: 0 1 auto; min-height: 0; display: flex; flex-direction: column; }
      .dock {
        max-height: 62vh;
        overflow-y: auto;
        padding: 8px 12px;
        border-top: 1px solid var(--vscode-focusBorder);
      }
      /* Of one height whatever the card: the list stays where it is as one goes through it. */
      .dock.several { max-height: none; height: 66vh; display: flex; flex-direction: column; }
      .several gw-waiting { flex: none; }
      .several gw-approval { flex: 1 0 auto; }
      .dock:focus { outline: none; }
      .more { margin-top: 4px; text-align: end; }
    `,
  ];
  declare panel: Panel;
  /** The edit the person chose to look at. */
  declare picked: string | undefined;
  /** Approval -> what of it can have been seen. */
  readonly #seen = new Map<string, string>();
  readonly #sent = new Map<string, Sent>();
  /** Where the card stood in the list: its successor takes its place. */
  #place = 0;

  constructor() {
    super();
    this.addEventListener('wish', ({ detail }) => this.#note(detail));
    this.addEventListener('sighted', ({ detail }) => {
      this.#seen.set(detail.approval, detail.shown);
      this.requestUpdate();
    });
  }

  override render() {
    const { view, host } = this.panel;
    const watching = host?.readOnly !== undefined;
    const open = waiting(view.state);
    const edits = waitingEdits(view.state);
    const current = edits.find(({ id }) => id === this.picked) ?? open[0];
    const { question } = view.state;
    const status = statusOf(view);
    const shownCard = current
      ? keyed(
          current.id,
          html`<gw-approval
            .approval=${current}
            .proposal=${this.panel.proposals[current.id]}
            .shown=${shownOf(this.panel, current.id)}
            .refusals=${this.panel.refusals[current.id] ?? 0}
            .sent=${this.#isSent(current.id)}
            .watching=${watching}
            ?filling=${edits.length > 1}
          ></gw-approval>`,
        )
      : question && isAsking(view.state)
        ? keyed(
            question.id,
            html`<gw-question .question=${question.id} .text=${question.text} .options=${question.options} .watching=${watching}></gw-question>`,
          )
        : !watching && (status.kind === 'paused' || status.kind === 'interrupted')
          ? html`<gw-pause .view=${view} .status=${status}></gw-pause>`
          : undefined;
    if (!shownCard) return nothing;
    const isListed = edits.length > 1;
    const others = open.filter(({ id }) => id !== current?.id && !(isListed && edits.some((edit) => edit.id === id)));
    return html`<section class="dock ${isListed ? 'several' : ''}" aria-label=${l10n.t('Waiting for you')} tabindex="-1" data-testid="dock">
      ${isListed ? this.#list(edits, current?.id ?? '', watching) : nothing} ${shownCard}
      ${others.length > 0 ? html`<p class="more small quiet">${l10n.t('{0} more waiting', others.length)}</p>` : nothing}
    </section>`;
  }

  /** What was on the card stays there; after it was decided, the edit in its place comes. */
  override willUpdate(): void {
    const edits = waitingEdits(this.panel.view.state);
    const at = edits.findIndex(({ id }) => id === this.picked);
    if (at >= 0) this.#place = at;
    else if (this.picked !== undefined) this.picked = edits[Math.min(this.#place, edits.length - 1)]?.id;
    else if (waiting(this.panel.view.state)[0]?.subject.kind === 'edit') this.picked = edits[0]?.id;
  }

  #list(edits: readonly Asked[], current: string, watching: boolean): TemplateResult {
    return html`<gw-waiting
      .edits=${edits}
      .current=${current}
      .unseen=${edits.filter(({ id }) => !this.#isSeen(id)).map(({ id }) => id)}
      .sent=${edits.every(({ id }) => this.#isSent(id))}
      .barred=${this.#barred(edits)}
      .fixed=${watching}
      @picked=${({ detail }: CustomEvent<string>) => {
        this.picked = detail;
      }}
      @reviewed=${() => this.#review(edits)}
      @all=${({ detail }: CustomEvent<'accept' | 'reject'>) => this.#decideAll(edits, detail)}
    ></gw-waiting>`;
  }

  #isSeen(id: string): boolean {
    const shown = shownOf(this.panel, id);
    return shown !== undefined && this.#seen.get(id) === shown;
  }

  #isSent(id: string): boolean {
    const sent = this.#sent.get(id);
    return sent?.shown === this.#asked(id) && sent.refusals === (this.panel.refusals[id] ?? 0);
  }

  /** What a decision names: a no may be to what is not shown yet. */
  #asked(id: string): string {
    return approvalOf(this.panel.view.state, id)?.shown ?? '';
  }

  /** One that would change nothing cannot be accepted with the others. */
  #barred(edits: readonly Asked[]): string | undefined {
    const empty = edits.find(({ id }) => {
      const { hunks = [], truncated } = this.panel.proposals[id] ?? {};
      return !truncated && hunks.length > 0 && !hunks.some(isTaken);
    });
    return empty && l10n.t('Every change of {0} is left out: reject it first.', empty.subject.path);
  }

  #review(edits: readonly Asked[]): void {
    for (const { id } of edits) {
      const shown = shownOf(this.panel, id);
      if (shown !== undefined) this.#seen.set(id, shown);
    }
    this.wish({ type: 'reviewAll' });
    this.requestUpdate();
  }

  #decideAll(edits: readonly Asked[], verdict: 'accept' | 'reject'): void {
    const { run } = this.panel;
    if (run === undefined) return;
    const decisions = edits
      .filter(({ id }) => !this.#isSent(id))
      .map(({ id, nonce }) => ({
        type: 'decide' as const,
        approval: id,
        nonce,
        shown: this.#asked(id),
        verdict,
      }));
    if (decisions.length > 0) this.wish({ type: 'decideAll', run, decisions });
  }

  #note(wish: Wish): void {
    const decisions =
      wish.type === 'decideAll'
        ? wish.decisions
        : wish.type === 'run' && wish.command.type === 'decide'
          ? [wish.command]
          : [];
    for (const { approval, shown } of decisions)
      this.#sent.set(approval, { shown, refusals: this.panel.refusals[approval] ?? 0 });
    if (decisions.length > 0) this.requestUpdate();
  }

  /** The focus goes to the card as a whole, never to its buttons. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.dock')?.focus();
  }

  get isOpen(): boolean {
    return this.renderRoot.querySelector('.dock') !== null;
  }
}
customElements.define('gw-dock', GwDock);
