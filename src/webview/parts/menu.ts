/** A button that opens a menu over everything else: worked by pointer or by arrow keys; closed by Escape, Tab or a click beside it. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type Icon, icon } from '../look/icons.ts';
import { Part } from './part.ts';

export interface Entry {
  readonly id: string;
  readonly text: string;
  readonly icon: Icon;
}

declare global {
  interface HTMLElementEventMap {
    /** An entry of a menu was chosen: its id. */
    chosen: CustomEvent<string>;
  }
}

/** Between the menu and the button or the window's edge. Pixels. */
const GAP = 2;

export class GwMenu extends Part {
  static override properties = {
    label: {},
    entries: { attribute: false },
    skipped: { type: Boolean },
    isOpen: { state: true },
  };
  static override styles = [
    Part.styles,
    css`
      :host { display: inline-block; }
      .opener {
        all: unset;
        display: flex;
        width: 20px;
        height: 20px;
        align-items: center;
        justify-content: center;
        border-radius: 5px;
        cursor: pointer;
        color: var(--vscode-icon-foreground, var(--vscode-foreground));
      }
      .opener:hover, .opener[aria-expanded='true'] { background: var(--vscode-toolbar-hoverBackground, transparent); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .opener:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      [popover] {
        position: fixed;
        inset: auto;
        margin: 0;
        min-width: 150px;
        max-width: calc(100vw - 8px);
        padding: 4px;
        border: 1px solid var(--vscode-menu-border, var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)));
        border-radius: 5px;
        color: var(--vscode-menu-foreground, var(--vscode-foreground));
        background: var(--vscode-menu-background, var(--vscode-editorWidget-background));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      [role='menuitem'] {
        all: unset;
        box-sizing: border-box;
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        padding: 3px 10px 3px 6px;
        border-radius: 3px;
        cursor: pointer;
        white-space: nowrap;
      }
      [role='menuitem']:hover, [role='menuitem']:focus {
        color: var(--vscode-menu-selectionForeground, var(--vscode-foreground));
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-hoverBackground));
        outline: 1px solid var(--vscode-menu-selectionBorder, var(--vscode-contrastActiveBorder, transparent));
        outline-offset: -1px;
      }
    `,
  ];
  /** What the menu is of: the opener's name, and the menu's. */
  declare label: string;
  declare entries: readonly Entry[];
  /** Tab passes it by: arrows of what it stands in lead to it. */
  declare skipped: boolean;
  declare isOpen: boolean;
  /** A pointer went down on the button while the menu was open. */
  #wasOpen = false;
  /** The menu had the focus when it was drawn last. */
  #isHeld = false;

  constructor() {
    super();
    this.label = '';
    this.entries = [];
    this.skipped = false;
    this.isOpen = false;
  }

  override render() {
    return html`<button
        class="opener"
        data-testid="menu"
        tabindex=${this.skipped ? -1 : 0}
        aria-haspopup="menu"
        aria-expanded=${this.isOpen ? 'true' : 'false'}
        aria-label=${this.label}
        title=${this.label}
        @pointerdown=${() => {
          this.#wasOpen = this.isOpen;
        }}
        @click=${this.#press}
      >${icon('ellipsis')}</button>
      <div popover role="menu" aria-label=${this.label} @toggle=${this.#toggled} @keydown=${this.#menuKey}>
        ${this.isOpen ? this.entries.map((entry) => this.#entry(entry)) : nothing}
      </div>`;
  }

  #entry({ id, text, icon: name }: Entry): TemplateResult {
    return html`<button role="menuitem" tabindex="-1" data-testid="action-${id}" @click=${() => this.#choose(id)}>${icon(name)}<span>${text}</span></button>`;
  }

  override focus(): void {
    this.#opener?.focus();
  }

  get isClosedWithFocus(): boolean {
    return !this.isOpen && this.#opener?.matches(':focus') === true;
  }

  get #opener(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.opener');
  }
  get #menu(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('[popover]');
  }
  get #rows(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  #open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    void this.updateComplete.then(() => {
      this.#menu?.showPopover();
      this.#place();
      this.#rows[0]?.focus();
    });
  }

  /** The focus goes back to the button; a click elsewhere has taken it along already. */
  #close(): void {
    const held = this.#menu?.matches(':focus-within');
    this.#menu?.hidePopover();
    if (held) this.focus();
  }

  /** Below the button, its right edges in line; above it where there is no room. */
  readonly #place = (): void => {
    const [menu, opener] = [this.#menu, this.#opener];
    if (!menu || !opener) return;
    const { top, bottom, right } = opener.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = bottom + GAP;
    const fits = below + height + GAP <= window.innerHeight;
    menu.style.left = `${Math.max(GAP, right - width)}px`;
    menu.style.top = `${fits ? below : Math.max(GAP, top - height - GAP)}px`;
  };

  /** A press on the button of an open menu has closed it already. */
  readonly #press = (event: UIEvent): void => {
    if (event.detail === 0 || !this.#wasOpen) this.#open();
  };

  readonly #toggled = (event: Event): void => {
    if (!(event instanceof ToggleEvent)) return;
    this.isOpen = event.newState === 'open';
    if (this.isOpen) document.addEventListener('scroll', this.#place, { capture: true });
    else document.removeEventListener('scroll', this.#place, { capture: true });
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('scroll', this.#place, { capture: true });
  }

  readonly #menuKey = (event: KeyboardEvent): void => {
    const rows = this.#rows;
    const at = rows.findIndex((row) => row.matches(':focus'));
    const to = nextRow(event.key, at, rows.length);
    if (to !== undefined) rows[to]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') this.#close();
    else return;
    // Tab goes on from the button.
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };

  #choose(id: string): void {
    this.#close();
    this.dispatchEvent(new CustomEvent('chosen', { detail: id, bubbles: true, composed: true }));
  }

  /** A menu from which the focused entry vanished is still worked by keys. */
  override updated(): void {
    const menu = this.#menu;
    if (this.isOpen && menu?.matches(':popover-open') && this.shadowRoot?.activeElement === null && this.#isHeld)
      this.#rows[0]?.focus();
    this.#isHeld = this.isOpen && this.shadowRoot?.activeElement !== null;
  }
}
customElements.define('gw-menu', GwMenu);

/** The row that has the focus after a key; `undefined` for keys that move nothing. */
function nextRow(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
