/** The checkpoints of the run that is shown, at work or ended. */
import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/journal/event.ts';
import type { Checkpoint } from '../../agent/journal/state.ts';
import type { Difference } from '../../agent/ports.ts';
import { changedByRun, differencesFrom, fileAt, type NotRestored } from '../../agent/run/restore.ts';
import { restoreEnded } from '../../agent/run/restore-ended.ts';
import type { Session } from '../session.ts';
import { inWords } from '../words.ts';

export class Timeline {
  readonly #session: Session;
  /** Aborts what still goes on when the window closes. */
  readonly #closing = new AbortController();

  constructor(session: Session) {
    this.#session = session;
  }

  /** What differs now from a checkpoint. */
  async differences(checkpoint: string): Promise<readonly Difference[] | NotRestored> {
    const state = this.#session.state();
    const ports = await this.#session.ports();
    if (!ports || !state) return { problem: vscode.l10n.t('No run is shown.') };
    return differencesFrom({ ports, state, signal: this.#closing.signal }, checkpoint);
  }

  /** Paths that the run changed. */
  async changedByRun(): Promise<ReadonlySet<string>> {
    const state = this.#session.state();
    const ports = await this.#session.ports();
    return state && ports ? changedByRun({ ports, state, signal: this.#closing.signal }) : new Set();
  }

  /** The checkpoint that is nearest to how the files were just before event `seq`. */
  at(seq: number): Checkpoint | undefined {
    const { checkpoints = [] } = this.#session.state() ?? {};
    const later = checkpoints.find((one) => one.seq >= seq && one.when === 'before');
    const isUntouched = !this.#session
      .events()
      .some((event) => event.seq >= seq && event.seq < (later?.seq ?? 0) && hasEffect(event));
    return later && isUntouched ? later : checkpoints.findLast((one) => one.seq < seq);
  }

  /** A file as it was at a checkpoint of a run. */
  async was(run: string, checkpoint: string, path: string): Promise<Uint8Array | undefined> {
    const session = this.#session;
    const state = session.runId === run ? session.state() : (await session.read(run))?.state;
    const checkpoints = (await session.ports())?.checkpoints;
    return state && checkpoints && fileAt(checkpoints, state, checkpoint, path);
  }

  /** Goes back to a checkpoint of a run, as long as that run is shown. Returns what is wrong, for the person. */
  async restore(run: string, checkpoint: string, paths: readonly string[]): Promise<string | undefined> {
    const session = this.#session;
    const ports = await session.ports();
    if (session.runId !== run || !ports)
      return vscode.l10n.t('Nothing was restored: another run is shown by now. Open that of the checkpoint first.');
    if (session.isBusy) {
      const sent = await session.send({ type: 'restore', checkpoint, paths: [...paths] });
      return sent.ok ? undefined : sent.problem;
    }
    const wrong = await session.addToEnded(run, () =>
      restoreEnded(ports, run, checkpoint, paths, this.#closing.signal),
    );
    return wrong && inWords(wrong.problem);
  }

  /** Disk use of this folder's checkpoints. */
  async usage(): Promise<{ readonly bytes: number; readonly snapshots: number } | undefined> {
    return (await this.#session.ports())?.checkpoints?.usage();
  }

  /** Forgets the checkpoints of all but the newest runs and of those that have not ended. `freed`: bytes. */
  async keep(runs: number): Promise<{ readonly freed: number } | { readonly fault: string }> {
    const session = this.#session;
    const infos = await session.runs();
    const kept = infos.filter(({ status }, index) => index < runs || status !== 'ended');
    const states = await Promise.all(kept.map(({ id }) => session.read(id)));
    const snapshots = states.flatMap((run) => run?.state.checkpoints.map(({ snapshot }) => snapshot) ?? []);
    return (await (await session.ports())?.checkpoints?.keepOnly(snapshots)) ?? { freed: 0 };
  }

  dispose(): void {
    this.#closing.abort();
  }
}

/** Of a command it is not known what it changed. */
const hasEffect = (event: RunEvent): boolean =>
  (event.type === 'call.finished' && event.changes.length > 0) ||
  (event.type === 'call.started' && event.intent?.kind === 'command');
