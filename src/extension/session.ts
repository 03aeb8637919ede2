/**
 * The run of this window's folder: started, brought back after a reload, let go. Everything else listens here and sends
 * its commands through here; it holds nothing that the journal does not.
 */
import * as vscode from 'vscode';
import { latestRun, type Run, resumeRun, type Sent, startRun } from '../agent/index.ts';
import type { RunEvent } from '../agent/journal/event.ts';
import { apply, initialState, type RunState } from '../agent/journal/state.ts';
import type { Ports } from '../agent/ports.ts';
import type { Delta, RunCommand } from '../agent/protocol.ts';
import { editorPorts } from './ports/ports.ts';
import type { Models } from './settings/models.ts';
import { agentSettings, limitSettings, modeSetting } from './settings/settings.ts';

export interface Happened {
  readonly run: string;
  readonly event: RunEvent;
  readonly state: RunState;
}

export class Session {
  readonly #happened = new vscode.EventEmitter<Happened>();
  readonly #streamed = new vscode.EventEmitter<Delta>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onEvent = this.#happened.event;
  readonly onDelta = this.#streamed.event;
  /** Another run (or none) is shown, or what surrounds it changed. */
  readonly onChange = this.#changed.event;
  /** The run in work. */
  #run: Run | undefined;
  /** A run that is only shown: it has ended, or another window works on it. */
  #shown: { readonly id: string; readonly events: readonly RunEvent[]; readonly state: RunState } | undefined;
  #ports: Promise<Ports> | undefined;
  #heldBy: string | undefined;
  readonly #context: vscode.ExtensionContext;
  readonly #models: Models;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, models: Models, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#models = models;
    this.#log = log;
    context.subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restore()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#changed.fire()),
    );
  }

  get folder(): vscode.WorkspaceFolder | undefined {
    return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  }
  /** Who else works in this folder. */
  get heldBy(): string | undefined {
    return this.#heldBy;
  }
  get run(): Run | undefined {
    return this.#run;
  }
  get runId(): string | undefined {
    return this.#run?.id ?? this.#shown?.id;
  }
  events(): readonly RunEvent[] {
    return this.#run?.events() ?? this.#shown?.events ?? [];
  }
  state(): RunState | undefined {
    return this.#run?.state() ?? this.#shown?.state;
  }

  /** After a reload: the newest run is shown again; an unfinished one goes on as far as it may without a person. */
  async restore(): Promise<void> {
    if (!this.folder || !vscode.workspace.isTrusted || this.#run) return;
    try {
      const ports = await this.#portsOf(this.folder);
      const latest = await latestRun(ports);
      if (!latest || latest.state.run === '') return;
      this.#shown = latest;
      if (latest.state.status !== 'ended') {
        const resumed = await resumeRun(
          ports,
          await this.#models.current(ports.workspace.root, latest.state.goal),
          latest.id,
          vscode.workspace.isTrusted,
        );
        if ('problem' in resumed) this.#heldBy = resumed.problem;
        else this.#attach(resumed.run);
      }
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
    this.#changed.fire();
  }

  /** Starts a run. Returns what is wrong, for the person, or `undefined`. */
  async start(goal: string): Promise<string | undefined> {
    const { folder } = this;
    if (!vscode.workspace.isTrusted)
      return vscode.l10n.t('Trust this workspace first: until then Goalwright changes and runs nothing.');
    if (!folder) return vscode.l10n.t('Open a folder first: Goalwright works inside one.');
    if (this.#run && this.#run.state().status !== 'ended')
      return vscode.l10n.t('A goal is already being worked on. Stop it before you start another.');
    try {
      const ports = await this.#portsOf(folder);
      const model = await this.#models.current(ports.workspace.root, goal);
      const started = await startRun(
        ports,
        model,
        {
          goal,
          root: folder.name,
          mode: modeSetting(),
          limits: limitSettings(),
          agent: agentSettings(),
          attended: true,
        },
        vscode.workspace.isTrusted,
      );
      if ('problem' in started) return started.problem;
      this.#heldBy = undefined;
      this.#attach(started.run);
      this.#changed.fire();
      return undefined;
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      return vscode.l10n.t('The run could not be started: {0}', error instanceof Error ? error.message : String(error));
    }
  }

  /** Contents of the run in work by their hash. */
  blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#run?.blob(hash) ?? Promise.resolve(undefined);
  }

  async send(command: RunCommand): Promise<Sent> {
    return this.#run ? this.#run.send(command) : { ok: false, problem: vscode.l10n.t('No run is at work.') };
  }

  /** Puts the finished run aside so that the panel is free for another goal; it stays on disk. */
  clear(): void {
    if (this.#run && this.#run.state().status !== 'ended') return;
    this.#run = undefined;
    this.#shown = undefined;
    this.#changed.fire();
  }

  async letGo(): Promise<void> {
    await this.#run?.letGo();
  }

  #attach(run: Run): void {
    this.#run = run;
    this.#shown = undefined;
    run.listen({
      event: (event, state) => this.#happened.fire({ run: run.id, event, state }),
      delta: (delta) => this.#streamed.fire(delta),
    });
    void run.finished.then(() => {
      if (run.problem) void vscode.window.showErrorMessage(run.problem);
    });
    // What was journaled before anybody could listen.
    let state = initialState;
    for (const event of [...run.events()]) {
      state = apply(state, event);
      this.#happened.fire({ run: run.id, event, state });
    }
  }

  #portsOf(folder: vscode.WorkspaceFolder): Promise<Ports> {
    this.#ports ??= editorPorts(folder.uri.fsPath, this.#context.globalStorageUri.fsPath);
    this.#ports.catch(() => {
      this.#ports = undefined;
    });
    return this.#ports;
  }
}
