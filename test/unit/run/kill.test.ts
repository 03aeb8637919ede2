/**
 * A run killed with SIGKILL at the points at which it touches storage, files or processes, in a process of its own, and
 * brought back in this one: no effect twice, none without a yes, no byte lost, and it still reaches its goal.
 *
 *   GOALWRIGHT_KILL=all npm run test:unit -- run/kill        at every point; without it at each fourth (of the long ones each eighth),
 *                                                           from one the seed chooses
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { resumeRun, startRun } from '../../../src/agent/index.ts';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { recover } from '../../../src/agent/journal/recover.ts';
import { listRuns } from '../../../src/agent/journal/runs.ts';
import type { RunState } from '../../../src/agent/journal/state.ts';
import { nodePorts } from '../../../src/headless/ports/node-ports.ts';
import { type OpenAiServer, openAiServer } from '../../fixtures/openai-server.ts';
import { SEED } from '../../harness/seed.ts';
import { row } from '../journal/cases.ts';
import { type Effect, homeOf, type Place, traced } from './kill-ports.ts';
import { goalOf, KILL_SCENARIOS, type KillName, type KillScenario } from './kill-scenarios.ts';
import { attend, testModel } from './scene.ts';

const CHILD = path.join(import.meta.dirname, 'kill-child.ts');
const COMPILED = path.join(tmpdir(), 'goalwright-kill-compiled');
/** Children at the same time. */
const AT_ONCE = 2;
/** From one point at which a run is killed to the next. */
const strideOf = (name: KillName): number =>
  process.env.GOALWRIGHT_KILL === 'all' ? 1 : name === 'plan' || name === 'compaction' ? 8 : 4;

const Effects = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edit'), path: z.string(), after: z.string() }),
  z.object({ kind: z.literal('command'), command: z.string() }),
]);

async function makePlace({ files }: KillScenario): Promise<Place> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'kill-')));
  const root = path.join(top, 'work');
  await mkdir(root);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
  return { root, base: path.join(top, 'state'), trace: path.join(top, 'trace') };
}

async function effectsIn({ trace }: Place): Promise<readonly Effect[]> {
  if (!existsSync(trace)) return [];
  const lines = (await readFile(trace, 'utf8')).trim().split('\n');
  return lines.map((line) => Effects.parse(JSON.parse(line)));
}

const runChild = (name: KillName, { root, base, trace }: Place, baseUrl: string, at: number) =>
  new Promise<{ readonly code: number | null; readonly said: string }>((resolve) => {
    // Hundreds of children start: compiling the same program each time would be most of their work.
    const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
    const child = spawn(process.execPath, [CHILD, name, root, base, trace, baseUrl, String(at)], { env });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.on('close', (code) => resolve({ code, said }));
  });

interface Found {
  readonly id: string;
  /** The good part of the journal, as the next process finds it. */
  readonly bytes: Uint8Array;
  readonly events: readonly RunEvent[];
}

/** The journal the dead process left, if it got that far. */
async function journalIn({ base }: Place): Promise<Found | undefined> {
  if (!existsSync(path.join(base, 'runs'))) return undefined;
  const home = await homeOf(base);
  const id = (await readdir(home)).find((entry) => existsSync(path.join(home, entry, 'journal.jsonl')));
  if (id === undefined) return undefined;
  const bytes = await readFile(path.join(home, id, 'journal.jsonl'));
  const { state, good, events } = recover(bytes, await readFile(path.join(base, 'journal.key')));
  expect(['empty', 'whole', 'torn']).toContain(state);
  return events.length === 0 ? undefined : { id, bytes: bytes.subarray(0, good), events };
}

/** What these events allow to be done, each thing once: an intent of a call or check whose asking, if any, was answered with yes. */
function allowed(events: readonly RunEvent[]): readonly Effect[] {
  const accepted = new Set<string>();
  const asked = new Map<string, string>();
  return events.flatMap((event): readonly Effect[] => {
    if (event.type === 'approval.requested') asked.set(event.approval, event.call);
    if (event.type === 'approval.decided' && event.verdict === 'accept') accepted.add(asked.get(event.approval) ?? '');
    if (event.type !== 'call.started' && event.type !== 'check.started') return [];
    const by = event.type === 'call.started' ? event.call : `check:${event.task}:${event.check}`;
    if ([...asked.values()].includes(by) && !accepted.has(by)) return [];
    const { intent } = event;
    if (intent?.kind === 'edit')
      return intent.changes.map(({ path: file, after }) => ({ kind: 'edit', path: file, ...(after && { after }) }));
    return intent ? [{ kind: 'command', command: intent.command }] : [];
  });
}

/** Each thing that was done was written down and allowed before, and not done more often than that. */
function expectAllowed(done: readonly Effect[], events: readonly RunEvent[]): void {
  const left = allowed(events).map((effect) => JSON.stringify(effect));
  for (const effect of done) {
    const at = left.indexOf(JSON.stringify(effect));
    expect(at, `${JSON.stringify(effect)} was not allowed`).toBeGreaterThanOrEqual(0);
    left.splice(at, 1);
  }
}

async function goOn(place: Place, scenario: KillScenario, baseUrl: string, id: string | undefined) {
  const ports = traced(await nodePorts(place.root, place.base), place);
  const model = testModel(baseUrl, ports.clock, scenario.profile);
  const started =
    id === undefined
      ? await startRun(ports, model, goalOf(scenario), { trusted: true })
      : await resumeRun(ports, model, id, { trusted: true });
  if ('problem' in started) throw new Error(started.problem);
  const run = attend(started.run, scenario.person);
  const state = await run.finished;
  return { ports, state, events: [...run.events()] };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}

/** Resolves to how the child ended. */
async function killed(name: KillName, at: number, baseUrl: string): Promise<number | null> {
  const scenario: KillScenario = KILL_SCENARIOS[name];
  const place = await makePlace(scenario);
  const { code, said } = await runChild(name, place, baseUrl, at);
  expect(code === null || code === 0, said).toBe(true);

  const found = await journalIn(place);
  const before = await effectsIn(place);
  expectAllowed(before, found?.events ?? []);

  const isOver = found?.events.some(({ type }) => type === 'run.ended') ?? false;
  let end: Pick<RunState, 'outcome' | 'queue' | 'seq'> | undefined;
  if (isOver) expect(code === 0 || before.length > 0).toBe(true);
  else {
    const { ports, state, events } = await goOn(place, scenario, baseUrl, found?.id);
    end = state;
    expectAllowed(await effectsIn(place), events);
    if (found) {
      const folder = await ports.store.open(found.id);
      const bytes = (await folder?.read()) ?? new Uint8Array();
      expect(Buffer.compare(bytes.subarray(0, found.bytes.length), found.bytes), 'a byte of the journal was lost').toBe(
        0,
      );
      expect(recover(bytes, ports.store.key)).toMatchObject({ state: 'whole', events });
    }
    expect((await listRuns(ports.store)).map(({ outcome }) => outcome)).toContain('done');
    expect(await readdir(path.join(place.base, 'writes')).catch(() => [])).toEqual([]);
  }
  if (end) {
    expect(end.outcome).toBe('done');
    expect(end.queue.tasks).toHaveLength(scenario.tasks);
  }

  const files = await filesIn(place.root);
  for (const [file, text] of Object.entries(scenario.ends)) expect(files[file], file).toBe(text);
  expect(Object.keys(files).sort()).toEqual(
    [...new Set([...Object.keys(scenario.files), ...Object.keys(scenario.ends)])].sort(),
  );
  const commands = (await effectsIn(place)).flatMap((effect) => (effect.kind === 'command' ? [effect.command] : []));
  for (const once of scenario.once ?? []) expect(commands.filter((one) => one === once).length).toBeLessThanOrEqual(1);
  await rm(path.dirname(place.root), { recursive: true, force: true });
  return code;
}

const cases: readonly (readonly [KillName, string])[] = [
  ['plan', row('jr-fsync-order', 'a plan is made once')],
  [
    'edit',
    row('jr-resume-intent-no-result', 'the file itself tells whether it was written; if not, it is asked again'),
  ],
  ['command', row('jr-resume-command-no-result', 'it is not run again; the model is told that its outcome is unknown')],
  ['approval', row('ho-deactivate-killed', 'an open question and what the person made of it come back')],
  ['compaction', row('jr-fsync-order', 'what was forgotten stays forgotten, what was not is still there')],
];

describe.each(cases)('killed while it is at %s', (name, shows) => {
  let server: OpenAiServer;
  beforeAll(async () => {
    server = await openAiServer((request) => KILL_SCENARIOS[name].model(request));
  });
  afterAll(() => server.close());

  test(shows, { timeout: 600_000 }, async () => {
    const stride = strideOf(name);
    let at = SEED % stride;
    for (let alive = false; !alive; at += AT_ONCE * stride) {
      const ways = Array.from({ length: AT_ONCE }, (_, index) => at + index * stride);
      const codes = await Promise.all(
        ways.map((way) =>
          killed(name, way, server.baseUrl).catch((error: unknown) => {
            throw new Error(`killed at point ${way}: ${error instanceof Error ? error.message : String(error)}`, {
              cause: error,
            });
          }),
        ),
      );
      alive = codes.includes(0);
    }
    expect(at).toBeGreaterThan(20);
  });
});
