/** What goes wrong in work that nobody waits for: it is logged, and said to the person where they caused it. */
import * as vscode from 'vscode';

export class Faults {
  readonly #log: Pick<vscode.LogOutputChannel, 'error' | 'info'>;

  constructor(log: Pick<vscode.LogOutputChannel, 'error' | 'info'>) {
    this.#log = log;
  }

  /** A line for whoever looks for the reason of something. */
  trace(line: string): void {
    this.#log.info(line);
  }

  note(error: unknown): void {
    this.#log.error(error instanceof Error ? error : String(error));
  }

  /** Work in the background. */
  watch(work: PromiseLike<unknown>): void {
    void work.then(undefined, (error: unknown) => this.note(error));
  }

  /** Work that a person has just asked for. */
  show(work: PromiseLike<unknown>): void {
    void work.then(undefined, (error: unknown) => {
      this.note(error);
      void vscode.window.showErrorMessage(messageOf(error));
    });
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
