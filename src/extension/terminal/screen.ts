/**
 * A terminal that only shows: what is written waits until somebody looks, is handed on in frames, and of a flood the middle is
 * left out, so that a command that prints a gigabyte costs the editor nothing.
 */
import * as vscode from 'vscode';

const FRAME_MS = 50;
/** Characters handed on in one frame, and kept for a terminal that has not been opened. */
const FRAME = 64 * 1024;
const KEPT = 256 * 1024;

export class Screen implements vscode.Pseudoterminal {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<void>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  /** What the person types. */
  onInput: (data: string) => void = () => {};
  onClosed: () => void = () => {};
  #waiting = '';
  #omitted = 0;
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;

  open(): void {
    this.#isOpen = true;
    this.#flush();
  }

  /** The person closed it. */
  close(): void {
    clearTimeout(this.#timer);
    this.#isOpen = false;
    this.onClosed();
  }

  handleInput(data: string): void {
    this.onInput(data);
  }

  /** Text that is safe to write. */
  write(text: string): void {
    this.#waiting += text;
    const most = this.#isOpen ? FRAME : KEPT;
    if (this.#waiting.length > 2 * most) this.#cut(most);
    if (this.#isOpen) this.#timer ??= setTimeout(() => this.#flush(), FRAME_MS);
  }

  /** Keeps the end, from the beginning of a line on: colours that were set before are ended. */
  #cut(most: number): void {
    const from = this.#waiting.indexOf('\n', this.#waiting.length - most) + 1 || this.#waiting.length - most;
    this.#omitted += from;
    this.#waiting = this.#waiting.slice(from);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const note =
      this.#omitted > 0
        ? `\u001b[0m\r\n\u001b[2m${vscode.l10n.t('[{0} characters are not shown here]', this.#omitted)}\u001b[0m\r\n`
        : '';
    this.#omitted = 0;
    const text = note + this.#waiting;
    this.#waiting = '';
    if (text !== '') this.#written.fire(text);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closed.fire();
    this.#written.dispose();
    this.#closed.dispose();
  }
}
