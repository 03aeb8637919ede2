/**
 * A run in a real folder with real ripgrep, a real shell and a real HTTP model, and a person who answers by a script.
 *
 *     await using scene = await openScene({ files: { 'a.txt': 'one\n' }, model: [{ toolCalls: […] }, …] });
 *     const state = await scene.run('Make it two', { decide: () => 'accept' });
 */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  forkRun,
  type Host,
  type Rewind,
  type Run,
  resumeRun,
  type Started,
  startRun,
} from '../../../src/agent/index.ts';
import type { EventOf, Limits, Mode, RunEvent } from '../../../src/agent/journal/event.ts';
import type { RunState } from '../../../src/agent/journal/state.ts';
import { chatModel } from '../../../src/agent/model/chat.ts';
import type { Model, Profile } from '../../../src/agent/model/model.ts';
import type { Rights } from '../../../src/agent/policy/decide.ts';
import { ALL_ON, type Switches } from '../../../src/agent/policy/switches.ts';
import type { Language, Ports } from '../../../src/agent/ports.ts';
import { nodePorts } from '../../../src/headless/ports/node-ports.ts';
import { type OpenAiServer, openAiServer, type Script } from '../../fixtures/openai-server.ts';

export interface Person {
  /** 'accept', or a reason to reject for; `undefined` leaves the question open. */
  decide?(event: EventOf<'approval.requested'>, run: Run): string | undefined | Promise<string | undefined>;
  answer?(event: EventOf<'question.asked'>): string;
  /** What to do when the run pauses. Default: stop. */
  paused?(event: EventOf<'run.paused'>, run: Run): void;
  event?(event: RunEvent, run: Run): void;
}

export interface SceneOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly model: Script;
  readonly mode?: Mode;
  readonly limits?: Limits;
  readonly attended?: boolean;
  readonly profile?: Partial<Profile>;
  /** The editor's part, where a test needs one. */
  readonly language?: Language;
  /** What the person turned off. */
  readonly switches?: Partial<Switches>;
  /** Puts what an earlier program left there into the folder of the journals, before anything opens it. */
  prepare?(state: string, root: string): Promise<void>;
}

export interface Scene extends AsyncDisposable {
  readonly root: string;
  /** Where the journals are kept. */
  readonly base: string;
  readonly server: OpenAiServer;
  /** `now`: milliseconds by which the run's clock is ahead of the real one. */
  readonly clock: { now: number };
  readonly ports: Ports;
  readonly model: Model;
  /** Starts a run without waiting for it. */
  start(goal: string, person?: Person): Promise<Run>;
  resume(id: string, person?: Person, host?: Host): Promise<Run>;
  fork(id: string, seq: number, rewind?: Rewind, person?: Person): Promise<Run>;
  /** Starts a run and waits for its end. */
  run(goal: string, person?: Person): Promise<RunState>;
  read(file: string): Promise<string | undefined>;
  /** As if the process had been killed right after the first event of this type was durable. */
  cutAfter(id: string, type: RunEvent['type']): Promise<void>;
}

export async function openScene({
  files = {},
  model: script,
  mode = 'ask',
  limits = { steps: 30 },
  attended = true,
  profile,
  language,
  prepare,
  switches,
}: SceneOptions): Promise<Scene> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'scene-')));
  const root = path.join(base, 'work');
  await mkdir(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const state = path.join(base, 'state');
  await prepare?.(state, root);
  const server = await openAiServer(script);
  const real = await nodePorts(root, state);
  const ahead = { now: 0 };
  const clock = { ...real.clock, now: () => real.clock.now() + ahead.now };
  const ports: Ports = { ...real, clock, ...(language && { language }) };
  const model = testModel(server.baseUrl, ports.clock, profile);
  const rights: Rights = { trusted: true, ...(switches && { switches: { ...ALL_ON, ...switches } }) };
  const runs: Run[] = [];
  const opened = async (starting: Promise<Started>, person: Person) => {
    const started = await starting;
    if ('problem' in started) throw new Error(started.problem);
    runs.push(started.run);
    return attend(started.run, person);
  };
  const scene: Scene = {
    clock: ahead,
    root,
    base: state,
    server,
    ports,
    model,
    start: (goal, person = {}) =>
      opened(
        startRun(
          ports,
          model,
          { goal, root: 'work', mode, limits, agent: { name: 'Goalwright', role: 'an engineer' }, attended },
          rights,
        ),
        person,
      ),
    resume: (id, person = {}, host = {}) => opened(resumeRun(ports, model, id, rights, host), person),
    fork: (id, seq, rewind = {}, person = {}) => opened(forkRun(ports, model, id, seq, rewind, rights), person),
    run: async (goal, person) => (await scene.start(goal, person)).finished,
    read: (file) => readFile(path.join(root, file), 'utf8').catch(() => undefined),
    async cutAfter(id, type) {
      const [folder] = await readdir(path.join(state, 'runs'));
      const journal = path.join(state, 'runs', folder ?? '', id, 'journal.jsonl');
      const lines = (await readFile(journal, 'utf8')).split('\n');
      const at = lines.findIndex((line) => line.includes(`"type":"${type}"`));
      await writeFile(journal, `${lines.slice(0, at + 1).join('\n')}\n`);
    },
    async [Symbol.asyncDispose]() {
      for (const run of runs) await run.letGo();
      await server.close();
      await rm(base, { recursive: true, force: true });
    },
  };
  return scene;
}

/** The model behind an HTTP address. */
export const testModel = (baseUrl: string, clock: Ports['clock'], profile: Partial<Profile> = {}): Model =>
  chatModel({
    baseUrl,
    apiKey: 'test-key',
    model: 'test-model',
    profile: {
      id: 'test-model',
      contextWindow: 128_000,
      outputLimit: 4_000,
      tools: 'native',
      images: false,
      price: { input: 1, output: 4 },
      ...profile,
    },
    fetch,
    clock,
  });

/** The person sits down at a run. What was journaled before this process took it over has been answered or is asked again. */
export function attend(run: Run, person: Person): Run {
  const on = (event: RunEvent) => {
    person.event?.(event, run);
    void respond(run, event, person);
  };
  const known = [...run.events()];
  const begins = known.findLastIndex(
    ({ type }) => type === 'run.recovered' || type === 'run.forked' || type === 'run.created',
  );
  for (const event of known.slice(begins)) on(event);
  run.listen({ event: on });
  return run;
}

async function respond(run: Run, event: RunEvent, person: Person): Promise<void> {
  if (event.type === 'approval.requested') {
    const { approval, nonce, shown } = event;
    const answer = await person.decide?.(event, run);
    if (answer === undefined) return;
    const reason = answer === 'accept' ? undefined : answer;
    const latest = run.state().approvals.find(({ id }) => id === approval)?.shown ?? shown;
    await run.send({
      type: 'decide',
      approval,
      nonce,
      shown: latest,
      verdict: reason === undefined ? 'accept' : 'reject',
      ...(reason && { reason }),
    });
  }
  if (event.type === 'question.asked' && person.answer)
    await run.send({ type: 'answer', question: event.question, text: person.answer(event) });
  if (event.type === 'run.paused') {
    if (person.paused) person.paused(event, run);
    else await run.send({ type: 'stop' });
  }
}

export const call = (name: string, args: object) => ({ name, arguments: args });
