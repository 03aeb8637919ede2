/**
 * The panel's host side: answers the ready-handshake with everything, then passes events on as they happen. The view may
 * vanish and come back at any time; it asks again, and nothing is kept here.
 */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import * as z from 'zod';
import { waiting } from '../../agent/journal/state.ts';
import { isBelowFolder, messageFault } from '../../agent/policy/view/message.ts';
import { PAGE_ROOTS } from '../../agent/policy/view/page.ts';
import type { SandboxState } from '../../agent/ports.ts';
import { type Delta, FromView, type RunCommand, type ToView } from '../../agent/protocol.ts';
import { showChange, undoChange } from '../checkpoints/command-changes.ts';
import type { Timeline } from '../checkpoints/timeline.ts';
import type { CommandName } from '../extension.ts';
import type { Faults } from '../faults.ts';
import type { Review } from '../review/review.ts';
import type { Session } from '../session.ts';
import type { Models } from '../settings/models.ts';
import { modeSetting } from '../settings/settings.ts';
import { openOwnTerminal } from '../terminal/own-terminal.ts';
import type { Terminals } from '../terminal/terminals.ts';
import { inWords } from '../words.ts';
import { panelHtml } from './html.ts';

interface Parts {
  readonly session: Session;
  readonly review: Review;
  readonly timeline: Timeline;
  readonly terminals: Terminals;
  readonly models: Models;
  readonly faults: Faults;
}

const FRAME_MS = 33;

export class Panel {
  /** Commands the page asks for by name. */
  onCommand: (name: CommandName, args?: readonly unknown[]) => void = () => {};
  /** The person wants the files as they were before event `seq`. False: they gave that up, or it did not succeed. */
  onTakeBack: (seq: number) => Promise<boolean> = async () => false;
  readonly #extensionUri: vscode.Uri;
  readonly #session: Session;
  readonly #review: Review;
  readonly #timeline: Timeline;
  readonly #terminals: Terminals;
  readonly #models: Models;
  readonly #faults: Faults;
  readonly #parts: vscode.Disposable[];
  #view: vscode.WebviewView | undefined;
  #ready = false;
  #deltas: Delta[] = [];
  #timer: NodeJS.Timeout | undefined;
  #goalText: string | undefined;

  constructor(extensionUri: vscode.Uri, { session, review, timeline, terminals, models, faults }: Parts) {
    this.#extensionUri = extensionUri;
    this.#session = session;
    this.#review = review;
    this.#timeline = timeline;
    this.#terminals = terminals;
    this.#models = models;
    this.#faults = faults;
    this.#parts = [
      session.onEvent(({ run, event }) => {
        this.#flushDeltas();
        this.#post({ type: 'event', run, event });
        this.#badge();
      }),
      session.onDelta((delta) => this.#stream(delta)),
      session.onChange(() => faults.watch(this.#init())),
      review.onProposal((proposal) => this.#post({ type: 'proposal', run: session.runId ?? '', ...proposal })),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration('goalwright') && faults.watch(this.#host()),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() => faults.watch(this.#host())),
      models.onChange(() => faults.watch(this.#host())),
      terminals.onJobs((jobs) => this.#post({ type: 'jobs', jobs: [...jobs] })),
    ];
  }

  show(view: vscode.WebviewView): void {
    this.#view = view;
    this.#ready = false;
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: PAGE_ROOTS.map((folder) => vscode.Uri.joinPath(this.#extensionUri, folder)),
    };
    view.webview.onDidReceiveMessage((message: unknown) => this.#faults.show(this.#receive(message)));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = panelHtml(view.webview, this.#extensionUri);
    this.#badge();
  }

  get isVisible(): boolean {
    return this.#view?.visible ?? false;
  }

  /** Brings the goal box to the person who asked for it. */
  async focusGoal(text?: string): Promise<void> {
    this.#goalText = text ?? '';
    await vscode.commands.executeCommand('goalwright.panel.focus');
    this.#sendGoalFocus();
  }

  #sendGoalFocus(): void {
    if (!this.#ready || this.#goalText === undefined) return;
    this.#post({ type: 'focusGoal', ...(this.#goalText && { text: this.#goalText }) });
    this.#goalText = undefined;
  }

  async #receive(message: unknown): Promise<void> {
    if (messageFault(message)) return;
    const parsed = FromView.safeParse(message);
    if (!parsed.success) return;
    const { data } = parsed;
    if (data.type !== 'ready') this.#review.whereabouts.left();
    switch (data.type) {
      case 'ready':
        this.#ready = true;
        await this.#init();
        return this.#sendGoalFocus();
      case 'runGoal':
        return this.#complain(await this.#session.start(data.goal));
      case 'command': {
        if (data.run !== this.#session.runId) return;
        if (data.command.type === 'decide') return this.#decide(data.run, data.command);
        const sent = await this.#session.send(data.command);
        return this.#complain(sent.ok ? undefined : sent.problem);
      }
      case 'fork':
        if (data.run !== this.#session.runId) return;
        if (data.files && !(await this.onTakeBack(data.seq))) return;
        return this.#complain(await this.#session.fork(data.run, data.seq, data.text));
      case 'openDiff':
        return this.#review.openDiff(data.approval);
      case 'chooseHunk':
        return this.#complain(await this.#review.choose(data.approval, data.shown, data.hunk, data.accept));
      case 'decideAll':
        if (data.run !== this.#session.runId) return;
        for (const decision of data.decisions) await this.#decide(data.run, decision);
        return;
      case 'reviewAll':
        return this.#complain(await this.#review.overview.open());
      case 'openFile':
        return this.#openFile(data.path);
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'showChange':
        return showChange(this.#changes, data);
      case 'undoChange':
        return undoChange(this.#changes, data);
      case 'ownTerminal':
        return openOwnTerminal(this.#session, data.call);
      case 'showTerminal':
        return this.#terminals.reveal(data.job);
      case 'stopJob':
        return this.#complain(await this.#terminals.stop(data.job));
      case 'restoreCheckpoint':
        return this.onCommand(data.type, [data.checkpoint]);
      case 'newGoal':
      case 'setApiKey':
      case 'selectModel':
      case 'openLog':
      case 'undoRun':
      case 'openChanges':
      case 'commitChanges':
        return this.onCommand(data.type);
      default:
        return data satisfies never;
    }
  }

  get #changes() {
    return { session: this.#session, timeline: this.#timeline };
  }

  async #decide(run: string, decision: Extract<RunCommand, { type: 'decide' }>): Promise<void> {
    const sent = await this.#review.decide(decision);
    if (sent.ok) return;
    this.#post({ type: 'refused', run, approval: decision.approval });
    this.#complain(sent.problem);
  }

  /** Only files below the folder; the page may have been told of any path. */
  async #openFile(path: string): Promise<void> {
    const { folder } = this.#session;
    if (!folder || !isBelowFolder(path)) return;
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path)).then(undefined, () => undefined);
  }

  #complain(problem: string | undefined): void {
    if (problem) void vscode.window.showWarningMessage(problem);
  }

  async #init(): Promise<void> {
    if (!this.#ready) return;
    const [host, bundle] = await Promise.all([this.#hostState(), translations()]);
    const { runId } = this.#session;
    this.#post({
      type: 'init',
      host,
      language: vscode.env.language,
      bundle,
      ...(runId && { run: runId }),
      events: [...this.#session.events()],
    });
    this.#faults.watch(this.#host());
    this.#post({ type: 'jobs', jobs: [...(await this.#terminals.jobs())] });
    const state = this.#session.state();
    for (const { id } of state ? waiting(state) : []) {
      const proposal = await this.#review.proposal(id);
      if (proposal && runId) this.#post({ type: 'proposal', run: runId, ...proposal });
    }
    this.#badge();
  }

  async #host(): Promise<void> {
    if (!this.#ready) return;
    const [host, sandbox] = await Promise.all([this.#hostState(), this.#sandbox()]);
    this.#post({
      type: 'host',
      host: { ...host, ...(sandbox?.kind === 'none' && { unconfined: inWords(sandbox.reason) }) },
    });
  }

  /** Tried once, with a command of its own: nothing waits for it. */
  async #sandbox(): Promise<SandboxState | undefined> {
    return (await this.#session.ports())?.shell.sandbox?.();
  }

  async #hostState() {
    const { folder, heldBy } = this.#session;
    const trusted = vscode.workspace.isTrusted;
    const suggestion =
      folder && trusted ? await this.#models.recordings.suggestion(folder.uri).catch(() => undefined) : undefined;
    return {
      trusted,
      model: await this.#models.describe(suggestion !== undefined),
      mode: modeSetting(),
      ...(folder && { folder: folder.name }),
      ...(suggestion && { suggestion }),
      ...(heldBy && { readOnly: heldBy }),
    };
  }

  /** At most one message a frame, however fast the model speaks. */
  #stream(delta: Delta): void {
    const last = this.#deltas.at(-1);
    if (last && last.kind === delta.kind && last.of === delta.of)
      this.#deltas[this.#deltas.length - 1] = { ...last, text: last.text + delta.text };
    else this.#deltas.push(delta);
    this.#timer ??= setTimeout(() => this.#flushDeltas(), FRAME_MS);
  }

  #flushDeltas(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#deltas.length === 0) return;
    this.#post({ type: 'delta', run: this.#session.runId ?? '', deltas: this.#deltas });
    this.#deltas = [];
  }

  #badge(): void {
    if (!this.#view) return;
    const state = this.#session.state();
    const value =
      state && this.#session.run && state.status !== 'ended'
        ? waiting(state).length + (state.question && !state.question.answer ? 1 : 0)
        : 0;
    this.#view.badge = value > 0 ? { value, tooltip: vscode.l10n.t('Goalwright waits for your answer') } : undefined;
  }

  #post(message: ToView): void {
    if (this.#ready) void this.#view?.webview.postMessage(message).then(undefined, () => undefined);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const part of this.#parts) part.dispose();
  }
}

/** The page translates with the same bundle as the host. */
async function translations(): Promise<Record<string, string>> {
  const { uri } = vscode.l10n;
  if (!uri) return {};
  const text = await readFile(uri.fsPath, 'utf8').catch(() => '{}');
  return z.record(z.string(), z.string()).catch({}).parse(JSON.parse(text));
}
