/**
 * The run of this window's folder: started, brought back after a reload, let go. Everything else listens here and sends
 * its commands through here; it holds nothing that the journal does not.
 */
import * as vscode from 'vscode';
import { forkRun, latestRun, type Run, resumeRun, type Sent, startRun } from '../agent/index.ts';
import type { RunEvent } from '../agent/journal/event.ts';
import { apply } from '../agent/journal/fold.ts';
import { deleteRun, listRuns, type ReadRun, type RunInfo, readRun, renameRun } from '../agent/journal/runs.ts';
import { initialState, type RunState } from '../agent/journal/state.ts';
import { type Redact, redactSecrets } from '../agent/policy/secret.ts';
import type { Store } from '../agent/ports.ts';
import type { Delta, RunCommand } from '../agent/protocol.ts';
import { type Explanation, explain } from '../agent/run/explain.ts';
import { systemClock } from '../headless/ports/clock.ts';
import type { ShowCommand } from '../headless/ports/shown-command.ts';
import { nodeStore } from '../headless/ports/store.ts';
import { type Faults, messageOf } from './faults.ts';
import { type EditorPorts, editorPorts } from './ports/ports.ts';
import type { Models, RunModels } from './settings/models.ts';
import { limitSettings, modelSettings, modeSetting } from './settings/settings.ts';
import { type Workplace, workplace } from './settings/workplace.ts';
import { UNFINISHED } from './unfinished.ts';
import { inWords } from './words.ts';

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
  /** Other models for it. */
  #modelsOf: RunModels['models'] | undefined;
  /** The last run's end, with everything durable and its lock released: later than its state says that it has ended. */
  #ending: Promise<unknown> = Promise.resolve();
  /** A run that is only shown: it has ended, another window works on it, or it can no longer be recorded. */
  #shown: ReadRun | undefined;
  /** By folder. */
  readonly #ports = new Map<string, Promise<EditorPorts>>();
  #secrets: EditorPorts['secrets'] | undefined;
  #heldBy: string | undefined;
  readonly #context: vscode.ExtensionContext;
  readonly #models: Models;
  readonly #faults: Faults;
  readonly #show: ShowCommand;

  constructor(context: vscode.ExtensionContext, models: Models, faults: Faults, show: ShowCommand) {
    this.#context = context;
    this.#show = show;
    this.#models = models;
    this.#faults = faults;
    context.subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#faults.show(this.restore())),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration('goalwright.model') && this.#faults.watch(this.#followModel()),
      ),
      models.onChange(() => this.#faults.watch(this.#followModel())),
    );
  }

  get folder(): vscode.WorkspaceFolder | undefined {
    return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  }
  /** Why the run is only shown here: who else works in this folder, or why its journal cannot be continued. */
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
    if (!this.folder || this.#run) return;
    try {
      await this.#bring(await latestRun({ store: await this.#store(this.folder) }));
    } catch (error) {
      this.#faults.note(error);
      this.#heldBy = inWords(messageOf(error));
    }
    this.#changed.fire();
  }

  /** Shows a run; one that is not over goes on as far as it may without a person, where the workspace is trusted. */
  async #bring(run: ReadRun | undefined): Promise<void> {
    this.#shown = run;
    this.#heldBy = run?.problem && inWords(run.problem);
    const { folder } = this;
    if (!run || !folder || !vscode.workspace.isTrusted || run.problem || run.state.status === 'ended') return;
    const ports = await this.#portsOf(folder);
    const { model, models } = await this.#models.forRun(ports.workspace.root, run.state.goal);
    const resumed = await resumeRun(ports, model, run.id, (await this.#workplace(folder)).rights, {
      attended: true,
      models,
    });
    if ('problem' in resumed) this.#heldBy = inWords(resumed.problem);
    else {
      this.#attach(resumed.run, models);
      await this.#followModel();
    }
  }

  /** Earlier runs lie in our own storage: without trust nothing of the workspace is read and nothing is started for them. */
  async #store(folder: vscode.WorkspaceFolder): Promise<Store> {
    if (vscode.workspace.isTrusted) return (await this.#portsOf(folder)).store;
    return nodeStore({ base: this.#context.globalStorageUri.fsPath, root: folder.uri.fsPath });
  }

  /** A run is at work in this window. */
  get isBusy(): boolean {
    return this.#run !== undefined && this.#run.state().status !== 'ended';
  }

  /** The runs of this folder, newest first. */
  async runs(): Promise<readonly RunInfo[]> {
    if (!this.isBusy) await this.#ending;
    return this.folder ? listRuns(await this.#store(this.folder)) : [];
  }

  /** For looking at it. */
  async read(id: string): Promise<ReadRun | undefined> {
    return this.folder && readRun(await this.#store(this.folder), id);
  }

  /** Shows another run; the one at work is interrupted, and goes on when it is opened again. */
  async open(id: string): Promise<void> {
    if (id === this.runId) return;
    await this.leave();
    await this.#bring(await this.read(id));
    this.#changed.fire();
  }

  /** Goes back to just before an event of a run, in a new run. Returns what is wrong, for the person, or `undefined`. */
  async fork(id: string, seq: number, text: string | undefined): Promise<string | undefined> {
    const { folder } = this;
    if (!folder || !vscode.workspace.isTrusted)
      return vscode.l10n.t('Trust this workspace first: until then Goalwright changes and runs nothing.');
    await this.leave();
    const ports = await this.#portsOf(folder);
    const { model, models } = await this.#models.forRun(
      ports.workspace.root,
      text ?? (await this.read(id))?.state.goal ?? '',
    );
    const forked = await forkRun(
      ports,
      model,
      id,
      seq,
      { attended: true, models, ...(text && { text }) },
      (await this.#workplace(folder)).rights,
    );
    if ('problem' in forked) await this.#bring(await this.read(id));
    else {
      this.#heldBy = undefined;
      this.#attach(forked.run, models);
      await this.#followModel();
    }
    this.#changed.fire();
    return 'problem' in forked ? inWords(forked.problem) : undefined;
  }

  async rename(id: string, title: string): Promise<string | undefined> {
    if (!this.folder) return undefined;
    if (this.isBusy && id === this.runId) {
      const sent = await this.send({ type: 'rename', title });
      return sent.ok ? undefined : sent.problem;
    }
    await this.#ending;
    const wrong = await renameRun({ store: await this.#store(this.folder), clock: systemClock }, id, title);
    if (!wrong && id === this.runId) {
      this.#run = undefined;
      this.#shown = await this.read(id);
      this.#changed.fire();
    }
    return wrong && inWords(wrong.problem);
  }

  /** Moves a run to the trash. */
  async delete(id: string): Promise<string | undefined> {
    if (!this.folder) return undefined;
    if (!this.isBusy) await this.#ending;
    const wrong = await deleteRun(await this.#store(this.folder), id);
    if (!wrong && id === this.runId) this.clear();
    return wrong && inWords(wrong.problem);
  }

  /** The run of this window is only shown from now on; what is unfinished can be resumed. */
  async leave(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    await this.letGo();
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#shown = { id: run.id, events: [...run.events()], state: run.state() };
  }

  /** Starts a run. Returns what is wrong, for the person, or `undefined`. */
  async start(goal: string): Promise<string | undefined> {
    const { folder } = this;
    if (!vscode.workspace.isTrusted)
      return vscode.l10n.t('Trust this workspace first: until then Goalwright changes and runs nothing.');
    if (!folder) return vscode.l10n.t('Open a folder first: Goalwright works inside one.');
    if (this.isBusy) return vscode.l10n.t('A goal is already being worked on. Stop it before you start another.');
    try {
      const ports = await this.#portsOf(folder);
      const { model, models } = await this.#models.forRun(ports.workspace.root, goal);
      await this.#ending;
      const { agent, rights } = await this.#workplace(folder);
      const started = await startRun(
        ports,
        model,
        {
          goal,
          root: folder.name,
          mode: modeSetting(),
          limits: limitSettings(),
          agent,
          attended: true,
        },
        rights,
        models,
      );
      if ('problem' in started) return inWords(started.problem);
      this.#heldBy = undefined;
      this.#attach(started.run, models);
      this.#changed.fire();
      return undefined;
    } catch (error) {
      this.#faults.note(error);
      return vscode.l10n.t('The run could not be started: {0}', inWords(messageOf(error)));
    }
  }

  /** Contents of the run in work by their hash. */
  blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#run?.blob(hash) ?? Promise.resolve(undefined);
  }

  async send(command: RunCommand): Promise<Sent> {
    return this.#told((run) => run.send(command));
  }

  /** Stores what the person made of a waiting edit. */
  async draft(approval: string, bytes: Uint8Array): Promise<Sent> {
    return this.#told((run) => run.draft(approval, bytes));
  }

  async #told(tell: (run: Run) => Promise<Sent>): Promise<Sent> {
    if (!this.#run) return { ok: false, problem: vscode.l10n.t('No run is at work.') };
    const sent = await tell(this.#run);
    return sent.ok ? sent : { ok: false, problem: inWords(sent.problem) };
  }

  /** What a log and an export show of a text. */
  readonly redact: Redact = (text, found) => (this.#secrets?.redact ?? redactSecrets)(text, found);

  /** The ports of this window's folder, where the workspace is trusted. */
  async ports(): Promise<EditorPorts | undefined> {
    return this.folder && vscode.workspace.isTrusted ? this.#portsOf(this.folder) : undefined;
  }

  /** Adds to the journal of a run that has ended; where it is the one that is shown, what it holds is then shown anew. */
  async addToEnded<T>(run: string, add: () => Promise<T>): Promise<T> {
    await this.#ending;
    const added = await add();
    if (this.runId === run && !this.isBusy) {
      const shown = await this.read(run);
      if (this.runId === run && !this.isBusy) {
        this.#run = undefined;
        this.#shown = shown;
        this.#changed.fire();
      }
    }
    return added;
  }

  /** Puts the run that is over, or only shown, aside so that the panel is free for another goal; it stays on disk. */
  clear(): void {
    if (this.isBusy) return;
    this.#run = undefined;
    this.#shown = undefined;
    this.#heldBy = undefined;
    this.#changed.fire();
  }

  async letGo(): Promise<void> {
    await this.#run?.letGo();
    await this.#ending;
  }

  /** A model chosen, or a key given, while a run is at work is that run's from its next request on. */
  async #followModel(): Promise<void> {
    const run = this.#run;
    const models = this.#modelsOf;
    if (!run || !models || run.state().status === 'ended') return;
    const { id } = modelSettings();
    const { profile } = await models(id);
    if (this.#run !== run || profile.id === run.state().model) return;
    const sent = await this.send({ type: 'model', id });
    if (!sent.ok) void vscode.window.showWarningMessage(sent.problem);
  }

  #attach(run: Run, models: RunModels['models']): void {
    this.#run = run;
    this.#modelsOf = models;
    this.#shown = undefined;
    run.listen({
      event: (event, state) => this.#happened.fire({ run: run.id, event, state }),
      delta: (delta) => this.#streamed.fire(delta),
    });
    void this.#context.workspaceState.update(UNFINISHED, true);
    this.#ending = run.finished.then(
      () => this.#finished(run),
      (error: unknown) => this.#faults.note(error),
    );
    // What was journaled before anybody could listen.
    let state = initialState;
    for (const event of [...run.events()]) {
      state = apply(state, event);
      this.#happened.fire({ run: run.id, event, state });
    }
  }

  /** What can no longer be recorded (its lock was lost) is only shown from then on. */
  #finished(run: Run): void {
    const { problem } = run;
    if (run.state().status === 'ended') void this.#context.workspaceState.update(UNFINISHED, undefined);
    if (!problem) return;
    const words = inWords(problem);
    if (this.#run === run) {
      this.#shown = { id: run.id, events: [...run.events()], state: run.state() };
      this.#run = undefined;
      this.#heldBy = words;
      this.#changed.fire();
    }
    void vscode.window.showErrorMessage(words);
  }

  async #workplace(folder: vscode.WorkspaceFolder): Promise<Workplace> {
    const { rules, secrets } = await this.#portsOf(folder);
    await Promise.all([rules.refresh(), secrets.refresh()]);
    const problems = [...rules.problems(), ...secrets.problems()];
    return workplace(folder, problems, (line) => this.#faults.trace(secrets.redact(line)));
  }

  /** What would become of a command here; `undefined`: no folder is open. */
  async explain(command: string): Promise<Explanation | undefined> {
    const { folder } = this;
    if (!folder) return undefined;
    const [ports, { rights }] = await Promise.all([this.#portsOf(folder), this.#workplace(folder)]);
    return explain(
      ports,
      { ...rights, trusted: vscode.workspace.isTrusted },
      { what: command, access: 'command', network: false },
    );
  }

  #portsOf(folder: vscode.WorkspaceFolder): Promise<EditorPorts> {
    const key = folder.uri.toString();
    const known = this.#ports.get(key);
    if (known) return known;
    const ports = editorPorts(
      folder.uri.fsPath,
      this.#context.globalStorageUri.fsPath,
      this.#show,
      this.#context.subscriptions,
    );
    this.#ports.set(key, ports);
    // Tried again with the next goal.
    void ports.then(
      ({ secrets }) => {
        this.#secrets = secrets;
      },
      () => this.#ports.delete(key),
    );
    return ports;
  }
}
