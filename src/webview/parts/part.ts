/** The base of every component: shared looks, and one way to speak to the host through the panel's shell. */
import { type CSSResultGroup, LitElement } from 'lit';
import type { FromView, RunCommand } from '../../agent/protocol.ts';
import { looks } from '../look/base.ts';

/** What a part wants: a message to the host, or a command to the run the panel shows. */
export type Wish = FromView | { readonly type: 'run'; readonly command: RunCommand };

declare global {
  interface HTMLElementEventMap {
    wish: CustomEvent<Wish>;
  }
}

export class Part extends LitElement {
  static override styles: CSSResultGroup = looks;

  protected wish(detail: Wish): void {
    this.dispatchEvent(new CustomEvent('wish', { detail, bubbles: true, composed: true }));
  }

  protected command(command: RunCommand): void {
    this.wish({ type: 'run', command });
  }

  /** Of the editor's display; numbers and dates follow it. */
  protected get language(): string {
    return document.documentElement.lang || 'en';
  }
}
