/** Works on one run to its end: ports, model, printing, exit code. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { forkRun, resumeRun, type Started, startRun } from '../agent/index.ts';
import type { RunEvent } from '../agent/journal/event.ts';
import { apply } from '../agent/journal/fold.ts';
import { readRun } from '../agent/journal/runs.ts';
import { initialState, type RunState } from '../agent/journal/state.ts';
import { logLines } from '../agent/log.ts';
import { chatModel } from '../agent/model/chat.ts';
import type { Model } from '../agent/model/model.ts';
import { profileOf } from '../agent/model/profile.ts';
import { parseRecording, recordedModel, recordingModel, serialiseRecording } from '../agent/model/record.ts';
import { type Redact, redactAll } from '../agent/policy/secret.ts';
import type { Ports, SecretSource } from '../agent/ports.ts';
import type { Work } from './options.ts';
import { systemClock } from './ports/clock.ts';
import { nodePorts } from './ports/node-ports.ts';
import { xdgStateBase } from './ports/store.ts';
import { type Configured, configured } from './ports/switches.ts';
import { reportText } from './report.ts';
import { runNamed } from './runs.ts';
import { answerOnTerminal } from './terminal.ts';

const EXIT: Readonly<Record<NonNullable<RunState['outcome']>, number>> = { done: 0, failed: 1, stopped: 1, limit: 3 };

/** Events with which a process takes a run up. */
const BEGINS: ReadonlySet<RunEvent['type']> = new Set(['run.created', 'run.recovered', 'run.forked']);

export async function workOn(work: Work): Promise<number> {
  const ports = await nodePorts(work.cwd, xdgStateBase());
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (work.notice) say(work.notice);
  const person = await configured(ports.workspace.root, true);
  await ports.rules.refresh();
  for (const note of [...person.notes, ...ports.rules.problems(), ...ports.secrets.problems()]) say(note);

  const earlier = work.verb === 'run' ? undefined : await earlierRun(ports, work.run);
  if (earlier && 'problem' in earlier) {
    say(`goalwright: ${earlier.problem}`);
    return 2;
  }
  const name = work.model ?? earlier?.state.model ?? '';
  const goal = work.verb === 'run' ? work.goal : (earlier?.state.goal ?? '');
  const { root } = ports.workspace;
  const recorder =
    work.record === undefined ? undefined : recordingModel(await modelOf(work, name, work.cwd), { goal, root });
  const started = await begin(
    ports,
    recorder?.model ?? (await modelOf(work, name, root)),
    work,
    earlier?.id ?? '',
    person,
  );
  if ('problem' in started) {
    say(`goalwright: ${started.problem}`);
    return 2;
  }
  const { run } = started;
  const redact: Redact = (text, found) => ports.secrets.redact(text, found);
  const print = work.json
    ? (event: unknown) => process.stdout.write(`${JSON.stringify(redactAll(event, redact))}\n`)
    : undefined;
  const show = (event: RunEvent, state: RunState): void => {
    if (print) print(event);
    else for (const line of logLines(event, state, redact)) process.stdout.write(`${line}\n`);
  };
  // In words only what happens now; as data the whole run.
  const known = [...run.events()];
  const begins = known.findLastIndex(({ type }) => BEGINS.has(type));
  let then = initialState;
  for (const [index, event] of known.entries()) {
    then = apply(then, event);
    if (print || index >= begins) show(event, then);
  }
  run.listen({ event: show });
  if (work.attended) answerOnTerminal(run);
  // The first Ctrl-C stops the run in order; the second one ends the process at once.
  process.once('SIGINT', () => {
    void run.send({ type: 'stop' });
    process.once('SIGINT', () => process.exit(130));
  });

  const state = await run.finished;
  if (recorder && work.record) await writeFile(work.record, serialiseRecording(recorder.recording()));
  if (!work.json) process.stdout.write(`\n${redact(reportText(state))}\n`);
  return EXIT[state.outcome ?? 'failed'];
}

async function earlierRun({ store }: Ports, run: string) {
  const id = await runNamed(store, run);
  return (id === undefined ? undefined : await readRun(store, id)) ?? { problem: `There is no run ${run}.` };
}

function begin(
  ports: Ports & { readonly secrets: SecretSource },
  model: Model,
  work: Work,
  earlier: string,
  person: Configured,
): Promise<Started> {
  const { limits, attended } = work;
  const { switches, wantsContinuous, debug } = person;
  const log = (line: string) => process.stderr.write(`${ports.secrets.redact(line)}\n`);
  const rights = { trusted: true, switches, ...(debug && { log }) };
  const mode = work.mode ?? (wantsContinuous && work.verb === 'run' ? 'continuous' : undefined);
  const change = { attended, ...(mode && { mode }), limits };
  switch (work.verb) {
    case 'run': {
      const agent = { name: person.name ?? 'Goalwright', role: person.role ?? 'a careful software engineer' };
      const root = basename(ports.workspace.root);
      return startRun(ports, model, { goal: work.goal, root, mode: mode ?? 'ask', limits, agent, attended }, rights);
    }
    case 'resume':
      return resumeRun(ports, model, earlier, rights, { ...change, goOn: true });
    case 'fork':
      return forkRun(ports, model, earlier, work.before, { ...change, ...(work.text && { text: work.text }) }, rights);
    default:
      return work satisfies never;
  }
}

async function modelOf({ recording, baseUrl, apiKey }: Work, model: string, root: string): Promise<Model> {
  if (recording !== undefined) return recordedModel(parseRecording(await readFile(recording, 'utf8')), { root });
  return chatModel({ baseUrl, apiKey, model, profile: await profileOf(model), fetch, clock: systemClock });
}
