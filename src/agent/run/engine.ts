/** What every part of the loop works with: the ports, the folded state, and the one way to change it (append an event). */
import type { EventBody, RunEvent } from '../journal/event.ts';
import { apply, fold } from '../journal/fold.ts';
import type { Journal } from '../journal/journal.ts';
import type { RunState } from '../journal/state.ts';
import type { Model } from '../model/model.ts';
import { veiled } from '../model/veil.ts';
import type { Rights } from '../policy/decide.ts';
import { type Redact, redactSecrets } from '../policy/secret.ts';
import type { Ports, RunFolder, WatchedState } from '../ports.ts';
import type { Delta } from '../protocol.ts';
import type { Tool, ToolContext } from '../tools/tool.ts';
import { unfit } from './limits.ts';
import { look } from './look.ts';

export interface Parts {
  readonly ports: Ports;
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly model: Model;
  /** Where another model comes from. */
  readonly models?: Models;
  readonly tools: readonly Tool[];
  readonly policy: Rights;
  /** Globs of files no search may read. */
  readonly hidden: readonly string[];
}

/** A model by its id, or why there is none, for the person. */
export type Models = (id: string) => Promise<Model | { readonly problem: string }>;

export interface Listener {
  event?(event: RunEvent, state: RunState): void;
  delta?(delta: Delta): void;
}

export interface Engine extends Parts {
  /** Calls this process has journaled as started, and those of them whose effect it has begun. */
  readonly begun: Set<string>;
  readonly entered: Set<string>;
  /** Approvals asked for before their call's turn has come. */
  readonly ahead: Set<string>;
  /** Tasks without a checkpoint because none could be taken: that is not tried before each of their effects. */
  readonly unrecorded: Set<string>;
  /** While commands run in the background: the watched files as they were last looked at. */
  readonly background: { since?: WatchedState | undefined };
  /** Aborts when the person stops the run or the host goes away. */
  readonly signal: AbortSignal;
  /** Aborts with that too, and when the person takes away the task that is being worked on; until the next step begins. */
  stepSignal(): AbortSignal;
  /** Ends the turn and the call that are under way. */
  interrupt(): void;
  /** The loop's next step: what interrupted the last one is over. */
  beginStep(): void;
  /** Another model from the next request on. Returns what is wrong, for the person. */
  changeModel(id: string): Promise<string | undefined>;
  /** What a model, a log and an export see of a text. */
  redact: Redact;
  state(): RunState;
  emit(body: EventBody): void;
  /** Everything emitted is durable when this resolves; awaited before every effect. */
  flush(): Promise<void>;
  delta(delta: Delta): void;
  listen(listener: Listener): () => void;
  /** Resolves when the state satisfies the predicate, or with `aborted` when the run is stopped. */
  until(holds: (state: RunState) => boolean): Promise<'held' | 'aborted'>;
  toolContext(): ToolContext;
}

export function createEngine(parts: Parts, signal: AbortSignal): Engine {
  let state = fold(parts.journal.events);
  const { secrets } = parts.ports;
  const veil = (plain: Model): Model => (secrets ? veiled(plain, secrets) : plain);
  let model = veil(parts.model);
  let interruption = new AbortController();
  const listeners = new Set<Listener>();
  const engine: Engine = {
    ...parts,
    get model() {
      return model;
    },
    stepSignal: () => AbortSignal.any([signal, interruption.signal]),
    interrupt: () => interruption.abort(),
    beginStep() {
      if (interruption.signal.aborted) interruption = new AbortController();
    },
    async changeModel(id) {
      const chosen = (await parts.models?.(id)) ?? { problem: 'The model of this run cannot be changed here.' };
      if ('problem' in chosen) return chosen.problem;
      const problem = unfit(state.mode, state.limits, chosen.profile.price !== undefined, parts.policy);
      if (problem) return problem;
      model = veil(chosen);
      engine.emit({ type: 'model.changed', model: chosen.profile.id });
      return undefined;
    },
    begun: new Set(),
    entered: new Set(),
    ahead: new Set(),
    unrecorded: new Set(),
    background: {},
    signal,
    redact: (text, found) => (secrets?.redact ?? redactSecrets)(text, found),
    state: () => state,
    emit(body) {
      const event = parts.journal.append(body);
      state = apply(state, event);
      for (const listener of [...listeners]) listener.event?.(event, state);
    },
    flush: () => parts.journal.flush(),
    delta(delta) {
      for (const listener of [...listeners]) listener.delta?.(delta);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    until(holds) {
      if (signal.aborted) return Promise.resolve('aborted');
      if (holds(state)) return Promise.resolve('held');
      return new Promise((resolve) => {
        const end = (how: 'held' | 'aborted') => {
          off();
          signal.removeEventListener('abort', onAbort);
          resolve(how);
        };
        const onAbort = () => end('aborted');
        const off = engine.listen({ event: (_, now) => holds(now) && end('held') });
        signal.addEventListener('abort', onAbort);
      });
    },
    toolContext: () => ({
      workspace: parts.ports.workspace,
      search: parts.ports.search,
      shell: parts.ports.shell,
      mode: state.mode,
      hidden: parts.hidden,
      redact: engine.redact,
      look: (command, cwd, network) => look(engine, command, cwd, network),
      ...(parts.ports.git && { git: parts.ports.git }),
    }),
  };
  return engine;
}
