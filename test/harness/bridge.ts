/** The test's side of bridge-extension: runs a function inside the extension host. */
import { readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type * as vscode from 'vscode';

export const BRIDGE_EXTENSION = fileURLToPath(new URL('bridge-extension', import.meta.url));

const READY_MS = 90_000;
const CALL_MS = 60_000;
const POLL_MS = 50;

export interface Host<A> {
  readonly vscode: typeof vscode;
  readonly require: NodeJS.Require;
  readonly arg: A;
}

export class Bridge {
  readonly #folder: string;

  /** `folder`: the value of GOALWRIGHT_TEST_BRIDGE in the extension host's environment. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Runs `code` in the extension host and returns its value, which must survive JSON. The function travels as text: it
   * sees `vscode`, `require` and `arg`, nothing of the test around it.
   */
  async call<T, A = undefined>(code: (host: Host<A>) => T | Thenable<T>, arg?: A): Promise<T> {
    const { value, error } = await post(this.#socket(), JSON.stringify({ code: String(code), arg }));
    if (error !== undefined) throw new Error(`in the extension host: ${error}`);
    return value as T;
  }

  /** Runs a VS Code command. A command that waits for the person is not awaited, but clicked through and then awaited. */
  command<T>(id: string, ...args: readonly unknown[]): Promise<T> {
    return this.call(({ vscode, arg }) => vscode.commands.executeCommand<T>(arg.id, ...arg.args), { id, args });
  }

  /** Resolves once an extension host answers. */
  async ready(): Promise<void> {
    for (const deadline = Date.now() + READY_MS; ; await sleep(POLL_MS)) {
      try {
        return await this.call(() => undefined);
      } catch (error) {
        if (Date.now() > deadline)
          throw new Error(`the extension host did not start in ${READY_MS} ms`, { cause: error });
      }
    }
  }

  /** Forgets the present extension host: `ready` then waits for the next one. Call it before a reload. */
  forget(): void {
    rmSync(path.join(this.#folder, 'current'), { force: true });
  }

  #socket(): string {
    return readFileSync(path.join(this.#folder, 'current'), 'utf8');
  }
}

function post(socketPath: string, body: string): Promise<{ value?: unknown; error?: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method: 'POST', timeout: CALL_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`the extension host did not answer in ${CALL_MS} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}
