/** The panel's shell: takes the host's messages, keeps the folded state, hands it down, passes wishes up. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { isAsking, waiting } from '../../agent/journal/state.ts';
import type { ToView } from '../../agent/protocol.ts';
import { needsPerson, statusOf } from '../fold/status.ts';
import { admit } from '../gate.ts';
import { post, pruneDrafts } from '../host.ts';
import { emptyPanel, type Panel, receive } from '../panel.ts';
import { statusSign } from '../text/words.ts';
import './composer.ts';
import type { GwDock } from './dock.ts';
import './dock.ts';
import type { GwGoal } from './goal.ts';
import './jobs.ts';
import './notice.ts';
import { Part, type Wish } from './part.ts';
import './plan.ts';
import { rewindKey } from './rewind.ts';
import './run-bar.ts';
import { formKey } from './task-form.ts';
import './transcript.ts';
import type { GwWelcome } from './welcome.ts';
import './welcome.ts';

export class GwApp extends Part {
  static override properties = { panel: { state: true } };
  static override styles = [
    Part.styles,
    css`
      :host { position: absolute; inset: 0; display: flex; flex-direction: column; overflow: hidden; }
      main { flex: 1; min-height: 0; display: flex; flex-direction: column; }
      gw-transcript { flex: 1 1 0; min-height: 56px; }
      gw-welcome { flex: 1; min-height: 0; }
      gw-goal.next { padding: 8px 12px 10px; border-top: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent)); }
    `,
  ];
  declare panel: Panel;
  /** A card was just answered from inside it: its successor takes the focus over. */
  #handsOver = false;
  readonly #welcome = createRef<GwWelcome>();
  readonly #next = createRef<GwGoal>();
  readonly #dock = createRef<GwDock>();
  readonly #bar = createRef<HTMLElement>();

  constructor() {
    super();
    this.panel = emptyPanel;
    this.addEventListener('wish', (event) => this.#grant(event.detail));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#hear);
    post({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#hear);
  }

  readonly #hear = ({ data, origin }: MessageEvent<unknown>): void => {
    const admitted = admit(data, origin, window.origin);
    if ('dropped' in admitted) console.warn(`Goalwright dropped a message: ${admitted.dropped}`);
    else this.#take(admitted.message);
  };

  #take(message: ToView): void {
    const before = this.panel;
    this.panel = receive(before, message);
    if (this.panel.outOfStep && !before.outOfStep) post({ type: 'ready' });
    if (message.type === 'init') this.#begin(message);
    if (message.type === 'focusGoal') void this.updateComplete.then(() => this.#toGoal(message.text));
  }

  #begin({ language, bundle }: Extract<ToView, { type: 'init' }>): void {
    l10n.config({ contents: bundle });
    document.documentElement.lang = language;
    const { state } = this.panel.view;
    const open = new Set(['goal', 'say', ...waiting(state).map(({ id }) => `reason:${id}`)]);
    if (state.question && isAsking(state)) open.add(`answer:${state.question.id}`);
    // Forms of this run stay open: which of them still have a place is seen where they stand.
    const forms = [formKey(state.run, ''), rewindKey(state.run, '')];
    pruneDrafts((key) => open.has(key) || forms.some((form) => key.startsWith(form)));
  }

  #toGoal(text: string | undefined): void {
    this.#welcome.value?.write(text);
    if (text !== undefined) this.#next.value?.put(text);
    this.#next.value?.focus();
  }

  #grant(wish: Wish): void {
    if (wish.type !== 'run') post(wish);
    else if (this.panel.run !== undefined) post({ type: 'command', run: this.panel.run, command: wish.command });
    this.#handsOver =
      wish.type === 'decideAll' ||
      (wish.type === 'run' && (wish.command.type === 'decide' || wish.command.type === 'answer'));
  }

  override updated(): void {
    const dock = this.#dock.value;
    if (!this.#handsOver || !dock) return;
    void dock.updateComplete.then(() => {
      const isHeld = dock.shadowRoot?.activeElement ?? false;
      if (isHeld || !document.hasFocus()) return;
      this.#handsOver = false;
      if (dock.isOpen) dock.focus();
      else this.#bar.value?.focus();
    });
  }

  override render() {
    const { host, run, view, streams, jobs } = this.panel;
    if (!host) return nothing;
    const notice =
      host.trusted && host.readOnly === undefined && host.unconfined === undefined
        ? nothing
        : html`<gw-notice .host=${host}></gw-notice>`;
    if (run === undefined) return html`${notice}<gw-welcome ${ref(this.#welcome)} .host=${host}></gw-welcome>`;
    const { state } = view;
    const watching = host.readOnly !== undefined;
    const isOver = state.status === 'ended';
    const isFixed = isOver || watching || !host.trusted;
    const status = statusOf(view);
    // A card brings its own box; two would ask which one to type into.
    const isAsked = status.kind === 'approval' || status.kind === 'question';
    return html`${notice}
      <main data-testid="run">
        <div class="unseen" role="status" data-testid="announcer">${statusSign(status).text}</div>
        <gw-run-bar ${ref(this.#bar)} .view=${view} .watching=${watching}></gw-run-bar>
        <gw-plan .run=${run} ?fixed=${isFixed} .queue=${state.queue} .checking=${view.checking} ?compact=${needsPerson(status)} ?still=${status.kind === 'paused' || status.kind === 'interrupted'}></gw-plan>
        <gw-jobs .jobs=${jobs}></gw-jobs>
        <gw-transcript .view=${view} .streams=${streams} .run=${watching || !host.trusted ? undefined : run}></gw-transcript>
        ${keyed(run, html`<gw-dock ${ref(this.#dock)} .panel=${this.panel}></gw-dock>`)}
        ${
          watching
            ? nothing
            : isOver
              ? html`<gw-goal ${ref(this.#next)} class="next" again .rows=${2} .ready=${host.model.ready}></gw-goal>`
              : isAsked
                ? nothing
                : html`<gw-composer></gw-composer>`
        }
      </main>`;
  }
}
customElements.define('gw-app', GwApp);
