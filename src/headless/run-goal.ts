/** Runs one goal to its end: ports, model, printing, exit code. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { startRun } from '../agent/index.ts';
import type { RunState } from '../agent/journal/state.ts';
import { logLines } from '../agent/log.ts';
import { chatModel } from '../agent/model/chat.ts';
import type { Model } from '../agent/model/model.ts';
import { profileOf } from '../agent/model/profile.ts';
import { parseRecording, recordedModel, recordingModel, serialiseRecording } from '../agent/model/record.ts';
import type { Options } from './options.ts';
import { systemClock } from './ports/clock.ts';
import { nodePorts } from './ports/node-ports.ts';
import { xdgStateBase } from './ports/store.ts';
import { reportText } from './report.ts';
import { answerOnTerminal } from './terminal.ts';

const EXIT: Readonly<Record<NonNullable<RunState['outcome']>, number>> = { done: 0, failed: 1, stopped: 1, limit: 3 };

export async function runGoal(options: Options): Promise<number> {
  const ports = await nodePorts(options.cwd, xdgStateBase());
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (options.notice) say(options.notice);

  const recorder =
    options.record === undefined
      ? undefined
      : recordingModel(await modelOf(options), { goal: options.goal, root: ports.workspace.root });
  const started = await startRun(
    ports,
    recorder?.model ?? (await modelOf(options, ports.workspace.root)),
    {
      goal: options.goal,
      root: basename(ports.workspace.root),
      mode: options.mode,
      limits: options.limits,
      agent: {
        name: process.env.AGENT_NAME ?? 'Goalwright',
        role: process.env.AGENT_ROLE ?? 'a careful software engineer',
      },
      attended: options.attended,
    },
    true,
  );
  if ('problem' in started) {
    say(`goalwright: ${started.problem}`);
    return 2;
  }
  const { run } = started;
  const print = options.json ? (event: unknown) => process.stdout.write(`${JSON.stringify(event)}\n`) : undefined;
  for (const event of run.events()) print?.(event);
  run.listen({
    event: (event, state) => {
      if (print) print(event);
      else for (const line of logLines(event, state)) process.stdout.write(`${line}\n`);
    },
  });
  if (options.attended) answerOnTerminal(run);
  // The first Ctrl-C stops the run in order; the second one ends the process at once.
  process.once('SIGINT', () => {
    void run.send({ type: 'stop' });
    process.once('SIGINT', () => process.exit(130));
  });

  const state = await run.finished;
  if (recorder && options.record) await writeFile(options.record, serialiseRecording(recorder.recording()));
  if (!options.json) process.stdout.write(`\n${reportText(state)}\n`);
  return EXIT[state.outcome ?? 'failed'];
}

async function modelOf(options: Options, root = options.cwd): Promise<Model> {
  if (options.recording !== undefined)
    return recordedModel(parseRecording(await readFile(options.recording, 'utf8')), { root });
  const { baseUrl, apiKey, model } = options;
  return chatModel({ baseUrl, apiKey, model, profile: await profileOf(model), fetch, clock: systemClock });
}
