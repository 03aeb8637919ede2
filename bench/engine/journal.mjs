/** Opening the journal of a long job: recovered line by line, each checked against the chain, and folded to a state. */
import { createHash } from 'node:crypto';
import { JOURNAL_VERSION } from '../../src/agent/journal/event.ts';
import { fold } from '../../src/agent/journal/fold.ts';
import { openJournal } from '../../src/agent/journal/journal.ts';
import { nodeStore } from '../../src/headless/ports/store.ts';
import { cpuNow } from './cpu.mjs';

const hashOf = (text) => createHash('sha256').update(text).digest('hex');
const OUTPUT = 'ok 12 - parses a quoted field with a line break inside\n'.repeat(8);
/** Turns of a task. */
const TURNS = 20;
/** Seven files each: what a job keeps coming back to. */
const FOLDERS = 40;

/** What a job writes: tasks one after the other, each in a thread of its own, with reads, edits, commands and checks. */
function* job() {
  yield {
    type: 'run.created',
    version: JOURNAL_VERSION,
    run: 'bench',
    goal: 'Port the parser.',
    root: 'work',
    mode: 'continuous',
    model: 'bench',
    limits: { steps: 1e6 },
    agent: { name: 'Goalwright', role: 'a bench' },
    attended: true,
  };
  let turn = 0;
  for (let number = 1; ; number += 1) {
    const [task, thread] = [`t${number}`, `h${number}`];
    const checks = [{ kind: 'command', command: `npm test -- part-${number}`, cwd: '', exit: 0 }];
    const planned = { id: task, title: `Part ${number}`, description: '', priority: 50, dependsOn: [], checks };
    yield { type: 'tasks.planned', by: 'model', tasks: [planned] };
    yield { type: 'thread.opened', thread, task, system: 'You are …', tools: ['read', 'edit', 'run'] };
    yield { type: 'message.added', thread, text: `Now ${task}: part ${number}`, why: 'brief' };
    yield { type: 'task.started', task, thread };
    for (let at = 0; at < TURNS; at += 1) {
      turn += 1;
      yield* step(turn, task, thread, number);
    }
    yield { type: 'task.verifying', task, summary: `Part ${number} is ported.` };
    yield { type: 'check.finished', task, check: 0, phase: 'verify', outcome: 'passed', evidence: 'exit 0' };
    yield { type: 'checks.judged', task, phase: 'verify', passed: true };
    yield { type: 'reward.given', task, amount: 1, why: 'checkPassed' };
    yield { type: 'task.ended', task, status: 'done', proof: 'code', summary: `Part ${number} is ported.` };
  }
}

/** A turn with one call: in turn a read, an edit that is asked for, a command. */
function* step(turn, task, thread, number) {
  const usage = { input: 9_000 + turn, output: 120, cached: 8_000, estimated: false };
  const call = `c${turn}_1`;
  const path = `src/part-${number % FOLDERS}/file-${turn % 7}.ts`;
  const [before, after] = [hashOf(`${path} ${turn - 3}`), hashOf(`${path} ${turn}`)];
  const name = ['read', 'edit', 'run'][turn % 3];
  const intent = {
    read: undefined,
    edit: { kind: 'edit', path, before, after },
    run: { kind: 'command', command: `npm test -- ${turn}`, cwd: '' },
  }[name];
  yield { type: 'turn.started', turn, task, thread };
  const calls = [{ id: call, name, arguments: JSON.stringify({ path, turn, old: OUTPUT.slice(0, 200) }) }];
  yield { type: 'turn.finished', turn, text: 'Next part.', calls, usage, cost: 0.001, end: 'calls' };
  if (name === 'edit') {
    const subject = { kind: 'edit', path, before, after, added: 3, removed: 1, savesUnsaved: false, warnings: [] };
    const approval = `a${turn}`;
    const why = { rule: 'mode', reason: 'Edits ask.' };
    yield { type: 'approval.requested', approval, call, nonce: 'n', shown: after, subject, ...why };
    yield { type: 'approval.decided', approval, verdict: 'accept', by: 'person', after };
  }
  yield { type: 'call.started', call, ...(intent && { intent }) };
  yield {
    type: 'call.finished',
    call,
    ok: true,
    forModel: `${path}\n${OUTPUT}`,
    title: `${name} ${path}`,
    changes: name === 'edit' ? [{ path, before, after }] : [],
    seen: name === 'read' ? [{ path, hash: before }] : [],
    print: { call: hashOf(call).slice(0, 16), result: hashOf(`${turn}`).slice(0, 16) },
  };
}

const lock = { fence: 1, held: async () => true, release: async () => undefined };

/** Milliseconds of the processor to open and to fold a journal of so many events, and its size in megabytes. */
export async function openingOf({ root, base, events }) {
  const store = await nodeStore({ base, root });
  const options = { key: store.key, clock: Date };
  const folder = await store.create(`events-${events}`);
  const written = await openJournal(folder, lock, options);
  for (const body of job()) {
    if (written.events.length === events) break;
    written.append(body);
  }
  await written.close();
  const start = cpuNow();
  const opened = await openJournal(folder, lock, options);
  const read = cpuNow();
  const state = fold(opened.events);
  const folded = cpuNow();
  if (state.seq !== events) throw new Error(`${state.seq} of ${events} events were folded`);
  return { open: read - start, fold: folded - read, megabytes: opened.recovery.good / 1e6 };
}
