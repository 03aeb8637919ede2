/** Title, description and priority of a task, to be changed or written anew. What is typed survives a reload until it is sent. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing } from 'lit';
import * as z from 'zod';
import type { Draft } from '../fold/steering.ts';
import { draftOf, keepDraft } from '../host.ts';
import { card } from '../look/base.ts';
import { Part } from './part.ts';

declare global {
  interface HTMLElementEventMap {
    /** The form was sent with this, or, without detail, given up. */
    formed: CustomEvent<Draft | undefined>;
  }
}

const Typed = z.object({ title: z.string(), description: z.string(), priority: z.string() });
type Typed = z.infer<typeof Typed>;

/** Under which the form of a task of a run (or of a new one: `new`) is kept while it is open. */
export const formKey = (run: string, task: string): string => `task:${run}:${task}`;

export const isFormOpen = (key: string): boolean => draftOf(key) !== '';

/** Opens a form; it is open as long as it has a draft. */
export function openForm(key: string, { title, description, priority }: Draft): void {
  keepDraft(key, JSON.stringify({ title, description, priority: String(priority) }));
}

function typedIn(key: string): Typed {
  try {
    return Typed.parse(JSON.parse(draftOf(key)));
  } catch {
    return { title: '', description: '', priority: '50' };
  }
}

export class GwTaskForm extends Part {
  static override properties = { key: {}, adds: { type: Boolean }, isTried: { state: true }, typed: { state: true } };
  static override styles = [
    Part.styles,
    card,
    css`
      form { display: flex; flex-direction: column; gap: 8px; }
      vscode-text-field, vscode-text-area { width: 100%; }
      vscode-text-field.priority { width: 110px; }
      .last { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-end; justify-content: space-between; }
      .problem { color: var(--vscode-errorForeground); }
    `,
  ];
  /** Under which its draft is kept. */
  declare key: string;
  /** It is of a new task. */
  declare adds: boolean;
  /** It was sent although something is wrong with it. */
  declare isTried: boolean;
  declare typed: Typed;

  constructor() {
    super();
    this.key = '';
    this.adds = false;
    this.isTried = false;
    this.typed = typedIn('');
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('key')) this.typed = typedIn(this.key);
  }

  override render() {
    const { title, description, priority } = this.typed;
    const problem = this.isTried ? this.#problem() : undefined;
    const label = this.adds ? l10n.t('New task') : l10n.t('Edit task');
    return html`<form class="card" aria-label=${label} data-testid="task-form" @submit=${(event: Event) => event.preventDefault()} @keydown=${this.#key}>
      <vscode-text-field data-testid="form-title" maxlength="200" .value=${title} @input=${this.#change('title')}>${l10n.t('Title')}</vscode-text-field>
      <vscode-text-area data-testid="form-description" rows="2" maxlength="20000" resize="vertical" .value=${description} @input=${this.#change('description')}>${l10n.t('Description')}</vscode-text-area>
      <div class="last">
        <vscode-text-field class="priority" data-testid="form-priority" maxlength="3" .value=${priority} @input=${this.#change('priority')}>${l10n.t('Priority (0–100)')}</vscode-text-field>
        <div class="buttons">
          <vscode-button data-testid="form-save" @click=${this.#send}>${this.adds ? l10n.t('Add') : l10n.t('Save')}</vscode-button>
          <vscode-button data-testid="form-cancel" appearance="secondary" @click=${() => this.#end(undefined)}>${l10n.t('Cancel')}</vscode-button>
        </div>
      </div>
      <p class="small problem" role="alert" data-testid="form-problem" ?hidden=${!problem}>${problem ?? nothing}</p>
    </form>`;
  }

  override focus(): void {
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('[data-testid=form-title]')?.focus();
      this.scrollIntoView({ block: 'nearest' });
    });
  }

  readonly #change = (name: keyof Typed) => (event: Event) => {
    const { currentTarget: field } = event;
    if (!(field instanceof HTMLElement && 'value' in field && typeof field.value === 'string')) return;
    this.typed = { ...this.typed, [name]: field.value };
    keepDraft(this.key, JSON.stringify(this.typed));
  };

  /** Enter sends from a line, and everywhere with Ctrl or Cmd; Escape gives up. */
  readonly #key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isLine = event.target instanceof HTMLElement && event.target.localName === 'vscode-text-field';
    if (event.key === 'Escape') this.#end(undefined);
    else if (event.key === 'Enter' && (isLine || event.ctrlKey || event.metaKey)) this.#send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #problem(): string | undefined {
    if (this.typed.title.trim() === '') return l10n.t('A task needs a title.');
    return /^(100|\d{1,2})$/.test(this.typed.priority.trim())
      ? undefined
      : l10n.t('The priority is a number from 0 to 100.');
  }

  readonly #send = (): void => {
    this.isTried = true;
    if (this.#problem()) return;
    const { title, description, priority } = this.typed;
    this.#end({ title: title.trim(), description: description.trim(), priority: Number(priority) });
  };

  #end(detail: Draft | undefined): void {
    keepDraft(this.key, '');
    this.dispatchEvent(new CustomEvent('formed', { detail, bubbles: true, composed: true }));
  }
}
customElements.define('gw-task-form', GwTaskForm);
