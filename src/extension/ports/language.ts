/**
 * What the editor's language services say about a file. They speak when they are ready, so what they say counts once they
 * have spoken about the file as it is now and have then been quiet for a while; bounds say when to stop waiting. Some look
 * at every open document, some (TypeScript) only at those with a tab: where nobody speaks, the file gets one behind the others.
 */
import * as vscode from 'vscode';
import type { Language } from '../../agent/ports.ts';
import { addressesOf, openDocument, type Root } from './documents.ts';
import { followed } from './follow-file.ts';
import { tabOf, withTab } from './tab-behind.ts';

/** Milliseconds. */
export interface Patience {
  /** For a first word about a document without a tab. */
  readonly hidden: number;
  /** For a first word about one with a tab: a language server may have to start. */
  readonly first: number;
  /** Syntax, types and linters speak one after the other; after this much silence they are done. */
  readonly quiet: number;
  /** In all, once somebody has spoken. */
  readonly whole: number;
  /** For a document to follow its file, which a command may just have changed. */
  readonly file: number;
}

const PATIENCE: Patience = { hidden: 2_500, first: 10_000, quiet: 1_000, whole: 20_000, file: 5_000 };

/** For what is told beside the work: nobody is kept waiting long. */
const BRIEF: Patience = { hidden: 1_500, first: 3_000, quiet: 500, whole: 5_000, file: 2_000 };

/** What is said so soon after a tab was closed only takes back what was said before. Milliseconds. */
const TAKEN_BACK_MS = 2_000;

/** The version of a document about which nothing is known any more. */
const NONE = -1;

interface Word {
  readonly version: number;
  readonly at: number;
}

export class EditorLanguage implements Language, vscode.Disposable {
  readonly #root: Root;
  readonly #patience: Patience;
  /** By address: about which version of the document something was said last, and when. */
  readonly #heard = new Map<string, Word>();
  /** By address: when its tab was closed. */
  readonly #closed = new Map<string, number>();
  /** Languages whose service looks only at files with a tab. */
  readonly #shy = new Set<string>();
  /** Languages of which nobody has ever said a word. */
  readonly #mute = new Set<string>();
  readonly #listening: readonly vscode.Disposable[];

  constructor(root: Root, patience: Patience = PATIENCE) {
    this.#root = root;
    this.#patience = patience;
    this.#listening = [
      vscode.languages.onDidChangeDiagnostics(({ uris }) => uris.forEach((uri) => void this.#hear(uri))),
      // Versions are counted from 1 again when it is opened anew.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#left(input.uri);
      }),
    ];
  }

  async errors(real: string, signal: AbortSignal): Promise<{ count: number; first: string } | undefined> {
    const document = await this.#document(real);
    const found = document && (await this.#look(document, this.#patience, signal));
    if (!found) return undefined;
    const errors = found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    return { count: errors.length, first: errors[0] ? lineOf(errors[0]) : '' };
  }

  async watch(real: string, signal: AbortSignal) {
    const document = await this.#document(real);
    if (document && this.#mute.has(document.languageId)) return undefined;
    const old = document ? await this.#look(document, BRIEF, signal, false) : [];
    if (document && !old) this.#mute.add(document.languageId);
    if (!old || signal.aborted) return undefined;
    return {
      news: async (until: AbortSignal): Promise<readonly string[]> => {
        const changed = await this.#document(real);
        if (!changed || this.#mute.has(changed.languageId)) return [];
        const now = await this.#look(changed, BRIEF, until, false);
        if (!now && !document) this.#mute.add(changed.languageId);
        return newOf(old, now ?? []).map(lineOf);
      },
    };
  }

  async #document(real: string): Promise<vscode.TextDocument | undefined> {
    const at = addressesOf(real, this.#root);
    return openDocument(at) ?? (await open(at[0]));
  }

  /** All that is said about a document as it is now. `insists`: a tab is opened for it if nobody speaks without. */
  async #look(
    document: vscode.TextDocument,
    patience: Patience,
    signal: AbortSignal,
    insists = true,
  ): Promise<readonly vscode.Diagnostic[] | undefined> {
    await followed(document, patience.file, signal);
    const { uri, version, languageId } = document;
    const hasTab = tabOf(uri) !== undefined;
    const said = () => (signal.aborted ? undefined : vscode.languages.getDiagnostics(uri));
    if (!insists || (!hasTab && !this.#shy.has(languageId))) {
      await this.#settled(document, patience, patience.hidden, signal);
      if (this.#isHeard(uri, version) || signal.aborted || !insists)
        return this.#isHeard(uri, version) ? said() : undefined;
    }
    return withTab(uri, async () => {
      await this.#settled(document, patience, patience.first, signal);
      if (signal.aborted) return undefined;
      if (!hasTab && this.#isHeard(uri, version)) this.#shy.add(languageId);
      return this.#heard.has(uri.toString()) || vscode.languages.getDiagnostics(uri).length > 0 ? said() : undefined;
    });
  }

  #hear(uri: vscode.Uri): void {
    const now = performance.now();
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (document) this.#mute.delete(document.languageId);
    const isTakenBack =
      !tabOf(uri) && now - (this.#closed.get(uri.toString()) ?? Number.NEGATIVE_INFINITY) < TAKEN_BACK_MS;
    this.#heard.set(uri.toString(), { version: isTakenBack ? NONE : versionOf(uri), at: now });
  }

  #forget(uri: vscode.Uri): void {
    const last = this.#heard.get(uri.toString());
    if (last) this.#heard.set(uri.toString(), { ...last, version: NONE });
  }

  #left(uri: vscode.Uri): void {
    this.#closed.set(uri.toString(), performance.now());
    this.#forget(uri);
  }

  #isHeard(uri: vscode.Uri, version: number): boolean {
    return (this.#heard.get(uri.toString())?.version ?? NONE) >= version;
  }

  /** Resolves when the services have said what they have to say about the document, or are not waited for any longer. */
  #settled(
    { uri, version }: vscode.TextDocument,
    { quiet, whole }: Patience,
    firstMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const key = uri.toString();
    const start = performance.now();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        heard.dispose();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const wait = () => {
        clearTimeout(timer);
        const last = this.#heard.get(key);
        const until = last && last.version >= version ? Math.min(last.at + quiet, start + whole) : start + firstMs;
        timer = setTimeout(end, Math.max(0, until - performance.now()));
      };
      const heard = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((one) => one.toString() === key)) wait();
      });
      if (signal.aborted) return end();
      signal.addEventListener('abort', end);
      wait();
    });
  }

  dispose(): void {
    for (const one of this.#listening) one.dispose();
  }
}

/** Without an editor; language services look at documents, not at files. */
const open = async (uri: vscode.Uri): Promise<vscode.TextDocument | undefined> =>
  vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => undefined,
  );

const versionOf = (uri: vscode.Uri): number =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.version ?? NONE;

/** Errors and warnings that were not there before; the same one at another line is old. */
function newOf(old: readonly vscode.Diagnostic[], now: readonly vscode.Diagnostic[]): readonly vscode.Diagnostic[] {
  const left = new Map<string, number>();
  const keyOf = ({ severity, source, message }: vscode.Diagnostic) => `${severity} ${source} ${message}`;
  for (const one of old) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return now.filter((one) => {
    if (one.severity > vscode.DiagnosticSeverity.Warning) return false;
    const count = left.get(keyOf(one)) ?? 0;
    if (count > 0) left.set(keyOf(one), count - 1);
    return count === 0;
  });
}

const lineOf = ({ range, message, source }: vscode.Diagnostic): string =>
  `line ${range.start.line + 1}: ${source ? `${source}: ` : ''}${message.split('\n', 1)[0] ?? ''}`;
